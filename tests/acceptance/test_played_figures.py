"""What the dashboard says of a played story is what its tasks say, one by one."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from dondoc.simulate.player import play
from dondoc.simulate.reading import read_scenario
from engine import dashboard, queries
from engine.cells import Line
from engine.database import Database, Rules
from engine.store import figures
from engine.store.doors import day_figure
from tests.support.counting import as_counted, as_they_are
from tests.support.databases import Urls

FOLDER = Path(__file__).parent / "scenarios"
YEAR = Path(__file__).parents[2] / "dondoc" / "demo" / "year.yaml"
#: Tasks that are cancelled, reopened, moved to merged units, adjusted, paused and extended.
STORIES = ("cancelled-and-reopened", "rule13-an-extension-granted-starts-anew")


def _stories() -> list[Path]:
    found = [FOLDER / f"{name}.yaml" for name in STORIES]
    moved = sorted(one for one in FOLDER.glob("*.yaml") if "merge_units" in one.read_text())[:1]
    adjusted = sorted(one for one in FOLDER.glob("*.yaml") if "do: adjust" in one.read_text())[:1]
    paused = sorted(one for one in FOLDER.glob("*.yaml") if "pause:" in one.read_text())[:1]
    return [*found, *moved, *adjusted, *paused, YEAR]


@pytest.mark.parametrize("path", _stories(), ids=lambda path: path.stem)
def test_s58_counters_cells_and_tasks_of_a_story_say_the_same(
    path: Path, database_urls: Urls
) -> None:
    scenario = read_scenario(path)

    play(scenario, database_url=database_urls.url)

    database, rules = Database(database_urls.url), Rules(scenario.office)
    try:
        with database.read() as tx:
            assert as_counted(tx) == as_they_are(tx)
            for plan in figures.plans(tx):
                person = next(iter(rules.current(tx).organisation.directors(
                    rules.current(tx).calendar.local_date(scenario.until))))  # fmt: skip
                view = dashboard.choose(tx, plan.code, None, person_id=person, rules=rules,
                                        at=scenario.until)  # fmt: skip
                assert view is not None
                board = dashboard.read(tx, view, rules=rules, at=scenario.until)
                table = queries.tally(tx, plan.code, rules=rules, at=scenario.until)
                assert {one.code: _as_counted(one) for one in board.units} == {
                    unit: dict(+counts) for unit, counts in table.items()
                }
    finally:
        database.dispose()


def test_a_story_that_is_kept_has_the_days_of_its_trend(database_urls: Urls) -> None:
    scenario = read_scenario(FOLDER / "cancelled-and-reopened.yaml")

    play(scenario, database_url=database_urls.url)

    database = Database(database_urls.url)
    with database.read() as tx:
        days = tx.execute(select(func.count(day_figure.c.day.distinct()))).scalar_one()
    database.dispose()
    assert days == (scenario.until.date() - scenario.start.date()).days


def _as_counted(line: Line) -> dict[str, int]:
    cells = line.cells
    names = ("completed_on_time", "completed_late", "open_within_term", "open_overdue", "standing",
             "cancelled")  # fmt: skip
    return {name: getattr(cells, name) for name in names if getattr(cells, name)}
