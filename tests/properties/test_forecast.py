"""What is forecast is what is then sent, to the minute, whatever happened before and wherever."""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import prospects
from engine.store import claims
from engine.store.session import Database
from scheduler import sweep
from tests.support.courses import END, INSTANTS, courses, variations
from tests.support.databases import SqliteSource
from tests.support.line import Died
from tests.support.town import Course, Deed, Town, careless

#: (minute, recipient, task, rung, occurrence); nobody is the administrator.
Telling = tuple[datetime, str | None, str, str, int]
_MOMENTS = st.sampled_from(["before", "swept", "during", "after"])
_AS_MANY = settings(max_examples=12, suppress_health_check=list(HealthCheck))
_FAR_MORE = settings(max_examples=250, suppress_health_check=list(HealthCheck))


@_AS_MANY
@given(course=courses(), now=INSTANTS, moment=_MOMENTS)
def test_what_is_forecast_is_what_is_then_sent_to_the_minute(
    sqlite_source: SqliteSource, tmp_path_factory: pytest.TempPathFactory,
    course: Course, now: datetime, moment: str,
) -> None:  # fmt: skip
    folder = tmp_path_factory.mktemp("town")

    promised, kept = _looked_ahead(sqlite_source, folder, course, now=now, moment=moment)

    assert kept == promised


_UNITS = st.dictionaries(st.sampled_from(["CNTT", "HC", "VP"]), variations(), min_size=1)


@_AS_MANY
@given(course=courses(), calendars=_UNITS, change=variations(), at=INSTANTS, now=INSTANTS,
       moment=_MOMENTS)  # fmt: skip
def test_s8_what_is_forecast_is_what_is_then_sent_where_units_work_at_other_times(
    *, sqlite_source: SqliteSource, tmp_path_factory: pytest.TempPathFactory, course: Course,
    calendars: Mapping[str, Mapping[str, Any]], change: Mapping[str, Any], at: datetime,
    now: datetime, moment: str,
) -> None:  # fmt: skip
    deed = Deed(at=at, do="unit_calendar", how={"unit": "CNTT", **change})
    deeds = tuple(sorted((*course.deeds, deed), key=lambda one: one.at))
    lived = replace(course, calendars=calendars, deeds=deeds)
    folder = tmp_path_factory.mktemp("town")

    promised, kept = _looked_ahead(sqlite_source, folder, lived, now=now, moment=moment)

    assert kept == promised


@pytest.mark.fault
@_FAR_MORE
@given(course=courses(most_deeds=25), now=INSTANTS, moment=_MOMENTS)
def test_what_is_forecast_is_what_is_then_sent_in_hundreds_of_offices(
    sqlite_source: SqliteSource, tmp_path_factory: pytest.TempPathFactory,
    course: Course, now: datetime, moment: str,
) -> None:  # fmt: skip
    folder = tmp_path_factory.mktemp("town")

    promised, kept = _looked_ahead(sqlite_source, folder, course, now=now, moment=moment)

    assert kept == promised


def _looked_ahead(
    source: SqliteSource, folder: Path, course: Course, *, now: datetime, moment: str
) -> tuple[Counter[Telling], Counter[Telling]]:
    """Live up to a moment, look ahead, live on; return what was promised and what came."""
    database = careless(Database(source.migrated(folder).url))
    try:
        town = Town(database, course)
        _reach(town, now, moment)
        town.post.mode, town.post.answers = "ok", []
        town.up()
        promised = _promised(town)
        seen, unheard = len(town.handed), _unheard(town)
        town.go_on(datetime.combine(END, datetime.max.time(), tzinfo=course.office.zone))
        return promised, _kept(town, seen=seen, known=unheard)
    finally:
        database.dispose()


def _reach(town: Town, now: datetime, moment: str) -> None:
    town.pass_to(now)
    if moment == "after":
        town.tick()
    if moment == "swept":
        for one in town.services:
            one.sweep.turn()
    if moment == "during" and town.services:
        _die_after_one_task(town)


def _die_after_one_task(town: Town) -> None:
    """Let a sweep serve one task of a slot and die over the second."""
    real = claims.set_next
    served: list[object] = []

    def once(*given: Any) -> None:
        if served:
            raise Died
        served.append(given)
        real(*given)

    with patch.object(sweep, "BATCH", 1), patch.object(claims, "set_next", once), suppress(Died):
        town.services[0].sweep.turn()
    town.restart()


def _promised(town: Town) -> Counter[Telling]:
    with town.database.read() as tx:
        found = prospects.foretell(tx, rules=town.world.rules, at=town.clock.now(), until=END)
    return Counter(
        (_minute(one.at), one.recipient, one.task.rpartition("/")[2], one.rung, one.occurrence)
        for one in found
    )


def _unheard(town: Town) -> set[str]:
    """Return the rows of the ledger by which nobody could be told."""
    rows = town.world.ledger()
    return {row.id for row in rows if row.status == "failed" and row.recipient_id is None}


def _kept(town: Town, *, seen: int, known: set[str]) -> Counter[Telling]:
    unheard = _unheard(town) - known
    told: Counter[Telling] = Counter(
        (_minute(one.at), one.recipient, one.task, one.rung, one.occurrence)
        for one in town.handed[seen:]
        if not one.is_resend
    )
    told.update(
        (_minute(row.created_at), None, town.code(row.task_id), row.rung, row.occurrence)
        for row in town.world.ledger()
        if row.id in unheard
    )
    return told


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
