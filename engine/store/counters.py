"""How many items of plans are in which state, as differences that are only ever added.

Triggers of the database write them, so that no writer of `task` can forget to: a change of state
adds -1 to what the item was and +1 to what it is. A row that is changed in place would be waited
for by everybody who moves a task of the same unit. A fold replaces rows of one key by their sum,
and keeps sums of nothing: what hangs on an item may still stand under the heading that it had.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, bindparam, delete, func, insert, select, text, union

from engine.store import counting
from engine.store.counting import COLUMNS, KEY, counted
from engine.store.doors import counter
from engine.store.record import task
from engine.store.session import Database, Transaction
from engine.task import OPEN

#: Rows that one transaction of a fold takes at most.
MOST_ROWS: Final = 10_000
#: A plan is folded once it has so many rows more than keys.
_SPARE: Final = 500

_RECOUNT = (
    f"INSERT INTO counter ({COLUMNS}, delta) "  # noqa: S608 - words of ours
    f"SELECT {COLUMNS}, sum(CASE WHEN {counted('task')} THEN 1 ELSE 0 END) FROM task "
    f"WHERE state IS NOT NULL GROUP BY {COLUMNS}"
)
#: Rows that another node folds meanwhile are left to it.
_FOLD_POSTGRESQL = text(f"""
WITH gone AS (
    DELETE FROM counter WHERE id IN (
        SELECT id FROM counter WHERE plan_id = :plan ORDER BY id LIMIT :most
        FOR UPDATE SKIP LOCKED)
    RETURNING {COLUMNS}, delta
), kept AS (
    INSERT INTO counter ({COLUMNS}, delta)
    SELECT {COLUMNS}, sum(delta) FROM gone GROUP BY {COLUMNS}
    RETURNING 1
)
SELECT (SELECT count(*) FROM gone) AS gone, (SELECT count(*) FROM kept) AS kept
""").bindparams(bindparam("plan", type_=counter.c.plan_id.type))  # noqa: S608 - words of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """So many items of one unit, field, kind and state; `lead_unit_id` None where none leads."""

    lead_unit_id: str | None
    field: str
    kind: str
    state: str
    number: int


def install(tx: Transaction) -> None:
    """Put the triggers on `task`, and count what is there; for migrations."""
    counting.install(tx)
    recount(tx)


def mend(tx: Transaction) -> None:
    """Put back the triggers that are missing or altered; what went uncounted is counted anew."""
    missing = counting.missing(tx)
    if missing:
        counting.install(tx, missing)
        recount(tx)


def recount(tx: Transaction) -> None:
    """Count anew, whatever the counters say: after rows were written past the triggers."""
    if tx.dialect.name == "postgresql":
        # Whoever moves a task meanwhile waits, else his difference would be counted twice.
        tx.exec_driver_sql("LOCK TABLE task IN SHARE ROW EXCLUSIVE MODE")
    tx.execute(delete(counter))
    tx.exec_driver_sql(_RECOUNT)


def counts(
    tx: Transaction, plan_id: str, *, unit_ids: Sequence[str] | None = None
) -> tuple[Count, ...]:
    """Return how many items of a plan are in which state, in no order; no count is 0.

    Args:
        tx: The transaction.
        plan_id: The plan.
        unit_ids: Lead units to keep to; None is all, and items that no unit leads.
    """
    number = func.sum(counter.c.delta).label("number")
    columns = [counter.c[name] for name in KEY if name != "plan_id"]
    statement: Select[Any] = (
        select(*columns, number)
        .where(counter.c.plan_id == plan_id)
        .group_by(*columns)
        .having(number != 0)
    )
    if unit_ids is not None:
        statement = statement.where(counter.c.lead_unit_id.in_(unit_ids))
    return tuple(
        Count(lead_unit_id=unit_id, field=field, kind=kind, state=state, number=int(sum_))
        for unit_id, field, kind, state, sum_ in tx.execute(statement).all()
    )


def open_by_unit(tx: Transaction) -> dict[str | None, int]:
    """Return how many items of plans are open, by lead unit."""
    rows = tx.execute(
        select(counter.c.lead_unit_id, func.sum(counter.c.delta))
        .where(counter.c.state.in_(OPEN))
        .group_by(counter.c.lead_unit_id)
    ).all()
    return {row[0]: int(row[1]) for row in rows}


def headings(tx: Transaction) -> frozenset[str]:
    """Return the fields of everything that is, or hangs on, an item of a plan."""
    counted_once = select(counter.c.field)
    drafts = select(task.c.field).where(task.c.state.is_(None))
    return frozenset(tx.execute(union(counted_once, drafts)).scalars())


def fold_all(database: Database) -> int:
    """Replace rows of one key by their sum, in short transactions; return how many rows went.

    No reader sees a wrong sum: rows go and their sum comes in one commit.
    """
    with database.read() as tx:
        keys = select(counter.c.plan_id, func.count().label("rows")).group_by(
            *(counter.c[name] for name in KEY)
        )
        grouped = keys.subquery()
        plans = tx.execute(
            select(grouped.c.plan_id)
            .group_by(grouped.c.plan_id)
            .having(func.sum(grouped.c.rows) > func.count() + _SPARE)
        ).scalars().all()  # fmt: skip
    saved = 0
    for plan_id in plans:
        while True:
            with database.begin() as tx:
                gone, kept = fold(tx, plan_id)
            saved += gone - kept
            # Sums of many keys are taken for the next rows: as long as it is worth while.
            if gone < MOST_ROWS or kept * 2 > gone:
                break
    return saved


def fold(tx: Transaction, plan_id: str, *, most: int = MOST_ROWS) -> tuple[int, int]:
    """Replace the oldest rows of a plan by their sums; return how many went and how many came."""
    if tx.dialect.name == "postgresql":
        found = tx.execute(_FOLD_POSTGRESQL, {"plan": plan_id, "most": most}).one()
        return found.gone, found.kept
    oldest = (
        select(counter.c.id).where(counter.c.plan_id == plan_id).order_by(counter.c.id).limit(most)
    )
    columns = [counter.c[name] for name in KEY]
    sums = select(*columns, func.sum(counter.c.delta).label("delta")).where(
        counter.c.id.in_(oldest)
    )
    kept = [dict(row._mapping) for row in tx.execute(sums.group_by(*columns))]
    gone = tx.execute(delete(counter).where(counter.c.id.in_(oldest))).rowcount
    if kept:
        tx.execute(insert(counter), kept)
    return gone, len(kept)
