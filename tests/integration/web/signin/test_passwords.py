"""What is no password, by length and by habit; and what the stricter profile asks."""

from datetime import timedelta
from pathlib import Path

import pytest

from config.settings import Settings
from dondoc.passwords import Passwords, faults
from dondoc.thresholds import limits_of, thresholds_of
from engine.store.doors import account
from tests.support.office import World
from tests.support.signing_in import (
    PASSWORD,
    give_password,
    give_second_factor,
    hidden,
    is_in,
    sign_in,
)
from tests.support.web import Site, site_of

STANDARD = thresholds_of(Settings())
LEVEL2 = thresholds_of(Settings(auth={"profile": "level2"}))  # type: ignore[arg-type]
ABOUT = ("hoa.nt", "Nguyễn Thị Hoa", "hoa.nguyen@example.test")


def codes(password: str, **options: bool) -> list[str]:
    return [code for code, _ in faults(password, thresholds=STANDARD, about=ABOUT, **options)]


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("mười một chữ"[:11], "short"),
        ("d" + "à" * 128, "long"),
        ("036182004417", "digits"),
        ("0912 345 678", "digits"),
        ("aaaaaaaaaaaab", "few_signs"),
        ("Password1234!", "guessed"),
        ("P@ssw0rd2026", "guessed"),
        ("matkhau@123456", "guessed"),
        ("Mật khẩu 2026", "guessed"),
        ("1q2w3e4r5t6y", "guessed"),
        ("1qaz2wsx3edc", "guessed"),
        ("anhyeuem1990!!", "guessed"),
        ("Hà Nam Việt Nam", "guessed"),
        ("QuanTri@2026", "guessed"),
        ("nguyenthihoa88", "own_name"),
        ("Nguyễn Thị Hoa!", "own_name"),
        ("hoanguyen--2026x", "own_name"),
    ],
)
def test_what_is_guessed_first_is_no_password(password: str, fault: str) -> None:
    assert fault in codes(password)


@pytest.mark.parametrize(
    "password",
    [PASSWORD, "con trâu đi trước", "cà phê 6 giờ sáng", "xK9#mQ2$vL7p", "đ" * 3 + "àbcxyzưtr"],
)
def test_a_short_sentence_of_ones_own_is_a_password(password: str) -> None:
    assert codes(password) == []


def test_the_stricter_profile_asks_for_kinds_of_signs_unless_there_is_a_code_as_well() -> None:
    alone = [code for code, _ in faults(PASSWORD, thresholds=LEVEL2)]
    beside = [code for code, _ in faults(PASSWORD, thresholds=LEVEL2, two_factors=True)]
    whole = [code for code, _ in faults("Trâu đi trước 2 cày!", thresholds=LEVEL2)]

    assert alone == ["kinds"]
    assert beside == whole == []


def test_what_a_keyboard_composes_and_what_it_does_not_is_the_same_password() -> None:
    keeper = Passwords(memory_mib=1, passes=1)
    kept = keeper.keep("m\u01b0a phùn")

    assert keeper.check("mu\u031ba phu\u0300n", kept) == (True, None)
    assert keeper.check("mua phun", kept) == (False, None)


def test_a_password_costs_64_mib_in_production() -> None:
    kept = Passwords().keep(PASSWORD)

    assert "$argon2id$v=19$m=65536,t=3,p=1$" in kept


def test_a_password_without_end_is_not_hashed_at_length() -> None:
    keeper = Passwords(memory_mib=1, passes=1)

    assert keeper.check("x" * 1_000_000, keeper.keep("x" * 128)) == (False, None)


def test_the_stricter_profile_ends_unused_sessions_sooner_never_later() -> None:
    lax = Settings(auth={"profile": "level2", "session_idle_minutes": 240})  # type: ignore[arg-type]
    strict = Settings(auth={"profile": "level2", "session_idle_minutes": 5})  # type: ignore[arg-type]

    assert limits_of(lax).idle == timedelta(minutes=15)
    assert limits_of(strict).idle == timedelta(minutes=5)


@pytest.fixture
def level2(world: World, tmp_path: Path) -> Site:
    """An office under the thresholds of level 2."""
    site = site_of(world, tmp_path, auth={"profile": "level2"})
    site.web.state.passwords = Passwords(memory_mib=1, passes=1)
    return site


def test_an_account_that_nobody_used_for_45_days_needs_a_new_link(level2: Site) -> None:
    give_password(level2, "cv")
    level2.world.clock.advance(timedelta(days=45))
    browser = level2.as_(None)

    answer = sign_in(browser, "cv")

    assert answer.status_code == 403
    assert "45 ngày" in answer.text
    assert not is_in(browser)


def test_five_failures_under_level_2_stop_that_pair_for_twelve_hours(level2: Site) -> None:
    give_password(level2, "cv")
    browser = level2.as_(None)
    for _ in range(5):
        sign_in(browser, "cv", "không phải mật khẩu")

    stopped = sign_in(browser, "cv")
    level2.world.clock.advance(timedelta(hours=12))
    later = sign_in(browser, "cv")

    assert stopped.status_code == 429
    assert int(stopped.headers["retry-after"]) > 43_000
    assert later.status_code == 303


def test_an_administrator_under_level_2_changes_his_password_every_two_months(
    level2: Site,
) -> None:
    give_password(level2, "cv")
    second = give_second_factor(level2, "cv")
    with level2.app.database.begin() as tx:
        tx.execute(account.update().values(is_administrator=True))
    browser = level2.as_(None)
    for _ in range(2):
        level2.world.clock.advance(timedelta(days=30))
        page = sign_in(browser, "cv")
        data = {"ticket": hidden(page.text, "ticket"), "code": second.at(level2.now)}
        page = browser.post("/dang-nhap/ma", data=data)

    def renew(password: str) -> int:
        data = {"ticket": hidden(page.text, "ticket"), "password": password, "again": password}
        return browser.post("/dang-nhap/mat-khau", data=data).status_code

    assert page.status_code == 200
    assert [renew(PASSWORD), renew("một mật khẩu hoàn toàn mới")] == [422, 303]
    assert is_in(browser)
