"""Work that comes back: made of a plan's dates, changed from a day on, left out, ended, begun."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from engine import queries
from engine.commands import series, series_additions
from engine.commands.series import Edit, Ending, Skipping
from engine.commands.series_additions import Addition
from engine.commands.series_changes import Changed, find
from engine.errors import Invalid, NoteRequired, NotPermitted, TransitionRefused, Unknown
from engine.recurrence import rule_from_mapping, rule_to_text
from engine.store import series as store
from engine.store import tables
from tests.support.calendars import day
from tests.support.office import World
from tests.support.post import FakeCourier, relay
from tests.support.reports import identify

QUARTERS = ("2014-03-31", "2014-06-30", "2014-09-30", "2014-12-31")


@pytest.fixture
def quarterly(world: World) -> World:
    """A plan with one item that comes back each quarter, and a second unit."""
    world.unit("QLVT", leader="pgd")
    world.person("tp2", "QLVT", "unit_head")
    world.person("cv3", "QLVT")
    world.plan({"code": "1", "due": QUARTERS, "kind": "recurring"})
    identify(world)
    return world


def edit(world: World, *, by: str = "cvp", **wanted: Any) -> Changed:
    with world.database.begin() as tx:
        return series.edit(
            tx,
            Edit(**{"series": "1", **wanted}),
            by=(by, None),
            rules=world.rules,
            at=world.clock.now(),
        )


def skip(world: World, occurrence: str, *, by: str = "cvp", reason: str = "nghỉ lễ") -> Changed:
    with world.database.begin() as tx:
        wanted = Skipping(series="1", occurrence=occurrence, reason=reason)
        return series.skip(tx, wanted, by=(by, None), rules=world.rules, at=world.clock.now())


def end(world: World, from_on: str, *, code: str = "1", reason: str = "không còn") -> Changed:
    with world.database.begin() as tx:
        wanted = Ending(series=code, from_on=day(from_on), reason=reason)
        return series.end(tx, wanted, by=("cvp", None), rules=world.rules, at=world.clock.now())


def add(world: World, **wanted: Any) -> Changed:
    given = {"plan": "KH-2014", "code": "9", "title": "Báo cáo tuần", "lead": "CNTT", **wanted}
    with world.database.begin() as tx:
        return series_additions.add(
            tx, Addition(**given), by=("cvp", None), rules=world.rules, at=world.clock.now()
        )


def rows(world: World, *codes: str) -> list[tuple[str | None, date | None]]:
    """Return state and date of tasks."""
    found = [world.row(code) for code in codes]
    return [(one.state, one.due_on) for one in found]


def numbers(world: World, code: str = "1") -> list[tuple[int, str, date | None, date | None]]:
    """Return the numbers of a series: state, first and last day."""
    with world.database.read() as tx:
        return [(one.number, one.state, one.from_on, one.to_on) for one in find(tx, code)]


def test_a_recurring_item_is_a_series_whose_rule_is_found_from_its_days(quarterly: World) -> None:
    with quarterly.database.read() as tx:
        (one,) = find(tx, "KH-2014/1")
        held = store.held(tx, [one.id])

    assert rule_to_text(rule_from_mapping(one.rule)) == "quarter 31"
    assert [(each.code, each.key) for each in held] == [
        ("1.1", "2014-Q1"), ("1.2", "2014-Q2"), ("1.3", "2014-Q3"), ("1.4", "2014-Q4"),
    ]  # fmt: skip
    assert one.next_at is None


def test_s51_an_edit_in_may_changes_what_is_still_to_come_and_nothing_else(
    quarterly: World,
) -> None:
    quarterly.do("cv", "start", "1.1")
    quarterly.do("cv", "report", "1.1")
    quarterly.do("cvp", "verify", "1.1")
    quarterly.now("2014-05-12T09:00")

    done = edit(quarterly, from_on=day("2014-07-01"), lead="QLVT", assignee="cv3")

    leads = [quarterly.row(code).lead_unit_id for code in ("1.1", "1.2", "1.3", "1.4")]
    ids = quarterly.ids
    assert leads == [ids["CNTT"], ids["CNTT"], ids["QLVT"], ids["QLVT"]]
    assert quarterly.row("1.3").assignee_id == ids["cv3"]
    assert rows(quarterly, "1.1", "1.2", "1.3") == [
        ("verified", day("2014-03-31")), ("assigned", day("2014-06-30")),
        ("assigned", day("2014-09-30")),
    ]  # fmt: skip
    assert (done.changed, done.kept) == (("1.3", "1.4"), ())
    assert numbers(quarterly) == [
        (1, "ended", None, day("2014-06-30")), (2, "active", day("2014-07-01"), None),
    ]  # fmt: skip


def test_s51_those_who_get_the_work_and_those_who_lose_it_are_told(quarterly: World) -> None:
    quarterly.now("2014-05-12T09:00")

    edit(quarterly, from_on=day("2014-07-01"), lead="QLVT", assignee="cv3")

    names = {identity: name for name, identity in quarterly.ids.items()}
    told = {
        (names[row.recipient_id], row.detail.get("is_lost", False))
        for row in quarterly.ledger()
        if row.rung == "adjusted" and row.task_id == quarterly.ids["1.3"]
    }
    assert told == {("cv3", False), ("tp2", False), ("cv", True), ("tp", True)}


def test_s51_reminders_of_what_was_edited_go_to_the_new_unit_only(quarterly: World) -> None:
    quarterly.now("2014-05-12T09:00")
    edit(quarterly, from_on=day("2014-07-01"), lead="QLVT", assignee="cv3")

    quarterly.live("2014-09-30")

    assert {person for _, _, person in quarterly.told("1.3")} == {"cv3"}
    assert {person for _, rung, person in quarterly.told("1.2") if rung == "remind-0"} == {"cv"}


def test_s51_another_rule_moves_what_nobody_has_begun_with(quarterly: World) -> None:
    quarterly.now("2014-07-10T09:00")
    quarterly.do("cv", "start", "1.3")

    done = edit(quarterly, from_on=day("2014-07-10"), rule="quarter 15")

    assert rows(quarterly, "1.2", "1.3", "1.4") == [
        ("assigned", day("2014-06-30")), ("in_progress", day("2014-09-30")),
        ("assigned", day("2014-12-15")),
    ]  # fmt: skip
    assert (done.changed, done.kept) == (("1.4",), ("1.3",))
    assert quarterly.row("1.4").arming == 2


def test_s51_a_rule_with_more_days_opens_what_is_missing(quarterly: World) -> None:
    quarterly.now("2014-07-10T09:00")

    done = edit(quarterly, from_on=day("2014-10-01"), rule="month 25")

    identify(quarterly)
    assert done.opened == ("1.5", "1.6", "1.7")
    assert rows(quarterly, "1.5", "1.6", "1.7") == [
        ("assigned", day("2014-10-25")), ("assigned", day("2014-11-25")),
        ("assigned", day("2014-12-25")),
    ]  # fmt: skip
    # The last day of the quarter is no day of the new rule.
    assert done.given_up == ("1.4",)
    assert quarterly.row("1.4").state == "cancelled"


def test_s51_a_later_date_granted_to_one_alone_is_not_shortened(quarterly: World) -> None:
    quarterly.do("cvp", "set_due", "1.4", due=day("2015-01-20"), note="đề nghị của đơn vị")

    edit(quarterly, from_on=day("2014-07-01"), rule="quarter 15")

    assert rows(quarterly, "1.3", "1.4") == [
        ("assigned", day("2014-09-15")), ("assigned", day("2015-01-20")),
    ]  # fmt: skip


def test_s51_one_occurrence_is_left_out_with_a_reason(quarterly: World) -> None:
    skip(quarterly, "2014-Q2", reason="nhập vào báo cáo 6 tháng")

    with quarterly.database.read() as tx:
        (left_out,) = store.skips(tx, [one.id for one in find(tx, "1")])
    assert (left_out.key, left_out.reason, left_out.actor) == (
        "2014-Q2", "nhập vào báo cáo 6 tháng", "cvp",
    )  # fmt: skip
    assert quarterly.row("1.2").state == "cancelled"
    assert quarterly.history("1.2")[-1].note == "nhập vào báo cáo 6 tháng"
    assert quarterly.row("1.3").state == "assigned"


def test_s51_the_end_of_a_series_keeps_its_history(quarterly: World) -> None:
    quarterly.do("cv", "start", "1.3")
    quarterly.now("2014-05-12T09:00")

    done = end(quarterly, "2014-06-01")

    assert [state for state, _ in rows(quarterly, "1.1", "1.2", "1.3", "1.4")] == [
        "assigned", "cancelled", "in_progress", "cancelled",
    ]  # fmt: skip
    assert (done.given_up, done.kept) == (("1.2", "1.4"), ("1.3",))
    assert numbers(quarterly) == [(1, "ended", None, day("2014-05-31"))]
    assert len(quarterly.history("1.2")) == 2


@pytest.mark.parametrize("by", ["cv", "tp", "pgd"])
def test_nobody_but_the_monitor_and_the_director_changes_work_that_comes_back(
    quarterly: World, by: str
) -> None:
    with pytest.raises(NotPermitted):
        edit(quarterly, by=by, from_on=day("2014-07-01"), lead="QLVT")
    with pytest.raises(NotPermitted):
        skip(quarterly, "2014-Q2", by=by)

    assert numbers(quarterly) == [(1, "active", None, None)]


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"from_on": "2014-01-10", "lead": "QLVT"}, "from"),
        ({"from_on": "2014-07-01"}, "series"),
        ({"from_on": "2014-07-01", "lead": "CNTT"}, "series"),
        ({"from_on": "2014-07-01", "assignee": "cv3"}, "assignee"),
        ({"from_on": "2014-07-01", "rule": "quý 15"}, "rule"),
    ],
)
def test_an_edit_that_cannot_be_is_refused_and_nothing_is_written(
    quarterly: World, wanted: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        edit(quarterly, **{**wanted, "from_on": day(wanted["from_on"])})

    assert refusal.value.field == field
    assert numbers(quarterly) == [(1, "active", None, None)]


def test_what_was_done_already_is_not_left_out(quarterly: World) -> None:
    quarterly.do("cv", "start", "1.1")
    quarterly.do("cv", "report", "1.1")
    quarterly.do("cvp", "verify", "1.1")

    with pytest.raises(TransitionRefused):
        skip(quarterly, "2014-Q1")
    with pytest.raises(Unknown):
        skip(quarterly, "2014-Q5")
    with pytest.raises(NoteRequired):
        skip(quarterly, "2014-Q2", reason=" ")

    assert quarterly.row("1.2").state == "assigned"


def test_what_is_left_out_is_left_out_once(quarterly: World) -> None:
    skip(quarterly, "2014-Q2")

    with pytest.raises(Invalid):
        skip(quarterly, "2014-Q2")

    assert quarterly.row("1.2").version == 2


def test_s50_work_may_come_back_on_the_last_working_day_of_each_month(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})

    done = add(world, rule="month wd-1", assignee="cv", from_on=day("2014-01-15"))

    identify(world)
    assert len(done.opened) == 12
    assert [world.row(code).due_on for code in ("9.1", "9.2", "9.3")] == [
        day("2014-01-27"), day("2014-02-28"), day("2014-03-31"),
    ]  # fmt: skip
    assert world.row("9").kind == "heading"


def test_s50_the_last_working_day_is_counted_anew_when_the_calendar_was_changed(
    world: World,
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    add(world, rule="month wd-1", assignee="cv")
    identify(world)
    with world.database.begin() as tx:
        world._day(tx, day("2014-03-31"), is_off=True)
    world.ladder([{"rung": "remind-0", "at": "0wd", "to": ["assignee"]}])

    with world.database.begin() as tx:
        series.edit(
            tx, Edit(series="9", from_on=day("2014-03-01")), by=("cvp", None), rules=world.rules,
            at=world.clock.now(),
        )  # fmt: skip

    assert [world.row(code).due_on for code in ("9.2", "9.3", "9.4")] == [
        day("2014-02-28"), day("2014-03-28"), day("2014-04-30"),
    ]  # fmt: skip


def test_new_work_that_comes_back_is_told_in_one_message_to_each(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})

    add(world, rule="quarter 10 +1", assignee="cv")

    identify(world)
    names = {identity: name for name, identity in world.ids.items()}
    told = [(names[row.recipient_id], row.leave_at) for row in world.ledger()
            if row.task_id in {world.ids["9.1"], world.ids["9.4"]}]  # fmt: skip
    assert {person for person, _ in told} == {"cv", "tp"}
    assert len({leave_at for _, leave_at in told}) == 1


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"rule": "month 25", "code": "T1"}, "code"),
        ({"rule": "month 25", "code": "a/b"}, "code"),
        ({"rule": "month 25", "title": " "}, "title"),
        ({"rule": "hằng tháng"}, "rule"),
        ({"rule": "2013-12-31"}, "rule"),
        ({"rule": "month 25", "assignee": "cvp"}, "assignee"),
    ],
)
def test_work_that_cannot_come_back_so_is_refused(
    world: World, wanted: dict[str, str], field: str
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})

    with pytest.raises(Invalid) as refusal:
        add(world, **wanted)

    assert refusal.value.field == field


def test_s53_what_is_not_finished_stands_with_what_comes_next_in_one_message(
    world: World, courier: FakeCourier
) -> None:
    world.ladder(
        [{"rung": "remind-0", "at": "0wd", "to": ["assignee"]},
         {"rung": "still-open", "at": "+20wd", "to": ["assignee"]}]
    )  # fmt: skip
    world.plan({"code": "1", "due": ("2014-02-25", "2014-03-25"), "kind": "recurring"})
    world.now("2014-02-25T07:30")
    world.sweep()
    relay(world, courier).turn()
    courier.taken.clear()

    world.now("2014-03-25T07:30")
    world.sweep()
    relay(world, courier).turn()

    (message,) = courier.messages("cv")
    text = message.get_body(("plain",))
    assert text is not None
    assert "(kỳ 1/2)" in text.get_content()
    assert "(kỳ 2/2)" in text.get_content()


def test_each_change_is_in_the_record_with_who_and_why(quarterly: World) -> None:
    edit(quarterly, from_on=day("2014-07-01"), lead="QLVT", note="phân công lại")
    skip(quarterly, "2014-Q4", reason="nhập vào báo cáo năm")

    entries = [one for one in quarterly.entries("plan:") if one.action.startswith("series.")]

    assert [(one.action, one.actor) for one in entries] == [
        ("series.edited", "cvp"), ("series.skipped", "cvp"),
    ]  # fmt: skip
    assert '"phân công lại"' in entries[0].body


def test_a_change_of_a_series_is_the_next_version_of_its_plan(quarterly: World) -> None:
    edit(quarterly, from_on=day("2014-07-01"), lead="QLVT")

    with quarterly.database.read() as tx:
        (shown,) = queries.list_plans(tx)
    assert shown["version"] == 2


def test_an_unknown_series_is_named_with_the_one_that_was_meant(quarterly: World) -> None:
    with quarterly.database.read() as tx, pytest.raises(Unknown) as refusal:
        find(tx, "KH-2014/BC-thag")

    assert refusal.value.what == "series"


def test_nothing_changes_in_a_plan_that_is_closed(quarterly: World) -> None:
    with quarterly.database.begin() as tx:
        plan = tables.metadata.tables["plan"]
        tx.execute(update(plan).values(state="closed"))

    with pytest.raises(Invalid) as refusal:
        edit(quarterly, series="KH-2014/1", from_on=day("2014-07-01"), lead="QLVT")

    assert refusal.value.field == "plan"
