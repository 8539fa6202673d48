"""A session that ends while somebody fills in a form: he signs in, posts on, and loses nothing."""

from datetime import timedelta

import pyotp
import pytest

from engine.commands import preferences
from tests.support.signing_in import (
    ON_ONE,
    PASSWORD,
    give_password,
    give_second_factor,
    hidden,
    sign_in,
)
from tests.support.web import Site

#: A form of a page: which digest somebody wants.
FORM = {"of": "unit", "subject": "VP", "every": "week"}
PATH = "/tai-khoan/theo-doi"


def watched(site: Site, code: str = "cv") -> list[str]:
    with site.app.database.read() as tx:
        choices = preferences.chosen(tx, code, rules=site.app.rules)
    return [one.code for one in choices.watches]


def fields_of(page: str) -> dict[str, str]:
    return {name: hidden(page, name) for name in FORM}


def test_what_was_posted_is_posted_on_after_signing_in_on_the_same_page(site: Site) -> None:
    give_password(site, "cv")
    browser = site.as_(None)

    expired = browser.post(PATH, data=FORM)
    again = sign_in(browser, "cv", kept=hidden(expired.text, "kept"))
    done = browser.post(PATH, data=fields_of(again.text))

    assert expired.status_code == 401
    assert f'action="{PATH}"' in again.text
    assert done.status_code == 303
    assert watched(site) == ["VP"]


def test_a_wrong_password_and_a_code_in_between_lose_nothing(site: Site) -> None:
    give_password(site, "cv")
    codes: pyotp.TOTP = give_second_factor(site, "cv")
    browser = site.as_(None)

    page = browser.post(PATH, data=FORM)
    page = sign_in(browser, "cv", "gõ nhầm mất rồi", kept=hidden(page.text, "kept"))
    page = sign_in(browser, "cv", kept=hidden(page.text, "kept"))
    for code in ("000000", codes.at(site.now)):
        data = {"ticket": hidden(page.text, "ticket"), "kept": hidden(page.text, "kept")}
        page = browser.post("/dang-nhap/ma", data={**data, "code": code})

    assert fields_of(page.text) == FORM


def test_whoever_has_to_wait_before_he_tries_again_loses_nothing(site: Site) -> None:
    give_password(site, "cv")
    browser = site.as_(None)

    page = browser.post(PATH, data=FORM)
    for _ in range(6):
        page = sign_in(browser, "cv", "gõ nhầm mất rồi", kept=hidden(page.text, "kept"))
    waiting = page
    site.world.clock.advance(timedelta(minutes=2))
    page = browser.post(PATH, data=fields_of(waiting.text))
    page = sign_in(browser, "cv", kept=hidden(page.text, "kept"))

    assert waiting.status_code == 429
    assert f'action="{PATH}"' in waiting.text
    assert fields_of(page.text) == FORM


def test_text_that_was_written_comes_back_letter_by_letter(site: Site) -> None:
    give_password(site, "cv")
    written = 'Dòng một\r\n"ngoặc" & <b>thẻ</b>\t{{ 7*7 }} \u202eđảo'
    browser = site.as_(None)

    page = browser.post("/nhiem-vu/KH-2014/T1/bao-cao", data={"note": written})
    again = sign_in(browser, "cv", kept=hidden(page.text, "kept"))

    assert "<b>" not in page.text
    assert "<b>" not in again.text
    assert hidden(again.text, "note") == written


def test_files_are_asked_for_again(site: Site) -> None:
    give_password(site, "cv")
    browser = site.as_(None)

    page = browser.post(
        "/nhiem-vu/KH-2014/T1/bao-cao", data={"note": "xong"},
        files={"evidence": ("a.pdf", b"%PDF-1.4", "application/pdf")},
    )  # fmt: skip
    again = sign_in(browser, "cv", kept=hidden(page.text, "kept"))

    assert 'enctype="multipart/form-data"' in again.text
    assert 'type="file"' in again.text
    assert 'name="evidence"' in again.text
    assert hidden(again.text, "note") == "xong"


@pytest.mark.parametrize(
    "kept",
    [
        '["//evil.test/x", [["a", "b"]], []]',
        '["https://evil.test/x", [["a", "b"]], []]',
        '["javascript:alert(1)", [], []]',
        "không phải JSON",
        "[" * 5_000,
        '{"a": 1}',
        "[1, 2, 3]",
    ],
)
@ON_ONE
def test_nothing_is_posted_on_to_another_place(site: Site, kept: str) -> None:
    give_password(site, "cv")

    answer = sign_in(site.as_(None), "cv", kept=kept)

    assert answer.status_code in (200, 303)
    assert "evil.test" not in answer.text
    assert "javascript:" not in answer.text


def test_the_form_is_posted_in_the_name_of_whoever_signed_in_and_says_so(site: Site) -> None:
    give_password(site, "tp", PASSWORD)
    browser = site.as_(None)

    page = browser.post(PATH, data=FORM)
    again = sign_in(browser, "tp", kept=hidden(page.text, "kept"))
    browser.post(PATH, data=fields_of(again.text))

    assert "<strong>tp</strong>" in again.text
    assert watched(site, "tp") == ["VP"]
    assert watched(site, "cv") == []


def test_a_password_that_was_typed_is_not_kept_on_the_page(site: Site) -> None:
    data = {"current": PASSWORD, "password": "khác hẳn mật khẩu", "again": "khác hẳn mật khẩu"}

    page = site.as_(None).post("/tai-khoan/mat-khau", data=data)

    assert page.status_code == 401
    assert PASSWORD not in page.text
    assert "khác hẳn mật khẩu" not in page.text
