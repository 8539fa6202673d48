"""Stories an office would recognise, each played on the real engine and on both databases.

A scenario file opens with a sentence for a clerk and with the rule it shows; its `expect` was
worked out by hand from docs/reference/rules.md. The S-, G- and rule numbers are in the names of the
files.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from dondoc.simulate.expectations import compare
from dondoc.simulate.output import failure_lines
from dondoc.simulate.player import play
from dondoc.simulate.reading import read_scenario
from dondoc.simulate.scenario import Expectations
from dondoc.simulate.story import Sent, Story
from engine import queries
from engine.database import Database, Rules
from engine.errors import BadInput
from engine.store.record import audit_entry, notice
from tests.support.pages import DOCS

FOLDER = Path(__file__).parent / "scenarios"
YEAR = Path(__file__).parents[2] / "dondoc" / "demo" / "year.yaml"
STORIES = sorted(FOLDER.glob("*.yaml"))
FILES = [*STORIES, YEAR]

#: Rules of docs/reference/rules.md that something can be played of; 12 and 21 come later.
RULES = (*range(1, 12), 13, *range(14, 22))
#: Situations that other products of this kind get wrong, each a promise of ours.
SITUATIONS = (1, 2, 4, 5, 6, 9, 10, 11, 12, 14, 15, 16, 17, 20, 22, 24, 25, 32, 33, 38, 42, 43, 44,
              45, 46, 47, 48)  # fmt: skip
_NUMBER = re.compile(r"(rule|s|g)(\d\d)-")
#: What a number of a file's name is called in its opening.
_CALLED = {"rule": "Quy tắc", "s": "S", "g": "G"}
#: Where an opening goes on with the rule.
_RULE = re.compile(r"(?<=\.) (?:Quy tắc|[SG]\d)")
#: Words of the machinery, which no clerk has to know.
_MACHINERY = ("sweep", "relay", "scheduler", "bộ lập lịch", "ledger", "arming", "SMTP", "UTC")


def played(path: Path, url: str) -> Story:
    return play(read_scenario(path), database_url=url)


def text_of(message: Sent) -> str:
    parsed = message_from_bytes(message.content, policy=policy.default)
    body = parsed.get_body(("plain",))
    assert body is not None
    # The text is wrapped; where it breaks says nothing.
    return " ".join(str(body.get_content()).split())


def unlisted(story: Story, expect: Expectations) -> Iterator[str]:
    """Yield what came of a scenario and is in none of its lists, whatever kind it is of."""
    listed = {
        (one.at, one.to, one.rung, task) for one in expect.notices or () for task in one.tasks
    }
    for message in story.messages:
        minutes = {at.replace(second=0, microsecond=0) for at in message.taken_at}
        for item in message.items:
            for at in sorted(minutes):
                if (at, message.to, item.rung, item.task) not in listed:
                    yield f"{at} {message.to}: {item.rung} {item.task}"
    for name, got, wanted in (
        ("superseded", len(story.superseded), len(expect.superseded or ())),
        ("alerts", len(story.alerts), len(expect.alerts or ())),
    ):
        if got != wanted:
            yield f"{name}: {got} instead of {wanted}"


def opening(path: Path) -> str:
    """Return the remarks a file opens with."""
    lines = path.read_text("utf-8").split("\nformat:")[0].splitlines()
    assert all(line.startswith("# ") for line in lines)
    return " ".join(line.removeprefix("# ") for line in lines)


@pytest.fixture
def stage(backend: str, request: pytest.FixtureRequest) -> str | None:
    """Where a scenario is played: in memory where nobody says otherwise, or on PostgreSQL."""
    if backend == "sqlite":
        return None
    url: str = request.getfixturevalue("database_url")
    return url


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_scenario_comes_out_as_it_says(path: Path, stage: str | None) -> None:
    scenario = read_scenario(path)
    assert scenario.expect is not None

    story = play(scenario, database_url=stage)

    failures = compare(story, scenario.expect, zone=scenario.office.zone)
    assert failures == (), "\n".join(failure_lines(failures))
    if path in STORIES:
        assert list(unlisted(story, scenario.expect)) == []
    # Rule 6: one person, one message, however many tasks.
    taken = Counter((one.to, at) for one in story.messages for at in one.taken_at)
    assert [who for who, messages in taken.items() if messages > 1] == []


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_a_scenario_lists_everything_that_comes_of_it(path: Path) -> None:
    expect = read_scenario(path).expect

    assert expect is not None
    assert None not in (expect.notices, expect.superseded, expect.alerts)


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_a_scenario_opens_with_a_sentence_that_a_clerk_understands(path: Path) -> None:
    said = opening(path)

    story = _RULE.split(said, maxsplit=1)[0]
    assert len(story) > 40
    assert story[0].isupper()
    assert said.endswith(".")
    assert [word for word in _MACHINERY if word.lower() in story.lower()] == []


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_a_scenario_names_the_rule_it_shows(path: Path) -> None:
    found = _NUMBER.match(path.stem)

    called = re.findall(r"(Quy tắc|quy tắc|S|G) ?(\d[\d, và]*)", opening(path))
    numbers = {
        (word.capitalize(), int(one)) for word, said in called for one in re.findall(r"\d+", said)
    }

    if found is None:
        assert len(opening(path).split(". ")) > 1
    else:
        assert (_CALLED[found[1]], int(found[2])) in numbers


@pytest.mark.parametrize(
    ("prefix", "number"),
    [*(("rule", number) for number in RULES), *(("s", number) for number in SITUATIONS)],
)
def test_every_rule_and_every_situation_has_a_scenario(prefix: str, number: int) -> None:
    found = [path for path in STORIES if path.stem.startswith(f"{prefix}{number:02}-")]

    assert found


@pytest.mark.parametrize("page", ["reference/scenarios.md", "vi/reference/scenarios.md"])
def test_every_scenario_that_the_page_recommends_is_in_the_folder(page: str) -> None:
    named = set(re.findall(r"`([\w-]+\.yaml)`", (DOCS / page).read_text("utf-8")))

    missing = named - {path.name for path in STORIES}

    assert len(named) > 15
    assert missing == set()


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


def test_s5_the_mail_of_the_morning_after_says_what_the_list_says(database_url: str) -> None:
    story = played(FOLDER / "s05-the-morning-after.yaml", database_url)

    told = story.messages[-1]
    assert [item.working_days_left for item in told.items] == [-1]
    assert "quá hạn 1 ngày" in text_of(told).lower()
    assert [task.overdue_working_days for task in story.tasks] == [1]


def test_rule2_a_reminder_of_a_day_off_says_the_days_that_are_left_when_it_leaves(
    database_url: str,
) -> None:
    story = played(FOLDER / "rule02-a-day-off-waits-for-the-slot.yaml", database_url)

    told = {item.rung: item.working_days_left for one in story.messages for item in one.items}
    assert (told["remind-4d"], told["remind-0"], told["escalate-2d"]) == (2, 0, -2)


def test_rule4_the_first_date_is_kept_beside_the_present_one(database_url: str) -> None:
    page = page_of("rule04-the-cell-follows-the-present-date", "T2", database_url)

    view = page["task"]
    assert (view.due, view.cell) == (date(2014, 3, 12), "completed_on_time")
    assert (view.original_due, view.cell_against_original) == (
        date(2014, 3, 7),
        "completed_late",
    )


def test_s22_who_hears_second_reads_who_heard_first_and_when(database_url: str) -> None:
    story = played(FOLDER / "s22-from-the-effective-date.yaml", database_url)

    to_the_leader = text_of(next(one for one in story.messages if one.to == "pgd"))
    assert "Đã nhắc: 10/3 (Chuyên viên) · 12/3 (Trưởng phòng, Trưởng đơn vị)" in to_the_leader


def test_s22_who_hears_third_reads_what_was_promised_and_that_it_was_not_kept(
    database_url: str,
) -> None:
    story = played(FOLDER / "s23-a-promise-holds-the-next-rung.yaml", database_url)

    to_the_leader = text_of(next(one for one in story.messages if one.to == "pgd"))
    assert (
        "Đã trả lời: 11/3 Trưởng phòng: “Chờ ý kiến Sở Tài chính”, hẹn 14/3/2014 (đã quá hẹn)"
        in to_the_leader
    )


def test_rule12_what_an_answer_kept_back_is_in_the_record_and_in_the_ledger_once(
    database_url: str,
) -> None:
    played(FOLDER / "rule12-answered-while-the-mail-waits.yaml", database_url)

    database = Database(database_url)
    with database.read() as tx:
        dropped = tx.execute(
            select(audit_entry.c.body).where(audit_entry.c.action == "notice.superseded")
        ).scalars()
        (said,) = map(json.loads, dropped)
        told = tx.execute(select(notice.c.status).where(notice.c.rung == "escalate-2")).scalars()
        statuses = list(told)
    database.dispose()
    label, by, _ = said["after"]["notices"][0]
    assert (label, by) == ("KH-2014/T1 unit v1.1 escalate-2 #1", "acknowledged")
    assert statuses == ["accepted"]


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


def test_s38_the_progress_of_a_heading_is_that_of_its_items(database_url: str) -> None:
    page = page_of("s38-five-of-nine", "H", database_url)

    assert page["task"].progress == (5, 9)


def test_s15_the_tasks_of_a_plan_file_come_as_one_message_section_by_section(
    database_url: str,
) -> None:
    year = read_scenario(YEAR)
    morning = replace(year, until=year.start + timedelta(hours=1), play=(), expect=None)

    story = play(morning, database_url=database_url)

    urgent, others = (one for one in story.messages if one.to == "vp-hoa")
    headings = re.findall(r"mục (II\.\d+)\.", text_of(others))
    assert (len(urgent.items), urgent.at) == (1, year.start)
    assert (len(others.items), others.at) == (25, year.start + timedelta(minutes=10))
    assert headings == sorted(set(headings))
    assert len(headings) > 1


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
