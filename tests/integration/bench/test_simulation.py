"""A year of an office, written and played."""

from pathlib import Path

import pytest

from dondoc.bench import simulation
from dondoc.bench.stage import Place
from dondoc.bench.year import Size, scenario
from dondoc.simulate.reading import parse_scenario


def test_a_third_of_the_year_is_late_and_everything_else_in_time() -> None:
    year = parse_scenario(scenario(Size()).encode(), source="year.yaml", folder=Path())
    due = {task.code: task.due for task in year.plan.tasks if task.due}
    zone = year.office.zone

    reported = [one for one in year.play if one.do == "report"]
    late = [one for one in reported if one.at.astimezone(zone).date() > due[one.task or ""]]

    assert (len(year.plan.tasks), len(year.units), len(year.people)) == (1_000, 20, 100)
    assert len(reported) > 950
    assert len(late) == pytest.approx(len(reported) / 3, abs=30)


def test_a_row_of_simulate_says_how_much_was_played(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "QUICK", Size(tasks=6, units=4, people=12))

    row = simulation.measure(Place(kind="sqlite"), True)

    assert (row.path, row.database, row.unit) == ("simulate", "sqlite", "tasks/s")
    assert row.limit_rate == pytest.approx(33.3)
    assert row.note.startswith("6 tasks, ")
