"""`task batch`: what it prints and the codes it leaves, for each and for all."""

import io
import sys
from types import SimpleNamespace

import pytest

from tests.support.terminal import Terminal

PLAN = """\
Mã,Nội dung nhiệm vụ,Đơn vị chủ trì,Người thực hiện,Thời gian hoàn thành,Sản phẩm
1,Rà soát hồ sơ điện tử,Phòng Công nghệ,cv,30/6/2023,Báo cáo
2,Nâng cấp cổng thông tin,Phòng Công nghệ,cv,30/6/2023,Báo cáo
3,Tập huấn chữ ký số,Phòng Công nghệ,tp,30/6/2023,Báo cáo
"""


@pytest.fixture
def planned(office: Terminal) -> Terminal:
    """An office with three started tasks; the first two are reported, by two people."""
    file = office.write("plan.csv", PLAN)
    office("plan", "import", file, "--year", "2023", "--code", "KH-2023", "--as", "cvp")
    assert office("plan", "activate", "KH-2023", "--as", "cvp").code == 0
    assert office("task", "batch", "start", "1", "2", "3", "--as", "tp").code == 0
    done = ("--note", "xong", "--evidence", "12/BC")
    assert office("task", "batch", "report", "1", "--as", "cv", *done).code == 0
    assert office("task", "batch", "report", "2", "--as", "tp", *done).code == 0
    return office


def test_all_done_ends_with_zero_and_a_line_for_each(planned: Terminal) -> None:
    answer = planned("task", "batch", "verify", "2", "KH-2023/1", "--as", "cvp")

    assert answer.code == 0
    lines = answer.out.splitlines()[1:]
    assert [line.split()[0] for line in lines] == ["KH-2023/2", "KH-2023/1"]
    assert all("đã báo cáo → đã xác nhận (phiên bản 4)." in line for line in lines)
    assert answer.err == "2 xong.\n"


def test_some_refused_end_with_one_and_the_rest_is_done(planned: Terminal) -> None:
    answer = planned("task", "batch", "verify", "1", "3", "9", "2", "--as", "cvp", "--json")

    assert answer.code == 1
    assert answer.json["summary"] == {"done": 2, "refused": 2, "conflict": 0, "not_done": 0}
    assert [
        (one["task"], one["result"], one["code"], one["state"]) for one in answer.json["answers"]
    ] == [
        ("KH-2023/1", "done", None, "verified"),
        ("KH-2023/3", "refused", "transition_refused", "in_progress"),
        ("9", "refused", "unknown", None),
        ("KH-2023/2", "done", None, "verified"),
    ]


def test_all_or_nothing_ends_with_77_and_says_what_could_have_been_done(
    planned: Terminal,
) -> None:
    answer = planned("task", "batch", "verify", "1", "3", "--all", "--as", "cvp", "--json")

    assert answer.code == 77
    assert [(one["result"], one["state"]) for one in answer.json["answers"]] == [
        ("not_done", "reported"),
        ("refused", "in_progress"),
    ]
    still = planned("task", "list", "status=reported", "--json").json["tasks"]
    assert [one["code"] for one in still] == ["1", "2"]


def test_all_or_nothing_ends_with_zero_where_all_is_done(planned: Terminal) -> None:
    answer = planned("task", "batch", "verify", "1", "2", "--all", "--as", "cvp")

    assert answer.code == 0
    assert planned("task", "list", "status=reported", "--json").json["tasks"] == []


def test_s36_four_eyes_hold_in_bulk(planned: Terminal) -> None:
    absence = ("--from", "2023-01-03", "--to", "2023-01-06", "--as", "cvp")
    assert planned("person", "delegate", "cvp", "tp", *absence).code == 0

    answer = planned("task", "batch", "verify", "1", "2", "--as", "tp", "--for", "cvp", "--json")

    assert answer.code == 1
    assert [one["code"] for one in answer.json["answers"]] == [None, "four_eyes"]


def test_a_filter_names_tasks_and_nobody_twice(planned: Terminal) -> None:
    answer = planned(
        "task", "batch", "verify", "2", "--filter", "status=reported", "--as", "cvp", "--json"
    )

    assert answer.code == 0
    assert [one["task"] for one in answer.json["answers"]] == ["KH-2023/2", "KH-2023/1"]


def test_a_filter_that_lets_nothing_through_does_nothing(planned: Terminal) -> None:
    answer = planned("task", "batch", "verify", "--filter", "status=verified", "--as", "cvp")

    assert answer.code == 0
    assert "Không có nhiệm vụ nào" in answer.err


def test_a_list_of_codes_comes_from_a_file(planned: Terminal) -> None:
    file = planned.write("friday.txt", "# đã xem\n\n  KH-2023/2 \n1\n")

    answer = planned("task", "batch", "verify", "--from", file, "--as", "cvp", "--json")

    assert [one["task"] for one in answer.json["answers"]] == ["KH-2023/2", "KH-2023/1"]


def test_a_list_of_codes_comes_from_another_program(
    planned: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"1\r\n2\r\n")))

    answer = planned("task", "batch", "verify", "--from", "-", "--as", "cvp", "--json")

    assert answer.json["summary"]["done"] == 2


def test_a_list_that_holds_no_codes_is_refused_with_every_line(planned: Terminal) -> None:
    file = planned.write("friday.txt", "1\na\x00b\n2\nc\x1bd\n")

    answer = planned("task", "batch", "verify", "--from", file, "--as", "cvp")

    assert answer.code == 78
    assert "dòng 2" in answer.err
    assert "dòng 4" in answer.err


def test_a_list_that_is_no_text_is_refused(planned: Terminal) -> None:
    (planned.folder / "friday.bin").write_bytes(b"\xff\xfe1\x00")

    assert planned("task", "batch", "verify", "--from", "friday.bin", "--as", "cvp").code == 78


@pytest.mark.parametrize(
    "words",
    [
        ("verify",),
        ("verify", "--filter", ""),
        ("approve", "1"),
        ("verify", "1", "--due", "2023-06-30"),
        ("start", "1", "--evidence", "12/BC"),
        ("verify", "--filter", "state=reported"),
    ],
)
def test_a_batch_that_means_nothing_is_a_wrong_call(
    planned: Terminal, words: tuple[str, ...]
) -> None:
    answer = planned("task", "batch", *words, "--as", "cvp")

    assert answer.code == 2
    assert "Gọi sai" in answer.err


def test_the_machine_s_user_does_nothing_in_bulk_either(planned: Terminal) -> None:
    answer = planned("task", "batch", "verify", "1", "2", "--json")

    assert answer.code == 1
    assert {one["code"] for one in answer.json["answers"]} == {"not_permitted"}


def test_a_refusal_is_told_in_english_where_english_is_asked_for(planned: Terminal) -> None:
    answer = planned("task", "batch", "verify", "3", "1", "--all", "--as", "cvp", "--json",
                     DONDOC_LANG="en")  # fmt: skip

    told = [one["message"] for one in answer.json["answers"]]
    assert told[0].startswith("cannot verify a task that is in_progress")
    assert told[1] == "could be done, and was not because others were refused"


def test_those_who_do_the_work_are_urged_by_one_command_each_answered_for_itself(
    planned: Terminal,
) -> None:
    both = planned("task", "urge", "3", "1", "--as", "cvp", "--note", "Trước thứ Hai")
    again = planned("task", "urge", "3", "--as", "gd")
    listed = planned("task", "batch", "urge", "3", "--as", "gd", "--json")

    assert both.code == 1
    assert "KH-2023/3  xong" in both.out
    assert "đã nhắc tp." in both.out
    assert "đã báo cáo" in both.out
    assert (again.code, listed.code) == (77, 1)
    assert "nhắc lúc" in again.out
    assert '"code": "invalid"' in listed.out
