"""What the counters say and what is there, in one shape."""

from collections import Counter
from typing import Any

from sqlalchemy import func, select

from engine.store.counting import KEY
from engine.store.doors import counter
from engine.store.record import PLAN_KINDS, task
from engine.store.session import Transaction


def as_counted(tx: Transaction) -> Counter[Any]:
    """Return the sums of the counters by key; what comes to nothing is left out."""
    columns = [counter.c[name] for name in KEY]
    rows = tx.execute(select(*columns, func.sum(counter.c.delta)).group_by(*columns))
    return Counter({tuple(row[:-1]): int(row[-1]) for row in rows if row[-1]})


def as_they_are(tx: Transaction) -> Counter[Any]:
    """Return the items of plans that have a state, by the same key."""
    columns = [task.c[name] for name in KEY]
    counted = task.c.state.is_not(None), task.c.kind.in_(PLAN_KINDS)
    rows = tx.execute(select(*columns, func.count()).where(*counted).group_by(*columns))
    return Counter({tuple(row[:-1]): int(row[-1]) for row in rows})
