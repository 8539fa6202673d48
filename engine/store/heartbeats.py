"""Proof of life: when each part of the process last finished a whole turn."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from engine.store.driver import Prepared
from engine.store.session import Transaction
from engine.store.tables import heartbeat

#: How the name of a node begins whose clock was set by hand (DONDOC_NOW).
PINNED: Final = "pinned-"

_Upsert = TypeVar("_Upsert", postgresql.Insert, sqlite.Insert)

#: The heartbeat of a turn of the sweep that began in a slot; that of `sweep` is later once it is
#: done.
BACKLOG = "backlog"


def _upsert(statement: _Upsert) -> _Upsert:
    new = statement.excluded
    return statement.values(
        name=bindparam("name"), completed_at=bindparam("at"), node=bindparam("node")
    ).on_conflict_do_update(
        index_elements=["name"], set_={"completed_at": new.completed_at, "node": new.node}
    )


_BEAT: Final = {
    "postgresql": Prepared(_upsert(postgresql.insert(heartbeat))),
    "sqlite": Prepared(_upsert(sqlite.insert(heartbeat))),
}
_LAST: Final = Prepared(
    select(heartbeat.c.completed_at).where(heartbeat.c.name == bindparam("name"))
)


def beat(tx: Transaction, name: str, *, at: datetime, node: str) -> None:
    """Remember that a part finished a turn."""
    _BEAT[tx.dialect.name].run(tx, {"name": name, "at": at, "node": node})


def last_beat(tx: Transaction, name: str) -> datetime | None:
    """Return when a part last finished a turn, None if it never did."""
    found = _LAST.rows(tx, {"name": name})
    return found[0][0] if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """When a part last finished a whole turn, and on which node."""

    name: str
    completed_at: datetime
    node: str


def beats(tx: Transaction) -> list[Beat]:
    """Return the last beat of every part, by name."""
    rows = tx.execute(select(heartbeat).order_by(heartbeat.c.name))
    return [Beat(name=row.name, completed_at=row.completed_at, node=row.node) for row in rows]
