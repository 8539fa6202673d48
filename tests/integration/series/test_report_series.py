"""Series of periodic reports: sent by another day, left out, ended."""

from datetime import date

from engine import returning
from engine.commands import series
from engine.commands.series import Edit, Ending, Skipping
from tests.support.calendars import day
from tests.support.office import World
from tests.support.reports import PERIODS, ask_for, make_up, opened, reports


def test_a_report_is_sent_by_another_day_from_now_on(world: World) -> None:
    ask_for(world, "month")
    world.now("2014-02-20T09:00")
    make_up(world)

    with world.database.begin() as tx:
        wanted = Edit(series="BC-thang", from_on=day("2014-03-01"), rule="day 6")
        series.edit(tx, wanted, by=("cvp", None), rules=world.rules, at=world.clock.now())

    march = next(one for one in reports(world) if one.period == "2014-03")
    assert opened(world)["2014-02"] == "2014-02-18"
    assert (march.due_on, march.window_to, march.figures_to) == (
        day("2014-03-06"), day("2014-03-14"), day("2014-03-05"),
    )  # fmt: skip


def test_reports_that_are_still_to_be_opened_follow_an_edit(world: World) -> None:
    ask_for(world, "month")
    with world.database.begin() as tx:
        wanted = Edit(series="BC-thang", from_on=day("2014-04-01"), rule="day 20")
        series.edit(tx, wanted, by=("cvp", None), rules=world.rules, at=world.clock.now())

    world.live("2014-05-31")

    assert opened(world) == {
        "2014-01": "2014-01-16",
        "2014-02": "2014-02-18",
        "2014-03": "2014-03-18",
        "2014-04": "2014-04-20",
        "2014-05": "2014-05-20",
        "2014-06": "2014-06-20",
    }


def test_a_report_that_is_left_out_is_never_opened(world: World) -> None:
    ask_for(world, "month")
    with world.database.begin() as tx:
        wanted = Skipping(series="BC-thang", occurrence="2014-06", reason="thay bằng 6 tháng")
        series.skip(tx, wanted, by=("cvp", None), rules=world.rules, at=world.clock.now())

    world.live("2014-12-31")

    assert "2014-06" not in opened(world)
    assert len(opened(world)) == 11


def test_a_series_of_reports_that_ended_opens_no_more(world: World) -> None:
    ask_for(world, "month")
    world.now("2014-02-20T09:00")
    make_up(world)

    with world.database.begin() as tx:
        wanted = Ending(series="BC-thang", from_on=day("2014-03-01"), reason="không còn đòi")
        series.end(tx, wanted, by=("cvp", None), rules=world.rules, at=world.clock.now())
    world.live("2014-12-31")

    states = {one.period: one.state for one in reports(world)}
    assert states == {"2014-01": "assigned", "2014-02": "assigned", "2014-03": "waived"}


def test_s51_a_report_that_stood_for_others_and_is_ended_gives_them_back(world: World) -> None:
    ask_for(world, *PERIODS)
    assert "2014-H2" not in opened(world)
    world.now("2014-10-01T08:00")
    wanted = Ending(series="BC-nam", from_on=date(2014, 10, 1), reason="thôi báo cáo năm")

    with world.database.begin() as tx:
        done = series.end(tx, wanted, by=("gd", None), rules=world.rules, at=world.clock.now())

    # Both windows have begun; the yearly report no longer replaces either.
    assert {"BC-2014-Q4", "BC-2014-H2"} <= set(done.opened)
    assert {opened(world)[one] for one in ("2014-Q4", "2014-H2")} == {"2014-12-16"}


def test_the_lines_of_a_running_plan_are_what_its_series_are_by_now(world: World) -> None:
    ask_for(world, *PERIODS)
    world.now("2014-02-03T08:00")
    edited = Edit(series="BC-quy", from_on=date(2014, 2, 3), rule="day 20")
    ended = Ending(series="BC-nam", from_on=date(2014, 2, 3), reason="thôi")

    with world.database.begin() as tx:
        at, by = world.clock.now(), ("gd", None)
        series.edit(tx, edited, by=by, rules=world.rules, at=at)
        series.end(tx, ended, by=by, rules=world.rules, at=at)
        lines = returning.report_lines(tx, "KH-2014", rules=world.rules)

    quarter = next(one for one in lines if one["period"] == "quarter")
    assert quarter["send_by"] == "day 20"
    assert [str(one["send_by"]) for one in quarter["windows"]] == [
        "2014-03-20", "2014-06-20", "2014-09-20", "2014-12-20"
    ]  # fmt: skip
    assert [one["replaced_by"] for one in quarter["windows"]] == [None, "2014-H1", None, None]
