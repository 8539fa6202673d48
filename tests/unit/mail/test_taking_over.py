"""Whoever takes over from somebody who left reads what he is to the task now."""

from dataclasses import replace
from datetime import date

import pytest

from dondoc.mail.phrases import phrases
from tests.support.letters import REMINDER


@pytest.mark.parametrize(
    ("position", "opening", "ask"),
    [
        ("assignee", "tiếp tục thực hiện nhiệm vụ sau.", "nhận việc và tổ chức thực hiện."),
        ("verifier", "tiếp tục xác nhận kết quả của nhiệm vụ sau.", "trả lại kèm lý do."),
        ("leader_in_charge", "tiếp tục trả lời đề nghị về nhiệm vụ sau.", "và cho ý kiến."),
        ("unit_head", "nay chưa có người thực hiện.", "tổ chức thực hiện."),
    ],
)
def test_s49_a_successor_is_asked_for_what_he_took_over(
    position: str, opening: str, ask: str
) -> None:
    item = replace(REMINDER, kind="assignment", ladder="", rung="reassigned", position=position)

    said = phrases(item, today=date(2014, 3, 13), office="Văn phòng Sở")

    assert said.opening.endswith(opening)
    assert said.ask.endswith(ask)
