"""Periodic reports: opened with their windows, urged until they are sent, made up once."""

import threading
from datetime import date

import pytest

from engine.commands import activation
from engine.errors import NotPermitted
from engine.store.session import Database
from tests.support.office import World
from tests.support.reports import (
    PERIODS,
    ask_for,
    codes,
    identify,
    make_up,
    next_opening,
    opened,
    reports,
)

STANDING = {"code": "T1", "standing": True}


def test_s21_a_standing_duty_is_urged_by_nobody_but_its_report_is(world: World) -> None:
    ask_for(world, "month", items=(STANDING,))

    world.live("2014-02-28")
    identify(world)

    assert world.told("T1") == []
    assert world.told("BC-2014-02") == [
        # Due on Tuesday 18 February; the head of the office has no assignee under him.
        ("2014-02-13", "remind-3", "cvp"),
        ("2014-02-18", "remind-0", "cvp"),
        ("2014-02-20", "escalate-1", "gd"),
    ]


def test_s21_a_report_is_owed_even_if_nothing_happened_in_its_period(world: World) -> None:
    ask_for(world, "month")

    world.live("2014-03-20")

    assert codes(world) == ["BC-2014-01", "BC-2014-02", "BC-2014-03", "BC-2014-04"]


def test_a_report_that_was_sent_is_urged_no_more(world: World) -> None:
    ask_for(world, "month")
    world.live("2014-02-13")
    identify(world)

    world.do("cvp", "submit", "BC-2014-02", decision="45/BC-STTTT")
    world.live("2014-03-10")

    told = [rung for _, rung, _ in world.told("BC-2014-02")]
    assert told == ["remind-3"]
    assert world.history("BC-2014-02")[-1].decision == "45/BC-STTTT"


def test_a_report_is_no_plan_item_that_anybody_was_given(world: World) -> None:
    ask_for(world, *PERIODS, items=({"code": "T1", "due": "2014-02-07"},))

    told = {row.task_id for row in world.ledger() if row.kind == "assignment"}

    assert told == {world.ids["T1"]}


def test_every_report_whose_window_has_begun_is_there_when_the_plan_is_activated(
    world: World,
) -> None:
    ask_for(world, *PERIODS)

    assert opened(world) == {
        "2014-01": "2014-01-16",
        "2014-02": "2014-02-18",
        "2014-Q1": "2014-03-18",
        "2014-H1": "2014-06-17",
        "2014": "2014-12-16",
    }


def test_a_report_that_was_to_be_sent_before_the_plan_began_is_not_owed(world: World) -> None:
    world.now("2014-03-20T08:00")

    ask_for(world, "month", "quarter")

    assert opened(world) == {"2014-04": "2014-04-16", "2014-Q2": "2014-06-17"}


def test_the_second_quarter_and_the_fourth_are_replaced(world: World) -> None:
    ask_for(world, *PERIODS)

    world.live("2014-12-31")

    assert len(codes(world)) == 12 + 2 + 1 + 1
    assert "BC-2014-Q2" not in codes(world)


def test_a_window_that_opens_on_a_day_off_is_opened_in_the_next_slot(world: World) -> None:
    ask_for(world, "month")

    world.live("2014-02-10")

    # The 15th of February is a Saturday.
    assert next_opening(world) == "2014-02-17T07:30"


def test_a_report_says_which_days_it_covers_and_who_gets_it(world: World) -> None:
    ask_for(world, "month", recipient="UBND tỉnh")

    first = reports(world)[0]

    assert (first.window_from, first.window_to) == (date(2013, 12, 15), date(2014, 1, 14))
    assert (first.figures_to, first.recipient) == (date(2014, 1, 14), "UBND tỉnh")
    assert first.title == "Báo cáo tháng 1/2014"


def test_s52_what_nobody_opened_in_time_comes_once_with_its_true_date(world: World) -> None:
    ask_for(world, "month")
    world.now("2014-04-28T07:30")

    made, again = make_up(world), make_up(world)

    assert (made, again) == (3, 0)
    assert opened(world) == {
        "2014-01": "2014-01-16",
        "2014-02": "2014-02-18",
        "2014-03": "2014-03-18",
        "2014-04": "2014-04-16",
        "2014-05": "2014-05-16",
    }


def test_s52_what_is_overdue_when_it_is_opened_climbs_one_rung_a_day(world: World) -> None:
    ask_for(world, "month")
    world.now("2014-02-17T07:30")
    world.sweep()
    world.now("2014-04-28T07:30")

    world.live("2014-04-29")
    identify(world)

    assert world.told("BC-2014-04") == [("2014-04-28", "escalate-1", "gd")]


def test_s52_two_workers_that_start_at_once_open_no_report_twice(
    world: World, database: Database
) -> None:
    ask_for(world, "month", "quarter")
    world.now("2014-05-20T07:30")
    start = threading.Barrier(2)
    made: list[int] = []

    def work() -> None:
        other = World(Database(database.url), world.clock, rules=world.rules)
        start.wait()
        made.append(make_up(other))
        other.database.dispose()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()

    assert sorted(made) == [0, 5]
    assert len(codes(world)) == len(set(codes(world)))


def test_s52_a_service_that_was_down_over_the_end_of_a_month_makes_up_in_its_next_slot(
    world: World,
) -> None:
    ask_for(world, "month")
    world.now("2014-03-20T10:00")
    world.sweep()
    between = codes(world)

    world.now("2014-03-21T07:30")
    world.sweep()

    assert between == ["BC-2014-01", "BC-2014-02"]
    assert codes(world) == [*between, "BC-2014-03", "BC-2014-04"]


def test_a_closed_plan_opens_no_more_reports(world: World) -> None:
    ask_for(world, "month")
    with world.database.begin() as tx:
        activation.close(tx, "KH-2014", actor="cvp", rules=world.rules, at=world.clock.now())

    world.live("2014-12-31")

    assert codes(world) == ["BC-2014-01", "BC-2014-02"]


def test_a_report_opened_after_a_change_of_the_calendar_counts_by_the_new_one(
    world: World,
) -> None:
    ask_for(world, "month")
    day = date(2014, 3, 17)
    with world.database.begin() as tx:
        world._day(tx, day, is_off=True)
    world.now("2014-02-17T07:30")

    make_up(world)

    assert opened(world)["2014-03"] == "2014-03-18"


def test_nobody_outside_the_office_says_that_its_report_was_sent(world: World) -> None:
    ask_for(world, "month")

    with pytest.raises(NotPermitted):
        world.do("tp", "submit", "BC-2014-01")

    assert world.row("BC-2014-01").state == "assigned"


def test_a_report_may_be_waived_with_a_reason(world: World) -> None:
    ask_for(world, "month")

    outcome = world.do("cvp", "waive", "BC-2014-01", note="thay bằng báo cáo quý")

    assert outcome.to_state == "waived"
    assert world.row("BC-2014-01").next_at is None


def test_a_report_taken_for_sent_can_be_taken_back(world: World) -> None:
    ask_for(world, "month")
    world.do("cvp", "submit", "BC-2014-02")

    world.do("cvp", "reopen", "BC-2014-02", note="nhầm kỳ")

    row = world.row("BC-2014-02")
    assert (row.state, row.arming) == ("assigned", 2)
    assert row.next_at is not None
