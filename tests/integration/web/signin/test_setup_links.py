"""One-time links: the first administrator, and a password for whoever has none or lost it."""

from datetime import timedelta

import pyotp
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from dondoc.invitation import offer_setup
from engine.commands import links
from engine.errors import Invalid, NotPermitted
from engine.store.doors import account, one_time_link
from tests.support.signing_in import (
    ON_ONE,
    PASSWORD,
    give_password,
    give_second_factor,
    hidden,
    is_in,
    person_of,
    sign_in,
)
from tests.support.web import Site

CHOSEN = {"password": PASSWORD, "again": PASSWORD}


def invite(site: Site, code: str, *, by: str = "operator:test", administrator: bool = False) -> str:
    with site.app.database.begin() as tx:
        secret = links.invite(
            tx, code, by=by, rules=site.app.rules, at=site.now, is_administrator=administrator
        )
    return f"/thiet-lap/{secret}"


def setup_path(site: Site) -> str:
    offered = offer_setup(site.app)
    assert offered is not None
    return offered.removeprefix("http://127.0.0.1:8000")


def enrolled(site: Site, browser: TestClient, page: str) -> str:
    """Take over the secret that a page shows, and return where its first code leads."""
    shown = page.partition('<code class="secret">')[2].partition("<")[0].replace(" ", "")
    data = {"ticket": hidden(page, "ticket"), "code": pyotp.TOTP(shown).at(site.now)}
    answer = browser.post("/dang-nhap/hai-lop", data=data)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def test_a_new_office_is_set_up_by_the_link_that_its_machine_prints(site: Site) -> None:
    path, browser = setup_path(site), site.as_(None)
    new = {"who": "", "code": "quantri", "name": "Lê Thị Mai", "email": "mai@example.test"}

    page = browser.post(path, data={**CHOSEN, **new})
    half_way = is_in(browser)
    led_to = enrolled(site, browser, page.text)

    assert page.status_code == 200
    assert not half_way
    assert led_to == "/bat-dau"
    assert is_in(browser)
    with site.app.database.read() as tx:
        kept = tx.execute(select(account)).one()
    assert kept.is_administrator
    assert kept.password_hash.startswith("$argon2id$")
    assert kept.totp_secret is not None


def test_somebody_known_can_be_the_first_administrator(site: Site) -> None:
    path, browser = setup_path(site), site.as_(None)

    page = browser.post(path, data={**CHOSEN, "who": "cvp"})

    assert enrolled(site, browser, page.text) == "/bat-dau"
    entries = site.world.entries(f"person:{site.world.ids['cvp']}")
    assert [one.action for one in entries] == [
        "link.used", "account.administrator_made", "account.password_set",
        "account.second_factor_set", "session.opened",
    ]  # fmt: skip


def test_there_is_no_password_before_somebody_chose_one(site: Site) -> None:
    with site.app.database.read() as tx:
        assert tx.execute(select(account)).all() == []

    for login in ("admin", "quantri", "root", "cv"):
        assert sign_in(site.as_(None), login, "").status_code == 401
        assert sign_in(site.as_(None), login, "admin").status_code == 401


def test_looking_at_a_link_uses_nothing_up(site: Site) -> None:
    path, browser = invite(site, "cv"), site.as_(None)

    pages = [browser.get(path) for _ in range(3)]

    assert [one.status_code for one in pages] == [200] * 3
    assert browser.post(path, data=CHOSEN).status_code == 303


def test_a_link_is_good_once(site: Site) -> None:
    path, browser, second = invite(site, "cv"), site.as_(None), site.as_(None)

    first = browser.post(path, data=CHOSEN)
    again = second.post(path, data={"password": "khác hẳn lần đầu", "again": "khác hẳn lần đầu"})

    assert (first.status_code, again.status_code) == (303, 404)
    assert is_in(browser)
    assert not is_in(second)
    assert second.get(path).status_code == 404


def test_a_link_is_good_for_three_days_and_the_first_one_for_one(site: Site) -> None:
    first, later, browser = setup_path(site), invite(site, "cv"), site.as_(None)

    site.world.clock.advance(timedelta(hours=24))
    after_a_day = [browser.get(path).status_code for path in (first, later)]
    site.world.clock.advance(timedelta(hours=48))
    after_three = browser.get(later).status_code

    assert after_a_day == [404, 200]
    assert after_three == 404


def test_a_newer_link_takes_the_place_of_an_older_one(site: Site) -> None:
    older, newer, browser = invite(site, "cv"), invite(site, "cv"), site.as_(None)

    assert browser.get(older).status_code == 404
    assert browser.get(newer).status_code == 200


def test_the_link_of_the_set_up_is_worth_nothing_once_there_is_an_administrator(
    site: Site,
) -> None:
    path = setup_path(site)
    site.make_administrator("cvp")

    answer = site.as_(None).post(path, data={**CHOSEN, "who": "cv"})

    assert answer.status_code == 404
    assert offer_setup(site.app) is None


def test_a_copy_of_the_database_holds_no_link_that_works(site: Site) -> None:
    path = invite(site, "cv")

    with site.app.database.read() as tx:
        rows = tx.execute(select(one_time_link)).all()

    assert path.removeprefix("/thiet-lap/") not in repr(rows)
    assert path.removeprefix("/thiet-lap/") not in repr(site.world.entries("person:"))


def test_a_new_password_ends_every_session_and_the_old_second_factor(site: Site) -> None:
    give_password(site, "cv", "mật khẩu đã quên rồi")
    give_second_factor(site, "cv")
    lost = site.as_("cv")
    path, browser = invite(site, "cv"), site.as_(None)

    browser.post(path, data=CHOSEN)

    assert is_in(browser)
    assert not is_in(lost)
    assert sign_in(site.as_(None), "cv").status_code == 303
    assert sign_in(site.as_(None), "cv", "mật khẩu đã quên rồi").status_code == 401


def test_an_administrator_who_comes_by_a_link_sets_a_second_factor_up_first(site: Site) -> None:
    path, browser = invite(site, "cv", administrator=True), site.as_(None)

    page = browser.post(path, data=CHOSEN)

    assert not is_in(browser)
    assert enrolled(site, browser, page.text) == "/viec-cua-toi"
    assert is_in(browser)


def test_an_administrator_without_a_second_factor_sets_one_up_before_he_is_in(site: Site) -> None:
    give_password(site, "cv")
    with site.app.database.begin() as tx:
        tx.execute(account.update().values(is_administrator=True))
    browser = site.as_(None)

    page = sign_in(browser, "cv", tiep="/quan-tri")
    before = is_in(browser)

    assert not before
    assert enrolled(site, browser, page.text) == "/quan-tri"


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("quá ít", "quá ít", "12"),
        ("matkhau@2026", "matkhau@2026", "bị đoán trước"),
        ("một câu khá dài", "một câu khá dái", "chưa giống"),
        ("", "", "12"),
    ],
)
@ON_ONE
def test_a_bad_password_is_refused_in_words_and_the_link_is_still_good(
    site: Site, password: str, again: str, said: str
) -> None:
    path, browser = invite(site, "cv"), site.as_(None)

    page = browser.post(path, data={"password": password, "again": again})

    assert page.status_code == 422
    assert said in page.text
    assert not password or password not in page.text
    assert browser.post(path, data=CHOSEN).status_code == 303


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"who": "ai"}, "Hãy chọn một người"),
        ({"code": "quan tri", "name": "Mai"}, "mã gồm chữ không dấu"),
        ({"code": "cv", "name": "Mai"}, "đã có người dùng"),
        ({"code": "quantri", "name": ""}, "Hãy chọn một người, hoặc điền"),
        ({"code": "quantri", "name": "Mai", "email": "mai"}, "không phải địa chỉ"),
    ],
)
@ON_ONE
def test_a_set_up_says_what_is_wrong_and_writes_nothing(
    site: Site, given: dict[str, str], said: str
) -> None:
    path, browser = setup_path(site), site.as_(None)

    page = browser.post(path, data={**CHOSEN, **given})

    assert page.status_code == 422
    assert said in page.text
    with site.app.database.read() as tx:
        assert tx.execute(select(account)).all() == []


def test_only_an_administrator_invites(site: Site) -> None:
    with pytest.raises(NotPermitted):
        invite(site, "cv", by="tp")

    site.make_administrator("cvp")

    assert invite(site, "cv", by="cvp")


def test_nobody_who_has_left_is_invited(site: Site) -> None:
    site.world.amend("cv", disabled_at=site.now)

    with pytest.raises(Invalid):
        invite(site, "cv")


def test_a_person_sees_who_made_a_link_for_him_as_long_as_it_is_kept(site: Site) -> None:
    site.make_administrator("gd")
    site.as_("gd").post("/quan-tri/tai-khoan/cv/lien-ket")
    reader = site.as_("cv")
    name = person_of(site, "gd").name

    good = reader.get("/tai-khoan/bao-mat").text
    told = reader.get("/thong-bao").text
    site.world.clock.advance(timedelta(hours=73))
    reader = site.as_("cv")
    over = reader.get("/tai-khoan/bao-mat").text

    assert f"Do {name} tạo lúc" in good
    assert "còn dùng được đến" in good
    assert f"{name} đã tạo một liên kết đặt mật khẩu cho đồng chí" in told
    assert "không còn dùng được" in over
    assert "đã tạo một liên kết" not in reader.get("/thong-bao").text
    assert "đã tạo một liên kết" not in site.as_("gd").get("/thong-bao").text
