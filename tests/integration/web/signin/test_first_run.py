"""An office of which there is nothing yet: its first administrator finds every page."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pyotp
import pytest
from fastapi.testclient import TestClient

from dondoc.foundation import install_defaults
from dondoc.invitation import offer_setup
from dondoc.passwords import Passwords
from engine.clock import PinnedClock, SystemClock
from engine.store.session import Database
from tests.support.office import World
from tests.support.signing_in import PASSWORD, hidden, is_in
from tests.support.web import Site, site_of

PAGES = (
    "/bat-dau", "/viec-cua-toi", "/nhiem-vu?status=open&sort=due", "/ke-hoach", "/tong-quan",
    "/bao-cao", "/nhat-ky", "/thong-bao", "/tro-giup", "/quan-tri", "/quan-tri/tai-khoan",
    "/quan-tri/tai-khoan/quantri", "/tai-khoan", "/tai-khoan/bao-mat", "/tai-khoan/ket-noi",
)  # fmt: skip


@pytest.fixture
def site(database: Database, clock: PinnedClock, tmp_path: Path) -> Iterator[Site]:
    """An office with its defaults: no unit, nobody, no plan."""
    made = site_of(World(database=database, clock=clock), tmp_path)
    made.web.state.passwords = Passwords(memory_mib=1, passes=1)
    with database.begin() as tx:
        install_defaults(tx, at=made.now, actor="operator:test")
    yield made
    made.close()


def test_the_first_administrator_of_an_empty_office_finds_every_page(site: Site) -> None:
    browser = site.as_(None)
    _set_up(site, browser)

    answers = {path: browser.get(path).status_code for path in PAGES}

    assert answers == dict.fromkeys(PAGES, 200)


def test_codes_of_a_telephone_are_good_where_the_clock_is_pinned(site: Site) -> None:
    site.web.state.dondoc = replace(site.web.state.dondoc, is_pinned=True)
    browser = site.as_(None)

    _set_up(site, browser, at=SystemClock().now())

    assert is_in(browser)


def _set_up(site: Site, browser: TestClient, *, at: datetime | None = None) -> None:
    path = (offer_setup(site.app) or "").removeprefix("http://127.0.0.1:8000")
    chosen = {"code": "quantri", "name": "Lê Thị Mai", "password": PASSWORD, "again": PASSWORD}
    page = browser.post(path, data=chosen).text
    secret = page.partition('<code class="secret">')[2].partition("<")[0].replace(" ", "")
    data = {"ticket": hidden(page, "ticket"), "code": pyotp.TOTP(secret).at(at or site.now)}
    browser.post("/dang-nhap/hai-lop", data=data)
