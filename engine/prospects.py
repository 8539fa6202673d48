"""What the future is foretold from, as the database holds it now; it writes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, or_, select

from engine.forecast import Foretold, OnItsWay, forecast
from engine.notices import Notice
from engine.preview import Situation
from engine.rulebook import Rulebook
from engine.store import departures, heartbeats, ledger, outbox, tasks
from engine.store.record import notice, task
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.task import Task

_ONE_MINUTE = timedelta(minutes=1)


def foretell(tx: Transaction, *, rules: Rules, at: datetime, until: date) -> list[Foretold]:
    """Return who will be told what through a local day if nothing changes, by time.

    Holds what waits in the ledger already, and what the ladders will add.
    """
    rulebook = rules.current(tx)
    leaving = select(notice.c.task_id).where(notice.c.status.in_(ledger.ON_ITS_WAY))
    running = or_(task.c.next_at.is_not(None), task.c.id.in_(leaving))
    found = situation(tx, running, rulebook, at=at)
    return forecast(found.tasks, found.past, rulebook, now=at, until=until, waiting=found.waiting)


def foretell_of(
    tx: Transaction, task_id: str, *, rules: Rules, at: datetime, until: date
) -> list[Foretold]:
    """Return who will be told what of one task through a local day if nothing changes, by time."""
    rulebook = rules.current(tx)
    found = situation(tx, task.c.id == task_id, rulebook, at=at, of_task=task_id)
    running = [one for one in found.tasks if one.next_at is not None]
    return forecast(running, found.past, rulebook, now=at, until=until, waiting=found.waiting)


def situation(
    tx: Transaction,
    chosen: ColumnElement[bool],
    rulebook: Rulebook,
    *,
    at: datetime,
    of_task: str | None = None,
) -> Situation:
    """Return what the future is foretold from: the chosen tasks, and whatever waits to leave.

    `of_task` is the id of the only task that is chosen.
    """
    rows = tx.execute(tasks.select_tasks().where(chosen))
    running = tasks.from_rows(tx, rows)
    armings = {one.id: (rulebook.ladder_of(one) or "", rulebook.arming(one)) for one in running}
    leaving = [
        OnItsWay(
            notice=one.notice, task=one.task, plan_state=one.plan_state,
            created_at=one.created_at, held_until=held_until,
            known=_known_of(tx, one.notice, rulebook),
        )
        for one, held_until in departures.on_its_way(tx, of_task=of_task)
    ]  # fmt: skip
    past = ledger.facts(tx, armings, calendar=rulebook.calendar)
    swept = _as_swept(tx, running, rulebook, at=at)
    return Situation(tasks=swept, past=past, waiting=leaving)


def _known_of(tx: Transaction, one: Notice, rulebook: Rulebook) -> Mapping[str, str]:
    """Return whom the ledger has for a rung; asked only where its recipient cannot be told."""
    if rulebook.organisation.can_be_told(one.recipient_id):
        return {}
    return outbox.told_already(tx, one)


def _as_swept(
    tx: Transaction, running: Sequence[Task], rulebook: Rulebook, *, at: datetime
) -> Sequence[Task]:
    """Return tasks as a turn of the sweep leaves them that comes too late for a slot (rule 5)."""
    began = heartbeats.last_beat(tx, heartbeats.BACKLOG)
    slots = [slot for one in rulebook.calendars if (slot := one.open_slot(at)) is not None]
    if any(at < slot + _ONE_MINUTE or (began is not None and began >= slot) for slot in slots):
        return running
    until = rulebook.next_slot(at)
    return [
        replace(one, next_at=until) if one.next_at is not None and one.next_at <= at else one
        for one in running
    ]
