"""Troubles that an administrator must see; each is raised once."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import select
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


def raise_alert(tx: Transaction, trouble: Alert, *, at: datetime) -> bool:
    """Store and log an alert; return False if the same trouble is known already."""
    values = {
        "id": new_id(),
        "at": at,
        "code": trouble.code,
        "message": trouble.message,
        "task_id": trouble.task_id,
        "key": trouble.key,
    }
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    added = tx.execute(
        dialect.insert(alert)
        .values(values)
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(alert.c.id)
    )
    # Counting rows would not do: psycopg's count does not come through for an INSERT.
    is_new = added.first() is not None
    if is_new:
        _log.warning("alert.raised", code=trouble.code, message=trouble.message)
    return is_new


def standing_alerts(tx: Transaction) -> list[tuple[datetime, Alert]]:
    """Return the alerts that nobody has cleared, oldest first."""
    rows = tx.execute(select(alert).where(alert.c.cleared_at.is_(None)).order_by(alert.c.at))
    return [
        (row.at, Alert(code=row.code, message=row.message, key=row.key, task_id=row.task_id))
        for row in rows
    ]
