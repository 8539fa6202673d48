"""Read models of the audit log, for those who may read it; that they do is kept as well."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from engine import audit
from engine.audit.acts import Numbered
from engine.audit.verdict import Verdict
from engine.commands import rights
from engine.errors import Invalid, Unknown
from engine.ids import is_id
from engine.spelling import did_you_mean
from engine.store import audit_pages as store
from engine.store import tasks
from engine.store.rulebooks import Rules
from engine.store.session import Transaction

#: Who may read the log, besides administrators.
READERS: Final = ("auditor", "director", "deputy_director", "monitoring_unit")
KEYS: Final = ("from", "to", "actor", "action", "subject", "dates")
_LOG = "audit:log"
#: What entries about being urged begin their subject with.
_URGING: Final = "urging"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the log is narrowed to; None narrows nothing. Days are local, both included.

    `subject` is an address or code as `kind:name` (`task:KH-2025/II.1`, `person:cv`), a bare one
    is that of a task; `only_dates` leaves what changed a due date.
    """

    first: date | None = None
    last: date | None = None
    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    only_dates: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry as people read it.

    `number` is its place in the whole log, None until it is sealed; `label` is what its subject is
    called, `kind` what kind of thing that is.
    """

    id: str
    number: int | None
    at: datetime
    actor: str
    on_behalf_of: str | None
    action: str
    kind: str
    label: str
    cause: str | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    hash: str
    prev: str

    @property
    def changes(self) -> list[tuple[str, Any, Any]]:
        """Each field with its value before and after, in the order of their names."""
        names = sorted({*self.before, *self.after})
        return [(name, self.before.get(name), self.after.get(name)) for name in names]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """The columns of an entry."""

    id: str
    subject: str
    at: datetime
    action: str
    actor: str
    body: str
    hash: str
    prev: str


def read_wanted(given: Mapping[str, str]) -> Wanted:
    """Return what the keys of an address ask for.

    Raises:
        Invalid: a key is unknown, or a day is none.
    """
    for key in given:
        if key not in KEYS:
            raise Invalid(field="filter", problem=f"{key!r}: {did_you_mean(key, KEYS)}")
    return Wanted(
        first=_day(given.get("from"), "from"),
        last=_day(given.get("to"), "to"),
        actor=given.get("actor") or None,
        action=given.get("action") or None,
        subject=given.get("subject") or None,
        only_dates=bool(given.get("dates")),
    )


def lines(
    tx: Transaction, wanted: Wanted, *, zone: ZoneInfo, before: str | None, limit: int
) -> list[Line]:
    """Return entries, the newest first; with `before` (an id) those older than that one.

    Raises:
        Unknown: there is no such subject.
    """
    conditions = store.between(_begin(wanted.first, zone), _end(wanted.last, zone))
    if wanted.actor is not None:
        conditions.append(store.by(wanted.actor))
    if wanted.action is not None:
        conditions.append(store.of_action(wanted.action))
    if wanted.subject is not None:
        conditions.append(store.about(_subject(tx, wanted.subject)))
    if wanted.only_dates:
        conditions.append(store.with_new_date())
    after = before if before is not None and is_id(before) else None
    return _lines(tx, store.page(tx, conditions, before=after, limit=limit))


def require_reader(
    tx: Transaction, actor: str, *, is_administrator: bool, rules: Rules, at: datetime
) -> None:
    """Return if somebody may read the log.

    Raises:
        NotPermitted: he is neither one of READERS nor an administrator.
    """
    rulebook = rules.current(tx)
    on = rulebook.calendar.local_date(at)
    who = rights.standpoint(rulebook.organisation, actor, None, on=on)
    if is_administrator and not who.actor.is_disabled:
        return
    rights.require(rulebook.organisation, who, None, on=on, what="read_audit_log", any_of=READERS)


def is_reading_kept(tx: Transaction, actor: str, *, since: datetime) -> bool:
    """Return whether it is in the log already that somebody reads it, since an instant."""
    return store.was_read(tx, _LOG, actor, since=since)


def keep_reading(tx: Transaction, actor: str, *, at: datetime) -> None:
    """Keep that somebody reads the log."""
    audit.append(tx, audit.Event(subject=_LOG, action="audit.read", actor=actor), at=at)


def keep_verdict(tx: Transaction, verdict: Verdict, *, actor: str, at: datetime) -> None:
    """Keep that the log was verified, and what was found."""
    after = {
        "blocks": verdict.blocks,
        "entries": verdict.entries,
        "findings": len(verdict.findings) + verdict.more,
        "head": verdict.head,
    }
    event = audit.Event(subject=_LOG, action="audit.verified", actor=actor, after=after)
    audit.append(tx, event, at=at)


def last_verdict(tx: Transaction) -> Line | None:
    """Return the entry of the last verification that was kept."""
    row = store.last_of(tx, _LOG, "audit.verified")
    return _lines(tx, [row])[0] if row is not None else None


def line_of(tx: Transaction, found: Numbered) -> Line:
    """Return a numbered entry as people read it."""
    body = json.loads(found.body)
    subject = body["subject"]
    return _line(
        _Row(
            id=body["id"],
            subject=subject,
            at=datetime.fromisoformat(body["at"]),
            action=body["action"],
            actor=body["actor"],
            body=found.body,
            hash=found.hash,
            prev=body["prev"],
        ),
        found.number,
        store.labels(tx, [subject]).get(subject),
    )


def _lines(tx: Transaction, rows: list[Any]) -> list[Line]:
    if not rows:
        return []
    numbers = store.numbers(tx, [row.id for row in rows])
    labels = store.labels(tx, sorted({row.subject for row in rows}))
    return [_line(row, numbers.get(row.id), labels.get(row.subject)) for row in rows]


def _line(row: Any, number: int | None, label: str | None) -> Line:
    body = json.loads(row.body)
    kind, _, name = row.subject.partition(":")
    if kind == _URGING:
        # Of a subject of its own; to whoever reads it is about the task that it names.
        label = (body.get("before") or {}).get("task")
    return Line(
        id=row.id,
        number=number,
        at=row.at,
        actor=row.actor,
        on_behalf_of=body.get("on_behalf_of"),
        action=row.action,
        kind=kind,
        label=label or name,
        cause=body.get("cause"),
        before=body.get("before") or {},
        after=body.get("after") or {},
        hash=row.hash,
        prev=row.prev,
    )


def _subject(tx: Transaction, text: str) -> str:
    kind, colon, name = text.partition(":")
    if not colon or kind not in ("task", "person", "unit", "plan", "message", "calendar", "policy",
                                 "workflow", "audit", "gate", "request", "sweep"):  # fmt: skip
        kind, name = "task", text
    if kind != "task" or is_id(name):
        return store.subject(tx, kind, name) or f"{kind}:{name}"
    found = tasks.load(tx, name)
    if not found:
        raise Unknown(what="task", name=name)
    return f"task:{found[0].task.id}"


def _day(text: str | None, field: str) -> date | None:
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(field=field, problem=f"{text!r} is no believable date") from error
    # Its midnight elsewhere on earth may lie outside the years there are.
    if not date.min < found < date.max - timedelta(days=1):
        raise Invalid(field=field, problem=f"{text!r} is no believable date")
    return found


def _begin(day: date | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC) if day else None


def _end(day: date | None, zone: ZoneInfo) -> datetime | None:
    return _begin(day + timedelta(days=1), zone) if day else None
