"""Arguments that are no text: refused in words, and recorded; nothing crashes."""

import pytest

from tests.support.terminal import Terminal

PLAN = """\
Mã,Nội dung nhiệm vụ,Đơn vị chủ trì,Người thực hiện,Thời gian hoàn thành,Sản phẩm
1,Rà soát hồ sơ điện tử,Phòng Công nghệ,cv,30/6/2023,Báo cáo
"""
#: What Python makes of a byte that is no UTF-8.
BROKEN = "a\udcffb"
OBSTACLE = ("obstacle", "raise", "1", "--as", "cv")


@pytest.fixture
def running(office: Terminal) -> Terminal:
    """An active plan with one task."""
    file = office.write("plan.csv", PLAN)
    office("plan", "import", file, "--year", "2023", "--code", "KH-2023", "--as", "cvp")
    assert office("plan", "activate", "KH-2023", "--as", "cvp").code == 0
    return office


@pytest.mark.parametrize(
    "arguments",
    [
        (*OBSTACLE, "--category", "funding", "--note", BROKEN),
        (*OBSTACLE, "--category", "funding", "--note", "x", "--wanted", BROKEN),
        (*OBSTACLE, "--category", BROKEN, "--note", "x"),
        ("task", "extend", "1", "--due", "2023-08-01", "--note", BROKEN, "--as", "cv"),
        ("contribution", "ask", "1", "VP", "--due", "2023-06-01", "--what", BROKEN, "--as", "cv"),
        ("series", "add", "KH-2023", "9", "--title", BROKEN, "--rule", "month 25", "--unit", "VP",
         "--as", "cvp"),
        ("plan", "add", "KH-2023", "--title", BROKEN, "--lead", "VP", "--decision", "1", "--date",
         "2023-01-01", "--as", "cvp"),
        ("report", "line", "KH-2023", "BC-nam", "--send-by", BROKEN, "--as", "cvp"),
    ],
)  # fmt: skip
def test_what_is_no_text_is_refused_in_words(running: Terminal, arguments: tuple[str, ...]) -> None:
    refused = running(*arguments)

    assert refused.code == 77
    assert "có ký tự không đọc được, hãy gõ lại" in refused.err


def test_what_was_refused_for_it_is_in_the_record_spelled_out(running: Terminal) -> None:
    running(*OBSTACLE, "--category", "funding", "--note", BROKEN)

    running("audit", "export", "-o", "log.jsonl")
    assert "udcffb" in (running.folder / "log.jsonl").read_text("utf-8")


def test_what_no_command_looks_at_is_refused_at_the_edge(running: Terminal) -> None:
    refused = running("task", "show", BROKEN)

    assert refused.code == 2
    assert refused.err.startswith("Gọi sai: có ký tự không đọc được")
