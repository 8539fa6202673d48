"""What an event itself has to tell becomes one notice a person."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from engine.telling import News, caused
from tests.unit.rulebook.test_running import TASK

NOW = datetime(2014, 3, 12, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=5)
TOLD = {"cv": "assignee", "tp": "unit_head"}


@pytest.mark.parametrize(("is_urgent", "leaves"), [(False, [LATER, NOW]), (True, [NOW, NOW])])
def test_each_is_told_in_his_position_once_he_may_be_and_at_once_where_it_is_urgent(
    is_urgent: bool, leaves: list[datetime]
) -> None:
    news = News(rung="unit_changed", occurrence=4, at=NOW, is_urgent=is_urgent)

    made = caused(TASK, news, told=TOLD, leave={"cv": LATER, "tp": NOW})

    assert [(one.recipient_id, one.position) for one in made] == list(TOLD.items())
    assert [one.leave_at for one in made] == leaves
    assert {one.is_urgent for one in made} == {is_urgent}


def test_a_notice_of_an_event_is_no_rung_and_stands_by_the_date_the_task_has_now() -> None:
    moved = replace(TASK, deadline_version=3, arming=5)
    news = News(rung="due_set", occurrence=4, at=NOW, detail={"note": "theo kết luận"})

    (made,) = caused(moved, news, told={"cv": "assignee"}, leave={"cv": NOW})

    assert (made.ladder, made.is_planned, made.kind) == ("", False, "decision")
    assert (made.deadline_version, made.arming, made.occurrence) == (3, 5, 4)
    assert made.detail == {"note": "theo kết luận"}
