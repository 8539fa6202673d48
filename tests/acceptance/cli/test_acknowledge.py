"""`task acknowledge`: answering an escalation at the command line, and seeing the promise."""

import pytest

from tests.support.terminal import Terminal

PLAN = """\
Mã,Nội dung nhiệm vụ,Đơn vị chủ trì,Người thực hiện,Thời gian hoàn thành,Sản phẩm
1,Rà soát hồ sơ điện tử,Phòng Công nghệ,cv,30/6/2023,Báo cáo
"""
NOTE = ("--note", "chờ Sở Tài chính")


@pytest.fixture
def late(office: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Task 1 was due on Friday 2023-06-30; the head was told this Monday morning."""
    file = office.write("plan.csv", PLAN)
    office("plan", "import", file, "--year", "2023", "--code", "KH-2023", "--as", "cvp")
    assert office("plan", "activate", "KH-2023", "--as", "cvp").code == 0
    monkeypatch.setenv("DONDOC_NOW", "2023-07-03T07:30")
    assert office("sweep").code == 0
    assert office("relay", "--once").code == 0
    monkeypatch.setenv("DONDOC_NOW", "2023-07-03T09:00")
    return office


def test_an_answer_is_said_with_the_day_through_which_everybody_above_waits(
    late: Terminal,
) -> None:
    answer = late("task", "acknowledge", "1", "--promise", "7/7/2023", *NOTE, "--as", "tp")

    assert answer.code == 0
    assert answer.err == "KH-2023/1: đã trả lời, các bậc trên chờ hết 07/07/2023 (phiên bản 2).\n"


def test_s23_the_forecast_and_the_page_of_the_task_know_of_the_promise(late: Terminal) -> None:
    late("task", "acknowledge", "1", "--promise", "2023-07-07", *NOTE, "--as", "tp")

    page = late("task", "show", "1", "--json").json
    ahead = late("forecast", "--until", "2023-07-12", "--json").json["notices"]

    assert page["promises"] == [
        {"by": "tp", "on": "2023-07-03", "through": "2023-07-07", "rung": "escalate-1",
         "note": "chờ Sở Tài chính", "arming": 1, "outcome": "open"}
    ]  # fmt: skip
    told = [(one["at"][:10], one["rung"]) for one in ahead if one["rung"].startswith("escalate")]
    assert told[0] == ("2023-07-10", "escalate-2")


@pytest.mark.parametrize(
    ("now", "words"), [("2023-07-07T16:00", "chưa tới hẹn"), ("2023-07-08T00:00", "quá hẹn")]
)
def test_s23_the_page_says_what_has_become_of_a_promise(
    late: Terminal, monkeypatch: pytest.MonkeyPatch, now: str, words: str
) -> None:
    late("task", "acknowledge", "1", "--promise", "7/7/2023", *NOTE, "--as", "tp")
    monkeypatch.setenv("DONDOC_NOW", now)

    shown = late("task", "show", "1").out

    (line,) = (one for one in shown.splitlines() if "07/07/2023" in one)
    assert words in line
    assert "Lời hẹn" in shown


def test_a_promise_kept_or_replaced_is_shown_as_such(
    late: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    late("task", "acknowledge", "1", "--promise", "7/7/2023", *NOTE, "--as", "tp")
    late("task", "set-due", "1", "--due", "4/7/2023", "--note", "giao ban", "--as", "cvp")
    monkeypatch.setenv("DONDOC_NOW", "2023-07-05T07:30")
    late("sweep")
    late("relay", "--once")
    assert late("task", "acknowledge", "1", "--promise", "7/7/2023", *NOTE, "--as", "tp").code == 0
    late("task", "start", "1", "--as", "cv")
    late("task", "report", "1", "--note", "xong", "--evidence", "1/BC", "--as", "cv")

    promises = late("task", "show", "1", "--json").json["promises"]

    assert [one["outcome"] for one in promises] == ["replaced", "kept"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("--as", "pgd", "--promise", "7/7/2023", *NOTE),
         "pgd không được trả lời, hẹn ngày; được phép: người đã được thang nhắc việc"),
        (("--as", "tp", *NOTE),
         "ngày hẹn (--promise): muốn trả lời, hẹn ngày phải nêu ngày hẹn (--promise)."),
        (("--as", "tp", "--promise", "2/7/2023", *NOTE), "02/07/2023 đã qua; hẹn từ hôm nay"),
        (("--as", "tp", "--promise", "7/7/2023"),
         "Muốn trả lời, hẹn ngày phải ghi nội dung (--note)."),
        (("--promise", "7/7/2023", *NOTE), "được phép: một người, nêu bằng --as MÃ"),
    ],
)  # fmt: skip
def test_a_refusal_is_explained_and_kept(
    late: Terminal, given: tuple[str, ...], words: str
) -> None:
    answer = late("task", "acknowledge", "1", *given)

    assert answer.code == 77
    assert words in answer.err
    late("audit", "export", "-o", "log.jsonl")
    assert '"trigger":"acknowledge"' in (late.folder / "log.jsonl").read_text("utf-8").replace(
        "\\", ""
    )
