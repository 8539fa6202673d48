"""Signing in by password: who gets in, what everybody else is told, what a session is worth."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from dondoc.passwords import Passwords
from engine.store.doors import account, session, throttle
from tests.support.signing_in import (
    ON_ONE,
    PASSWORD,
    give_password,
    give_second_factor,
    hidden,
    is_in,
    sign_in,
)
from tests.support.web import Site


@pytest.mark.parametrize("login", ["cv", "CV@example.test", " cv "])
def test_a_person_signs_in_by_code_or_address_and_goes_where_he_wanted(
    site: Site, login: str
) -> None:
    give_password(site, "cv")
    browser = site.as_(None)

    answer = sign_in(browser, login, tiep="/nhiem-vu?status=overdue")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/nhiem-vu?status=overdue"
    assert is_in(browser)


def test_the_cookie_of_a_session_is_for_the_browser_alone(site: Site) -> None:
    give_password(site, "cv")

    cookie = sign_in(site.as_(None), "cv").headers["set-cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    with site.app.database.read() as tx:
        rows = tx.execute(select(session)).all()
    assert cookie.split(";")[0].split("=")[1] not in repr(rows)


def test_a_wrong_password_and_an_unknown_person_are_answered_alike(site: Site) -> None:
    give_password(site, "cv")
    browser = site.as_(None)

    wrong = sign_in(browser, "cv", "sai mật khẩu rồi")
    unknown = sign_in(browser, "ai", "sai mật khẩu rồi")

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace('value="cv"', "") == unknown.text.replace('value="ai"', "")
    assert "sai mật khẩu rồi" not in wrong.text
    assert not is_in(browser)


def test_a_password_is_looked_at_even_where_there_is_none(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str | None] = []
    keeper: Passwords = site.web.state.passwords
    check = keeper.check

    def watched(password: str, kept: str | None) -> tuple[bool, str | None]:
        looked.append(kept)
        return check(password, kept)

    monkeypatch.setattr(keeper, "check", watched)

    sign_in(site.as_(None), "ai")
    sign_in(site.as_(None), "cv")

    assert looked == [None, None]


def test_a_disabled_person_does_not_get_in_with_his_password(site: Site) -> None:
    give_password(site, "cv")
    site.world.amend("cv", disabled_at=site.now)
    browser = site.as_(None)

    answer = sign_in(browser, "cv")

    assert answer.status_code == 401
    assert not is_in(browser)


@pytest.mark.parametrize(
    "wanted",
    ["//evil.test", "https://evil.test", "/\\evil.test", "\\\\evil.test", "/\t/evil.test",
     "javascript:alert(1)", "/dang-xuat", "evil", ""],
)  # fmt: skip
@ON_ONE
def test_signing_in_leads_to_no_other_place(site: Site, wanted: str) -> None:
    give_password(site, "cv")

    answer = sign_in(site.as_(None), "cv", tiep=wanted)

    assert answer.headers["location"] == "/viec-cua-toi"


def test_what_a_browser_held_before_is_no_session_after(site: Site) -> None:
    give_password(site, "cv")
    planted = site.session_of("cv2")
    browser = site.as_(None)
    browser.cookies.set("dondoc", planted, domain="127.0.0.1")

    sign_in(browser, "cv")

    assert browser.cookies["dondoc"] != planted
    other = site.as_(None)
    other.cookies.set("dondoc", planted, domain="127.0.0.1")
    assert not is_in(other)


def test_a_copy_of_a_cookie_opens_nothing_once_its_owner_signed_out(site: Site) -> None:
    give_password(site, "cv")
    browser = site.as_(None)
    sign_in(browser, "cv")
    copied = browser.cookies["dondoc"]

    answer = browser.post("/dang-xuat")

    thief = site.as_(None)
    thief.cookies.set("dondoc", copied, domain="127.0.0.1")
    assert answer.headers["location"] == "/dang-nhap"
    assert "dondoc" not in browser.cookies
    assert not is_in(thief)


def test_a_session_ends_when_it_lies_unused_and_in_any_case_after_its_hours(site: Site) -> None:
    give_password(site, "cv")
    unused, used = site.as_(None), site.as_(None)
    sign_in(unused, "cv")
    sign_in(used, "cv")

    still_in = []
    for _ in range(14):
        still_in.append(is_in(used))
        site.world.clock.advance(timedelta(minutes=59))

    assert not is_in(unused)
    assert still_in[:12] == [True] * 12
    assert not is_in(used)


def test_whoever_is_signed_in_is_not_asked_again(site: Site) -> None:
    answer = site.as_("cv").get("/dang-nhap?tiep=/nhiem-vu")

    assert (answer.status_code, answer.headers["location"]) == (303, "/nhiem-vu")


def test_a_password_is_hashed_anew_when_hashes_have_grown_stronger(site: Site) -> None:
    give_password(site, "cv")
    site.web.state.passwords = Passwords(memory_mib=2, passes=1)

    sign_in(site.as_(None), "cv")

    with site.app.database.read() as tx:
        kept = tx.execute(select(account.c.password_hash)).scalar_one()
    assert kept.startswith("$argon2id$")
    assert "m=2048" in kept
    assert is_in(_signed_in(site, "cv"))


def test_guesses_are_slowed_and_told_when_to_come_back(site: Site) -> None:
    give_password(site, "cv")
    browser = site.as_(None)

    answers = [sign_in(browser, "cv", f"đoán lần thứ {number}") for number in range(8)]
    in_vain = sign_in(browser, "cv")
    site.world.clock.advance(timedelta(seconds=31))
    in_time = sign_in(browser, "cv")

    assert [one.status_code for one in answers] == [401] * 5 + [429] * 3
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 31
    assert in_vain.status_code == 429
    assert in_time.status_code == 303


@ON_ONE
def test_each_further_guess_waits_longer_but_never_for_ever(site: Site) -> None:
    give_password(site, "cv")
    browser = site.as_(None)
    waits = []
    for _ in range(20):
        answer = sign_in(browser, "cv", "lại đoán một lần")
        if answer.status_code == 429:
            waits.append(int(answer.headers["retry-after"]))
            site.world.clock.advance(timedelta(seconds=waits[-1]))

    assert waits[:3] == [31, 61, 121]
    assert max(waits) <= 3601


@ON_ONE
def test_a_stranger_locks_nobody_out(site: Site) -> None:
    give_password(site, "cv")
    stranger = site.as_(None, client=("203.0.113.9", 1))
    for number in range(50):
        sign_in(stranger, "cv", f"đoán lần thứ {number}")

    owner = sign_in(site.as_(None, client=("203.0.113.10", 1)), "cv")

    assert owner.status_code == 303


def test_an_invented_header_does_not_make_a_guesser_somebody_else(site: Site) -> None:
    give_password(site, "cv")
    stranger = site.as_(None, client=("203.0.113.9", 1))

    answers = [
        stranger.post(
            "/dang-nhap", data={"login": "cv", "password": "đoán mò một cái"},
            headers={"X-Forwarded-For": f"198.51.100.{number}"},
        )
        for number in range(7)
    ]  # fmt: skip

    assert [one.status_code for one in answers[-2:]] == [429, 429]


def test_whoever_gets_in_is_forgiven_what_he_mistyped(site: Site) -> None:
    give_password(site, "cv")
    browser = site.as_(None)
    for _ in range(4):
        sign_in(browser, "cv", "gõ nhầm mất rồi")

    sign_in(browser, "cv")

    with site.app.database.read() as tx:
        assert tx.execute(select(throttle)).all() == []


def test_a_password_alone_is_not_enough_where_a_code_is_asked(site: Site) -> None:
    give_password(site, "cv")
    codes = give_second_factor(site, "cv")
    browser = site.as_(None)

    asked = sign_in(browser, "cv", tiep="/nhiem-vu")
    before = is_in(browser)
    answer = browser.post(
        "/dang-nhap/ma",
        data={"ticket": hidden(asked.text, "ticket"), "code": codes.at(site.now)},
    )

    assert asked.status_code == 200
    assert not before
    assert (answer.status_code, answer.headers["location"]) == (303, "/nhiem-vu")
    assert is_in(browser)


def test_a_code_is_good_once(site: Site) -> None:
    give_password(site, "cv")
    codes = give_second_factor(site, "cv")
    first, thief = site.as_(None), site.as_(None)
    for browser in (first, thief):
        asked = sign_in(browser, "cv")
        data = {"ticket": hidden(asked.text, "ticket"), "code": codes.at(site.now)}
        answer = browser.post("/dang-nhap/ma", data=data)

    assert is_in(first)
    assert answer.status_code == 422
    assert not is_in(thief)


def test_guessed_codes_are_slowed_as_guessed_passwords_are(site: Site) -> None:
    give_password(site, "cv")
    give_second_factor(site, "cv")
    browser = site.as_(None)
    ticket = hidden(sign_in(browser, "cv").text, "ticket")

    answers = [
        browser.post("/dang-nhap/ma", data={"ticket": ticket, "code": f"{number:06}"})
        for number in range(6)
    ]

    assert answers[0].status_code == 422
    assert answers[-1].status_code == 429


@pytest.mark.parametrize("later", [timedelta(minutes=16), timedelta(0)])
def test_half_signed_in_is_worth_nothing_after_a_while_or_a_new_password(
    site: Site, later: timedelta
) -> None:
    give_password(site, "cv")
    codes = give_second_factor(site, "cv")
    browser = site.as_(None)
    ticket = hidden(sign_in(browser, "cv").text, "ticket")

    site.world.clock.advance(later or timedelta(seconds=1))
    if not later:
        give_password(site, "cv", "một mật khẩu khác hẳn")
    answer = browser.post("/dang-nhap/ma", data={"ticket": ticket, "code": codes.at(site.now)})

    assert answer.status_code == 401
    assert not is_in(browser)


def test_the_language_of_a_browser_is_kept_and_leads_back_to_the_page(site: Site) -> None:
    browser = site.as_(None)

    answer = browser.post("/ngon-ngu", data={"lang": "en", "tiep": "/dang-nhap?tiep=/nhiem-vu"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/dang-nhap")
    assert "<h1>Sign in</h1>" in browser.get("/dang-nhap").text


def test_nobody_is_somebody_by_a_click_outside_the_sample_office(site: Site) -> None:
    browser = site.as_(None)

    answer = browser.post("/dang-nhap/demo", data={"person": "gd"})

    assert answer.status_code == 404
    assert not is_in(browser)
    assert "/dang-nhap/demo" not in browser.get("/dang-nhap").text


def _signed_in(site: Site, code: str) -> TestClient:
    browser = site.as_(None)
    sign_in(browser, code, PASSWORD)
    return browser
