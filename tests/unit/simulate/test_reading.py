"""A scenario file is read exactly, or refused with every line that is wrong."""

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dondoc.simulate.reading import parse_scenario, read_scenario
from dondoc.simulate.scenario import DayEdit, Scenario
from engine.errors import BadInput

SMALL = """\
format: dondoc-scenario/1
name: Một việc nhỏ
start: 2014-01-15T08:00
until: 2014-02-20T23:59
organisation:
  units:
    - {code: SO, name: Sở}
    - {code: VP, name: Văn phòng, parent: SO, monitor: true}
  people:
    - {id: gd, name: Giám đốc, unit: SO, position: director}
    - {id: cvp, name: Chánh Văn phòng, unit: VP, position: unit_head, email: null}
plan:
  code: KH
  year: 2014
  tasks:
    - {code: T1, title: Việc một, lead: VP, assignee: cvp, due: 2014-02-07}
"""


def read(text: str, folder: Path = Path()) -> Scenario:
    return parse_scenario(text.encode(), source="x.yaml", folder=folder)


def faults(text: str, folder: Path = Path()) -> list[str]:
    with pytest.raises(BadInput) as refused:
        read(text, folder)
    return [f"{fault.place}: {fault.problem}" for fault in refused.value.faults]


def with_lines(*lines: str) -> str:
    return SMALL + "\n".join(lines) + "\n"


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


def test_every_fault_is_named_at_once_and_in_the_order_of_the_file() -> None:
    text = (
        SMALL.replace("due: 2014-02-07", "due: 2014-02-30")
        .replace("lead: VP", "lead: CNTT")
        .replace("start: 2014-01-15T08:00", "start: 2014-01-15 8h")
        + "nonsense: 1\n"
    )

    found = faults(text)

    assert [line.partition(":")[0] for line in found] == [
        "dòng 3",
        "dòng 16",
        "dòng 16",
        "dòng 17",
    ]
    assert "không có ngày 2014-02-30" in found[1]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("play: [{at: 2014-01-16T08:00, do: start, task: T9}]", "không có nhiệm vụ 'T9'"),
        ("play: [{at: 2014-01-16T08:00, by: ma, do: start, task: T1}]", "không có người 'ma'"),
        ("play: [{at: 2014-01-16T08:00, do: begin, task: T1}]", "không có sự kiện 'begin'"),
        ("play: [{at: 2014-01-16T08:00, do: start}]", "thiếu 'task'"),
        ("play: [{at: 2014-01-16T08:00, do: start, task: T1, to: gd}]", "không có khoá 'to'"),
        ("play: [{at: 2014-01-16T08:00, do: start, task: T1, task: T1}]", "viết hai lần"),
        ("play: [{at: 2014-01-16T08:00, do: start, task: T1, decision: 1/QĐ}]", "'decision'"),
        ("play: [{at: 2014-01-16T08:00, do: verify, task: T1, due: 2014-03-01}]", "'due'"),
        ("play: [{at: 2015-01-16T08:00, do: start, task: T1}]", "ngoài khoảng start..until"),
        ("play: [{at: 2014-01-16T24:00, do: start, task: T1}]", "không phải giờ"),
        ("play: [{do: start, task: T1}]", "thiếu 'at'"),
        ("play: [{at: 2014-01-16T08:00}]", "thiếu 'do'"),
        ("play: {}", "không phải danh sách"),
        ("play: [{at: 2014-01-16T08:00, do: smtp}]", "thiếu 'mode'"),
        ("play: [{at: 2014-01-16T08:00, do: smtp, mode: slow}]", "'slow'"),
        ("policy: {ladders: {unit: [{rung: a, at: 3, to: [assignee]}]}}", "'3' không phải mốc"),
        ("policy: {ladders: {unit: [{rung: a, at: 3wd, to: [boss]}]}}", "không có vị trí 'boss'"),
        ("policy: {ladders: {unit: [{rung: a, at: 3wd, to: []}]}}", "không báo cho ai"),
        (
            "policy: {ladders: {unit: [{rung: a, at: 3wd, to: [director], repeat: 0wd}]}}",
            "chu kỳ 0wd",
        ),
        ("policy: {due_on_day_off: never}", "'never'"),
        ("timezone: Asia/Hanoi", "không có múi giờ"),
        ('calendar: {hours: ["13:00-12:00"]}', "chồng nhau hoặc ngược"),
        ("calendar: {weekend: [mon, tue, wed, thu, fri, sat, sun]}", "không còn ngày làm việc"),
        ("expect: {exact: yes}", "'yes' không phải true hoặc false"),
        ("expect: {tasks: [{code: T1, overdue: 3}]}", "'3' không phải số ngày quá hạn"),
        ("expect: {refused: [{code: forbidden}]}", "không có mã từ chối"),
        ("expect: {audit: broken}", "'broken'"),
        ("name: hai", "viết hai lần"),
        ("plan2: *x", "bí danh"),
        ("plan2: !!python/name:os.system", "kiểu ghi rõ"),
        ("@ten: sai", "không phải YAML đúng"),
    ],
)
def test_a_wrong_line_is_named_with_its_number(line: str, problem: str) -> None:
    found = faults(with_lines(line))

    assert len(found) == 1, found
    assert found[0].startswith("dòng 17: ")
    assert problem in found[0]


def test_an_event_out_of_order_is_refused() -> None:
    first = "play: [{at: 2014-01-17T08:00, do: start, task: T1},"
    second = "  {at: 2014-01-16T08:00, do: start, task: T1}]"

    found = faults(with_lines(first, second))

    assert found == ["dòng 18: sự kiện sai thứ tự thời gian"]


@pytest.mark.parametrize(
    "event",
    [
        "extend", "approve", "refuse", "raise", "answer", "acknowledge", "deactivate",
        "merge_units", "adjust",
    ],
)  # fmt: skip
def test_an_event_that_cannot_be_played_yet_is_refused_with_its_line(event: str) -> None:
    found = faults(with_lines("play:", f"  - {{at: 2014-01-16T08:00, do: {event}, task: T1}}"))

    assert found == [f"dòng 18: phiên bản này chưa chơi được sự kiện {event!r}"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "tệp rỗng"),
        (b"\xff\xfe\x00", "UTF-8"),
        ("name: Sở".encode("utf-16"), "UTF-8"),
        (b"\x00\x01", "ký tự điều khiển"),
        (b"[" * 100_000, "lồng quá sâu"),
        (b"- 1", "không phải nhóm khoá"),
        (b"a: 1\n---\nb: 2\n", "không phải YAML đúng"),
        (b" " * 8_000_001, "lớn hơn 8 MB"),
    ],
)
def test_what_is_no_scenario_at_all_gets_a_clear_answer(content: bytes, problem: str) -> None:
    with pytest.raises(BadInput, match=problem):
        parse_scenario(content, source="x.yaml", folder=Path())


def test_a_plan_needs_files_that_exist(tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text("x")
    text = SMALL[: SMALL.index("  tasks:")] + "  files: [plan.txt, none.csv]\n"

    found = faults(text, tmp_path)

    assert found == ["dòng 15: không có tệp 'none.csv'"]


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        (", parent: SO", "", "thiếu 'parent'"),
        ("parent: SO, monitor", "parent: VP, monitor", "nằm trong chính nó"),
        ("{code: SO, name: Sở}", "{code: SO, name: Sở, monitor: true}", "đã có một đơn vị"),
        (", monitor: true", "", "chưa có đơn vị theo dõi"),
        ("id: cvp", "id: gd", "khai hai lần"),
        ("position: director", "position: king", "không có chức vụ"),
        ("unit: SO", "unit: XX", "không có đơn vị 'XX'"),
        (", due: 2014-02-07", "", "cần 'due' hoặc 'standing: true'"),
        (", due: 2014-02-07", ", due: 2014-02-07, standing: true", "cần 'due' hoặc"),
        (", due: 2014-02-07", ", due: 2014-02-07, parent: T1", "là đầu mục"),
        ("email: null", "email: x", "không phải địa chỉ"),
        ("lead: VP, ", "", "thiếu 'lead'"),
    ],
)
def test_an_office_that_contradicts_itself_is_refused(
    before: str, after: str, problem: str
) -> None:
    assert before in SMALL

    found = faults(SMALL.replace(before, after, 1))

    assert any(problem in fault for fault in found), found


def test_a_missing_file_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="không đọc được"):
        read_scenario(tmp_path / "none.yaml")


@given(
    position=st.integers(min_value=0, max_value=len(SMALL)),
    junk=st.text(alphabet="{}[]:,-#&*!|>'\"%@` \n\tT0né", max_size=4),
    cut=st.integers(min_value=0, max_value=12),
)
def test_no_damage_to_a_file_ends_in_anything_but_a_scenario_or_a_refusal(
    position: int, junk: str, cut: int
) -> None:
    damaged = SMALL[:position] + junk + SMALL[position + cut :]

    answer = answer_to(damaged)

    assert answer


def answer_to(text: str) -> str:
    """Return the name of a scenario, or everything that is wrong with it."""
    try:
        return f"read: {read(text).name}"
    except BadInput as refused:
        return "; ".join(fault.place for fault in refused.faults)
