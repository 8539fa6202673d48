"""The filter string of lists: `status=overdue&unit=cntt&due=this-month&sort=due`.

The same string serves the command line and every later door. Unknown keys and values are errors,
never ignored: a filter that silently shows everything misleads.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from urllib.parse import parse_qsl

from engine.errors import Invalid
from engine.spelling import did_you_mean

STATUSES: Final = (
    "assigned", "in_progress", "reported", "verified", "cancelled", "open", "overdue", "standing",
    "heading", "draft",
)  # fmt: skip
DUE: Final = ("today", "this-week", "this-month", "this-quarter")
SORTS: Final = ("plan", "due", "code")
KEYS: Final = ("status", "unit", "assignee", "plan", "due", "sort")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a list is narrowed to; None narrows nothing. `due` is a range of local dates."""

    status: str | None = None
    unit: str | None = None
    assignee: str | None = None
    plan: str | None = None
    due: tuple[date, date] | None = None
    sort: str = "plan"


def read_filter(text: str, *, today: date) -> Filter:
    """Return the filter that a string means.

    Args:
        text: `key=value` pairs joined by `&`; empty for everything.
        today: The local day, for `due=today` and its like.

    Raises:
        Invalid: a key or a value is unknown; names it and those that are known.
    """
    pairs = _pairs(text)
    for key in pairs:
        if key not in KEYS:
            raise Invalid(field="filter", problem=f"{key!r}: {did_you_mean(key, KEYS)}")
    _one_of(pairs, "status", STATUSES)
    _one_of(pairs, "sort", SORTS)
    return Filter(
        status=pairs.get("status"),
        unit=pairs.get("unit"),
        assignee=pairs.get("assignee"),
        plan=pairs.get("plan"),
        due=_due(pairs["due"], today=today) if "due" in pairs else None,
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


def _last_day(year: int, month: int) -> date:
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    return first_of_next - timedelta(days=1)
