"""`contribution`: a unit is asked, delivers and is accepted, or is gone without, by hand."""

import json

import pytest

from tests.support.terminal import Terminal

PLAN = """\
Mã,Nội dung nhiệm vụ,Đơn vị chủ trì,Đơn vị phối hợp,Người thực hiện,Thời gian hoàn thành,Sản phẩm
1,Rà soát hồ sơ điện tử,Phòng Công nghệ,Văn phòng Sở,cv,30/6/2023,Báo cáo
"""
DONE = ("--note", "xong", "--evidence", "12/BC")
ASKED = ("--due", "2023-06-15", "--what", "Số liệu hồ sơ giấy")


@pytest.fixture
def started(office: Terminal) -> Terminal:
    """An office with one started task, to which VP contributes."""
    file = office.write("plan.csv", PLAN)
    office("plan", "import", file, "--year", "2023", "--code", "KH-2023", "--as", "cvp")
    assert office("plan", "activate", "KH-2023", "--as", "cvp").code == 0
    assert office("task", "start", "1", "--as", "cv").code == 0
    return office


def test_s37_a_unit_is_asked_delivers_and_is_accepted_before_the_task_is_reported(
    started: Terminal,
) -> None:
    asked = started("contribution", "ask", "1", "VP", *ASKED, "--as", "cv")
    early = started("task", "report", "1", "--as", "cv", *DONE)
    sent = started("contribution", "deliver", "1", "VP", "--note", "gửi số liệu", "--as", "cvp")
    taken = started("contribution", "accept", "1", "VP", "--as", "cv")
    done = started("task", "report", "1", "--as", "cv", *DONE)

    assert asked.err == "KH-2023/1:VP: đã đề nghị VP, hạn 15/06/2023, báo 1 người.\n"
    assert early.code == 77
    assert "còn chờ phần phối hợp của VP" in early.err
    assert (sent.code, taken.code, done.code) == (0, 0, 0)


def test_s37_the_lead_goes_on_without_what_was_not_delivered_and_the_page_says_so(
    started: Terminal,
) -> None:
    started("contribution", "ask", "1", "VP", *ASKED, "--as", "tp")

    waived = started("contribution", "waive", "1", "VP", "--note", "VP chưa có", "--as", "tp")

    assert waived.code == 0
    assert started("task", "report", "1", "--as", "cv", *DONE).code == 0
    page = started("task", "show", "1").out
    assert "Phối hợp" in page
    assert "không giao" in page
    assert "VP chưa có" in page
    (part,) = started("contribution", "list", "1", "--json").json["contributions"]
    assert (part["unit"], part["state"], part["due"]) == ("VP", "waived", "2023-06-15")


def test_a_unit_sees_what_it_still_owes_and_nothing_that_is_done(started: Terminal) -> None:
    started("contribution", "ask", "1", "VP", *ASKED, "--as", "cv")

    owed = started("contribution", "list", "--unit", "vp")
    started("contribution", "deliver", "1", "VP", "--note", "gửi", "--as", "cvp")
    started("contribution", "accept", "1", "VP", "--as", "cv")
    done = started("contribution", "list", "--unit", "VP", "--json")
    neither = started("contribution", "list")

    assert "KH-2023/1  Số liệu hồ sơ giấy  15/06/2023  chưa gửi" in owed.out
    assert done.json["contributions"] == []
    assert neither.code == 2


def test_one_contribution_is_shown_with_what_became_of_it(started: Terminal) -> None:
    started("contribution", "ask", "1", "VP", *ASKED, "--as", "cv")
    started("contribution", "deliver", "1", "VP", "--note", "bản một", "--as", "cvp")
    started("contribution", "return", "1", "VP", "--note", "thiếu quý I", "--as", "cv")

    shown = started("contribution", "show", "1", "VP")

    assert shown.out.splitlines()[0] == "KH-2023/1:VP  đang làm"
    assert "thiếu quý I" in shown.out


def test_a_date_after_that_of_the_task_is_remarked_on(started: Terminal) -> None:
    late = ("--due", "2023-07-15", "--what", "Số liệu")

    asked = started("contribution", "ask", "1", "VP", *late, "--as", "cv")

    assert asked.code == 0
    assert "LƯU Ý: VP: hạn phối hợp 15/07/2023 sau hạn của nhiệm vụ 30/06/2023" in asked.err


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("ask", "1", "CNTT", *ASKED, "--as", "cv"), "CNTT chính là đơn vị chủ trì"),
        (("ask", "1", "VP", *ASKED, "--as", "pgd"), "pgd không được đề nghị phối hợp"),
        (("ask", "1", "VP", *ASKED), "không được đề nghị phối hợp"),
        (("accept", "1", "VP", "--as", "cv"), "Không có phần phối hợp nào là"),
    ],
)
def test_what_is_refused_is_said_in_words(
    started: Terminal, command: tuple[str, ...], words: str
) -> None:
    answer = started("contribution", *command)

    assert answer.code == 77
    assert words in answer.err


def test_a_refusal_is_kept_in_the_record_once(started: Terminal) -> None:
    started("contribution", "ask", "1", "VP", *ASKED, "--as", "cv")
    started("contribution", "ask", "1", "VP", *ASKED, "--as", "pgd")
    started("contribution", "accept", "1", "VP", "--as", "pgd")

    started("audit", "export", "-o", "log.jsonl")

    lines = (started.folder / "log.jsonl").read_text("utf-8").splitlines()
    entries = [json.loads(json.loads(one).get("body", "{}")) for one in lines]
    refused = [one["action"] for one in entries if str(one.get("action")).endswith(".refused")]
    assert sorted(refused) == ["command.refused", "task.refused"]


def test_s37_a_batch_says_which_parts_now_come_after_their_task(started: Terminal) -> None:
    started("contribution", "ask", "1", "VP", *ASKED, "--as", "cv")
    moved = ("task", "batch", "set-due", "1", "--due", "2023-06-01", "--note", "sớm hơn")

    done = started(*moved, "--as", "cvp", "--json")

    (answer,) = done.json["answers"]
    assert (answer["result"], answer["later_parts"]) == ("done", ["VP"])
    again = started(*moved[:-1], "lần nữa", "--as", "cvp")
    assert "LƯU Ý: KH-2023/1: phần phối hợp của VP nay có hạn sau hạn của nhiệm vụ" in again.err


def test_s29_a_batch_warns_of_a_date_within_an_absence(started: Terminal) -> None:
    away = ("person", "delegate", "cv", "tp", "--from", "2023-05-29", "--to", "2023-06-09")
    assert started(*away, "--as", "tp").code == 0
    moved = ("task", "batch", "set-due", "1", "--due", "2023-06-01", "--note", "sớm hơn")

    done = started(*moved, "--as", "cvp", "--json")

    (answer,) = done.json["answers"]
    assert [one["place"] for one in answer["warnings"]] == ["1"]
