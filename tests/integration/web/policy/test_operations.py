"""The page of operations: who sees it, what it says, and what may be done about mail there."""

import pytest
from sqlalchemy import select

from engine.store.record import audit_entry
from tests.support.mailed import mailed
from tests.support.post import UNKNOWN, FakeCourier
from tests.support.web import Site

PAGE = "/quan-tri/van-hanh"


@pytest.mark.parametrize(("who", "status"), [("cvp", 200), ("gd", 200), ("cv", 403), ("tp", 403)])
def test_operations_are_seen_by_who_follows_the_plan_and_by_leaders(
    site: Site, who: str, status: int
) -> None:
    assert site.as_(who).get(PAGE).status_code == status


def test_an_administrator_sees_operations_and_may_not_hold_mail_back(site: Site) -> None:
    site.make_administrator("cv")
    administrator = site.as_("cv")

    seen = administrator.get(f"{PAGE}?kham=1")
    refused = administrator.post(f"{PAGE}/tam-dung", data={"ly_do": "thử"})

    assert seen.status_code == 200
    assert "tam-dung" not in seen.text
    assert refused.status_code == 403


def test_mail_is_held_back_and_let_go_with_a_reason_that_is_kept(site: Site) -> None:
    head = site.as_("cvp")

    held = head.post(f"{PAGE}/tam-dung", data={"ly_do": "máy chủ bảo trì"})
    page = head.get(PAGE).text
    head.post(f"{PAGE}/gui-tiep", data={"ly_do": "xong"})

    assert held.status_code == 303
    assert "máy chủ bảo trì" in page
    assert "Thư đang bị giữ" not in head.get(PAGE).text
    with site.app.database.read() as tx:
        kept = set(tx.execute(select(audit_entry.c.action)).scalars())
    assert {"mail.paused", "mail.resumed"} <= kept


def test_failed_mail_is_named_with_the_servers_answer_and_can_be_tried_again(site: Site) -> None:
    courier = FakeCourier()
    courier.answers = {"cv": [UNKNOWN]}
    site.world.now("2014-01-15T08:10")
    mailed(site.world, courier)
    head = site.as_("cvp")
    page = head.get(PAGE).text
    name = page.partition('name="thu" value="')[2].partition('"')[0]

    answer = head.post(f"{PAGE}/gui-lai", data={"thu": name})

    assert "Thư hỏng" in page
    assert answer.status_code == 303
    assert "Thư hỏng" not in head.get(PAGE).text


def test_who_will_be_told_next_is_shown_before_it_leaves(site: Site) -> None:
    page = site.as_("cvp").get(f"{PAGE}?xem=1").text

    assert "KH-2014/T1" in page


def test_a_message_that_is_none_is_not_found_and_the_page_stays(site: Site) -> None:
    answer = site.as_("cvp").post(f"{PAGE}/gui-lai", data={"thu": "khong-co"})

    assert answer.status_code == 404
    assert "Thư đi" in answer.text
