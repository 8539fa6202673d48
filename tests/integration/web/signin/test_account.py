"""One's own account: what one may change, and what changing it ends."""

import re
from datetime import timedelta

import pyotp
import pytest

from engine.commands import feeds, preferences, tokens
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

NEW = "một mật khẩu hoàn toàn mới"


@pytest.mark.parametrize("page", ["", "/bao-mat", "/ket-noi"])
@pytest.mark.parametrize("language", ["vi", "en"])
@ON_ONE
def test_the_pages_of_an_account_are_there_for_everybody(
    site: Site, page: str, language: str
) -> None:
    browser = site.as_("cv")
    browser.cookies.set("dondoc-lang", language, domain="127.0.0.1")

    answer = browser.get(f"/tai-khoan{page}")

    assert answer.status_code == 200
    assert f"<h1>{'Tài khoản' if language == 'vi' else 'Account'}</h1>" in answer.text


def test_a_new_password_keeps_this_browser_in_by_a_new_session_and_no_other(site: Site) -> None:
    give_password(site, "cv")
    browser, other = site.as_(None), site.as_(None)
    for each in (browser, other):
        sign_in(each, "cv")
    before = browser.cookies["dondoc"]

    answer = browser.post(
        "/tai-khoan/mat-khau", data={"current": PASSWORD, "password": NEW, "again": NEW}
    )

    assert answer.status_code == 303
    assert browser.cookies["dondoc"] != before
    assert is_in(browser)
    assert not is_in(other)
    assert sign_in(site.as_(None), "cv", NEW).status_code == 303


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"current": "sai rồi", "password": NEW, "again": NEW}, "hiện nay chưa đúng"),
        ({"current": PASSWORD, "password": PASSWORD, "again": PASSWORD}, "khác mật khẩu cũ"),
        ({"current": PASSWORD, "password": NEW, "again": "khác"}, "chưa giống"),
    ],
)
def test_a_password_is_not_changed_by_who_does_not_know_it(
    site: Site, data: dict[str, str], said: str
) -> None:
    give_password(site, "cv")
    browser = site.as_("cv")

    answer = browser.post("/tai-khoan/mat-khau", data=data)

    assert answer.status_code == 422
    assert said in answer.text
    assert sign_in(site.as_(None), "cv").status_code == 303


def test_the_password_is_not_guessed_from_a_session_left_open(site: Site) -> None:
    give_password(site, "cv")
    browser = site.as_("cv")

    answers = [
        browser.post("/tai-khoan/mat-khau", data={"current": "đoán", "password": NEW, "again": NEW})
        for _ in range(6)
    ]

    assert answers[-1].status_code == 429


def test_a_second_factor_is_in_force_once_its_first_code_is_right(site: Site) -> None:
    give_password(site, "cv")
    browser = site.as_("cv")
    page = browser.post("/tai-khoan/hai-lop", data={"current": PASSWORD}).text
    codes = _codes_of(page)
    before = sign_in(site.as_(None), "cv").status_code

    wrong = browser.post(
        "/tai-khoan/hai-lop/xac-nhan", data={"ticket": hidden(page, "ticket"), "code": "000000"}
    )
    right = browser.post(
        "/tai-khoan/hai-lop/xac-nhan",
        data={"ticket": hidden(wrong.text, "ticket"), "code": codes.at(site.now)},
    )

    assert (before, wrong.status_code, right.status_code) == (303, 422, 303)
    assert is_in(browser)
    assert "Nhập mã xác thực" in sign_in(site.as_(None), "cv").text


def test_nobody_sets_a_second_factor_of_somebody_else(site: Site) -> None:
    give_password(site, "cv")
    give_password(site, "cv2")
    mine = site.as_("cv").post("/tai-khoan/hai-lop", data={"current": PASSWORD}).text
    data = {"ticket": hidden(mine, "ticket"), "code": _codes_of(mine).at(site.now)}

    site.as_("cv2").post("/tai-khoan/hai-lop/xac-nhan", data=data)

    assert sign_in(site.as_(None), "cv2").status_code == 303


def test_a_second_factor_is_dropped_by_who_knows_the_password(site: Site) -> None:
    give_password(site, "cv")
    give_second_factor(site, "cv")
    browser = site.as_("cv")

    wrong = browser.post("/tai-khoan/hai-lop/bo", data={"current": "sai rồi"})
    right = browser.post("/tai-khoan/hai-lop/bo", data={"current": PASSWORD})

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert sign_in(site.as_(None), "cv").status_code == 303


def test_an_administrator_cannot_drop_his_second_factor(site: Site) -> None:
    site.make_administrator("cv")
    give_password(site, "cv")
    give_second_factor(site, "cv")

    answer = site.as_("cv").post("/tai-khoan/hai-lop/bo", data={"current": PASSWORD})

    assert answer.status_code == 422
    assert "Nhập mã xác thực" in sign_in(site.as_(None), "cv").text


def test_one_ends_the_sessions_of_other_browsers_and_nobody_elses(site: Site) -> None:
    mine, others, stranger = site.as_("cv"), [site.as_("cv") for _ in range(2)], site.as_("tp")
    page = mine.get("/tai-khoan/bao-mat").text
    listed = re.findall(r'name="session" value="([0-9a-f-]{36})"', page)

    stranger.post("/tai-khoan/phien", data={"session": listed[0]})
    untouched = [is_in(one) for one in others]
    mine.post("/tai-khoan/phien", data={"session": listed[0]})
    one_less = [is_in(one) for one in others]
    mine.post("/tai-khoan/phien", data={"session": ""})

    assert len(listed) == 2
    assert untouched == [True, True]
    assert sorted(one_less) == [False, True]
    assert [is_in(one) for one in others] == [False, False]
    assert is_in(mine)


def test_a_key_is_shown_once_and_can_be_revoked(site: Site) -> None:
    browser = site.as_("cv")

    page = browser.post(
        "/tai-khoan/khoa", data={"name": "Bảng điều hành", "scopes": ["read"], "days": "30"}
    ).text
    secret = page.partition('<code class="secret">')[2].partition("<")[0]
    again = browser.get("/tai-khoan/ket-noi").text
    with site.app.database.read() as tx:
        found = tokens.authenticate(tx, secret, site.now)
        (listed,) = tokens.of_person(tx, site.world.ids["cv"])
    assert found is not None
    browser.post("/tai-khoan/khoa/thu-hoi", data={"token": found.token_id})

    assert listed.expires_at == site.now + timedelta(days=30)
    assert secret not in again
    assert "Bảng điều hành" in again
    with site.app.database.read() as tx:
        assert tokens.authenticate(tx, secret, site.now) is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"name": "", "scopes": ["read"]}, "hãy đặt tên"),
        ({"name": "x"}, "Hãy chọn ít nhất một phạm vi"),
        ({"name": "x", "scopes": ["root"]}, "Hãy chọn ít nhất một phạm vi"),
        ({"name": "x", "scopes": ["read"], "days": "9999"}, "không dùng được"),
    ],
)
@ON_ONE
def test_a_key_without_name_or_scope_is_not_made(
    site: Site, data: dict[str, object], said: str
) -> None:
    answer = site.as_("cv").post("/tai-khoan/khoa", data=data)

    assert answer.status_code == 422
    assert said in answer.text
    with site.app.database.read() as tx:
        assert tokens.of_person(tx, site.world.ids["cv"]) == []


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/tai-khoan/khoa/thu-hoi", {"token": "00000000-0000-7000-8000-000000000000"}),
        ("/tai-khoan/khoa/thu-hoi", {"token": "'; drop table token"}),
        ("/tai-khoan/lich/thu-hoi", {"feed": "00000000-0000-7000-8000-000000000000"}),
        ("/tai-khoan/lich", {"unit": "KHONG-CO"}),
    ],
)
def test_what_is_not_ones_own_is_not_there(site: Site, path: str, data: dict[str, str]) -> None:
    assert site.as_("cv").post(path, data=data).status_code == 404


def test_the_address_of_a_calendar_is_shown_once_and_can_be_revoked(site: Site) -> None:
    browser = site.as_("cv")

    page = browser.post("/tai-khoan/lich", data={"unit": ""}).text
    secret = re.search(r"/ical/([\w-]+)\.ics", page)
    with site.app.database.read() as tx:
        (feed,) = feeds.of_person(tx, site.world.ids["cv"])
    browser.post("/tai-khoan/lich/thu-hoi", data={"feed": feed.id})

    assert secret is not None
    assert secret[1] not in browser.get("/tai-khoan/ket-noi").text
    with site.app.database.read() as tx:
        assert feeds.of_person(tx, site.world.ids["cv"]) == []


def test_one_chooses_mail_and_what_one_watches(site: Site) -> None:
    browser = site.as_("cv")

    browser.post("/tai-khoan/thu", data={"reminder": "off"})
    browser.post("/tai-khoan/theo-doi", data={"of": "unit", "subject": "VP", "every": "week"})

    with site.app.database.read() as tx:
        choices = preferences.chosen(tx, "cv", rules=site.app.rules)
    assert choices.muted == ("reminder",)
    assert [one.code for one in choices.watches] == ["VP"]
    assert "Văn phòng Sở" in browser.get("/tai-khoan").text


def test_shortcuts_can_be_turned_off_in_a_browser(site: Site) -> None:
    browser = site.as_("cv")

    browser.post("/tai-khoan/phim-tat", data={"shortcuts": "off"})

    assert 'data-shortcuts="off"' in browser.get("/tai-khoan").text


def test_who_stands_in_is_named_on_both_sides(site: Site) -> None:
    site.world.delegate("tp", "cv", first="2014-01-15", last="2014-01-20")

    mine, theirs = site.as_("tp").get("/tai-khoan").text, site.as_("cv").get("/tai-khoan").text

    assert "cv làm thay tôi" in mine
    assert "Tôi làm thay tp" in theirs


def _codes_of(page: str) -> pyotp.TOTP:
    shown = page.partition('<code class="secret">')[2].partition("<")[0].replace(" ", "")
    return pyotp.TOTP(shown)
