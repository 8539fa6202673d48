"""The sweep: finds what is due from the state of the tasks, and writes it into the ledger.

It is woken once a minute by anything at all; being woken twice, late or by two processes at once
changes nothing, because what is owed is computed from the tasks and the ledger's key is unique.
It never sends: the relay does.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import structlog
from sqlalchemy.exc import OperationalError

from engine import audit, ladder, visibility
from engine.calendar import WorkingCalendar
from engine.clock import Clock
from engine.ladder import DueRung, Run
from engine.notices import Notice
from engine.rulebook import Rulebook
from engine.store import alerts, claims, gates, heartbeats, ledger
from engine.store.rulebooks import Rules
from engine.store.session import Database, Transaction
from engine.task import Task
from engine.telling import Past, Telling, addressed, tellings
from scheduler import openings, returning, slots, standing
from scheduler.aftermath import see_to_alerts
from scheduler.settling import settle
from scheduler.slots import Serving
from scheduler.watch import QUIET, Signs

#: Tasks taken in one transaction.
BATCH = 1_000

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What one turn did. `failed` names tasks that could not be judged, by address.

    `is_held`: nothing was looked at, because the clock is doubted.
    """

    slot: datetime | None = None
    judged: int = 0
    told: int = 0
    superseded: int = 0
    postponed: int = 0
    failed: tuple[str, ...] = ()
    is_held: bool = False


@dataclass(slots=True)
class _Batch:
    """What a batch is about to write."""

    serving: Serving
    notices: list[Notice] = field(default_factory=list)
    next_at: dict[str, datetime | None] = field(default_factory=dict)
    newest: dict[str, str] = field(default_factory=dict)
    troubles: list[alerts.Alert] = field(default_factory=list)
    #: What was found out for one task and holds for others: a plan's tasks fall due together.
    turns: dict[tuple[Any, ...], ladder.Turn] = field(default_factory=dict)


class Sweep:
    """Finds what is due, in batches, each in a transaction of its own."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        rules: Rules,
        *,
        node: str | None = None,
        signs: Signs = QUIET,
    ) -> None:
        """Prepare.

        Args:
            database: Where the tasks and the ledger are.
            clock: What time it is.
            rules: The rulebook's keeper.
            node: Names this process in the heartbeat.
            signs: What is asked and given while a turn goes on.
        """
        self._database = database
        self._clock = clock
        self._rules = rules
        self._node = node or uuid4().hex
        self._signs = signs
        # An outage that ended between two slots is what the next slot makes up for.
        self._outage_seen: str | None = None
        self._awake_since: datetime | None = None

    def turn(self) -> Swept:
        """Do everything that is due now and return what was done.

        The slot is settled once, at the start: a turn that began in an open slot finishes its
        backlog in it, however long that takes.
        """
        started = self._clock.now()
        # A clock that was set back since does not make us a newcomer.
        self._awake_since = min(self._awake_since or started, started)
        if not self._signs.is_doubted():
            settle(self._database, self._rules, at=started)
        with self._database.begin() as tx:
            if self._signs.is_doubted() or gates.doubts(tx, at=started):
                # Nothing is put off either: the clock may show a day that has not come.
                if not slots.is_being_worked_off(tx, at=started):
                    heartbeats.beat(tx, "sweep", at=started, node=self._node)
                return Swept(is_held=True)
            rulebook = self._rules.current(tx)
            serving = slots.served(
                tx, rulebook.calendars, at=started, awake_since=self._awake_since
            )
            slot = serving.slot if serving is not None else None
            outage = slots.outage(tx, rulebook.calendars, at=started, slot=slot)
            outage = self._outage_seen = outage or self._outage_seen
            if serving is None:
                return self._between_slots(tx, rulebook, started=started)
            heartbeats.beat(tx, heartbeats.BACKLOG, at=started, node=self._node)
        # Before anybody is claimed: what is opened in a slot may be told in it.
        openings.open_due(self._database, self._rules, at=started)
        returning.sum_up(self._database, self._rules, at=started)
        total = Swept(slot=slot)
        while (done := self._batch(serving, started=started, outage=outage)).judged:
            self._signs.beat()
            total = _sum(total, done)
        self._outage_seen = None
        with self._database.begin() as tx:
            now = self._clock.now()
            see_to_alerts(tx, rulebook.calendar, failed=total.failed, since=started, at=now)
            standing.see_to_people(tx, rulebook, at=now)
            heartbeats.beat(tx, "sweep", at=now, node=self._node)
        return total

    def idle(self) -> None:
        """Count as awake up to now; for whoever knows that every turn until now found nothing."""
        with self._database.begin() as tx:
            heartbeats.beat(tx, "sweep", at=self._clock.now(), node=self._node)

    def _between_slots(self, tx: Transaction, rulebook: Rulebook, *, started: datetime) -> Swept:
        """Have what is found due wait for the next slot of its own (rule 5).

        While another turn works off the backlog of the last slot, that is not ours to put off.
        """
        if slots.is_being_worked_off(tx, at=started):
            return Swept()
        postponed = 0
        for calendar, units in _by_calendar(rulebook):
            until = slots.following((rulebook.calendar, calendar), at=started)
            postponed += claims.postpone_all(tx, at=started, until=until, units=units)
        following = slots.following((rulebook.calendar,), at=started)
        openings.put_off(tx, at=started, until=following)
        returning.put_off(tx, at=started, until=following)
        heartbeats.beat(tx, "sweep", at=started, node=self._node)
        return Swept(postponed=postponed)

    def _batch(self, serving: Serving, *, started: datetime, outage: str | None) -> Swept:
        try:
            with self._database.begin() as tx:
                tasks = claims.claim(tx, at=started, limit=BATCH)
                return self._serve(tx, tasks, serving=serving, outage=outage)
        except OperationalError:
            # The database is away or busy: that is no task's fault.
            raise
        except Exception:  # noqa: BLE001 - one poisoned row must not stop the rest
            _log.exception("sweep.batch_failed")
            return self._one_by_one(serving, started=started, outage=outage)

    def _one_by_one(self, serving: Serving, *, started: datetime, outage: str | None) -> Swept:
        with self._database.begin() as tx:
            waiting = claims.due(tx, at=started, limit=BATCH)
        total = Swept(slot=serving.slot)
        for one in waiting:
            try:
                with self._database.begin() as tx:
                    tasks = claims.claim(tx, at=started, limit=1, only=one.id)
                    total = _sum(total, self._serve(tx, tasks, serving=serving, outage=outage))
            except OperationalError:
                raise
            except Exception as problem:  # noqa: BLE001 - the same
                _log.exception("sweep.task_failed", task=one.address)
                total = _sum(total, self._push_away(one, problem, slot=serving.slot))
        return total

    def _push_away(self, one: claims.Due, problem: Exception, *, slot: datetime) -> Swept:
        """Look at a poisoned task again in the next slot, and show it until then."""
        with self._database.begin() as tx:
            following = slots.following(self._rules.current(tx).calendars, at=slot)
            claims.set_next(tx, {one.id: following})
            alerts.raise_alert(tx, _unjudged(one, problem), at=self._clock.now())
        return Swept(slot=slot, judged=1, failed=(one.address,))

    def _serve(
        self, tx: Transaction, tasks: list[Task], *, serving: Serving, outage: str | None
    ) -> Swept:
        if not tasks:
            return Swept(slot=serving.slot)
        # Read once the tasks are ours: whoever changes the rules wakes them again afterwards.
        rulebook = self._rules.current(tx)
        batch = self._judge(tx, tasks, rulebook, serving=serving, outage=outage)
        return self._write(tx, batch, tasks, rulebook, slot=serving.slot, outage=outage)

    def _judge(
        self,
        tx: Transaction,
        tasks: list[Task],
        rulebook: Rulebook,
        *,
        serving: Serving,
        outage: str | None,
    ) -> _Batch:
        armings = {one.id: (rulebook.ladder_of(one) or "", rulebook.arming(one)) for one in tasks}
        facts = ledger.facts(tx, armings, calendar=rulebook.calendar)
        batch = _Batch(serving=serving)
        for one in tasks:
            _judge_one(one, facts[one.id], rulebook, batch=batch, outage=outage)
        return batch

    def _write(
        self,
        tx: Transaction,
        batch: _Batch,
        tasks: list[Task],
        rulebook: Rulebook,
        *,
        slot: datetime,
        outage: str | None,
    ) -> Swept:
        now = self._clock.now()
        replaced = ledger.supersede_reminders(
            tx, batch.newest, at=now, reason=outage or "a newer reminder is due"
        )
        ledger.insert_notices(tx, batch.notices, at=now)
        claims.set_next(tx, batch.next_at)
        for trouble in batch.troubles:
            alerts.raise_alert(tx, trouble, at=now)
        if batch.notices or replaced:
            audit.append(tx, _event(batch, replaced, tasks, rulebook, slot=slot), at=now)
        pending = sum(one.status == "pending" for one in batch.notices)
        silent = sum(one.status == "superseded" for one in batch.notices)
        return Swept(
            slot=slot,
            judged=len(tasks),
            told=pending,
            superseded=silent + len(replaced),
        )


def _judge_one(
    task: Task,
    fact: Past,
    rulebook: Rulebook,
    *,
    batch: _Batch,
    outage: str | None,
) -> None:
    slot = batch.serving.slot
    run = rulebook.run(task, fact.marks)
    if run is None:
        batch.next_at[task.id] = None
        return
    turn = _turn(run, task, rulebook, batch=batch)
    for telling in tellings(task, turn, fact.told, rulebook, slot=slot):
        batch.notices.append(_notice(task, telling, rulebook, slot=slot, outage=outage))
        if telling.status == "failed":
            batch.troubles.append(_unheard(task, telling.rung, rulebook))
        batch.troubles += standing.troubles(telling, task, rulebook, slot=slot)
    batch.next_at[task.id] = turn.next_at
    if turn.newest is not None:
        batch.newest[task.id] = turn.newest


def _turn(run: Run, task: Task, rulebook: Rulebook, *, batch: _Batch) -> ladder.Turn:
    """Return what the slot asks, worked out once for all tasks of a batch that are alike in it."""
    # An arming and its rungs meet only in slots: whatever lies between two of them is alike.
    since = ladder.next_slot(run, rulebook.calendar, not_before=run.since)
    key = (run.ladder.name, run.base, since, frozenset(run.marks), bool(task.coordinating_ids),
           run.pauses, run.holds, id(run.own))  # fmt: skip
    found = batch.turns.get(key)
    if found is None:
        slot, closed = batch.serving.slot, batch.serving.closed
        found = ladder.plan(addressed(run, task), rulebook.calendar, slot=slot, closed=closed)
        batch.turns[key] = found
    return found


def _by_calendar(
    rulebook: Rulebook,
) -> Iterator[tuple[WorkingCalendar, Collection[str] | None]]:
    """Yield each calendar in use with the units that follow it, None for all that are left."""
    units: dict[WorkingCalendar, list[str]] = defaultdict(list)
    for unit_id, calendar in rulebook.unit_calendars.items():
        units[calendar].append(unit_id)
    yield from units.items()
    yield rulebook.calendar, None


def _notice(
    task: Task, telling: Telling, rulebook: Rulebook, *, slot: datetime, outage: str | None
) -> Notice:
    rung = telling.rung
    return Notice(
        task_id=task.id,
        ladder=rulebook.ladder_of(task) or "",
        deadline_version=task.deadline_version,
        arming=rulebook.arming(task),
        rung=rung.rung.name,
        occurrence=rung.occurrence,
        recipient_id=telling.addressee.person_id,
        kind=rung.kind,
        position=telling.addressee.position,
        leave_at=slot if telling.status == "pending" else None,
        is_planned=True,
        status=telling.status,
        superseded_by=telling.because_of,
        reason=_reason(telling, slot=slot, outage=outage),
    )


def _reason(telling: Telling, *, slot: datetime, outage: str | None) -> str | None:
    match telling.status:
        case "superseded":
            # A rung of this very slot is no victim of an outage, whenever the last sweep was.
            missed = outage if telling.rung.slot < slot else None
            return missed or "a newer reminder is due in the same slot"
        case "failed":
            return "no_recipient"
        case "collapsed":
            return "collapsed"
        case _:
            return None


def _unheard(task: Task, one: DueRung, rulebook: Rulebook) -> alerts.Alert:
    name = one.rung.name
    key = f"{task.id}:{rulebook.arming(task)}:{name}:{one.occurrence}"
    return alerts.unheard(task.address, name, key=key, task_id=task.id)


def _unjudged(one: claims.Due, problem: Exception) -> alerts.Alert:
    return alerts.Alert(
        code="sweep_failed",
        message=f"{one.address}: không xét được ({type(problem).__name__}: {problem}); "
        "các nhiệm vụ khác vẫn được phục vụ",
        key=f"sweep_failed:{one.id}:{one.version}",
        task_id=one.id,
    )


def _event(
    batch: _Batch,
    replaced: list[tuple[str, str]],
    tasks: list[Task],
    rulebook: Rulebook,
    *,
    slot: datetime,
) -> audit.Event:
    """Return the one entry of a batch: who is to be told what, and what will not be told."""
    address = {one.id: one.address for one in tasks}
    people = rulebook.organisation.person_by_id
    by_status: dict[str, list[list[object]]] = {}
    for one in batch.notices:
        recipient = people[one.recipient_id].code if one.recipient_id else None
        row = [address[one.task_id], one.rung, one.occurrence, recipient, one.superseded_by]
        by_status.setdefault(one.status, []).append(row)
    for task_id, rung in replaced:
        row = [address[task_id], rung, None, None, batch.newest[task_id]]
        by_status.setdefault("superseded", []).append(row)
    granted = visibility.granted(
        batch.notices, {one.id: one for one in tasks}, rulebook.organisation,
        on=rulebook.calendar.local_date(slot),
    )  # fmt: skip
    told = {**by_status, "granted": granted} if granted else by_status
    return audit.Event(
        subject=f"sweep:{uuid4()}",
        action="sweep.told",
        actor="system",
        after={"slot": slot, **told},
    )


def _sum(one: Swept, other: Swept) -> Swept:
    return Swept(
        slot=one.slot,
        judged=one.judged + other.judged,
        told=one.told + other.told,
        superseded=one.superseded + other.superseded,
        failed=(*one.failed, *other.failed),
    )
