"""Links in mail: whom they lead where, for how long, and that opening one changes nothing."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from dondoc.mail import post as mail
from dondoc.mail.links import Linked, signed
from dondoc.secretbox import box_of
from tests.support.office import World
from tests.support.post import FakeCourier, relay
from tests.support.web import Site, site_of

_BASE = "http://127.0.0.1:8000"
_URL = re.compile(r"https?://[!-~]+")


@pytest.fixture
def open_site(world: World, tmp_path: Path) -> Iterator[Site]:
    """An office that knows its address, with T1 of cv due 2014-01-20."""
    world.plan(
        {"code": "T1", "lead": "CNTT", "assignee": "cv", "due": "2014-01-20"},
        {"code": "T2", "lead": "CNTT", "assignee": "cv", "due": "2014-01-20"},
    )
    made = site_of(world, tmp_path, web={"base_url": _BASE})
    yield made
    made.close()


def _link(site: Site, *, person: str = "cv", action: str = "report", code: str = "T1") -> str:
    linked = Linked(person=person, address=f"KH-2014/{code}", action=action)
    return f"/l/{signed(box_of(site.app), linked)}"


def _sent(site: Site, at: str) -> dict[str, Message]:
    """Let everything leave that may at a local time; return the last mail to each address."""
    site.world.now(at)
    site.world.sweep()
    courier = FakeCourier()
    relay(site.world, courier, renderer=mail.desk(site.app).renderer).turn()
    return {str(one["To"]): one for one in courier.messages()}


def _body(message: Any, kind: str) -> str:
    return str(message.get_body((kind,)).get_content())


def test_mail_shows_the_whole_address_of_each_task_in_both_parts(open_site: Site) -> None:
    found = _sent(open_site, "2014-01-20T07:30")

    (one,) = [message for address, message in found.items() if "cv@" in address]
    text, html = _body(one, "plain"), _body(one, "html")
    addresses = _URL.findall(text)
    assert len(addresses) >= 2
    for address in addresses:
        assert address.startswith(f"{_BASE}/l/")
        assert f'href="{address}"' in html
        assert f">{address}</a>" in html
    assert max(map(len, addresses)) < 300


def test_a_link_out_of_a_mail_leads_its_reader_to_the_form_that_was_asked_for(
    open_site: Site,
) -> None:
    open_site.world.do("cv", "start")
    found = _sent(open_site, "2014-01-20T07:30")
    (one,) = [message for address, message in found.items() if "cv@" in address]
    links = [urlsplit(address).path for address in _URL.findall(_body(one, "plain"))]

    wheres = {open_site.as_("cv").get(link).headers.get("location") for link in links}

    assert "/nhiem-vu/KH-2014/T1/bao-cao" in wheres


def test_mail_of_an_office_without_an_address_has_no_links(site: Site) -> None:
    found = _sent(site, "2014-01-20T07:30")

    assert found
    assert [one for one in found.values() if _URL.search(_body(one, "plain"))] == []


def test_opening_a_link_changes_nothing_whoever_opens_it(open_site: Site) -> None:
    link = _link(open_site, action="start")
    readers = [open_site.as_(who) for who in (None, "cv", "tp", "gd")]
    before = open_site.world.row(), len(open_site.world.entries(""))

    answers = [one.get(link) for one in readers] + [one.head(link) for one in readers]

    assert (open_site.world.row(), len(open_site.world.entries(""))) == before
    assert answers[1].status_code == 200
    assert "Nhận việc" in answers[1].text


def test_a_link_shows_nothing_to_nobody_and_leads_back_after_sign_in(open_site: Site) -> None:
    link = _link(open_site)

    answer = open_site.as_(None).get(link)

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/dang-nhap?tiep=")
    assert "T1" not in answer.text


def test_a_link_that_was_sent_to_somebody_else_shows_no_task(open_site: Site) -> None:
    answer = open_site.as_("tp").get(_link(open_site))

    assert answer.status_code == 403
    assert "Thư này gửi cho người khác" in answer.text
    assert "Việc T1" not in answer.text


def test_a_substitute_opens_the_links_of_whom_he_stands_in_for(open_site: Site) -> None:
    open_site.world.delegate("cv", "cv2", first="2014-01-10", last="2014-01-31")
    open_site.world.do("cv", "start")

    answer = open_site.as_("cv2").get(_link(open_site))

    assert answer.status_code == 200
    assert "Việc T1" in answer.text
    assert "/nhiem-vu/KH-2014/T1/bao-cao?thay=cv" in answer.text


def test_a_link_is_good_for_two_weeks(open_site: Site) -> None:
    link, sent = _link(open_site, action=""), open_site.now

    open_site.world.clock.set(sent + timedelta(days=14))
    fresh = open_site.as_("cv").get(link)
    open_site.world.clock.set(sent + timedelta(days=14, seconds=1))
    old = open_site.as_("cv").get(link)

    assert fresh.status_code == 200
    assert old.status_code == 404
    assert "14 ngày" in old.text


@pytest.mark.parametrize("where", [0, 20, -3])
def test_a_link_that_was_changed_leads_nowhere(open_site: Site, where: int) -> None:
    link = _link(open_site)
    token = list(link.removeprefix("/l/"))
    token[where] = "A" if token[where] != "A" else "B"

    answer = open_site.as_("cv").get("/l/" + "".join(token))

    assert answer.status_code == 404


def test_a_link_made_for_another_purpose_leads_nowhere(open_site: Site) -> None:
    token = box_of(open_site.app).sign("cursor", ["cv", "KH-2014/T1", "report"])

    assert open_site.as_("cv").get(f"/l/{token}").status_code == 404


def test_whoever_comes_too_late_is_told_who_has_reported_and_when(open_site: Site) -> None:
    link = _link(open_site)
    open_site.world.do("cv", "start")
    open_site.world.now("2014-01-16T09:12")
    open_site.world.do("tp", "report")

    page = open_site.as_("cv").get(link)

    assert page.status_code == 200
    assert "<strong>tp</strong>: Báo cáo kết quả, lúc 16/01/2014 09:12" in page.text


def test_a_link_to_what_one_sees_no_more_leads_nowhere(open_site: Site) -> None:
    link = _link(open_site, person="cv2", action="")
    open_site.world.dismiss("cv2")

    assert open_site.as_("cv2").get(link).status_code == 404
