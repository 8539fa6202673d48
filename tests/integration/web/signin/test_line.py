"""A morning on which everybody signs in at once: pages go on, and nobody waits for ever."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from dondoc.passwords import AT_ONCE, Passwords
from dondoc.web import serving
from dondoc.web.app import create
from dondoc.web.signin.line import Line, line_of
from dondoc.web.visit import cookie_name
from tests.support.office import World
from tests.support.signing_in import ON_ONE, PASSWORD, give_password
from tests.support.web import FROM_HERE, Site, site_of

#: What waits does not depend on the database.
pytestmark = ON_ONE
_CROWD = 60


class Held(Passwords):
    """Passwords of which none is judged before somebody says so."""

    def __init__(self) -> None:
        super().__init__(memory_mib=1, passes=1)
        self.judged = 0
        self.go_on = threading.Event()

    def check(self, password: str, kept: str | None) -> tuple[bool, str | None]:
        self.judged += 1
        self.go_on.wait(60)
        return super().check(password, kept)


@pytest.fixture
def busy(world: World, tmp_path: Path) -> Iterator[tuple[Site, str, Held]]:
    """An office that is served, its address, and the passwords that hold everybody up."""
    site = site_of(world, tmp_path, auth={"failures_per_address": 0})
    listener = serving.listen("127.0.0.1", 0)
    known = serving.with_address(site.app, listener)
    site.web = create(known)
    site.web.state.passwords = held = Held()
    with serving.served(site.web, listener):
        yield site, known.settings.web.base_url, held
        held.go_on.set()


def wait_until(line: Line, *, waiting: int) -> None:
    """Wait for so many to stand in a line; a machine that is busy otherwise takes its time."""
    until = time.monotonic() + 60
    while line.waiting != waiting and time.monotonic() < until:
        time.sleep(0.02)
    assert line.waiting == waiting


def post(url: str, login: str) -> httpx2.Response:
    form = {"login": login, "password": PASSWORD}
    return httpx2.post(f"{url}/dang-nhap", data=form, headers=FROM_HERE, timeout=60)


def test_pages_are_answered_while_a_crowd_waits_to_be_let_in(
    busy: tuple[Site, str, Held],
) -> None:
    site, url, held = busy
    give_password(site, "cv")
    line = line_of(site.web)
    with ThreadPoolExecutor(_CROWD) as crowd:
        logins = ["cv", *(f"người-{number}" for number in range(1, _CROWD))]
        coming = [crowd.submit(post, url, login) for login in logins]
        wait_until(line, waiting=_CROWD - AT_ONCE)

        page = httpx2.get(
            f"{url}/viec-cua-toi",
            cookies={cookie_name(site.app): site.session_of("gd")},
            timeout=60,
        )

        assert page.status_code == 200
        assert held.judged == AT_ONCE
        held.go_on.set()
        answers = [each.result().status_code for each in coming]
    assert answers == [303] + [401] * (_CROWD - 1)
    assert line.waiting == 0


def test_whoever_finds_too_many_waiting_is_told_to_come_again_and_keeps_what_he_typed(
    site: Site,
) -> None:
    give_password(site, "cv")
    site.web.state.line = Line(at_once=0, most_waiting=0)
    browser = site.as_("cv")

    answers = {
        "entrance": site.as_(None).post(
            "/dang-nhap", data={"login": "cv", "password": PASSWORD, "tiep": "/ke-hoach"}
        ),
        "change": browser.post("/tai-khoan/mat-khau", data={"current": PASSWORD}),
        "codes": browser.post("/tai-khoan/hai-lop", data={"current": PASSWORD}),
        "no codes": browser.post("/tai-khoan/hai-lop/bo", data={"current": PASSWORD}),
    }

    assert {each.status_code for each in answers.values()} == {429}
    assert all(int(each.headers["retry-after"]) > 0 for each in answers.values())
    assert all('role="alert"' in each.text for each in answers.values())
    assert 'value="cv"' in answers["entrance"].text
    assert 'value="/ke-hoach"' in answers["entrance"].text
    assert PASSWORD not in "".join(each.text for each in answers.values())


def test_whoever_is_turned_away_by_the_crowd_has_failed_at_nothing(site: Site) -> None:
    give_password(site, "cv")
    site.web.state.line = Line(at_once=0, most_waiting=0)
    form = {"login": "cv", "password": PASSWORD}
    crowded = [site.as_(None).post("/dang-nhap", data=form).status_code for _ in range(7)]
    site.web.state.line = Line()

    answer = site.as_(None).post("/dang-nhap", data=form)

    assert crowded == [429] * 7
    assert answer.status_code == 303
