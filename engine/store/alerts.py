"""Troubles that an administrator must see; each is raised once, and again if it comes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.ids import new_id
from engine.store.record import alert
from engine.store.session import Transaction

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One trouble. `key` names it, so that the same trouble found again raises nothing new."""

    code: str
    message: str
    key: str
    task_id: str | None = None


def unheard(address: str, what: str, *, key: str, task_id: str | None = None) -> Alert:
    """Return the alert that nobody can be told of something (rule 17).

    Args:
        address: Of the task or the plan.
        what: The rung or the event, as a message calls it.
        key: Tells this one from others like it.
        task_id: The task, where it is one.
    """
    return Alert(
        code="no_recipient",
        message=f"{address}: không có ai để báo {what}; hãy kiểm tra chức vụ và địa chỉ thư của "
        "đơn vị, lãnh đạo phụ trách và Giám đốc",
        key=f"no_recipient:{key}",
        task_id=task_id,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """An alert as it is stored; `cleared_at` is None while it stands."""

    id: str
    at: datetime
    cleared_at: datetime | None
    alert: Alert


def raise_alert(tx: Transaction, trouble: Alert, *, at: datetime) -> bool:
    """Store and log an alert; return False if the same trouble stands already.

    One that was cleared stands again, with its new instant and words.
    """
    values = {
        "id": new_id(),
        "at": at,
        "code": trouble.code,
        "message": trouble.message,
        "task_id": trouble.task_id,
        "key": trouble.key,
    }
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    again = {"at": at, "message": trouble.message, "cleared_at": None}
    added = tx.execute(
        dialect.insert(alert)
        .values(values)
        .on_conflict_do_update(
            index_elements=["key"], set_=again, where=alert.c.cleared_at.is_not(None)
        )
        .returning(alert.c.id)
    )
    # Counting rows would not do: psycopg's count does not come through for an INSERT.
    is_new = added.first() is not None
    if is_new:
        _log.warning("alert.raised", code=trouble.code, message=trouble.message)
    return is_new


def raised(tx: Transaction, *conditions: ColumnElement[bool]) -> list[Raised]:
    """Return alerts, standing and cleared, oldest first."""
    rows = tx.execute(select(alert).where(*conditions).order_by(alert.c.at, alert.c.id))
    return [
        Raised(
            id=row.id,
            at=row.at,
            cleared_at=row.cleared_at,
            alert=Alert(code=row.code, message=row.message, key=row.key, task_id=row.task_id),
        )
        for row in rows
    ]


def standing(tx: Transaction, *, codes: Sequence[str] = ()) -> list[Raised]:
    """Return the alerts that stand, of some codes or of all, oldest first."""
    of_codes = (alert.c.code.in_(codes),) if codes else ()
    return raised(tx, alert.c.cleared_at.is_(None), *of_codes)


def clear(tx: Transaction, chosen: Sequence[Raised], *, at: datetime) -> None:
    """Let alerts stand no longer; each may be raised again."""
    if chosen:
        ids = [one.id for one in chosen]
        tx.execute(update(alert).where(alert.c.id.in_(ids)).values(cleared_at=at))


def was_cleared(tx: Transaction, key: str) -> bool:
    """Return whether a trouble was raised once and stands no longer."""
    wanted = select(alert.c.id).where(alert.c.key == key, alert.c.cleared_at.is_not(None))
    return tx.execute(wanted).first() is not None
