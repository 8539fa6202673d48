"""Whatever happens in an office, and whatever becomes of its mail, the promises about time hold.

Offices, people, deeds, outages, mail servers and deaths of a relay are made up.
"""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from engine.store.session import Database
from tests.support.courses import courses
from tests.support.databases import SqliteSource
from tests.support.promises import broken
from tests.support.town import Course, Town, careless

#: Everything a ladder can owe of its first round is told long before.
_LAST = date(2014, 4, 18)


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
