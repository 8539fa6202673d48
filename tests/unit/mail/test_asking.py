"""What a mail says of obstacles and extensions to whoever decides, and to whoever asked."""

from dataclasses import replace
from datetime import date

from dondoc.mail.phrases import phrases
from engine.notices import Requested
from tests.support.letters import REMINDER

ASKED = replace(
    REMINDER,
    kind="decision",
    ladder="",
    rung="requested",
    position="leader_in_charge",
    actor="Trần Văn Bình",
    request=Requested(
        kind="extension",
        reason="Chờ số liệu",
        asked_by="Trần Văn Bình",
        asked_on=date(2026, 5, 19),
        due_asked=date(2026, 6, 12),
    ),
)


def test_s44_who_asks_for_time_is_not_called_who_decides() -> None:
    said = phrases(ASKED, today=date(2026, 5, 19), office="Văn phòng Sở")

    values = dict(said.facts)
    assert values["Xin gia hạn"] == "đến 12/6/2026 (Trần Văn Bình, ngày 19/5/2026)"
    assert "Người quyết định" not in values
    assert all(values)


def test_s42_who_answers_an_obstacle_is_named_as_that() -> None:
    request = Requested(
        kind="obstacle", reason="Chưa có kinh phí", asked_by="Trần Văn Bình",
        asked_on=date(2026, 5, 19), answer="Sẽ bố trí",
    )  # fmt: skip

    said = phrases(
        replace(ASKED, rung="answered", position="assignee", actor="Lê Thọ", request=request),
        today=date(2026, 5, 20),
        office="Văn phòng Sở",
    )

    assert dict(said.facts)["Người cho ý kiến"] == "Lê Thọ"
    assert dict(said.facts)["Ý kiến"] == "Sẽ bố trí"
