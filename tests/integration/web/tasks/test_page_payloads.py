"""What people write never becomes markup, script or template: on pages, in forms, in mail."""

from collections.abc import Iterator
from datetime import date
from email.message import Message
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import update

from dondoc.mail import post as mail
from engine.commands import comments, extensions, obstacles
from engine.store import rulebooks, tables
from engine.store.record import plan, task
from tests.support.office import World
from tests.support.post import FakeCourier, relay
from tests.support.web import Site, site_of

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 1299709*7 }}{% if 1 %}x{% endif %}",
    "</textarea><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "]]><!--<b>--><iframe src=//evil.example>",
)  # fmt: skip
_ALL = " ".join(PAYLOADS)
_T1 = "/nhiem-vu/KH-2014/T1"
_PDF = b"%PDF-1.7\n"


class _Tags(HTMLParser):
    """Notes what a browser would run or fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag in ("iframe", "img", "svg") and not {"class", "aria-hidden"} & set(found):
            self.bad.append(tag)
        if tag == "script" and not str(found.get("src", "")).startswith("/static/"):
            self.bad.append(tag)
        self.bad += [name for name in found if name.startswith("on")]
        for name in ("href", "src", "action", "formaction"):
            value = (found.get(name) or "").strip().lower()
            address = urlsplit(value)
            if address.scheme not in ("", "http") or address.netloc not in ("", "127.0.0.1:8000"):
                self.bad.append(f"{name}={value}")


def _dangers(page: str) -> list[str]:
    read = _Tags()
    read.feed(page)
    return read.bad


@pytest.fixture
def hostile(world: World, tmp_path: Path) -> Iterator[Site]:
    """An office in which every text that people may write is a payload."""
    world.plan({"code": "T1", "lead": "CNTT", "assignee": "cv", "due": "2014-01-20",
                "title": _ALL})  # fmt: skip
    with world.database.begin() as tx:
        tx.execute(update(task).values(output=_ALL, field=_ALL, citations=[_ALL]))
        tx.execute(update(plan).values(title=_ALL))
        for code in ("cv", "tp", "cvp"):
            person = tables.person
            tx.execute(update(person).where(person.c.code == code).values(name=f"{code} {_ALL}"))
        tx.execute(update(tables.unit).values(name=_ALL))
        rulebooks.bump(tx)
    made = site_of(world, tmp_path, web={"base_url": "http://127.0.0.1:8000"})
    world.do("cv", "start", note=_ALL)
    rules, at = world.rules, world.clock.now()
    with world.database.begin() as tx:
        raised = obstacles.Obstacle(task="T1", category="other", reason=_ALL, wanted=_ALL)
        obstacles.raise_obstacle(tx, raised, by=("cv", None), rules=rules, at=at)
        asked = extensions.Asked(task="T1", due=date(2014, 2, 20), reason=_ALL)
        extensions.ask(tx, asked, by=("cv", None), rules=rules, at=at)
        comments.say(tx, comments.Said(task="T1", words=_ALL), by=("cv", None), rules=rules, at=at)
    yield made
    made.close()


def _post(site: Site, act: str, **fields: Any) -> Any:
    files = [("files", (f"{PAYLOADS[0]}{PAYLOADS[1]}.pdf", BytesIO(_PDF), "application/pdf"))]
    data = {"version": site.world.row().version, **fields}
    return site.as_("cv").post(f"{_T1}/{act}", data=data, files=files)


def test_no_text_on_the_page_of_a_task_is_more_than_text(hostile: Site) -> None:
    _post(hostile, "minh-chung", number=_ALL[:100])

    for who in ("cv", "pgd", "cvp"):
        page = hostile.as_(who).get(_T1).text
        assert _dangers(page) == []
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "{{ 1299709*7 }}" in page
        assert "9097963" not in page


def test_what_is_shown_again_in_a_form_is_text_as_well(hostile: Site) -> None:
    stale = _post(hostile, "bao-cao", version=1, note=_ALL, number=_ALL[:100], left=_ALL)
    wrong = _post(hostile, "bao-cao", note=_ALL, left_due=_ALL, thay=_ALL[:50])
    kept = hostile.as_("cv").post(f"{_T1}/bao-cao/nhap", data={"note": _ALL, "number": _ALL})
    draft = hostile.as_("cv").get(f"{_T1}/bao-cao")

    assert (stale.status_code, kept.status_code) == (409, 303)
    assert wrong.status_code in (404, 422)
    for page in (stale.text, wrong.text, draft.text):
        assert _dangers(page) == []
    assert "&lt;/textarea&gt;&lt;svg/onload=alert(1)&gt;" in draft.text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_stands_in_an_address_is_text_as_well(hostile: Site, payload: str) -> None:
    page = hostile.as_("cv").get(_T1, params={"trong": payload, "xong": payload, "xem": payload})

    assert page.status_code == 200
    assert _dangers(page.text) == []


def test_a_version_that_no_task_can_have_is_a_mistake(hostile: Site) -> None:
    answer = hostile.as_("cv").post(f"{_T1}/nhan-viec", data={"version": "9" * 30})

    assert answer.status_code == 422


def test_mail_about_it_holds_no_markup_of_theirs_and_no_other_address(hostile: Site) -> None:
    hostile.world.now("2014-01-20T07:30")
    hostile.world.sweep()
    courier = FakeCourier()
    relay(hostile.world, courier, renderer=mail.desk(hostile.app).renderer).turn()

    sent = courier.messages()
    assert sent
    for one in sent:
        html = _part(one, "html")
        assert _dangers(html) == []
        assert "{{ 1299709*7 }}" in html + _part(one, "plain") or "1299709*7" in html
        assert html.count('href="') == html.count('href="http://127.0.0.1:8000/l/')


def _part(message: Any, kind: str) -> str:
    found: Message | None = message.get_body((kind,))
    assert found is not None
    return str(found.get_content())  # type: ignore[attr-defined]  # a modern message has it
