"""What a director reads of a plan: what is overdue, where, since when, and what stands in its way.

Every number is that of a list, and counts what that list shows. No person is ranked: numbers are
those of units and fields.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from engine import cells, listing
from engine.cells import Cells, Line, Month
from engine.errors import Unknown
from engine.filters import Filter
from engine.organisation import Unit
from engine.rulebook import Rulebook
from engine.store import counters, figures, overview, requests
from engine.store import listing as store
from engine.store.figures import PlanHead
from engine.store.overview import Done, Reach
from engine.store.record import REQUEST_STATES
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.store.standing import Scene
from engine.views import TaskView
from engine.visibility import seen_units, sees_all

#: How many weeks the trend goes back.
WEEKS: Final = 12
#: How many of the longest overdue are shown.
LONGEST: Final = 5
_WEEK = timedelta(days=7)
_SUNDAY: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Slipping:
    """A task that is overdue, and what was said to stand in its way and waits for an answer."""

    task: TaskView
    obstacles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """How many were overdue when a week ended; None where that was not written down."""

    ended_on: date
    overdue: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Of what a dashboard is: a plan, and a unit (None: all of the agency).

    Attributes:
        plan: The plan.
        unit: The unit.
        plans: All plans there are to choose from, the newest first.
        units: The units there are to choose from.
        is_whole: Whether the reader may choose the whole agency.
    """

    plan: PlanHead
    unit: Unit | None
    plans: tuple[PlanHead, ...]
    units: tuple[Unit, ...]
    is_whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """The numbers of a plan at an instant, for the whole agency or one unit.

    Attributes:
        total: Of everything.
        units: Of each lead unit, in the order of the organisation.
        fields: Of each field, in the order of the plan.
        due_soon: How many fall due within five working days.
        waiting: How many reports wait to be verified.
        waiting_since: The local day of the oldest of them.
        waiting_working_days: How long that is.
        obstacles: About how many tasks an obstacle waits for an answer.
        longest: Those overdue the longest, the longest first.
        months: Months with a completed task, and those between them, in order.
        weeks: The last full weeks, in order.
    """

    total: Cells
    units: tuple[Line, ...]
    fields: tuple[Line, ...]
    due_soon: int
    waiting: int
    waiting_since: date | None
    waiting_working_days: int
    obstacles: int
    longest: tuple[Slipping, ...]
    months: tuple[Month, ...]
    weeks: tuple[Week, ...]


def choose(
    tx: Transaction,
    plan: str | None,
    unit: str | None,
    *,
    person_id: str,
    rules: Rules,
    at: datetime,
) -> View | None:
    """Return of what somebody reads the dashboard; None where there is nothing he may see.

    Args:
        tx: The transaction.
        plan: Code of a plan; None is the newest that is active, else the newest.
        unit: Code of a unit; None is the agency, or the first unit the reader may see.
        person_id: The reader.
        rules: The rulebook's keeper.
        at: Now.

    Raises:
        Unknown: there is no such plan, or no such unit for this reader.
    """
    rulebook = rules.current(tx)
    organisation, today = rulebook.organisation, rulebook.calendar.local_date(at)
    known = tuple(one for one in figures.plans(tx) if one.state != "draft")
    is_whole = sees_all(organisation, person_id, today)
    seen = set(seen_units(organisation, person_id, today))
    units = tuple(one for one in organisation.units if one.id in seen)
    if not known or not units:
        return None
    return View(
        plan=_plan(known, plan),
        unit=_unit(units, unit) if unit else None if is_whole else units[0],
        plans=known,
        units=units,
        is_whole=is_whole,
    )


def read(tx: Transaction, view: View, *, rules: Rules, at: datetime) -> Dashboard:
    """Return the numbers of a dashboard.

    Args:
        tx: The transaction.
        view: Of what, as `choose` returned it.
        rules: The rulebook's keeper.
        at: Now.
    """
    rulebook = rules.current(tx)
    calendar = rulebook.calendar
    today = calendar.local_date(at)
    reach = Reach(
        plan_id=view.plan.id,
        unit_ids=None if view.unit is None else (view.unit.id,),
        zone=calendar.zone,
    )
    scene = Scene(tx=tx, rulebook=rulebook, today=today, people=None)
    late = _late(tx, reach, scene)
    done = overview.done(tx, reach)
    counted = counters.counts(tx, reach.plan_id, unit_ids=reach.unit_ids)
    since = _waiting_since(done, rulebook)
    obstacles = overview.with_obstacle(tx, reach)
    return Dashboard(
        total=cells.total(counted, late),
        units=cells.by_unit(counted, late, rulebook.organisation),
        fields=cells.by_field(counted, late, overview.fields(tx, reach.plan_id)),
        due_soon=sum(late.soon.values()),
        waiting=sum(one.number for one in counted if one.state == "reported"),
        waiting_since=since,
        waiting_working_days=calendar.count(since, today) if since else 0,
        obstacles=obstacles,
        longest=_longest(view, scene, is_asked=bool(obstacles)),
        months=cells.by_month(done, late),
        weeks=_weeks(tx, view, today=today),
    )


def open_by_unit(
    tx: Transaction, people: Sequence[str], *, rules: Rules, at: datetime
) -> dict[str, int]:
    """Return how many open tasks each unit leads that a reader may see, by code; none is left out.

    Args:
        tx: The transaction.
        people: Ids of the reader and of those he stands in for.
        rules: The rulebook's keeper.
        at: Now.
    """
    rulebook = rules.current(tx)
    organisation, today = rulebook.organisation, rulebook.calendar.local_date(at)
    if any(sees_all(organisation, one, today) for one in people):
        found = counters.open_by_unit(tx)
    else:
        scene = Scene(tx=tx, rulebook=rulebook, today=today, people=tuple(people))
        which = store.narrowed(Filter(status="open"), scene)
        found = store.count_by_unit(tx, which.condition)
    return {one.code: found.get(one.id, 0) for one in organisation.units}


def _plan(known: Sequence[PlanHead], code: str | None) -> PlanHead:
    if code is None:
        return next((one for one in known if one.state == "active"), known[0])
    for one in known:
        if one.code == code:
            return one
    raise Unknown(what="plan", name=code)


def _unit(seen: Sequence[Unit], code: str) -> Unit:
    for one in seen:
        if one.code.casefold() == code.casefold():
            return one
    raise Unknown(what="unit", name=code)


def _late(tx: Transaction, reach: Reach, scene: Scene) -> cells.Lateness:
    rulebook = scene.rulebook
    is_rolled_back = any(one.due_on_day_off == "previous" for one in rulebook.calendars)
    return cells.judged(
        overview.running(tx, reach, scene),
        overview.reported_late(tx, reach, is_rolled_back=is_rolled_back),
        overview.paused(tx, reach),
        rulebook=rulebook,
        today=scene.today,
    )


def _waiting_since(done: Sequence[Done], rulebook: Rulebook) -> date | None:
    oldest = min((one.first for one in done if one.state == "reported"), default=None)
    return None if oldest is None else rulebook.calendar.local_date(oldest)


def _longest(view: View, scene: Scene, *, is_asked: bool) -> tuple[Slipping, ...]:
    overdue = Filter(
        plan=view.plan.code,
        unit=view.unit.code if view.unit else None,
        status="overdue",
        sort="due",
    )
    found = listing.first(overdue, scene, limit=LONGEST)
    asked = requests.of_tasks(scene.tx, found) if is_asked else []
    return tuple(
        Slipping(
            task=one,
            obstacles=tuple(
                str(each.says["reason"])
                for each in asked
                if each.about == id_ and each.kind == "obstacle" and each.state in REQUEST_STATES
            ),
        )
        for id_, one in found.items()
    )


def _weeks(tx: Transaction, view: View, *, today: date) -> tuple[Week, ...]:
    """Return the last weeks that have ended, each by its Sunday."""
    last = today - timedelta(days=(today.weekday() - _SUNDAY) % 7 or 7)
    days = [last - number * _WEEK for number in reversed(range(WEEKS))]
    found = figures.overdue_on(
        tx, view.plan.id, days, unit_code=view.unit.code if view.unit else None
    )
    return tuple(Week(ended_on=day, overdue=found.get(day)) for day in days)
