"""People with passwords and telephones, and what their browsers do when they sign in."""

import re
from html import unescape
from typing import Any

import pyotp
import pytest
from fastapi.testclient import TestClient

from dondoc.secretbox import box_of
from engine.commands import accounts
from engine.organisation import Person
from tests.support.web import Site

PASSWORD = "mưa phùn tháng hai"
#: For what is judged before any database is asked, in many cases.
ON_ONE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def person_of(site: Site, code: str) -> Person:
    """Return somebody as he is stored."""
    with site.app.database.read() as tx:
        return site.world.rules.current(tx).organisation.person_by_code[code]


def give_password(site: Site, code: str, password: str = PASSWORD) -> None:
    """Give somebody a password."""
    kept = site.web.state.passwords.keep(password)
    with site.app.database.begin() as tx:
        accounts.set_password(tx, person_of(site, code), password_hash=kept, by=code, at=site.now)


def give_second_factor(site: Site, code: str) -> pyotp.TOTP:
    """Have somebody enter codes as well, and return what makes them."""
    secret = pyotp.random_base32()
    sealed = box_of(site.app).seal(secret)
    with site.app.database.begin() as tx:
        accounts.set_second_factor(
            tx, person_of(site, code), sealed=sealed, step=0, by=code, at=site.now
        )
    return pyotp.TOTP(secret)


def sign_in(browser: TestClient, login: str, password: str = PASSWORD, **fields: str) -> Any:
    """Post the form of the page where one signs in."""
    return browser.post("/dang-nhap", data={"login": login, "password": password, **fields})


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden field of a page."""
    found = re.search(rf'<input type="hidden" name="{re.escape(name)}" value="([^"]*)"', page)
    assert found is not None, f"no hidden field {name}"
    return unescape(found[1])


def is_in(browser: TestClient) -> bool:
    """Return whether a browser is signed in: who is, is not asked to."""
    return bool(browser.get("/dang-nhap").status_code == 303)
