"""Where tasks stand, in SQL: their states, and what is worked out of days, answers and people.

Lateness goes by working days, which the database does not know; but it only grows, so the last
local date that is late by now is worked out here and compared there. What pauses moved, and what
is judged by the day of a report, the database lets through and the caller judges.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import (
    ColumnElement,
    Date,
    and_,
    cast,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
)

from engine.calendar import WorkingCalendar
from engine.organisation import Organisation
from engine.rulebook import Rulebook
from engine.store.record import REQUEST_STATES, history, plan, task
from engine.store.session import Transaction
from engine.store.visible import in_charge, leaders
from engine.task import OPEN, Task
from engine.views import TaskView

#: Working days ahead that count as soon.
SOON = 5
#: A due date lies no further than this from the working day by which it is judged.
_ROLL = timedelta(days=40)
_ONE_DAY = timedelta(days=1)
#: Whose clock runs: what is reported is judged by the day of its report.
RUNNING = ("assigned", "in_progress")
#: In the words of the index of what is open: SQLite knows it again by nothing else.
IS_OPEN: ColumnElement[bool] = literal_column(f"task.state IN {OPEN}")
#: The same of what waits for an answer.
_IS_ASKED: ColumnElement[bool] = literal_column(f"task.state IN {REQUEST_STATES}")
_whole = task.alias("accepted_whole")

Judge = Callable[[Task, TaskView], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a filter is read in: the rules, the local day, and who reads (none: everybody)."""

    tx: Transaction
    rulebook: Rulebook
    today: date
    people: tuple[str, ...] | None

    @property
    def organisation(self) -> Organisation:
        """Everybody."""
        return self.rulebook.organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """Which rows: `condition` lets through a few too many where there is a `judge`.

    `certain` are those of them that need no judge. `has_common_words` where words are looked for
    that so many tasks have that none of them is worth being shown first.
    """

    condition: ColumnElement[bool]
    judge: Judge | None = None
    certain: ColumnElement[bool] | None = None
    has_common_words: bool = False


def verified_by(person_id: str, scene: Scene) -> ColumnElement[bool]:
    """Return the condition that somebody verifies, as `Organisation.verifier` says it.

    Of all but contributions, which are accepted by who asked for them: `accepted_by`.
    """
    organisation, on = scene.organisation, scene.today
    monitor, unnamed = organisation.monitor, task.c.verifier_id.is_(None)
    found: list[ColumnElement[bool]] = [task.c.verifier_id == person_id]
    is_director = organisation.director(on) == person_id
    if monitor is None:
        found.append(and_(unnamed, true() if is_director else false()))
        return and_(task.c.kind != "contribution", or_(*found))
    own = task.c.lead_unit_id == monitor.id
    if organisation.head(monitor.id, on) == person_id:
        found.append(and_(unnamed, or_(~own, task.c.lead_unit_id.is_(None))))
    judged = led_by(person_id, scene)
    if is_director:
        led = or_(false(), *(led_by(one, scene) for one in leaders(organisation) - {person_id}))
        judged = or_(judged, and_(task.c.leader_id.is_(None), ~led))
    found.append(and_(unnamed, own, judged))
    return and_(task.c.kind != "contribution", or_(*found))


def accepted_by(person_id: str, scene: Scene) -> ColumnElement[bool]:
    """Return the condition that somebody accepts a contribution: he asked for it."""
    organisation = scene.organisation
    headed = [
        one.id for one in organisation.units if organisation.head(one.id, scene.today) == person_id
    ]
    mine = or_(
        _whole.c.assignee_id == person_id,
        and_(_whole.c.assignee_id.is_(None), _whole.c.lead_unit_id.in_(headed)),
    )
    asked = select(_whole.c.id).where(mine)
    return and_(task.c.kind == "contribution", task.c.parent_id.in_(asked))


def led_by(person_id: str, scene: Scene) -> ColumnElement[bool]:
    """Return the condition that somebody is the leader who answers, named or in charge."""
    return or_(
        task.c.leader_id == person_id,
        in_charge(scene.tx, scene.organisation, person_id, on=scene.today),
    )


def by_status(status: str | None, scene: Scene) -> Narrowed:
    """Return the rows that stand so."""
    match status:
        case "waiting-for-me":
            return _waiting(scene)
        case "on-time" | "late":
            return _verified(scene, is_late=status == "late")
        case "overdue" | "within-term" | "due-soon":
            return _running(status, scene)
        case _:
            return Narrowed(condition=_by_state(status))


def _by_state(status: str | None) -> ColumnElement[bool]:
    match status:
        case None:
            return true()
        case "open":
            return IS_OPEN
        case "standing" | "heading":
            return task.c.kind == status
        case "draft":
            return and_(task.c.state.is_(None), plan.c.state == "draft")
        case "returned":
            return _returned()
        case _:
            return task.c.state == status


def _returned() -> ColumnElement[bool]:
    """Return the condition that somebody sent the last report back."""
    last = (
        select(history.c.trigger)
        .where(
            history.c.task_id == task.c.id,
            history.c.trigger.in_(("report", "return", "withdraw", "reopen")),
        )
        .order_by(history.c.version.desc())
        .limit(1)
        .correlate(task)
        .scalar_subquery()
    )
    return and_(task.c.state == "in_progress", task.c.report_count > 0, last == "return")


def _running(status: str, scene: Scene) -> Narrowed:
    late, bare = judged_by(scene, -1), task.c.pauses.is_(None)
    dated = and_(IS_OPEN, task.c.due_on.is_not(None))
    plain = and_(task.c.state.in_(RUNNING), bare)
    if status == "overdue":
        return Narrowed(
            condition=and_(dated, late), certain=plain,
            judge=lambda _one, line: line.cell == "open_overdue",
        )  # fmt: skip
    if status == "within-term":
        return Narrowed(
            condition=and_(dated, or_(~late, ~plain)), certain=plain,
            judge=lambda _one, line: line.cell == "open_within_term",
        )  # fmt: skip
    unreported = and_(IS_OPEN, task.c.state.in_(RUNNING), task.c.due_on.is_not(None))
    return Narrowed(
        condition=and_(unreported, judged_by(scene, SOON), or_(~late, ~bare)), certain=bare,
        judge=lambda _one, line: 0 <= _left(line) <= SOON,
    )  # fmt: skip


def _left(line: TaskView) -> int:
    return -1 if line.working_days_left is None else line.working_days_left


def judged_by(scene: Scene, ahead: int) -> ColumnElement[bool]:
    """Return the condition that a date, were there no pauses, is judged by so many days from today.

    Each unit by its own calendar; -1 is before today.
    """
    rulebook = scene.rulebook
    office = _last_date(rulebook.calendar, scene.today, ahead)
    others: dict[date, list[str]] = {}
    for unit_id, calendar in rulebook.unit_calendars.items():
        last = _last_date(calendar, scene.today, ahead)
        if last != office:
            others.setdefault(last, []).append(unit_id)
    if not others:
        return task.c.due_on <= office
    unlike = [one for ids in others.values() for one in ids]
    return or_(
        and_(task.c.due_on <= office,
             or_(task.c.lead_unit_id.is_(None), task.c.lead_unit_id.not_in(unlike))),
        *(and_(task.c.due_on <= last, task.c.lead_unit_id.in_(ids))
          for last, ids in others.items()),
    )  # fmt: skip


def _last_date(calendar: WorkingCalendar, today: date, ahead: int) -> date:
    """Return the last due date whose day of judgement is no later than some working days ahead."""
    limit = today - _ONE_DAY if ahead < 0 else calendar.shift(today, ahead)
    day = limit + _ROLL
    while calendar.effective(day) > limit:
        day -= _ONE_DAY
    return day


def _verified(scene: Scene, *, is_late: bool) -> Narrowed:
    cell = "completed_late" if is_late else "completed_on_time"
    condition = and_(task.c.state == "verified", task.c.due_on.is_not(None))
    if is_late:
        # A day of slack: the database counts days by UTC.
        slack = 0 if scene.rulebook.calendar.due_on_day_off == "next" else _ROLL.days
        condition = and_(condition, _reported_from(scene.tx, -slack))
    else:
        is_far = and_(task.c.pauses.is_(None), _reported_from(scene.tx, _ROLL.days))
        condition = and_(condition, ~is_far)
    return Narrowed(
        condition=condition, certain=false(), judge=lambda _one, line: line.cell == cell
    )


def _reported_from(tx: Transaction, days: int) -> ColumnElement[bool]:
    """Return the condition that a report came no earlier than so many days after the due date."""
    never = task.c.reported_at.is_not(None)
    if tx.dialect.name == "postgresql":
        reported = cast(func.timezone("UTC", task.c.reported_at), Date)
        return and_(never, reported >= task.c.due_on + literal(days))
    return and_(never, func.date(task.c.reported_at) >= func.date(task.c.due_on, f"{days} days"))


def _waiting(scene: Scene) -> Narrowed:
    """Return what needs a word of the reader: a verification, an answer, a part to accept."""
    people, organisation, today = scene.people or (), scene.organisation, scene.today
    asked = frozenset({*_answers(people, scene), *_accepted(people, scene)})

    def is_his(one: Task, _line: TaskView) -> bool:
        return one.id in asked or bool(
            set(people) & set(organisation.verifiers(one.answerable, today))
        )

    is_asked = task.c.id.in_(sorted(asked))
    reported = and_(task.c.state == "reported", or_(false(), *_verifications(people, scene)))
    return Narrowed(
        # Nothing waits about what is over; said in so many words, it is found by its index.
        condition=and_(IS_OPEN, or_(is_asked, reported) if asked else reported),
        certain=is_asked,
        judge=is_his,
    )


def _verifications(people: Sequence[str], scene: Scene) -> Iterator[ColumnElement[bool]]:
    """Yield what reports may wait for somebody's verification, a few rows too many."""
    for person in people:
        yield verified_by(person, scene)
    organisation, on = scene.organisation, scene.today
    line = {*organisation.directors(on), *leaders(organisation)}
    monitor = organisation.monitor
    if monitor is not None:
        line |= {*organisation.holders("unit_head", on, unit_id=monitor.id)}
    if line & set(people):
        standing_in = {one.substitute_id for one in organisation.delegations}
        yield _passed_on(scene, reporters=sorted(line | standing_in))


def _passed_on(scene: Scene, *, reporters: Sequence[str]) -> ColumnElement[bool]:
    """Return what others verify: who should have reported it himself, or nobody should."""
    monitor = scene.organisation.monitor
    unnamed: ColumnElement[bool] = task.c.verifier_id.is_(None)
    by_himself = [
        who.in_(reporters) | (who == task.c.verifier_id) | (who == task.c.leader_id)
        for who in (task.c.reported_by_id, task.c.reported_for_id)
    ]
    if monitor is not None and scene.organisation.head(monitor.id, scene.today) is not None:
        unnamed = and_(unnamed, task.c.lead_unit_id == monitor.id)
    return or_(unnamed, *by_himself)


def _answers(people: Sequence[str], scene: Scene) -> list[str]:
    """Return the ids of tasks about which one of some people is asked something."""
    rows = scene.tx.execute(
        select(task.c.parent_id).where(
            task.c.kind.in_(("obstacle", "extension")),
            _IS_ASKED,
            # A range to look in: where nothing waits, SQLite would rather read every task.
            task.c.parent_id.is_not(None),
            or_(false(), *(led_by(one, scene) for one in people)),
        )
    )
    return [one for one in rows.scalars() if one is not None]


def _accepted(people: Sequence[str], scene: Scene) -> list[str]:
    """Return the ids of tasks to which a part was handed in that one of some people accepts."""
    rows = scene.tx.execute(
        select(task.c.parent_id).where(
            task.c.kind == "contribution",
            task.c.state == "reported",
            or_(false(), *(accepted_by(one, scene) for one in people)),
        )
    )
    return [one for one in rows.scalars() if one is not None]
