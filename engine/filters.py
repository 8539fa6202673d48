"""The filter string of lists: `status=overdue&unit=cntt&due=this-month&sort=due`.

The same string serves the command line, pages, exports, calendars and the API. Unknown keys and
values are errors, never ignored: a filter that silently shows everything misleads.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from engine.errors import Invalid
from engine.spelling import did_you_mean

#: `overdue`, `within-term`, `on-time` and `late` are the cells of the 2x2 table; `due-soon` is due
#: within five working days, `returned` was sent back, `waiting-for-me` needs a word of the reader.
STATUSES: Final = (
    "assigned", "in_progress", "reported", "verified", "cancelled", "open", "overdue", "standing",
    "heading", "draft", "due-soon", "within-term", "on-time", "late", "returned", "waiting-for-me",
)  # fmt: skip
DUE: Final = ("today", "this-week", "this-month", "this-quarter")
SORTS: Final = ("plan", "due", "-due", "code", "changed")
KINDS: Final = (
    "task", "recurring", "standing", "heading", "contribution", "obstacle", "extension", "report",
)  # fmt: skip
#: In the order of the canonical string.
KEYS: Final = (
    "status", "unit", "assignee", "verifier", "leader", "escalated", "field", "plan", "due", "q",
    "obstacle", "extension", "urgent", "kind", "sort",
)  # fmt: skip
#: What people say of a reader who is not named.
ME: Final = "me"
#: Words longer than this are looked up no further.
MOST_LETTERS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a list is narrowed to; None narrows nothing.

    Attributes:
        status: A state, or what is worked out of it; one of `STATUSES`.
        unit: Code of the lead unit.
        assignee: Code of a person, as `verifier` and `leader`; `me` is the reader.
        escalated: Code of a person, or `me`: whom an escalation has told of it that still stands.
        field: How the heading begins under which the plan has it.
        plan: Code of a plan.
        due: A range of local dates, both included.
        due_words: As it was asked for: `this-month` is another month tomorrow.
        q: Words of the code or the title, in any order and without diacritics.
        obstacle: Only those about which an obstacle waits for an answer.
        extension: Only those for which more time was asked and nothing decided.
        urgent: Only what is urgent.
        kind: One of `KINDS`; None is every item of a plan.
        sort: One of `SORTS`.
    """

    status: str | None = None
    unit: str | None = None
    assignee: str | None = None
    verifier: str | None = None
    leader: str | None = None
    escalated: str | None = None
    field: str | None = None
    plan: str | None = None
    due: tuple[date, date] | None = None
    due_words: str | None = None
    q: str | None = None
    obstacle: bool = False
    extension: bool = False
    urgent: bool = False
    kind: str | None = None
    sort: str = "plan"

    def pairs(self) -> dict[str, str]:
        """Return what is narrowed, and the order unless it is the plan's, as keys and values."""
        found = {
            "status": self.status,
            "unit": self.unit,
            "assignee": self.assignee,
            "verifier": self.verifier,
            "leader": self.leader,
            "escalated": self.escalated,
            "field": self.field,
            "plan": self.plan,
            "due": self.due_words or _written(self.due),
            "q": self.q,
            "obstacle": "open" if self.obstacle else None,
            "extension": "open" if self.extension else None,
            "urgent": "yes" if self.urgent else None,
            "kind": self.kind,
            "sort": None if self.sort == "plan" else self.sort,
        }
        return {key: value for key, value in found.items() if value}

    def as_query(self) -> str:
        """Return the canonical string, which means this filter again; "" where it is empty."""
        return urlencode(self.pairs())

    def without(self, key: str) -> "Filter":
        """Return the filter without a key."""
        names = (key, "due_words") if key == "due" else (key,)
        changed: dict[str, Any] = {
            one.name: one.default for one in fields(Filter) if one.name in names
        }
        return replace(self, **changed)


def read_filter(text: str, *, today: date) -> Filter:
    """Return the filter that a string means.

    Args:
        text: `key=value` pairs joined by `&`; empty for everything.
        today: The local day, for `due=today` and its like.

    Raises:
        Invalid: a key or a value is unknown; names it and those that are known.
    """
    return from_pairs(_pairs(text), today=today)


def from_pairs(pairs: Mapping[str, str], *, today: date) -> Filter:
    """Return the filter that keys and values mean.

    Raises:
        Invalid: a key or a value is unknown; names it and those that are known.
    """
    for key in pairs:
        if key not in KEYS:
            raise Invalid(field="filter", problem=f"{key!r}: {did_you_mean(key, KEYS)}")
    _one_of(pairs, "status", STATUSES)
    _one_of(pairs, "sort", SORTS)
    _one_of(pairs, "kind", KINDS)
    _one_of(pairs, "obstacle", ("open",))
    _one_of(pairs, "extension", ("open",))
    _one_of(pairs, "urgent", ("yes",))
    for key, value in pairs.items():
        _believable(key, value)
    due = pairs.get("due")
    return Filter(
        status=pairs.get("status"),
        unit=pairs.get("unit"),
        assignee=pairs.get("assignee"),
        verifier=pairs.get("verifier"),
        leader=pairs.get("leader"),
        escalated=pairs.get("escalated"),
        field=pairs.get("field"),
        plan=pairs.get("plan"),
        q=pairs.get("q"),
        kind=pairs.get("kind"),
        due=_due(due, today=today) if due is not None else None,
        due_words=due if due in DUE else None,
        obstacle="obstacle" in pairs,
        extension="extension" in pairs,
        urgent="urgent" in pairs,
        sort=pairs.get("sort", "plan"),
    )


def _pairs(text: str) -> dict[str, str]:
    try:
        found = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text))
    except ValueError as error:
        problem = f"{text!r}: write key=value, joined by &, for example status=open&unit=CNTT"
        raise Invalid(field="filter", problem=problem) from error
    pairs = dict(found)
    if len(pairs) < len(found):
        raise Invalid(field="filter", problem=f"{text!r}: each key once")
    return pairs


def _one_of(pairs: Mapping[str, str], key: str, known: tuple[str, ...]) -> None:
    value = pairs.get(key)
    if value is not None and value not in known:
        raise Invalid(field=f"filter {key}", problem=f"{value!r}: {did_you_mean(value, known)}")


def _believable(key: str, value: str) -> None:
    if len(value) > MOST_LETTERS:
        raise Invalid(field=f"filter {key}", problem=f"is longer than {MOST_LETTERS} characters")
    if any(ord(one) < ord(" ") or "\ud800" <= one <= "\udfff" for one in value):
        raise Invalid(field=f"filter {key}", problem="holds characters that are no text")


def _due(text: str, *, today: date) -> tuple[date, date]:
    match text:
        case "today":
            return today, today
        case "this-week":
            monday = today - timedelta(days=today.weekday())
            return monday, monday + timedelta(days=6)
        case "this-month":
            return today.replace(day=1), _last_day(today.year, today.month)
        case "this-quarter":
            first = 3 * ((today.month - 1) // 3) + 1
            return date(today.year, first, 1), _last_day(today.year, first + 2)
        case _:
            return _range(text)


def _range(text: str) -> tuple[date, date]:
    first, _, last = text.partition("..")
    try:
        return date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError as error:
        problem = f"{text!r}: {did_you_mean(text, DUE)}, or 2023-06-01..2023-06-30"
        raise Invalid(field="filter due", problem=problem) from error


def _written(due: tuple[date, date] | None) -> str | None:
    if due is None:
        return None
    first, last = due
    return first.isoformat() if first == last else f"{first.isoformat()}..{last.isoformat()}"


def _last_day(year: int, month: int) -> date:
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    return first_of_next - timedelta(days=1)
