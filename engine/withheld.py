"""Read models of what nobody was told, and of what only the administrator sees."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engine.store import alerts
from engine.store.record import notice, task
from engine.store.session import Transaction

#: Statuses of notices by which nobody will be told.
_SILENT = ("superseded", "collapsed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Silenced:
    """A rung or an event of which somebody was not told; `by` what took its place."""

    task: str
    rung: str
    by: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """An alert."""

    at: datetime
    code: str
    message: str


def silenced(tx: Transaction) -> list[Silenced]:
    """Return what was not told, by the time it was decided, once however many people it names."""
    rows = tx.execute(
        select(task.c.code, notice.c.rung, notice.c.superseded_by, notice.c.reason)
        .join(task, task.c.id == notice.c.task_id)
        .where(notice.c.status.in_(_SILENT))
        .order_by(notice.c.created_at, task.c.ordinal, notice.c.id)
    )
    return [
        Silenced(task=code, rung=rung, by=by, reason=reason)
        for code, rung, by, reason in dict.fromkeys(map(tuple, rows))
    ]


def troubles(tx: Transaction, *, with_cleared: bool = False) -> list[Trouble]:
    """Return the alerts that stand, oldest first; or every one that was ever raised."""
    found = alerts.raised(tx) if with_cleared else alerts.standing(tx)
    return [Trouble(at=one.at, code=one.alert.code, message=one.alert.message) for one in found]
