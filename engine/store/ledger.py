"""The ledger of notices: what was told of a task, and what is still to be told.

Rows are only ever added or moved on in status; the unique key makes a second telling impossible
whatever the number of schedulers, restarts or clock steps.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, func, or_, select, update

from engine.calendar import WorkingCalendar
from engine.ids import new_id
from engine.ladder import Mark
from engine.notices import Notice
from engine.office import Office
from engine.pauses import PAUSED
from engine.rulebook import Rulebook
from engine.store.driver import Among, Prepared, execute, execute_many
from engine.store.record import notice
from engine.store.rows import as_columns, unnested, writer_for_sqlite
from engine.store.session import Transaction
from engine.telling import Past

#: Statuses in which a notice has not left yet.
UNSENT = ("pending", "retry")
#: Statuses in which somebody may still be told by it.
ON_ITS_WAY = ("pending", "retry", "leased", "sending")
#: What took a notice from somebody who answers no more since the organisation changed; it is also
#: what history calls it.
MOVED = "moved_unit"
#: Statuses by which nobody heard anything.
_UNHEARD = ("superseded", "failed")

_KEY = (
    "task_id", "ladder", "deadline_version", "arming", "rung", "occurrence", "recipient_id",
)  # fmt: skip


def insert_notices(tx: Transaction, notices: Sequence[Notice], *, at: datetime) -> None:
    """Store notices; one whose key the ledger already holds is left out, or revived.

    An escalation superseded because its task was reported is owed again once the task comes back:
    escalation is never skipped, and one key never tells twice.
    """
    for rows in _without_rivals([as_row(one, at=at) for one in notices]):
        if tx.dialect.name == "postgresql":
            execute(tx, _POSTGRESQL, {**as_columns(rows, _TYPES), "created_at": at})
        else:
            execute_many(tx, _SQLITE, [_as_sqlite(row) for row in rows])


def _without_rivals(rows: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    """Yield the rows, in runs in which no key stands twice: one statement takes a row once."""
    run: list[dict[str, Any]] = []
    seen: set[tuple[Any, ...]] = set()
    for row in rows:
        key = tuple([row[name] for name in _KEY])
        if key in seen:
            yield run
            run, seen = [], set()
        run.append(row)
        seen.add(key)
    if run:
        yield run


def as_row(one: Notice, *, at: datetime) -> dict[str, Any]:
    """Return a notice as the columns of its table; its detail is text already."""
    return {
        "id": new_id(),
        "task_id": one.task_id,
        "ladder": one.ladder,
        "deadline_version": one.deadline_version,
        "arming": one.arming,
        "rung": one.rung,
        "occurrence": one.occurrence,
        "recipient_id": one.recipient_id,
        "kind": one.kind,
        "position": one.position,
        "detail": _json(dict(one.detail)) if one.detail else "{}",
        "is_urgent": one.is_urgent,
        "is_planned": one.is_planned,
        "created_at": at,
        "leave_at": one.leave_at,
        "status": one.status,
        "superseded_by": one.superseded_by,
        "reason": one.reason,
    }


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode

_TYPES: Mapping[str, str] = {
    "id": "uuid", "task_id": "uuid", "ladder": "text", "deadline_version": "int", "arming": "int",
    "rung": "text", "occurrence": "int", "recipient_id": "uuid", "kind": "text",
    "position": "text", "detail": "text", "is_urgent": "boolean", "is_planned": "boolean",
    "leave_at": "timestamptz", "status": "text", "superseded_by": "text", "reason": "text",
}  # fmt: skip
_as_sqlite = writer_for_sqlite({**_TYPES, "created_at": "timestamptz"})
_NAMES = ", ".join(_TYPES)
#: Whatever became of a notice that was superseded is gone with its second life.
_REVIVE = f"""
ON CONFLICT ({", ".join(_KEY)}) DO UPDATE SET
    status = excluded.status, leave_at = excluded.leave_at, created_at = excluded.created_at,
    position = excluded.position, superseded_by = NULL, reason = NULL, message_id = NULL, tries = 0
WHERE (notice.kind = 'escalation' OR notice.superseded_by = '{PAUSED}')
  AND notice.status = 'superseded' AND notice.told_at IS NULL
  AND excluded.status = 'pending'
"""
_POSTGRESQL = f"""
INSERT INTO notice ({_NAMES}, created_at, tries)
SELECT {_NAMES.replace("detail", "detail::jsonb")}, %(created_at)s::timestamptz, 0
FROM {unnested(_TYPES)}
{_REVIVE}
"""  # noqa: S608 - the same
_SQLITE = f"""
INSERT INTO notice ({_NAMES}, created_at, tries)
VALUES ({", ".join(f":{name}" for name in _TYPES)}, :created_at, 0)
{_REVIVE}
"""  # noqa: S608 - the same


def facts(
    tx: Transaction, armings: Mapping[str, tuple[str, int]], *, calendar: WorkingCalendar
) -> Mapping[str, Past]:
    """Return what the ledger holds of each task's present arming.

    Args:
        tx: The transaction.
        armings: Task id to (ladder, arming).
        calendar: Gives the local day of an instant.

    Returns:
        One fact per task, empty where nothing was told yet.
    """
    rows: dict[str, dict[tuple[str, int], list[_Line]]] = {}
    for one in _LINES.rows(tx, {"ids": list(armings)}):
        line = _Line(*one)
        if armings[line.task_id] == (line.ladder, line.arming) and not _is_still_owed(line):
            of_task = rows.setdefault(line.task_id, {})
            of_task.setdefault((line.rung, line.occurrence), []).append(line)
    days = _Days(calendar)
    return {task_id: _fact(rows.get(task_id, {}), days) for task_id in armings}


class _Days(dict[datetime, date]):
    """The local day of each instant: thousands of notices leave in a handful of slots."""

    def __init__(self, calendar: WorkingCalendar) -> None:
        super().__init__()
        self._calendar = calendar

    def __missing__(self, instant: datetime) -> date:
        self[instant] = day = self._calendar.local_date(instant)
        return day


class _Line(NamedTuple):
    """One row of the ledger, by what the rules ask of it."""

    task_id: str
    kind: str
    ladder: str
    arming: int
    rung: str
    occurrence: int
    status: str
    told_at: datetime | None
    decided_at: datetime | None
    recipient_id: str | None
    superseded_by: str | None
    reason: str | None


#: When it was made counts only where nobody was told.
_DECIDED_AT = case((notice.c.told_at.is_(None), notice.c.created_at)).label("decided_at")
_LINES = Prepared(
    select(
        *(_DECIDED_AT if name == "decided_at" else notice.c[name] for name in _Line._fields)
    ).where(Among(notice.c.task_id, "ids"))
)


def _is_still_owed(line: _Line) -> bool:
    """Return whether a row records what was withheld from everybody, and may be told after all.

    An escalation overtaken by a report, and a rung whose slot still lay ahead when the task left
    its ladder: such a row names the trigger alone, and no newer rung. So does one that waited for
    somebody who answers no more, since the organisation changed, and whatever a pause kept back.
    """
    if line.status != "superseded":
        return False
    if line.superseded_by == PAUSED:
        return True
    of_nobody = line.recipient_id is None or line.superseded_by == MOVED
    return line.kind == "escalation" or (of_nobody and line.reason == line.superseded_by)


def _fact(told: Mapping[tuple[str, int], Sequence[_Line]], days: _Days) -> Past:
    marks: list[Mark] = []
    people: dict[str, frozenset[str]] = {}
    for (rung, occurrence), lines in told.items():
        marks.append(Mark(rung=rung, occurrence=occurrence, on=_told_on(lines, days)))
        heard = frozenset(
            [line.recipient_id for line in lines
             if line.recipient_id is not None and line.status not in _UNHEARD]
        )  # fmt: skip
        people[rung] = people[rung] | heard if rung in people else heard
    return Past(marks=tuple(marks), told=people)


def _told_on(lines: Sequence[_Line], days: _Days) -> date | None:
    told = [line.told_at for line in lines if line.told_at is not None]
    if told:
        return days[min(told)]
    if any(line.status in ON_ITS_WAY for line in lines):
        return None
    # Superseded, collapsed or failed for good: the day it was decided takes the place of the day
    # it was told, so that the ladder goes on.
    return days[max(line.decided_at for line in lines if line.decided_at is not None)]


class Heard(NamedTuple):
    """One person and one rung of an arming: told, collapsed for him, or on its way to him."""

    rung: str
    kind: str
    position: str
    recipient_id: str
    status: str
    told_at: datetime | None

    @property
    def is_told(self) -> bool:
        """Whether it has reached him, or may have."""
        return self.told_at is not None or self.status in ("accepted", "in_doubt")


def heard(tx: Transaction, task_id: str, *, ladder: str, arming: int) -> list[Heard]:
    """Return whom an arming of a task has reached, or is meant to; in the order of making."""
    rows = tx.execute(
        select(*(notice.c[name] for name in Heard._fields))
        .where(
            notice.c.task_id == task_id,
            notice.c.ladder == ladder,
            notice.c.arming == arming,
            notice.c.recipient_id.is_not(None),
            notice.c.status.not_in(_UNHEARD),
        )
        .order_by(notice.c.created_at, notice.c.id)
    )
    return [Heard._make(row) for row in rows]


def supersede_reminders(
    tx: Transaction, newest: Mapping[str, str], *, at: datetime, reason: str
) -> list[tuple[str, str]]:
    """Mark unsent reminders of tasks as replaced by a newer rung; return (task id, rung) pairs."""
    replaced: list[tuple[str, str]] = []
    by_rung: dict[str, list[str]] = defaultdict(list)
    for task_id, rung in newest.items():
        by_rung[rung].append(task_id)
    for rung, task_ids in by_rung.items():
        given = {"ids": task_ids, "before": at, "rung": rung, "why": reason}
        replaced += [(task_id, older) for task_id, older in _SUPERSEDE.rows(tx, given)]
    return replaced


_SUPERSEDE = Prepared(
    update(notice)
    .where(
        Among(notice.c.task_id, "ids"),
        notice.c.kind == "reminder",
        or_(*(notice.c.status == status for status in UNSENT)),
        notice.c.created_at < bindparam("before"),
    )
    .values(status="superseded", superseded_by=bindparam("rung"), reason=bindparam("why"))
    .returning(notice.c.task_id, notice.c.rung)
)


def leave_times(
    tx: Transaction,
    recipients: Iterable[str],
    *,
    at: datetime,
    office: Office,
    rulebook: Rulebook,
) -> Mapping[str, datetime]:
    """Return when a notice made now leaves, per recipient: with the batch already waiting, if any.

    The batch leaves `office.batch` after its first notice if that lies in the working hours of the
    recipient's unit, else in its next slot.
    """
    people = sorted(set(recipients))
    waiting = select(notice.c.recipient_id, func.min(notice.c.leave_at).label("leave_at")).where(
        notice.c.recipient_id.in_(bindparam("people", expanding=True)),
        notice.c.status == "pending",
        notice.c.is_planned.is_(False),
        notice.c.is_urgent.is_(False),
        notice.c.leave_at > at,
    )
    batch = {
        row.recipient_id: row.leave_at
        for row in tx.execute(waiting.group_by(notice.c.recipient_id), {"people": people})
    }
    ready = at + office.batch
    on = rulebook.calendar.local_date(ready)
    return {
        person: batch.get(person) or rulebook.calendar_of_person(person, on=on).may_leave(ready)
        for person in people
    }
