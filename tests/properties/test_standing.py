"""What the database lets through as late, due or waiting is what the rules call so, row by row."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, or_, select

from engine.calendar import Variation, WorkingCalendar
from engine.clock import PinnedClock
from engine.ids import new_id
from engine.organisation import Organisation
from engine.pauses import Pause, pauses_stored
from engine.rulebook import Rulebook
from engine.store import plans, tasks
from engine.store.record import task
from engine.store.session import Database, Transaction
from engine.store.standing import SOON, Narrowed, Scene, accepted_by, by_status, led_by, verified_by
from engine.task import Task
from engine.views import TaskView, view
from tests.support.calendars import ZONE
from tests.support.made_up import CHARGES, UNITS, drawn_tasks, insert_rows, known
from tests.support.office import World
from tests.support.strategies import DAYS, PEOPLE, calendars, organisations

_TOLD = ("reported", "verified")
_STATES = ("assigned", "in_progress", "reported", "verified", "cancelled")
_ANY = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def world(database: Database) -> World:
    """A small office in a database of each kind."""
    return World(database=database, clock=PinnedClock(datetime(2014, 1, 2, tzinfo=UTC))).open()


@st.composite
def dated_rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A few tasks with a date or none, reported or not, some of them with a pause."""
    rows = []
    for number in range(draw(st.integers(1, 6))):
        due = draw(st.none() | DAYS)
        begin = draw(DAYS)
        pause = Pause(
            from_on=begin, to_on=begin + timedelta(days=draw(st.integers(0, 20))),
            deadline_version=draw(st.sampled_from([1, 2])),
        )  # fmt: skip
        rows.append(
            {
                "code": f"T{number}", "state": draw(st.sampled_from(_STATES)), "due_on": due,
                "lead": draw(st.sampled_from(UNITS)),
                "reported_at": datetime.combine(draw(DAYS), datetime.min.time(), UTC)
                + timedelta(minutes=draw(st.integers(0, 1439))),
                "pauses": pauses_stored([pause]) if due and draw(st.booleans()) else None,
            }
        )  # fmt: skip
    return rows


@_ANY
@given(rows=dated_rows(), office=calendars(), today=DAYS,
       weekend=st.none() | st.just(frozenset({4})))  # fmt: skip
def test_a_date_is_late_in_the_list_on_the_day_on_which_the_rules_call_it_late(
    world: World, rows: list[dict[str, Any]], office: WorkingCalendar, today: date,
    weekend: frozenset[int] | None,
) -> None:  # fmt: skip
    variations = {world.ids["CNTT"]: Variation(weekend=weekend)} if weekend else {}
    with world.database.begin() as tx, tx.begin_nested() as kept:
        rulebook = _rulebook(world.rules.current(tx), office, variations)
        now = datetime.combine(today, datetime.min.time(), ZONE)
        _insert(tx, rows, world.ids, now=now)
        scene = Scene(tx=tx, rulebook=rulebook, today=today, people=None)
        lines = _lines(tx, rulebook, today)

        found = {status: _let_through(tx, by_status(status, scene), lines) for status in _WANTED}

        kept.rollback()
    for status, is_wanted in _WANTED.items():
        wanted = {one.code for one, line in lines.values() if is_wanted(line)}
        assert found[status] == (wanted, True), status


_WANTED: Mapping[str, Any] = {
    "overdue": lambda line: line.cell == "open_overdue",
    "within-term": lambda line: line.cell == "open_within_term",
    "late": lambda line: line.cell == "completed_late",
    "on-time": lambda line: line.cell == "completed_on_time",
    "due-soon": lambda line: (
        line.state in ("assigned", "in_progress")
        and line.working_days_left is not None
        and 0 <= line.working_days_left <= SOON
    ),
}


@_ANY
@given(organisation=organisations(), rows=drawn_tasks(), charges=CHARGES, on=DAYS)
def test_whoever_verifies_or_leads_by_the_rules_does_so_in_the_list(
    world: World, organisation: Organisation, rows: list[dict[str, Any]],
    charges: list[tuple[str, str | None, str]], on: date,
) -> None:  # fmt: skip
    office = known(organisation, charges, world.ids)
    with world.database.begin() as tx, tx.begin_nested() as kept:
        rulebook = _rulebook(world.rules.current(tx), None, {}, office)
        insert_rows(tx, rows, world.ids)
        scene = Scene(tx=tx, rulebook=rulebook, today=on, people=None)
        lines = _lines(tx, rulebook, on)

        verified = {
            code: _codes(
                tx,
                or_(verified_by(world.ids[code], scene), accepted_by(world.ids[code], scene)),
            )
            for code in PEOPLE
        }
        led = {code: _codes(tx, led_by(world.ids[code], scene)) for code in PEOPLE}
        waiting = {
            code: _let_through(
                tx,
                by_status("waiting-for-me", _read_by(scene, world.ids[code])),
                {key: pair for key, pair in lines.items() if pair[0].kind == "task"},
                only=task.c.kind == "task",
            )[0]
            for code in PEOPLE
        }

        kept.rollback()
    for code in PEOPLE:
        person = world.ids[code]
        tasks_ = [one for one, _ in lines.values()]
        assert verified[code] == {
            one.code for one in tasks_ if office.verifier(one.answerable, on) == person
        }
        assert led[code] == {
            one.code for one in tasks_ if office.leader_of(one.answerable, on) == person
        }
        assert waiting[code] == _waits(tasks_, office, person, on)


def _waits(found: list[Task], office: Organisation, person: str, on: date) -> set[str]:
    """Return the codes of the plan's tasks that need a word of somebody, by the rules."""
    by_id = {one.id: one for one in found}
    answers = {
        one.parent_id
        for one in found
        if one.kind in ("obstacle", "extension") and office.leader_of(one.answerable, on) == person
    }
    accepts = {
        one.parent_id
        for one in found
        if one.kind == "contribution"
        and one.state == "reported"
        and office.verifier(one.answerable, on) == person
    }
    return {
        one.code for one in by_id.values()
        if one.kind == "task"
        and (one.id in answers | accepts
             or (one.state == "reported" and person in office.verifiers(one.answerable, on)))
    }  # fmt: skip


def _read_by(scene: Scene, person_id: str) -> Scene:
    return Scene(tx=scene.tx, rulebook=scene.rulebook, today=scene.today, people=(person_id,))


def _rulebook(
    rules: Rulebook, office: WorkingCalendar | None, variations: Mapping[str, Variation],
    organisation: Organisation | None = None,
) -> Rulebook:  # fmt: skip
    return Rulebook(
        revision=1, calendar=office or rules.calendar, ladders=rules.ladders,
        machines=rules.machines, organisation=organisation or rules.organisation,
        variations=variations,
    )  # fmt: skip


def _insert(
    tx: Transaction, rows: list[dict[str, Any]], ids: Mapping[str, str], *, now: datetime
) -> None:
    plan_id = plans.insert_plan(
        tx, {"code": new_id(), "year": 2014, "title": "Kế hoạch", "citations": []}
    )
    for number, one in enumerate(rows):
        tx.execute(
            insert(task).values(
                id=new_id(), plan_id=plan_id, code=one["code"], kind="task", ordinal=number,
                title="Việc", citations=[], intake={}, state=one["state"], due_on=one["due_on"],
                original_due_on=one["due_on"], deadline_version=1, lead_unit_id=ids[one["lead"]],
                reported_at=min(one["reported_at"], now) if one["state"] in _TOLD else None,
                pauses=one["pauses"],
            )
        )  # fmt: skip


def _lines(tx: Transaction, rulebook: Rulebook, today: date) -> dict[str, tuple[Task, TaskView]]:
    found = tasks.from_rows(tx, tx.execute(tasks.select_tasks()).all())
    return {
        one.id: (
            one,
            view(one, rulebook=rulebook, today=today, section="", parent=None, progress=None),
        )
        for one in found
    }


def _codes(tx: Transaction, condition: Any) -> set[str]:
    return set(tx.execute(select(task.c.code).where(condition)).scalars())


def _let_through(
    tx: Transaction, which: Narrowed, lines: Mapping[str, tuple[Task, TaskView]],
    only: Any = None,
) -> tuple[set[str], bool]:  # fmt: skip
    """Return the codes that pass, and whether all that need no judge would pass him too."""
    wanted = select(task.c.id).where(which.condition)
    if only is not None:
        wanted = wanted.where(only)
    judge = which.judge or (lambda _one, _line: True)
    passed = {one for one in tx.execute(wanted).scalars() if judge(*lines[one])}
    certain = set()
    if which.certain is not None:
        certain = set(tx.execute(wanted.where(which.certain)).scalars())
    return {lines[one][0].code for one in passed}, certain <= passed
