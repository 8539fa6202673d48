"""Whatever happens in an office, and whatever becomes of its mail, the promises about time hold.

Offices, people, deeds, outages, mail servers and deaths of a relay are made up.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from engine.office import Office
from engine.store.session import Database
from tests.support.courses import courses
from tests.support.databases import SqliteSource
from tests.support.office import ZONE, local
from tests.support.promises import broken, told_before_the_promise_is_over
from tests.support.town import Course, Deed, Town, careless

#: Everything a ladder can owe of its first round is told long before.
_LAST = date(2014, 4, 18)

#: An office whose file names the highest step first; the head is told again every other day.
_ANSWERED = Course(
    office=Office(zone=ZONE),
    ladders={
        "unit": [
            {"rung": "to-director", "at": "+3wd", "to": ["director"]},
            {"rung": "to-head", "at": "+1wd", "to": ["unit_head"], "repeat": "2wd"},
            {"rung": "to-leader", "at": "+2d", "to": ["leader_in_charge"], "repeat": "2wd"},
        ],
        "verifier": [{"rung": "verify", "at": "+2wd", "to": ["verifier"]}],
        "leader": [{"rung": "answer", "at": "+3wd", "to": ["director"]}],
    },
    tasks=({"code": "T1", "due": "2014-02-07"},),
    deeds=(
        Deed(
            at=local("2014-02-10T09:00"),
            do="acknowledge",
            how={"by": "pgd", "task": "T1", "days": 8},
        ),
    ),
)


def test_rule_12_an_answer_holds_what_climbs_above_wherever_the_file_names_it(
    database: Database,
) -> None:
    town = Town(careless(database), _ANSWERED)

    town.live(local("2014-02-19T23:00"))

    assert _told(town) == [
        ("to-head", date(2014, 2, 8)),
        ("to-leader", date(2014, 2, 10)),
        ("to-head", date(2014, 2, 11)),
        ("to-head", date(2014, 2, 13)),
        ("to-head", date(2014, 2, 17)),
        ("to-director", date(2014, 2, 19)),
        ("to-head", date(2014, 2, 19)),
        ("to-leader", date(2014, 2, 19)),
    ]
    assert list(told_before_the_promise_is_over(town)) == []


def test_rule_12_a_judge_sees_who_was_told_in_spite_of_an_answer(
    sqlite_source: SqliteSource, tmp_path: Path
) -> None:
    town = Town(careless(Database(sqlite_source.migrated(tmp_path).url)), _ANSWERED)
    town.live(local("2014-02-19T23:00"))
    ((code, hold, before),) = town.promised
    # As if the head himself had answered, or somebody of whom no rung knows.
    town.promised = [(code, replace(hold, rung=rung), before) for rung in ("to-head", None)]

    found = list(told_before_the_promise_is_over(town))

    town.database.dispose()
    days = [date(2014, 2, 11), date(2014, 2, 13), date(2014, 2, 17)]
    assert [town.local(one.at).date() for _, _, one in found] == days * 2


@settings(max_examples=6, suppress_health_check=list(HealthCheck))
@given(course=courses())
def test_g6_g7_g8_g10_g13_whatever_happens_every_promise_about_time_is_kept(
    sqlite_source: SqliteSource, tmp_path_factory: pytest.TempPathFactory, course: Course
) -> None:
    faults = _lived(sqlite_source, tmp_path_factory.mktemp("town"), course)

    assert faults == {}


@pytest.mark.fault
@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(course=courses(most_deeds=30))
def test_g6_g7_g8_g10_g13_in_hundreds_of_offices_every_promise_about_time_is_kept(
    sqlite_source: SqliteSource, tmp_path_factory: pytest.TempPathFactory, course: Course
) -> None:
    faults = _lived(sqlite_source, tmp_path_factory.mktemp("town"), course)

    assert faults == {}


def _lived(source: SqliteSource, folder: Path, course: Course) -> dict[str, list[Any]]:
    """Live through a course to its end and return every promise that was broken, with by what."""
    database = careless(Database(source.migrated(folder).url))
    try:
        town = Town(database, course)
        if course.deeds:
            town.live(course.deeds[-1].at)
        town.post.mode, town.post.answers = "ok", []
        town.up()
        end = datetime.combine(_LAST, datetime.max.time(), tzinfo=course.office.zone)
        town.go_on(end)
        return broken(town, owed_by=end)
    finally:
        database.dispose()


def _told(town: Town) -> Sequence[tuple[str, date]]:
    """Return which rung was told on which day, in order of days."""
    found = [(one.rung, town.local(one.at).date()) for one in town.handed if one.ladder == "unit"]
    return sorted(found, key=lambda one: (one[1], one[0]))
