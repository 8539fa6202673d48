"""Random calendars, ladders, armings and organisations, small enough to read when one fails."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from engine.calendar import WorkingCalendar
from engine.ladder import Ladder, Run
from engine.ladder_form import ladder_from_mapping
from engine.notices import Notice
from engine.organisation import Answerable, Delegation, Holding, Organisation, Person, Unit
from tests.support.calendars import ZONE

#: Everything random happens around here; both ends of a year are near.
FIRST = date(2013, 12, 1)
LAST = date(2014, 3, 31)

DAYS = st.dates(FIRST, LAST)
INSTANTS = st.builds(
    lambda day, minute: (
        datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)
    ),
    DAYS,
    st.integers(0, 24 * 60 - 1),
)


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    """A calendar with a weekend, holidays in blocks, worked days, and some hour of sending."""
    off = {
        first + timedelta(days=n)
        for first, length in draw(st.lists(st.tuples(DAYS, st.integers(1, 9)), max_size=3))
        for n in range(length)
    }
    return WorkingCalendar(
        zone=ZONE,
        weekend=draw(st.sampled_from([frozenset({5, 6}), frozenset({6}), frozenset[int]()])),
        days_off=frozenset(off),
        work_days=frozenset(draw(st.lists(DAYS, max_size=4))),
        send_at=draw(st.sampled_from([time(7, 30), time(0, 0), time(16, 45)])),
        due_on_day_off=draw(st.sampled_from(["next", "previous"])),
    )


@st.composite
def ladders(draw: st.DrawFn, name: str = "unit") -> Ladder:
    """A ladder of up to six rungs in any order of days, some of them repeated."""
    positions = {
        "unit": ["assignee", "lead_unit", "unit_head", "leader_in_charge", "director"],
        "verifier": ["verifier", "monitor", "director"],
    }[name]
    lowest = -6 if name == "unit" else 1
    rungs: list[dict[str, Any]] = []
    for index in range(draw(st.integers(1, 6))):
        offset = draw(st.integers(lowest, 8))
        rung: dict[str, Any] = {
            "rung": f"rung-{index}",
            "at": f"{offset:+d}{draw(st.sampled_from(['wd', 'd']))}",
            "to": draw(st.lists(st.sampled_from(positions), min_size=1, max_size=2, unique=True)),
        }
        if draw(st.integers(0, 3)) == 0:
            rung["repeat"] = f"{draw(st.integers(1, 5))}wd"
        rungs.append(rung)
    return ladder_from_mapping(name, rungs)


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """An arming of a random ladder, not begun yet."""
    return Run(ladder=draw(ladders()), base=draw(DAYS), since=draw(INSTANTS))


PEOPLE = ("gd", "pgd", "cvp", "tp", "cv", "cv2")
_UNITS = ("SO", "VP", "CNTT")
_SOMEBODY = st.sampled_from(PEOPLE)


@st.composite
def organisations(draw: st.DrawFn) -> Organisation:
    """Three units and six people who hold anything or nothing, some silent, absent or disabled."""
    kinds = st.sampled_from(["director", "deputy_director", "unit_head", "officer"])
    has_monitor = draw(st.booleans())
    return Organisation(
        units=tuple(
            Unit(id=code, code=code, name=code, parent_id=None if code == "SO" else "SO",
                 leader_id=draw(st.none() | _SOMEBODY), is_monitor=has_monitor and code == "VP")
            for code in _UNITS
        ),
        people=tuple(
            Person(id=code, code=code, name=code, is_disabled=draw(st.integers(0, 5)) == 0,
                   email=draw(st.sampled_from([f"{code}@x.test", f"{code}@x.test", None])))
            for code in PEOPLE
        ),
        holdings=tuple(
            Holding(person_id=person, unit_id=unit, kind=kind)
            for person, unit, kind in draw(
                st.lists(st.tuples(_SOMEBODY, st.sampled_from(_UNITS), kinds), max_size=8)
            )
        ),
        delegations=tuple(
            Delegation(id=str(index), person_id=away, substitute_id=instead,
                       from_on=min(one, other), to_on=max(one, other))
            for index, (away, instead, one, other) in enumerate(
                draw(st.lists(st.tuples(_SOMEBODY, _SOMEBODY, DAYS, DAYS), max_size=4))
            )
            if away != instead
        ),
    )  # fmt: skip


@st.composite
def answerables(draw: st.DrawFn) -> Answerable:
    """Who answers for some task."""
    return Answerable(
        lead_unit_id=draw(st.sampled_from(_UNITS)),
        assignee_id=draw(st.none() | _SOMEBODY),
        verifier_id=draw(st.none() | _SOMEBODY),
        coordinating_ids=tuple(draw(st.lists(st.sampled_from(_UNITS), max_size=2, unique=True))),
    )


@st.composite
def notices(draw: st.DrawFn) -> Notice:
    """A notice that is due at some instant, a rung or the consequence of a deed."""
    is_planned = draw(st.booleans())
    return Notice(
        task_id="T1", ladder="unit" if is_planned else "", deadline_version=1, arming=1,
        rung="remind-3" if is_planned else "due_set", occurrence=1, recipient_id="cv",
        kind="reminder" if is_planned else "decision", position="assignee",
        leave_at=draw(INSTANTS), is_planned=is_planned,
        is_urgent=not is_planned and draw(st.integers(0, 5)) == 0,
        status=draw(st.sampled_from(["pending", "pending", "retry"])),
    )  # fmt: skip
