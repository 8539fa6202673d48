"""Stories an office would recognise, each played on the real engine and on both databases.

A scenario file says in its first line, for a clerk, what it shows; its `expect` was worked out by
hand from docs/reference/rules.md. The S-, G- and rule numbers are in the names of the files.
"""

from datetime import date
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from dondoc.simulate.expectations import compare
from dondoc.simulate.output import failure_lines
from dondoc.simulate.player import play
from dondoc.simulate.reading import read_scenario
from dondoc.simulate.story import Sent, Story
from engine import queries
from engine.database import Database, Rules
from engine.errors import BadInput

FOLDER = Path(__file__).parent / "scenarios"
YEAR = Path(__file__).parents[2] / "dondoc" / "demo" / "year.yaml"
FILES = [*sorted(FOLDER.glob("*.yaml")), YEAR]


def played(path: Path, url: str) -> Story:
    return play(read_scenario(path), database_url=url)


def text_of(message: Sent) -> str:
    parsed = message_from_bytes(message.content, policy=policy.default)
    body = parsed.get_body(("plain",))
    assert body is not None
    # The text is wrapped; where it breaks says nothing.
    return " ".join(str(body.get_content()).split())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_scenario_comes_out_as_it_says(path: Path, database_url: str) -> None:
    scenario = read_scenario(path)
    assert scenario.expect is not None

    story = play(scenario, database_url=database_url)

    failures = compare(story, scenario.expect, zone=scenario.office.zone)
    assert failures == (), "\n".join(failure_lines(failures))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_scenario_says_first_what_it_shows(path: Path) -> None:
    first = path.read_text("utf-8").splitlines()[0]

    assert first.startswith("# ")
    assert len(first) > 20


@pytest.mark.parametrize(
    ("name", "days", "words"),
    [
        ("s09-outage-over-two-reminders", 1, "còn 1 ngày"),
        ("s09-outage-past-both-reminders", 0, "hôm nay"),
        ("rule10-outage-past-the-due-date", -3, "quá hạn 3 ngày"),
    ],
)
def test_s9_after_an_outage_a_reminder_says_the_true_number_of_days(
    name: str, days: int, words: str, database_url: str
) -> None:
    story = played(FOLDER / f"{name}.yaml", database_url)

    last = [one for one in story.messages if one.to == "cv"][-1]
    assert [item.working_days_left for item in last.items] == [days]
    assert words in text_of(last).lower()


def test_s22_who_hears_second_reads_who_heard_first_and_when(database_url: str) -> None:
    story = played(FOLDER / "s22-from-the-effective-date.yaml", database_url)

    to_the_leader = text_of(next(one for one in story.messages if one.to == "pgd"))
    assert "Đã nhắc: 10/3 (Chuyên viên) · 12/3 (Trưởng phòng)" in to_the_leader


def test_s14_a_message_that_waited_counts_its_days_when_it_leaves(database_url: str) -> None:
    story = played(FOLDER / "s14-a-sunday-waits-for-monday.yaml", database_url)

    last = story.messages[-1]
    assert [(item.rung, item.working_days_left) for item in last.items] == [("remind-3d", 2)]


def test_g8_a_doubtful_escalation_is_sent_again_as_the_same_message(database_url: str) -> None:
    story = played(FOLDER / "g08-the-answer-is-lost.yaml", database_url)

    doubted = {one.to: one for one in story.messages[-2:]}
    assert (doubted["tp"].copies, doubted["tp"].status) == (2, "accepted")
    assert (doubted["cv"].copies, doubted["cv"].status) == (1, "in_doubt")


def page_of(name: str, task: str, url: str) -> dict[str, Any]:
    """Return everything about one task after a scenario was played."""
    scenario = read_scenario(FOLDER / f"{name}.yaml")
    play(scenario, database_url=url)
    database, rules = Database(url), Rules(scenario.office)
    with database.read() as tx:
        page = queries.show_task(tx, f"KH-2014/{task}", rules=rules, at=scenario.until)
    database.dispose()
    return page


def test_s32_lateness_is_shown_against_the_new_date_and_the_first_one(database_url: str) -> None:
    page = page_of("s32-returned-with-a-new-date", "T2", database_url)

    view = page["task"]
    assert (view.due, view.cell) == (date(2014, 7, 10), "completed_late")
    assert (view.original_due, view.cell_against_original) == (
        date(2014, 6, 30),
        "completed_late",
    )


def test_s35_of_two_who_act_at_once_only_the_first_is_in_the_history(database_url: str) -> None:
    page = page_of("s35-verify-and-return-at-once", "T1", database_url)

    triggers = [row["trigger"] for row in page["history"]]
    assert triggers == ["assign", "start", "report", "verify"]


def test_s38_a_cancelled_item_leaves_the_progress_of_its_heading(database_url: str) -> None:
    page = page_of("s38-a-heading-follows-its-items", "H", database_url)

    assert page["task"].progress == (8, 8)


def test_s40_a_refusal_changes_nothing(database_url: str) -> None:
    page = page_of("s40-illegal-jumps", "T1", database_url)

    assert [row["trigger"] for row in page["history"]] == ["assign"]
    assert page["task"].version == 1


def test_the_same_scenario_comes_out_the_same_twice(tmp_path: Path) -> None:
    scenario = read_scenario(FOLDER / "s32-returned-with-a-new-date.yaml")

    first, second = play(scenario), play(scenario)

    assert [(one.at, one.to, one.items) for one in first.messages] == [
        (one.at, one.to, one.items) for one in second.messages
    ]
    assert first.tasks == second.tasks


def test_a_database_in_use_is_not_played_on(database_url: str) -> None:
    scenario = read_scenario(FOLDER / "s02-two-working-days-late.yaml")
    play(scenario, database_url=database_url)

    with pytest.raises(BadInput, match="trống"):
        play(scenario, database_url=database_url)
