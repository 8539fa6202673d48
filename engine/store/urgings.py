"""What people were urged to by hand: one row of the ledger a task, a person and a local day.

Such a row belongs to no arming and to no version of the date, so that nothing done meanwhile makes
the key another one; its occurrence is the number of the day.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, not_, select
from sqlalchemy.dialects import postgresql, sqlite

from engine.notices import Notice
from engine.store import ledger, tasks
from engine.store.record import notice, plan, task
from engine.store.session import Transaction
from engine.store.tasks import Loaded

#: What the ledger calls it, where other notices name their rung or their event.
URGED = "urged"

#: It never left, because the task was reported or given to somebody else: nobody was urged by it.
_IS_VOID = and_(notice.c.status == "superseded", notice.c.told_at.is_(None))
_KEY = (
    notice.c.task_id, notice.c.ladder, notice.c.deadline_version, notice.c.arming, notice.c.rung,
    notice.c.occurrence, notice.c.recipient_id,
)  # fmt: skip
#: What a row that never left takes over from the one that comes in its place.
_RENEWED = ("status", "leave_at", "created_at", "position", "detail", "is_urgent")
_FORGOTTEN = {"superseded_by": None, "reason": None, "message_id": None, "tries": 0}


class Urged(NamedTuple):
    """Somebody who was urged today: of which task, when, and by the person with which code."""

    task_id: str
    recipient_id: str
    at: datetime
    by: str


class Urging(NamedTuple):
    """One time that somebody was urged by hand: by whom, in whose place, and with which words.

    People are codes; `note` is None where nothing was said.
    """

    at: datetime
    by: str
    on_behalf_of: str | None
    note: str | None
    recipient_id: str


def live(tx: Transaction, addresses: Iterable[str], *, revision: int) -> list[Loaded]:
    """Return the tasks of active plans that some addresses mean, for whoever only asks."""
    wanted = set(addresses)
    if not wanted:
        return []
    split = [one.rpartition("/") for one in wanted]
    rows = tx.execute(
        tasks.select_tasks().where(
            plan.c.code.in_(sorted({code for code, _, _ in split})),
            task.c.code.in_(sorted({code for _, _, code in split})),
            plan.c.state == "active",
        )
    )
    found = [tasks.from_facts(row) for row in rows]
    return [
        Loaded(task=one, plan_state="active", revision=revision, audit_seq=0, audit_hash="")
        for one in found
        if one.address in wanted
    ]


def of_task(tx: Transaction, task_id: str) -> list[Urging]:
    """Return every time that somebody was urged about a task, the oldest first."""
    rows = tx.execute(
        select(notice.c.created_at, notice.c.detail, notice.c.recipient_id)
        .where(
            notice.c.task_id == task_id,
            notice.c.ladder == "",
            notice.c.rung == URGED,
            notice.c.recipient_id.is_not(None),
            # Who was told only because somebody else could not be reached was not urged himself.
            notice.c.deadline_version == 0,
        )
        .order_by(notice.c.created_at, notice.c.id)
    )
    return [
        Urging(
            at=row.created_at,
            by=str(row.detail["actor"]),
            on_behalf_of=row.detail.get("on_behalf_of"),
            note=row.detail.get("note"),
            recipient_id=row.recipient_id,
        )
        for row in rows
        if "instead_of" not in row.detail
    ]


def of_day(tx: Transaction, task_ids: Iterable[str], *, day: date) -> list[Urged]:
    """Return who was urged by hand on a local day, about some tasks."""
    rows = tx.execute(
        select(notice.c.task_id, notice.c.recipient_id, notice.c.created_at, notice.c.detail)
        .where(
            notice.c.task_id.in_(sorted(set(task_ids))),
            notice.c.ladder == "",
            notice.c.rung == URGED,
            notice.c.occurrence == day.toordinal(),
            notice.c.recipient_id.is_not(None),
            not_(_IS_VOID),
        )
    )  # fmt: skip
    return [
        Urged(row.task_id, row.recipient_id, row.created_at, str(row.detail["actor"]))
        for row in rows
    ]


def add(tx: Transaction, notices: Sequence[Notice], *, at: datetime) -> frozenset[tuple[str, str]]:
    """Store notices that nobody was faster with; return (task id, person's id) of those stored.

    Whoever urges at the same time waits for the other one, and is told what came of it. In one
    order for everybody, so that nobody waits in a circle.
    """
    rows = [{**ledger.as_row(one, at=at), "detail": dict(one.detail)} for one in notices]
    rows.sort(key=lambda row: (row["task_id"], row["recipient_id"] or ""))
    stored = tx.execute(_insert(tx, rows))
    return frozenset((row.task_id, row.recipient_id) for row in stored)


def _insert(tx: Transaction, rows: Sequence[dict[str, Any]]) -> Any:
    dialect: Any = postgresql if tx.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(notice).values(rows)
    renewed = {name: statement.excluded[name] for name in _RENEWED}
    return statement.on_conflict_do_update(
        index_elements=_KEY, set_={**renewed, **_FORGOTTEN}, where=_IS_VOID
    ).returning(notice.c.task_id, notice.c.recipient_id)
