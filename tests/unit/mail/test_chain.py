"""What a mail says of answers: who gave one, what was promised, and whether it was kept."""

from dataclasses import replace
from datetime import date

import pytest

from engine.notices import Answer
from tests.support.letters import ESCALATION, REMINDER, event, letter
from tests.unit.mail.test_render import _flat as flat
from tests.unit.mail.test_render import render


@pytest.mark.parametrize(
    ("position", "asked"),
    [
        ("assignee", "Đề nghị báo cáo kết quả chậm nhất ngày đã hẹn."),
        ("leader_in_charge", "Để đồng chí biết; đến hết ngày hẹn mà chưa có báo cáo"),
    ],
)
def test_an_answer_is_told_with_its_words_and_its_day(position: str, asked: str) -> None:
    item = event("acknowledged", note="Chờ kinh phí", actor="Lê Thọ", position=position,
                 promise=date(2026, 5, 27))  # fmt: skip

    mail = render(letter(item))

    text = flat(mail.text)
    assert "đã có người trả lời và hẹn ngày." in text
    assert "Người trả lời: Lê Thọ" in text
    assert "Trả lời: Chờ kinh phí" in text
    assert "Hẹn: thứ Tư, ngày 27 tháng 5 năm 2026" in text
    assert asked in text


def test_a_list_says_who_answered_and_promised_what() -> None:
    mail = render(letter(REMINDER, ESCALATION))

    assert "Đã trả lời: 18/5 Lê Thọ: “Chờ kinh phí, văn bản 45/TTr”" in flat(mail.text)
    assert "hẹn 19/5/2026 (đã quá hẹn)" in mail.html


def test_a_long_answer_is_quoted_in_part_and_no_letter_of_it_is_an_order() -> None:
    said = Answer(on=None, name="Lê\u202eThọ", note="chờ " * 100 + "<b>", promise=date(2026, 5, 27),
                  is_over=False)  # fmt: skip

    mail = render(letter(replace(ESCALATION, answers=(said,))))

    text = flat(mail.text)
    assert "chờ chờ…”, hẹn 27/5/2026" in text
    assert "\u202e" not in mail.html
    assert "<b>" not in mail.html
