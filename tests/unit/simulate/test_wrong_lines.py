"""Whatever is wrong with a scenario is said at once, with its line and what to do about it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import BadInput
from tests.support.plays import SMALL, faults, read, with_lines


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
        ("<<: {name: hai}", "khoá gộp"),
        ("calendar: {days_off: [2014-02-30]}", "không có ngày 2014-02-30 trong lịch"),
        ("calendar: {days_off: [2014-02-05..2014-01-28]}", "kết thúc trước khi bắt đầu"),
        ("calendar: {days_off: [..2014-01-28]}", "không phải khoảng ngày"),
        ("calendar: {days_off: [2014-01-28..]}", "không phải khoảng ngày"),
        ("calendar: {days_off: [2014-01-01..2014-12-31]}", "năm 2014 không còn ngày làm việc"),
        ("calendar: {days_off: 2014-01-28}", "không phải danh sách"),
        ("calendar: {hours: []}", "không còn giờ làm việc"),
        ("calendar: {hours: [07:30]}", "không phải khoảng giờ"),
        ("calendar: {weekend: [Sat]}", "không có thứ 'Sat'"),
        ("timezone: localtime", "không có múi giờ"),
        ("policy: {send_at: 24:00}", "không phải giờ trong ngày"),
        ("policy: {send_at: 7:30}", "không phải giờ trong ngày"),
        ("policy: {send_at: 0730}", "không phải giờ trong ngày"),
        ("policy: {send_at: 27000}", "không phải giờ trong ngày"),
        ("policy: {send_at: ٠٧:٣٠}", "không phải giờ trong ngày"),
        ("policy: {ladders: {boss: []}}", "không có khoá 'boss'"),
        ("policy: {ladders: {unit: [{rung: a, at: ٣wd, to: [verifier]}]}}", "không phải mốc"),
        ("policy: {ladders: {unit: [{rung: a, at: 3wd, to: verifier}]}}", "không phải danh sách"),
        ("policy: {ladders: {unit: [{rung: a, to: [verifier]}]}}", "thiếu 'at'"),
        (
            (
                "policy: {ladders: {unit: [{rung: a, at: 1wd, to: [verifier]},"
                " {rung: a, at: 2wd, to: [verifier]}]}}"
            ),
            "bậc 'a' viết hai lần",
        ),
        (
            "policy: {ladders: {unit: [{rung: a, at: 1wd, to: [verifier], repeat: 5d}]}}",
            "không phải chu kỳ",
        ),
        ("play: [start]", "không phải sự kiện"),
        ("play: [null]", "không phải sự kiện"),
        ("play: [{at: 2014-01-16T08:00, do: null}]", "để trống"),
        ("play: [{at: 2014-01-16T08:00, do: report, task: T1, evidence: a}]", "danh sách"),
        ("play: [{at: 2014-01-16T08:00, do: start, task: T1, for: ma}]", "không có người 'ma'"),
        ("play: [{at: 2014-01-16T08:00, do: reassign, task: T1, to: ma}]", "không có người 'ma'"),
        ("play: [{at: 2014-01-16T08:00, do: set_due, task: T1, due: 2014-02-30}]", "2014-02-30"),
        ("play: [{at: 2014-01-16T08:00, do: calendar}]", "không nói ngày nào"),
        ("play: [{at: 2014-01-16T08:00, do: stop_scheduler, task: T1}]", "không có khoá 'task'"),
        ("play: [{at: 2014-01-16T08:00, do: smtp, mode: refuse}]", "cần danh sách người"),
        ("play: [{at: 2014-01-16T08:00, do: smtp, mode: {refuse: [ma]}}]", "không có người 'ma'"),
        (
            (
                "play: [{at: 2014-01-16T08:00, do: absence, person: gd, substitute: gd,"
                " from: 2014-01-20, to: 2014-01-21}]"
            ),
            "gd không thể thay chính mình",
        ),
        (
            (
                "play: [{at: 2014-01-16T08:00, do: absence, person: gd, substitute: cvp,"
                " from: 2014-01-20, to: 2014-01-19}]"
            ),
            "kết thúc trước khi bắt đầu",
        ),
        ("expect: {digest: []}", "không có khoá 'digest'"),
        ("expect: {notices: {}}", "không phải danh sách"),
        (
            "expect: {notices: [{at: 2014-01-16T08:00, to: gd, rung: a, tasks: []}]}",
            "không nói về nhiệm vụ nào",
        ),
        ("expect: {notices: [{at: 2014-01-16T08:00, to: gd, rung: a}]}", "thiếu 'tasks'"),
        (
            "expect: {notices: [{at: 2014-01-16T08:00, to: ma, rung: a, tasks: [T1]}]}",
            "không có người 'ma'",
        ),
        ("expect: {tasks: [{code: T9}]}", "không có nhiệm vụ 'T9'"),
        ("expect: {tasks: [{code: T1, lead: XX}]}", "không có đơn vị 'XX'"),
        ("expect: {tasks: [{code: T1, state: done}]}", "không có trạng thái 'done'"),
        ("expect: {tasks: [{code: T1, cell: late}]}", "không có ô 'late'"),
        ("expect: {tasks: [{code: T1, overdue: -1wd}]}", "không phải số ngày quá hạn"),
        ("expect: {refused: [{code: invalid, do: nothing}]}", "không có sự kiện 'nothing'"),
        ("expect: {superseded: [{task: T9}]}", "không có nhiệm vụ 'T9'"),
        ("expect: {alerts: [{at: 2014-01-16T08:00}]}", "thiếu 'code'"),
    ],
)
def test_a_wrong_line_is_named_with_its_number(line: str, problem: str) -> None:
    found = faults(with_lines(line))

    assert len(found) == 1, found
    assert found[0].startswith("dòng 17: ")
    assert problem in found[0]


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("2025-02-30", "tháng 2/2025 có 28 ngày"),
        ("2014-13-01", "tháng từ 01 đến 12"),
        ("2014-2-7", "viết dạng 2014-01-31"),
        ("07/02/2014", "viết dạng 2014-01-31"),
        ("20140207", "viết dạng 2014-01-31"),
        ("2014-02-07T00:00", "viết dạng 2014-01-31"),
        ("2014-02-\uff107", "viết dạng 2014-01-31"),
        ("10:30", "viết dạng 2014-01-31"),
        ("190:20:30", "viết dạng 2014-01-31"),
        ("017", "viết dạng 2014-01-31"),
        ("0o17", "viết dạng 2014-01-31"),
        ("0x1F", "viết dạng 2014-01-31"),
        ("1.5", "viết dạng 2014-01-31"),
        (".inf", "viết dạng 2014-01-31"),
        ("no", "viết dạng 2014-01-31"),
        ("yes", "viết dạng 2014-01-31"),
        ("~", "viết dạng 2014-01-31"),
        ("true", "để trong dấu nháy"),
        ("[2014-02-07]", "để trong dấu nháy"),
        ("0999-02-07", "viết năm từ 1970 đến 2199"),
    ],
)
def test_what_is_no_date_is_refused_with_the_date_or_form_that_would_do(
    written: str, problem: str
) -> None:
    with pytest.raises(BadInput) as refused:
        read(SMALL.replace("due: 2014-02-07", f"due: {written}"))

    (fault,) = refused.value.faults
    assert fault.place == "dòng 16"
    assert problem in fault.cure


def test_what_is_said_of_a_half_written_entry_is_said_together_with_what_it_lacks() -> None:
    text = (
        SMALL.replace("id: gd, name: Giám đốc, unit: SO", "id: gd, unit: XX")
        .replace("code: T1, title: Việc một, lead: VP", "code: T1, lead: YY")
        .replace("code: VP, name: Văn phòng", "code: VP")
    )
    play = "play: [{do: start, task: T9}, {at: 2014-02-30T08:00, do: sleep}]"
    ladder = "policy: {ladders: {unit: [{rung: a, at: 3}]}}"

    found = faults(text + play + "\n" + ladder + "\n")

    assert [one.partition(",")[0] for one in found] == [
        "dòng 8: thiếu 'name'",
        "dòng 10: thiếu 'name'",
        "dòng 10: không có đơn vị 'XX' trong tệp này",
        "dòng 16: thiếu 'title'",
        "dòng 16: không có đơn vị 'YY' trong tệp này",
        "dòng 17: thiếu 'at'",
        "dòng 17: không có nhiệm vụ 'T9' trong tệp này",
        "dòng 17: không có sự kiện 'sleep'",
        "dòng 17: không có ngày 2014-02-30 trong lịch",
        "dòng 18: thiếu 'to'",
        "dòng 18: '3' không phải mốc",
    ]


@pytest.mark.parametrize(
    ("before", "long"),
    [
        ("name: Sở", "name: " + "x" * 301),
        ("name: Giám đốc", "name: " + "x" * 301),
        ("code: KH", "code: " + "x" * 65),
        ("code: T1", "code: " + "x" * 65),
        ("id: gd", "id: " + "x" * 65),
    ],
)
def test_a_name_that_no_database_has_room_for_is_refused_by_every_one(
    before: str, long: str
) -> None:
    found = faults(SMALL.replace(before, long))

    assert any("dài quá" in fault for fault in found), found


@pytest.mark.parametrize(
    "text",
    [
        "plan: {}", "play: [{at: 2014-01-16T08:00}]", "expect: {tasks: [{code: T9}]}",
        "calendar: {hours: []}", "name: ''", "timezone: x", "policy: {due_on_day_off: x}",
        ("play: [{at: 2014-02-20T23:59, do: stop_scheduler},"
        " {at: 2014-01-16T08:00, do: absence, person: gd, substitute: gd, from: 2014-01-02,"
        " to: 2014-01-01}, {at: 2014-01-15T07:00, do: start_scheduler}]"),
    ],
)  # fmt: skip
def test_every_fault_says_what_to_do_about_it(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(with_lines(text))

    assert all(fault.cure for fault in refused.value.faults), refused.value.faults


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
        ("email: null", "email: ''", "để trống"),
        ("year: 2014", "year: '2014'", "không phải số nguyên"),
        ("year: 2014", "year: 02014", "không phải số nguyên"),
        ("year: 2014", "year: 2_014", "không phải số nguyên"),
        ("year: 2014", "year: 0x7DE", "không phải số nguyên"),
        ("year: 2014", "year: 2.014e3", "không phải số nguyên"),
        ("year: 2014", "year: 99999999999999999999", "không phải số nguyên"),
        ("year: 2014", "year: -2014", "-2014 ngoài khoảng"),
        ("code: T1, title", "code: T1, code: T2, title", "khoá 'code' viết hai lần"),
        ("assignee: cvp", "assignee: ma", "không có người 'ma'"),
        ("assignee: cvp", "verifier: ma", "không có người 'ma'"),
        ("assignee: cvp", "coordinating: [XX]", "không có đơn vị 'XX'"),
        ("assignee: cvp", "parent: T9", "không có nhiệm vụ 'T9'"),
        ("assignee: cvp", "evidence: none", "không có cách đòi minh chứng 'none'"),
        ("assignee: cvp", "urgent: yes", "không phải true hoặc false"),
        ("{code: SO, name: Sở}", "{code: SO, name: Sở, parent: VP}", "là gốc, không có parent"),
        ("parent: SO, monitor", "parent: SO, leader: ma, monitor", "không có người 'ma'"),
        ("lead: VP, ", "", "thiếu 'lead'"),
    ],
)
def test_an_office_that_contradicts_itself_is_refused(
    before: str, after: str, problem: str
) -> None:
    assert before in SMALL

    found = faults(SMALL.replace(before, after, 1))

    assert any(problem in fault for fault in found), found


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
