"""`plan deadline`: one phrase, and everything that is understood of it."""

import json

import pytest

from tests.support.terminal import Terminal

KEYS = [
    "phrase", "kind", "due", "from", "inclusive", "tentative", "period", "event", "n", "unit",
    "confidence",
]  # fmt: skip


def test_a_plain_phrase_is_told_in_one_line_with_whether_the_day_counts(dondoc: Terminal) -> None:
    before = dondoc("plan", "deadline", "Trước ngày 30/6/2026", "--year", "2026")
    latest = dondoc("plan", "deadline", "Chậm nhất 30/6/2026", "--year", "2026")

    assert (before.code, latest.code) == (0, 0)
    assert before.out == "ngày cố định: 29/06/2026 (không tính ngày nêu trong cụm từ)\n"
    assert latest.out == "ngày cố định: 30/06/2026 (tính cả ngày đó)\n"


def test_a_range_and_a_series_tell_their_beginning_and_their_period(dondoc: Terminal) -> None:
    answers = [
        dondoc("plan", "deadline", phrase, "--year", "2026").out.splitlines()
        for phrase in ("Từ tháng 6 đến tháng 8", "Hằng quý")
    ]

    assert answers == [
        ["từ ngày đến ngày: 31/08/2026 (tính cả ngày đó)", "  từ ngày: 01/06/2026"],
        ["lặp lại: 31/03/2026, 30/06/2026, 30/09/2026, 31/12/2026", "  chu kỳ: hằng quý"],
    ]


@pytest.mark.parametrize(
    ("phrase", "why"),
    [
        ("Dự kiến quý II", "mới là dự kiến"),
        ("30/6; 30/11", "có nhiều mốc"),
        ("31/6/2026", "không có “31/6/2026”; ngày cuối tháng 6 là 30/06/2026"),
        ("Thứ Hai, 30/6/2026", "ghi thứ Hai nhưng ngày 30/06/2026 là thứ Ba"),
        ("Cuối năm", "không tự đặt ngày thay"),
        ("Trình Sở Nội vụ trước 30/6", "từ ngoài cách viết thời hạn: “Sở”, “Nội”, “vụ”"),
        ("30/6/2062", "thành năm 2062, kế hoạch là của năm 2026"),
    ],
)
def test_what_must_be_confirmed_says_why_and_ends_with_findings(
    dondoc: Terminal, phrase: str, why: str
) -> None:
    answer = dondoc("plan", "deadline", phrase, "--year", "2026")

    assert answer.code == 1
    assert "cần xác nhận: " in answer.out
    assert why in answer.out


def test_the_title_above_gives_the_year(dondoc: Terminal) -> None:
    answer = dondoc(
        "plan", "deadline", "18 - 26/9", "--year", "2025", "--context", "(15 - 30/9/2026)"
    )

    assert answer.out.startswith("từ ngày đến ngày: 26/09/2026")


def test_the_answer_for_programs_has_the_promised_keys(dondoc: Terminal) -> None:
    answer = dondoc(
        "plan", "deadline", "10 ngày làm việc kể từ ngày họp", "--year", "2026", "--json"
    )

    told = json.loads(answer.out)
    assert sorted(told) == sorted(KEYS)
    assert (told["kind"], told["n"], told["unit"], told["event"]) == (
        "event_relative", 10, "wd", "họp",
    )  # fmt: skip
