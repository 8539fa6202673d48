"""Activating a plan on a page: everything is seen before, and nothing is done by looking."""

import pytest

from tests.support.handing import DRAFT, Desk, clear, doubtful, read

PAGE = f"/ke-hoach/{DRAFT}/giao-viec"


@pytest.fixture
def ready(desk: Desk) -> Desk:
    """A draft of which nothing is asked."""
    desk.draft(*clear())
    return desk


def test_g7_a_preview_of_activation_writes_nothing(ready: Desk) -> None:
    reader = ready.as_("cvp")
    before = ready.counted()

    page = reader.get(PAGE)

    assert page.status_code == 200
    assert "3 nhiệm vụ sẽ được giao" in read(page)
    assert ready.counted() == before
    assert ready.states()[DRAFT] == "draft"


def test_whoever_the_preview_names_is_told_and_nobody_else(ready: Desk) -> None:
    said = read(ready.as_("cvp").get(PAGE))
    before = len(ready.site.world.ledger())

    answer = ready.as_("cvp").post(PAGE, data={})

    names = {identity: code for code, identity in ready.site.world.ids.items()}
    told = {names[row.recipient_id] for row in ready.site.world.ledger()[before:]}
    assert answer.headers["location"] == f"/ke-hoach/{DRAFT}?xong=giao"
    assert ready.states()[DRAFT] == "active"
    assert told == {"tp", "cv", "cvp"}
    assert all(f"{code}@example.test" in said for code in told)


def test_who_imported_prepares_and_somebody_else_activates(ready: Desk) -> None:
    reader = ready.as_("vp1")

    page, refused = reader.get(PAGE), reader.post(PAGE, data={})

    assert "Chỉ trưởng đơn vị theo dõi kế hoạch" in read(page)
    assert "Kích hoạt, giao việc" not in read(page)
    assert refused.status_code == 403
    assert ("command.refused", "vp1") in ready.actions()
    assert ready.states()[DRAFT] == "draft"


def test_who_activates_sees_who_imported(ready: Desk) -> None:
    page = read(ready.as_("gd").get(PAGE))

    assert "Người nhập vp1" in page
    assert "Người kích hoạt gd" in page


def test_a_draft_with_open_questions_names_every_one_and_stays(desk: Desk) -> None:
    desk.draft(*doubtful())
    reader = desk.as_("cvp")

    page, refused = reader.get(PAGE), reader.post(PAGE, data={})

    assert "Chưa kích hoạt được" in read(page)
    assert all(f"/ra-soat/{code}" in page.text for code in ("1", "2", "3", "4"))
    assert refused.status_code == 422
    assert desk.states()[DRAFT] == "draft"


def test_a_plan_that_is_active_is_not_given_out_again(ready: Desk) -> None:
    reader = ready.as_("cvp")
    reader.post(PAGE, data={})

    again = reader.post(PAGE, data={})

    assert again.status_code == 303
    assert again.headers["location"] == f"/ke-hoach/{DRAFT}"
