"""Notices that wait to leave, each with its task as it stands now.

Read with every message that is sent, so by one statement that is made once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, exists, or_, select, text

from engine.notices import Notice
from engine.store import tasks
from engine.store.driver import Among, Prepared
from engine.store.record import contribution, message, notice, plan, task
from engine.store.session import Transaction
from engine.store.tables import person
from engine.task import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A notice of the ledger on its way, with its task as it stands now."""

    id: str
    notice: Notice
    created_at: datetime
    tries: int
    message_id: str | None
    told_at: datetime | None
    task: Task
    plan_state: str

    @property
    def key(self) -> str:
        """The ledger key as one text: what Message-IDs are derived from."""
        one = self.notice
        parts = (
            one.task_id, one.ladder, one.deadline_version, one.arming, one.rung, one.occurrence,
            one.recipient_id,
        )  # fmt: skip
        return "|".join(map(str, parts))

    @property
    def label(self) -> str:
        """The ledger key for people: `KH-2023/II.1.4 unit v1.1 remind-3 #1`."""
        one = self.notice
        ladder = f" {one.ladder} v{one.deadline_version}.{one.arming}" if one.ladder else ""
        return f"{self.task.address}{ladder} {one.rung} #{one.occurrence}"


#: Why a notice was put off that says nothing about its recipient: whatever finds the server up
#: again takes it along, so that one person gets one message.
SERVER_IS_DOWN = "the mail server is down"

_NOTICE = tuple(each.name for each in fields(Notice))
_OWN = ("id", "created_at", "tries", "message_id", "told_at")
_IS_SHARED = (
    exists()
    .where(contribution.c.task_id == task.c.id, contribution.c.unit_id.is_not(None))
    .label("is_shared")
)
_TASK = tasks.select_tasks()
_WAITING = (
    select(
        *(notice.c[name] for name in (*_OWN, *_NOTICE)),
        plan.c.state.label("plan_state"),
        _IS_SHARED,
        *_TASK.selected_columns,
    )
    .join(task, task.c.id == notice.c.task_id)
    .join(plan, plan.c.id == task.c.plan_id)
    .order_by(notice.c.created_at, notice.c.id)
)
_LOCK_PERSON = Prepared(
    select(person.c.id)
    .where(person.c.id == bindparam("recipient"))
    .with_for_update(skip_locked=True, key_share=True)
)
_DUE = Prepared(
    _WAITING.where(
        notice.c.recipient_id == bindparam("recipient"),
        # As text: a parameter would keep the database from its index over just these.
        text("notice.status IN ('pending', 'retry')"),
        or_(
            notice.c.leave_at <= bindparam("at"),
            and_(notice.c.status == "retry", notice.c.reason == SERVER_IS_DOWN),
        ),
    ).with_for_update(of=notice)
)
_HELD = Prepared(
    _WAITING.where(notice.c.message_id == bindparam("message")).with_for_update(of=notice)
)
_UNSENT_TO = Prepared(
    _WAITING.where(
        Among(notice.c.recipient_id, "people"),
        text("notice.status IN ('pending', 'retry')"),
    ).with_for_update(of=notice, skip_locked=True)
)
_LEAVING = _WAITING.where(
    text("notice.status IN ('pending', 'retry', 'leased', 'sending')"),
    notice.c.recipient_id.is_not(None),
)
_ON_ITS_WAY = Prepared(_LEAVING)
_ON_ITS_WAY_OF = Prepared(_LEAVING.where(notice.c.task_id == bindparam("task")))


def lock_due(tx: Transaction, recipient_id: str, *, at: datetime) -> list[Waiting]:
    """Return what may leave to one person, oldest first, and keep other relays from it.

    Empty where another relay is at this person already: one person, one message.
    """
    # The person stands for all his notices, those inserted meanwhile included. KEY SHARE is what a
    # foreign key takes, so that nobody who tells him something has to wait. SQLite ignores it.
    if not _LOCK_PERSON.rows(tx, {"recipient": recipient_id}):
        return []
    return _waiting(tx, _DUE, {"recipient": recipient_id, "at": at})


def held_by(
    tx: Transaction, message_id: str, *, statuses: Sequence[str] = ("leased", "sending")
) -> list[Waiting]:
    """Return the notices of a message that are in one of the statuses, oldest first."""
    held = _waiting(tx, _HELD, {"message": message_id})
    return [one for one in held if one.notice.status in statuses]


def unsent_to(tx: Transaction, people: Sequence[str]) -> list[Waiting]:
    """Return what waits for some people, but for what a relay is at just now."""
    return _waiting(tx, _UNSENT_TO, {"people": list(people)})


def on_its_way(
    tx: Transaction, *, of_task: str | None = None
) -> list[tuple[Waiting, datetime | None]]:
    """Return everything by which somebody may still be told, and until when a relay holds it.

    Nothing is locked: this is for looking ahead. `of_task` is the id of one task, where the others
    do not matter.
    """
    if of_task is None:
        found = _waiting(tx, _ON_ITS_WAY, {})
    else:
        found = _waiting(tx, _ON_ITS_WAY_OF, {"task": of_task})
    held = select(message.c.id, message.c.lease_until).where(message.c.lease_until.is_not(None))
    if of_task is not None:
        held = held.where(message.c.id.in_([one.message_id for one in found if one.message_id]))
    rows = tx.execute(held)
    leases: dict[str, datetime] = {row.id: row.lease_until for row in rows}
    return [(one, leases.get(one.message_id or "")) for one in found]


def _waiting(tx: Transaction, wanted: Prepared, values: Mapping[str, Any]) -> list[Waiting]:
    rows = wanted.rows(tx, values)
    shared = sorted({row[_TASK_AT] for row in rows if row[_TASK_AT - 1]})
    units = tasks.coordinating_units(tx, shared) if shared else {}
    found = [_one(row, units) for row in rows]
    parts = {one.id: one for one in tasks.lead_sides(tx, [each.task for each in found])}
    if not parts:
        return found
    return [replace(one, task=parts.get(one.task.id, one.task)) for one in found]


_NOTICE_AT = len(_OWN)
_PLAN_AT = _NOTICE_AT + len(_NOTICE)
_TASK_AT = _PLAN_AT + 2


def _one(row: Sequence[Any], units: Mapping[str, tuple[str, ...]]) -> Waiting:
    told = dict(zip(_NOTICE, row[_NOTICE_AT:_PLAN_AT], strict=True))
    stands = tasks.from_facts(row[_TASK_AT:])
    if stands.id in units:
        stands = replace(stands, coordinating_ids=units[stands.id])
    return Waiting(
        **dict(zip(_OWN, row, strict=False)),
        notice=Notice(**{**told, "detail": told["detail"] or {}}),
        task=stands,
        plan_state=row[_PLAN_AT],
    )
