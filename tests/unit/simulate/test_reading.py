"""A scenario file is read exactly: its frame, its defaults, its words, its moments."""

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from dondoc.simulate.reading import parse_scenario, read_scenario
from dondoc.simulate.scenario import DayEdit
from engine.errors import BadInput
from tests.support.plays import SMALL, faults, read, with_lines


def test_what_a_scenario_leaves_out_has_the_default_of_the_format() -> None:
    scenario = read(SMALL)

    assert scenario.office.zone.key == "Asia/Ho_Chi_Minh"
    assert scenario.office.send_at == time(7, 30)
    assert scenario.office.weekend == {5, 6}
    assert scenario.start == datetime(2014, 1, 15, 1, 0, tzinfo=UTC)
    assert scenario.people[0].email == "gd@example.test"
    assert scenario.people[1].email is None
    assert scenario.ladders == {}
    assert scenario.expect is None


def test_a_time_is_read_by_its_field_and_never_as_a_number_of_base_sixty() -> None:
    scenario = read(with_lines("policy: {send_at: 10:30}"))

    assert scenario.office.send_at == time(10, 30)


def test_words_that_yaml_takes_for_truth_stay_words() -> None:
    scenario = read(SMALL.replace("Một việc nhỏ", "no"))

    assert scenario.name == "no"


def test_a_number_with_a_leading_zero_stays_text() -> None:
    scenario = read(SMALL.replace("T1", "0123"))

    assert scenario.plan.tasks[0].code == "0123"


def test_a_day_listed_as_off_and_as_worked_is_a_work_day() -> None:
    listed = 'calendar: {days_off: ["2014-01-28..2014-01-30"], work_days: [2014-01-29]}'

    scenario = read(with_lines(listed))

    assert {edit.day for edit in scenario.days if edit.is_off} == {
        date(2014, 1, 28),
        date(2014, 1, 30),
    }
    assert DayEdit(day=date(2014, 1, 29), is_off=False) in scenario.days


def test_an_event_out_of_order_is_refused() -> None:
    first = "play: [{at: 2014-01-17T08:00, do: start, task: T1},"
    second = "  {at: 2014-01-16T08:00, do: start, task: T1}]"

    found = faults(with_lines(first, second))

    assert found == ["dòng 18: sự kiện sai thứ tự thời gian"]


def test_a_pause_a_promise_and_a_merger_are_read_whole() -> None:
    pause = "pause: {from: 2014-01-17, to: 2014-01-20}"
    into = "into: {code: MOI, name: Phòng mới}"

    scenario = read(
        with_lines(
            "play:",
            f"  - {{at: 2014-01-16T08:00, do: answer, task: T1, {pause}}}",
            "  - {at: 2014-01-16T09:00, do: acknowledge, task: T1, promise: 2014-01-22}",
            f"  - {{at: 2014-01-16T10:00, do: merge_units, units: [VP], {into}}}",
        )
    )

    answer, promise, merger = scenario.play
    assert answer.pause == (date(2014, 1, 17), date(2014, 1, 20))
    assert promise.promise == date(2014, 1, 22)
    assert merger.into is not None
    assert (merger.units, merger.into.code, merger.into.head) == (("VP",), "MOI", None)


def test_a_pause_turned_round_is_refused_with_its_line() -> None:
    turned = "pause: {from: 2014-01-20, to: 2014-01-17}"

    found = faults(
        with_lines("play:", f"  - {{at: 2014-01-16T08:00, do: answer, task: T1, {turned}}}")
    )

    assert found == ["dòng 18: khoảng ngày kết thúc trước khi bắt đầu"]


def test_a_unit_that_only_a_merger_makes_may_be_named_afterwards() -> None:
    merger = "{at: 2014-01-16T08:00, do: merge_units, units: [VP], into: {code: MOI, name: Mới}}"
    adjusted = "{at: 2014-01-17T08:00, do: adjust, tasks: [{code: T1, lead: MOI}]}"

    scenario = read(with_lines("play:", f"  - {merger}", f"  - {adjusted}"))

    assert scenario.play[1].tasks[0].lead == "MOI"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "tệp rỗng"),
        (b"\xff\xfe\x00", "UTF-8"),
        ("name: Sở".encode("utf-16"), "UTF-8"),
        (b"\x00\x01", "ký tự điều khiển"),
        (b"[" * 100_000, "lồng quá sâu"),
        (b"- 1", "không phải nhóm khoá"),
        (b"a: 1\n---\nb: 2\n", "hai văn bản"),
        (b" " * 8_000_001, "lớn hơn 8 MB"),
    ],
)
def test_what_is_no_scenario_at_all_gets_a_clear_answer(content: bytes, problem: str) -> None:
    with pytest.raises(BadInput, match=problem):
        parse_scenario(content, source="x.yaml", folder=Path())


def test_an_event_at_no_moment_is_not_also_called_out_of_order() -> None:
    first = "play: [{at: 2014-01-17T08:00, do: start, task: T1},"
    second = "  {at: 2014-01-17T25:00, do: start, task: T1}]"

    found = faults(with_lines(first, second))

    assert found == ["dòng 18: '25:00' không phải giờ trong ngày"]


@pytest.mark.parametrize("moment", ["2014-01-15T07:59", "2014-02-21T00:00"])
def test_an_event_outside_the_play_is_refused_and_its_ends_belong_to_it(moment: str) -> None:
    ends = "play: [{at: 2014-01-15T08:00, do: stop_scheduler},"
    last = "  {at: 2014-02-20T23:59, do: start_scheduler}]"
    outside = f"play: [{{at: {moment}, do: stop_scheduler}}]"

    inside = read(with_lines(ends, last))

    assert len(inside.play) == 2
    assert faults(with_lines(outside)) == [
        "dòng 17: sự kiện ngoài khoảng start..until của kịch bản"
    ]


def test_a_play_may_end_where_it_begins_but_not_before() -> None:
    at_once = read(SMALL.replace("2014-02-20T23:59", "2014-01-15T08:00"))
    before = faults(SMALL.replace("2014-02-20T23:59", "2014-01-15T07:59"))

    assert at_once.start == at_once.until
    assert before == ["dòng 4: kịch bản kết thúc trước khi bắt đầu"]


def test_an_hour_that_the_clock_leaps_over_is_no_moment() -> None:
    text = SMALL.replace(
        "start: 2014-01-15T08:00", "timezone: Europe/Berlin\nstart: 2014-01-15T08:00"
    )
    leap = "play: [{at: 2014-03-30T02:30, do: stop_scheduler}]\n"

    found = faults(text.replace("until: 2014-02-20", "until: 2014-04-20") + leap)

    assert found == ["dòng 18: giờ 2014-03-30T02:30 không có ở Europe/Berlin"]


def test_the_code_of_a_plan_is_no_path() -> None:
    found = faults(SMALL.replace("code: KH", "code: K/H"))

    assert found == ["dòng 13: 'K/H' không dùng được làm mã kế hoạch"]


def test_a_name_too_long_for_any_file_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text("x")
    text = SMALL[: SMALL.index("  tasks:")] + f"  files: [plan.txt, {'x' * 5000}]\n"

    found = faults(text, tmp_path)

    assert len(found) == 1
    assert found[0].startswith("dòng 15: không có tệp")


def test_a_file_without_end_is_read_no_further_than_a_scenario_can_be_long() -> None:
    endless = Path("/dev/zero")

    with pytest.raises(BadInput, match="lớn hơn 8 MB"):
        read_scenario(endless)


def test_a_plan_needs_files_that_exist(tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text("x")
    text = SMALL[: SMALL.index("  tasks:")] + "  files: [plan.txt, none.csv]\n"

    found = faults(text, tmp_path)

    assert found == ["dòng 15: không có tệp 'none.csv'"]


def test_a_missing_file_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="không đọc được"):
        read_scenario(tmp_path / "none.yaml")


def _adjusted(*lines: str) -> str:
    return with_lines("play:", "  - at: 2014-01-16T08:00", "    do: adjust", *lines)


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["    note: không nói gì"], "dòng 18: sự kiện adjust không đổi gì"),
        (["    tasks: [{code: T1, standing: true}]"], "dòng 20: T1 có sẵn trong kế hoạch"),
        (["    tasks: [{code: T9, due: 2014-02-07}]"], "dòng 20: thiếu 'title'"),
        (["    tasks: [{code: T9, title: Mới, lead: CNTT}]"], "dòng 20: T9 cần 'due'"),
        (["    tasks: [{code: T1, lead: KHAC}]"], "dòng 20: không có đơn vị 'KHAC'"),
        (["    tasks: [{code: T1, due: 2014-02-07}]", "    cancel: [T1]"],
         "nhiệm vụ 'T1' khai hai lần"),
    ],
)  # fmt: skip
def test_an_adjustment_that_says_nothing_possible_is_refused_with_its_line(
    lines: list[str], found: str
) -> None:
    assert any(found in one for one in faults(_adjusted(*lines)))


def test_a_task_that_an_adjustment_brings_is_known_afterwards() -> None:
    text = _adjusted(
        "    tasks: [{code: T9, title: Việc mới, lead: SO, due: 2014-02-07}]",
        "  - {at: 2014-01-16T09:00, by: gd, do: set_due, task: T9, due: 2014-02-14, note: x}",
        "  - {at: 2014-01-17T09:00, do: adjust, tasks: [{code: T9, due: 2014-02-21}]}",
    )

    assert [event.do for event in read(text).play] == ["adjust", "set_due", "adjust"]
