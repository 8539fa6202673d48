"""What a clock that can be trusted promises, read from what came of a life in tests.support.town.

Each judge yields what broke its promise. They know nothing of how anything was decided: only what
the courier was handed, what the ledger holds, and a calendar that is counted day by day.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from engine.audit.verify import verify
from engine.calendar import WorkingCalendar
from engine.holds import Hold, holds_from
from engine.ladder import Rung
from engine.pauses import pauses_from
from scheduler.seal import seal_all
from tests.support import naive
from tests.support.line import Handed
from tests.support.town import Town

#: States in which a ladder runs.
RUNS: Mapping[str, tuple[str, ...]] = {
    "unit": ("assigned", "in_progress"),
    "verifier": ("reported",),
    "leader": ("raised", "requested"),
}
_ON_ITS_WAY = ("pending", "retry", "leased", "sending")


def broken(town: Town, *, owed_by: datetime) -> dict[str, list[Any]]:
    """Return every promise that was broken, with by what.

    Args:
        town: Where everything was lived through; the last slots undisturbed.
        owed_by: What fell due until then must have been told by now.
    """
    found = {name: list(judge(town)) for name, judge in _PROMISES.items()}
    found["skipped"] = list(skipped(town, owed_by=owed_by))
    return {name: faults for name, faults in found.items() if faults}


def told_twice(town: Town) -> Iterator[object]:
    """G6, G7, G8: nobody is told twice, but for one resend of what is no reminder, in doubt."""
    first = Counter(one.key for one in town.handed if not one.is_resend)
    again = Counter(one.key for one in town.handed if one.is_resend)
    yield from (key for key, times in (*first.items(), *again.items()) if times > 1)
    # A reminder goes along with an escalation of the same message: the very same bytes are sent.
    weighty = {one.reference for one in town.handed if one.is_resend and one.kind != "reminder"}
    yield from (one for one in town.handed if one.is_resend and one.reference not in weighty)
    rows = Counter(
        (row.task_id, row.ladder, row.deadline_version, row.arming, row.rung, row.occurrence,
         row.recipient_id)
        for row in town.world.ledger() if row.recipient_id is not None
    )  # fmt: skip
    yield from (key for key, times in rows.items() if times > 1)


def at_a_wrong_hour(town: Town) -> Iterator[Handed]:
    """Rule 5: rungs leave in slots, or in hours if late; other notices in hours; urgent at once."""
    for one in town.handed:
        is_allowed = one.is_in_slot or _is_in_hours(one, town)
        is_free = one.is_urgent and not one.is_planned
        if not is_free and not (one.is_working_day and is_allowed):
            yield one


def in_a_wrong_state(town: Town) -> Iterator[Handed]:
    """Rules 13, 15: no rung of a ladder that is not running, nor one of an older date."""
    for one in town.handed:
        if not one.ladder or one.is_resend:
            continue
        if one.state not in RUNS[one.ladder] or (one.ladder == "unit" and not one.is_of_this_date):
            yield one


def two_reminders_in_a_slot(town: Town) -> Iterator[object]:
    """Rule 6: one slot never carries two reminders of one task."""
    found: dict[tuple[datetime, str], set[tuple[str, int]]] = defaultdict(set)
    for one in town.handed:
        if one.kind == "reminder" and not one.is_resend:
            found[one.at, one.task].add((one.rung, one.occurrence))
    yield from ((key, rungs) for key, rungs in found.items() if len(rungs) > 1)


def two_messages_in_a_slot(town: Town) -> Iterator[object]:
    """Rule 6: one message a person and slot, but for what was tried with somebody else before.

    What is urgent waits for nobody: it may come a minute after the slot's own message.
    """
    instead = {one.reference for one in town.handed if one.is_instead}
    found: dict[tuple[datetime, str], set[str]] = defaultdict(set)
    for one in town.handed:
        is_free = one.is_resend or (one.is_urgent and not one.is_planned)
        if one.is_in_slot and not is_free and one.reference not in instead:
            found[one.at, one.recipient].add(one.reference)
    yield from ((key, messages) for key, messages in found.items() if len(messages) > 1)


def leaps(town: Town) -> Iterator[object]:
    """Rule 8: a step up is taken on a later day than the one on which the last was told."""
    steps: dict[tuple[object, ...], dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in town.world.ledger():
        is_step = row.kind == "escalation" and row.occurrence == 1
        if is_step and row.status != "superseded" and "instead_of" not in row.detail:
            steps[row.task_id, row.ladder, row.arming][row.rung].append(row)
    for climbed in steps.values():
        days = sorted(
            (_made(rows, town), _told(rows, town), rung) for rung, rows in climbed.items()
        )
        for (_, told, below), (made, _, above) in pairwise(days):
            if made <= told:
                yield below, told, above, made


def heard_on_every_step(town: Town) -> Iterator[object]:
    """Rule 11: whoever heard a lower escalation of an arming is told of no higher one."""
    heard: dict[tuple[object, ...], set[str]] = defaultdict(set)
    for one in town.handed:
        is_step = one.kind == "escalation" and one.occurrence == 1 and not one.is_resend
        if is_step and not one.is_instead:
            heard[one.task, one.ladder, one.key[3], one.recipient].add(one.rung)
    yield from ((key, rungs) for key, rungs in heard.items() if len(rungs) > 1)


def too_early(town: Town) -> Iterator[object]:
    """Rules 1, 2, 16: nothing is told before the slot of its day; a calendar that stands still."""
    if town.calendar_edits:
        return
    with town.database.read() as tx:
        ladders = town.world.rules.current(tx).ladders
    for one in town.handed:
        if one.ladder not in ("unit", "verifier") or one.is_resend:
            continue
        rung = next(rung for rung in ladders[one.ladder].rungs if rung.name == one.rung)
        base = rolled(one.due_on, town.calendar) if one.due_on else None
        if one.ladder == "verifier" and one.reported_at is not None:
            base = town.local(one.reported_at).date()
        if base is None or one.at < slot_of(rung, base, town.calendar):
            yield one


def told_in_a_pause(town: Town) -> Iterator[object]:
    """Rule 16: while a pause runs no rung of the unit's ladder is told."""
    for code, first, last, before in town.paused:
        for one in town.handed[before:]:
            is_meant = (one.task, one.ladder) == (code, "unit") and not one.is_resend
            if is_meant and first <= town.local(one.at).date() <= last:
                yield code, first, last, one


def told_before_the_promise_is_over(town: Town) -> Iterator[tuple[str, Hold, Handed]]:
    """Rule 12: an answer holds what stands above whoever gave it through the day promised."""
    with town.database.read() as tx:
        ladder = town.world.rules.current(tx).ladders["unit"]
    for code, hold, before in town.promised:
        for one in town.handed[before:]:
            is_meant = (one.task, one.ladder, one.kind) == (code, "unit", "escalation")
            is_over = town.local(one.at).date() > hold.through
            if not is_meant or one.is_resend or one.key[3] != hold.arming or is_over:
                continue
            is_own = one.rung == hold.rung and one.occurrence == 1
            names = [rung.name for rung in naive.climb(ladder, _base(one), one.calendar)]
            is_below = hold.rung in names and names.index(one.rung) < names.index(hold.rung)
            if not (is_own or is_below):
                yield code, hold, one


def skipped(town: Town, *, owed_by: datetime) -> Iterator[object]:
    """G10, G14: every rung of an open task was told, or says why not; nothing is stuck."""
    for item in town.course.tasks:
        yield from _untold(town, item, owed_by=owed_by)
    for one in town.world.ledger():
        is_stuck = one.status in _ON_ITS_WAY and (one.leave_at is None or one.leave_at < owed_by)
        is_silent = one.status in ("superseded", "collapsed", "failed") and not one.reason
        if is_stuck or is_silent:
            yield one


def failed_in_silence(town: Town) -> Iterator[object]:
    """G13: where nobody could be told, the administrator sees it."""
    alerts = town.world.alerts()
    nobody = {one.task_id for one in alerts if one.code == "no_recipient"}
    is_shown = any(one.code.startswith("mail_un") for one in alerts)
    for one in town.world.ledger():
        seen = one.task_id in nobody if one.recipient_id is None else is_shown
        if one.status == "failed" and not seen:
            yield one


def faults_of_the_record(town: Town) -> Iterator[object]:
    """G16: the record is whole, and replaying it gives what the tables say."""
    seal_all(town.database, town.clock, everywhere=True)
    yield from verify(town.database).findings


_PROMISES: Mapping[str, Callable[[Town], Iterator[object]]] = {
    "told twice": told_twice,
    "at a wrong hour": at_a_wrong_hour,
    "in a wrong state": in_a_wrong_state,
    "two reminders in a slot": two_reminders_in_a_slot,
    "two messages in a slot": two_messages_in_a_slot,
    "a leap": leaps,
    "heard on every step": heard_on_every_step,
    "too early": too_early,
    "told in a pause": told_in_a_pause,
    "told before the promise is over": told_before_the_promise_is_over,
    "failed in silence": failed_in_silence,
    "the record": faults_of_the_record,
}


def slot_of(rung: Rung, base: date, calendar: WorkingCalendar) -> datetime:
    """Return the slot of a rung's day, counted day by day."""
    day, left, step = base, abs(rung.offset), timedelta(days=1 if rung.offset > 0 else -1)
    while left:
        day += step
        left -= 1 if rung.unit == "d" or calendar.is_working_day(day) else 0
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, calendar.send_at, tzinfo=calendar.zone)


def rolled(day: date, calendar: WorkingCalendar) -> date:
    """Return a due date moved off days off, one day at a time."""
    step = timedelta(days=1 if calendar.due_on_day_off == "next" else -1)
    while not calendar.is_working_day(day):
        day += step
    return day


def _untold(town: Town, item: Mapping[str, Any], *, owed_by: datetime) -> Iterator[object]:
    calendar, row = town.calendar, town.world.row(item["code"])
    name = next((ladder for ladder, states in RUNS.items() if row.state in states), None)
    if name is None or row.due_on is None:
        return
    base, since, arming = rolled(row.due_on, calendar), row.running_since, row.arming
    waits = town.local(owed_by).date()
    if name == "unit":
        paused = [(one.from_on, one.to_on) for one in pauses_from(row.pauses)
                  if one.deadline_version == row.deadline_version]  # fmt: skip
        base = naive.moved(base, paused, calendar)
        if any(one.to_on >= waits for one in pauses_from(row.pauses)):
            return
    is_promised = name == "unit" and any(
        one.arming == row.arming and one.through >= waits for one in holds_from(row.holds)
    )
    if name == "verifier":
        since, arming = row.reported_at, row.report_count
        base = town.local(since).date()
    told = {one.rung for one in town.world.ledger()
            if (one.task_id, one.ladder, one.arming) == (row.id, name, arming)}  # fmt: skip
    with town.database.read() as tx:
        ladder = town.world.rules.current(tx).ladders[name]
    for rung in ladder.rungs:
        slot = slot_of(rung, base, calendar)
        is_step = ladder.kind(rung) == "escalation"
        is_owed = not is_promised if is_step else slot >= since.replace(second=0)
        is_empty = rung.to == ("coordinating_units",) and not item.get("coordinating")
        if is_owed and slot <= owed_by and not is_empty and rung.name not in told:
            yield item["code"], rung, slot


def _is_in_hours(one: Handed, town: Town) -> bool:
    # A relay that wakes a minute after the office has closed is not late.
    earlier = [town.local(one.at - late).time() for late in (timedelta(0), timedelta(minutes=1))]
    hours = town.course.office.hours
    return any(start <= moment <= end for start, end in hours for moment in earlier)


def _base(one: Handed) -> date:
    """Return the day from which the unit's ladder counted when it was handed over."""
    assert one.due_on is not None
    paused = [(gap.from_on, gap.to_on) for gap in one.pauses if gap.deadline_version == one.key[2]]
    return naive.moved(rolled(one.due_on, one.calendar), paused, one.calendar)


def _made(rows: list[Any], town: Town) -> date:
    return town.local(min(row.created_at for row in rows)).date()


def _told(rows: list[Any], town: Town) -> date:
    """Return the day from which the step above may be counted."""
    told = [row.told_at for row in rows if row.told_at is not None]
    return town.local(min(told, default=max(row.created_at for row in rows))).date()
