"""The shipped policy, read from its files."""

from typing import Literal

import pytest

from config.defaults import default_policy, reading_rules
from engine.report_lines import lines_from_mapping


def test_the_shipped_ladders_are_the_three_of_the_product() -> None:
    ladders = default_policy().ladders

    rungs = {name: [(r["rung"], r["at"]) for r in rows] for name, rows in ladders.items()}
    assert rungs == {
        "unit": [
            ("remind-7", "-7wd"), ("remind-3", "-3wd"), ("remind-1", "-1wd"), ("remind-0", "0wd"),
            ("escalate-1", "+1wd"), ("escalate-2", "+3wd"), ("escalate-3", "+5wd"),
        ],
        "verifier": [("verify-2", "+2wd"), ("verify-4", "+4wd")],
        "leader": [("answer-2", "+2wd"), ("answer-4", "+4wd")],
    }  # fmt: skip
    assert ladders["unit"][-1]["repeat"] == "5wd"


def test_every_official_day_names_its_source() -> None:
    days = default_policy().official_days

    assert len({day.day for day in days}) == len(days)
    assert all(day.source for day in days)


def test_the_usual_reports_are_shipped_with_their_decree() -> None:
    lines = lines_from_mapping(default_policy().report_lines)

    assert [line.period for line in lines] == [
        "month", "quarter", "half_year", "nine_months", "year", "week",
    ]  # fmt: skip
    assert all("09/2019/NĐ-CP" in line.source for line in lines if line.period != "week")
    assert {line.send_by for line in lines if line.period != "week"} == {"cutoff + 2wd"}


@pytest.mark.parametrize("of", ["organisation", "intake"])
def test_the_words_by_which_files_are_read_are_shipped(
    of: Literal["organisation", "intake"],
) -> None:
    assert reading_rules(of)
