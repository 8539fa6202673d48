"""Where administration begins, and the first steps of an office."""

import pytest
from sqlalchemy import select

from engine.store.record import audit_entry
from tests.support.web import Site


def _actions(site: Site) -> list[str]:
    with site.app.database.read() as tx:
        return list(tx.execute(select(audit_entry.c.action)).scalars())


def test_administration_says_what_needs_somebody(site: Site) -> None:
    site.world.amend("tp", email=None)

    page = site.as_("cvp").get("/quan-tri").text

    assert "Cần xem (" in page
    assert "lịch năm 2014 chưa nạp" in page
    assert 'href="/quan-tri/don-vi"' in page


def test_an_administrator_is_led_to_the_next_first_step(site: Site) -> None:
    site.make_administrator("cv")
    administrator = site.as_("cv")

    start, steps = administrator.get("/quan-tri").text, administrator.get("/bat-dau").text

    assert 'href="/bat-dau"' in start
    assert "/7 bước đã xong" in steps
    assert "Nhập kế hoạch" not in steps
    assert "KH-2014" in steps


@pytest.mark.parametrize("path", ["/quan-tri", "/bat-dau"])
def test_an_officer_finds_no_administration(site: Site, path: str) -> None:
    assert site.as_("cv").get(path).status_code == 403


def test_a_test_message_is_sent_and_kept_in_the_record(site: Site) -> None:
    site.make_administrator("cv")

    answer = site.as_("cv").post("/bat-dau/thu-thu", data={"dia_chi": "cv@so.test"})

    assert answer.status_code == 303
    assert "mail.tested" in _actions(site)


def test_a_test_message_needs_an_address_and_an_administrator(site: Site) -> None:
    site.make_administrator("cv")

    wrong = site.as_("cv").post("/bat-dau/thu-thu", data={"dia_chi": "không phải thư"})
    refused = site.as_("cvp").post("/bat-dau/thu-thu", data={"dia_chi": "cv@so.test"})

    assert wrong.status_code == 422
    assert "không phải thư" in wrong.text
    assert refused.status_code == 403
    assert "mail.tested" not in _actions(site)


def test_ladders_are_approved_by_who_may_change_them_and_by_nobody_else(site: Site) -> None:
    site.make_administrator("cv")

    refused = site.as_("cv").post("/bat-dau/duyet")
    done = site.as_("cvp").post("/bat-dau/duyet")

    assert refused.status_code == 403
    assert done.status_code == 303
    assert _actions(site).count("policy.approved") == 1
    assert "đã duyệt" in site.as_("cv").get("/bat-dau").text
