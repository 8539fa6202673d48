"""`obstacle` and `extension`: what is asked of leaders on the command line, and what it prints."""

import pytest

from tests.support.terminal import Terminal

PLAN = """\
Mã,Nội dung nhiệm vụ,Đơn vị chủ trì,Người thực hiện,Thời gian hoàn thành,Sản phẩm
1,Rà soát hồ sơ điện tử,Phòng Công nghệ,cv,30/6/2023,Báo cáo
2,Nâng cấp cổng thông tin,Phòng Công nghệ,cv,30/6/2023,Báo cáo
"""
RAISED = ("--category", "funding", "--note", "Chờ kinh phí", "--wanted", "Bố trí kinh phí")


@pytest.fixture
def planned(office: Terminal) -> Terminal:
    """An office with two tasks that were given to the same person."""
    file = office.write("plan.csv", PLAN)
    office("plan", "import", file, "--year", "2023", "--code", "KH-2023", "--as", "cvp")
    assert office("plan", "activate", "KH-2023", "--as", "cvp").code == 0
    return office


def test_an_obstacle_is_raised_listed_answered_and_shown_with_its_task(planned: Terminal) -> None:
    raised = planned("obstacle", "raise", "1", *RAISED, "--as", "cv")
    listed = planned("obstacle", "list", "--json")
    pause = ("--pause-from", "10/6/2023", "--pause-to", "2023-06-20")

    answered = planned("obstacle", "answer", "1", "--note", "Sẽ cấp", *pause, "--as", "pgd")

    assert (raised.code, answered.code) == (0, 0)
    assert raised.err == "KH-2023/1:vm1: đã nêu, chờ lãnh đạo cho ý kiến.\n"
    (one,) = listed.json["obstacles"]
    assert (one["task"], one["category"], one["wanted"]) == ("1", "funding", "Bố trí kinh phí")
    assert planned("obstacle", "list", "--json").json["obstacles"] == []
    (page,) = planned("obstacle", "show", "1", "--json").json["obstacles"]
    assert page["pause"] == {"from": "2023-06-10", "to": "2023-06-20"}
    task = planned("task", "show", "1", "--json").json
    assert [each["code"] for each in task["requests"]] == ["1:vm1"]
    assert [(each["from"], each["to"]) for each in task["pauses"]] == [("2023-06-10", "2023-06-20")]
    shown = planned("task", "show", "1").out
    assert "(đã tạm dừng, tính đến " in shown
    assert "tạm dừng 10/06/2023 - 20/06/2023; Sẽ cấp (pgd, 03/01/2023)" in shown


def test_more_time_is_asked_for_granted_and_counted(planned: Terminal) -> None:
    asked = planned("task", "extend", "1", "--due", "15/7/2023", "--note", "Chờ", "--as", "cv")
    waiting = planned("extension", "list")

    granted = planned("extension", "approve", "1", "--due", "10/7/2023", "--as", "gd")

    assert asked.err == "KH-2023/1:gh1: đã xin gia hạn đến 15/07/2023, chờ lãnh đạo quyết định.\n"
    assert "xin đến 15/07/2023: Chờ" in waiting.out
    assert granted.err == "KH-2023/1:gh1: đã đồng ý gia hạn.\n"
    task = planned("task", "show", "1", "--json").json["task"]
    assert (task["due"], task["original_due"]) == ("2023-07-10", "2023-06-30")
    assert (task["extensions"], task["slippage_working_days"]) == (1, 6)
    (one,) = planned("extension", "list", "--all", "--json").json["extensions"]
    assert (one["due_asked"], one["due_granted"]) == ("2023-07-15", "2023-07-10")


def test_requests_are_refused_and_taken_back(planned: Terminal) -> None:
    planned("extension", "ask", "1", "--due", "15/7/2023", "--as", "cv")
    planned("extension", "ask", "2", "--due", "15/7/2023", "--as", "cv")
    planned("obstacle", "raise", "1", *RAISED, "--as", "tp")

    refused = planned("extension", "refuse", "1", "--note", "Không lùi được", "--as", "pgd")
    back = planned("extension", "withdraw", "2", "--as", "tp")
    gone = planned("obstacle", "withdraw", "1:vm1", "--as", "cv")

    assert (refused.code, back.code, gone.code) == (0, 0, 0)
    states = planned("extension", "list", "--all", "--json").json["extensions"]
    assert [one["state"] for one in states] == ["refused", "withdrawn"]
    (one,) = planned("extension", "show", "1", "--json").json["extensions"]
    assert (one["state"], one["answer"]) == ("refused", "Không lùi được")
    assert "Không lùi được" in planned("extension", "show", "1").out
    assert planned("obstacle", "list").err == "Không có vướng mắc nào.\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("obstacle", "raise", "1", "--note", "x", "--as", "cv"),
         "loại vướng mắc (--category): chưa nêu; dùng một trong: funding, procedure"),
        (("obstacle", "raise", "1", "--category", "rain", "--note", "x", "--as", "cv"),
         "loại vướng mắc (--category): rain không dùng được"),
        (("obstacle", "raise", "1", "--category", "other", "--as", "cv"),
         "Muốn nêu vướng mắc phải ghi nội dung (--note)."),
        (("obstacle", "raise", "1", *RAISED, "--as", "cvp"),
         "cvp không được nêu vướng mắc; được phép: người thực hiện, trưởng đơn vị."),
        (("obstacle", "raise", "1", *RAISED, "--to", "cvp", "--as", "cv"),
         "lãnh đạo được hỏi (--to): cvp không phải lãnh đạo cơ quan."),
        (("obstacle", "answer", "1", "--note", "x", "--as", "pgd"),
         "Không thể cho ý kiến: không có vướng mắc nào chờ ý kiến."),
        (("extension", "approve", "1", "--as", "pgd"),
         "Không thể đồng ý gia hạn: không có đề nghị gia hạn nào chờ quyết định."),
        (("task", "extend", "1", "--as", "cv"), "hạn: muốn xin gia hạn phải nêu ngày (--due)."),
        (("task", "extend", "1", "--due", "30/6/2023", "--as", "cv"),
         "hạn: 30/06/2023 không sau hạn hiện nay 30/06/2023."),
        (("extension", "ask", "1", "--due", "30/7/2023"),
         "được phép: một người, nêu bằng --as MÃ hoặc DONDOC_AS."),
    ],
)  # fmt: skip
def test_what_is_refused_is_said_in_vietnamese_and_stays_on_record(
    planned: Terminal, line: tuple[str, ...], said: str
) -> None:
    answer = planned(*line)

    assert answer.code == 77
    assert said in answer.err
    exported = planned("audit", "export", "-o", "log.jsonl")
    assert exported.code == 0
    log = (planned.folder / "log.jsonl").read_text("utf-8")
    assert f"{line[0]} {line[1]}" in log
    assert "command.refused" in log


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        (("--pause-from", "2023-06-20", "--pause-to", "2023-06-10"), "kết thúc trước khi bắt đầu"),
        (("--pause-from", "2022-06-20", "--pause-to", "2023-06-10"), "trước ngày nêu vướng mắc"),
        (("--pause-from", "2023-06-20", "--pause-to", "2024-12-10"), "dài quá 366 ngày"),
        ((), "Muốn cho ý kiến phải ghi nội dung (--note)."),
    ],
)
def test_an_answer_that_cannot_be_is_refused(
    planned: Terminal, extra: tuple[str, ...], said: str
) -> None:
    planned("obstacle", "raise", "1", *RAISED, "--as", "cv")

    answer = planned("obstacle", "answer", "1", *extra, "--as", "pgd")

    assert answer.code == 77
    assert said in answer.err


def test_a_pause_has_both_its_ends(planned: Terminal) -> None:
    answer = planned("obstacle", "answer", "1", "--pause-from", "10/6/2023", "--as", "pgd")

    assert answer.code == 2
    assert "nêu cả --pause-from và --pause-to" in answer.err


def test_several_open_obstacles_are_named(planned: Terminal) -> None:
    for _ in range(2):
        planned("obstacle", "raise", "1", *RAISED, "--as", "cv")

    answer = planned("obstacle", "answer", "1", "--note", "x", "--as", "pgd")

    assert "đang có nhiều, nêu mã một trong: 1:vm1, 1:vm2." in answer.err


@pytest.mark.parametrize("verb", ["start", "cancel", "withdraw"])
def test_nothing_is_done_to_a_request_as_to_a_task(planned: Terminal, verb: str) -> None:
    planned("obstacle", "raise", "1", *RAISED, "--as", "cv")

    answer = planned("task", verb, "1:vm1", "--as", "gd")

    assert answer.code == 77
    assert "chờ ý kiến" in answer.err
