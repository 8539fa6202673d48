"""Slowing guessers down: counted before anything is looked at, also when all come at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from dondoc.passwords import Passwords
from engine.commands import throttle
from engine.commands.throttle import Pace
from engine.store.doors import one_time_link, session
from tests.support.office import World
from tests.support.signing_in import ON_ONE, give_password, sign_in
from tests.support.web import Site, site_of

PACE = Pace(free=5, first=timedelta(seconds=30), longest=timedelta(hours=1))


def attempt(site: Site, *, account: str = "cv", address: str = "203.0.113.9") -> bool:
    with site.app.database.begin() as tx:
        wait = throttle.attempt(tx, account=account, address=address, pace=PACE, at=site.now)
    return wait is None


def test_whoever_sends_everything_at_once_gets_no_more_through(site: Site) -> None:
    with ThreadPoolExecutor(8) as pool:
        passed = list(pool.map(lambda _: attempt(site), range(16)))

    assert sum(passed) == 5


def test_whoever_has_many_addresses_of_one_line_has_one_count(site: Site) -> None:
    mine = [attempt(site, address=f"2001:db8:1:2::{number:x}") for number in range(8)]
    his = attempt(site, address="2001:db8:1:3::1")

    assert sum(mine) == 5
    assert his


def test_what_failed_long_ago_is_forgotten(site: Site) -> None:
    for _ in range(5):
        attempt(site)
    stopped = attempt(site)

    site.world.clock.advance(timedelta(days=1, seconds=1))

    assert not stopped
    assert [attempt(site) for _ in range(6)] == [True] * 5 + [False]


def test_each_pair_of_account_and_address_is_counted_for_itself(site: Site) -> None:
    for _ in range(6):
        attempt(site)

    assert not attempt(site)
    assert attempt(site, account="tp")
    assert attempt(site, address="203.0.113.10")


def test_sessions_that_are_long_over_are_not_kept(site: Site) -> None:
    give_password(site, "cv")
    sign_in(site.as_(None), "cv")
    site.world.clock.advance(timedelta(days=40))

    sign_in(site.as_(None), "cv")

    with site.app.database.read() as tx:
        kept = tx.execute(select(session.c.created_at)).scalars().all()
        links = tx.execute(select(one_time_link)).all()
    assert kept == [site.now]
    assert links == []


def sprayed(site: Site, *, tries: int, address: str = "203.0.113.9") -> list[int]:
    """Try one password on many accounts from one address."""
    browser = site.as_(None, client=(address, 1))
    return [sign_in(browser, f"người-{number}").status_code for number in range(tries)]


def test_one_password_tried_on_many_accounts_is_slowed_by_its_address(site: Site) -> None:
    give_password(site, "cv")
    allowed = site.app.settings.auth.failures_per_address

    answers = sprayed(site, tries=allowed + 2)
    elsewhere = sign_in(site.as_(None, client=("203.0.113.10", 1)), "cv")
    unknown_here = sign_in(site.as_(None, client=("203.0.113.9", 1)), "cv")

    assert answers == [401] * allowed + [429] * 2
    assert elsewhere.status_code == 303
    assert unknown_here.status_code == 429
    assert 1 <= int(unknown_here.headers["retry-after"]) <= 61
    assert "nhiều tài khoản" in unknown_here.text


def test_an_office_behind_one_address_goes_on_while_somebody_sprays_from_it(site: Site) -> None:
    give_password(site, "cv")
    at_the_office = site.as_(None, client=("203.0.113.9", 1))
    sign_in(at_the_office, "cv")
    site.world.clock.advance(timedelta(days=3))
    sprayed(site, tries=site.app.settings.auth.failures_per_address + 1)

    mistyped = sign_in(site.as_(None, client=("203.0.113.9", 2)), "cv", "gõ nhầm mất rồi")
    answer = sign_in(site.as_(None, client=("203.0.113.9", 2)), "cv")

    assert mistyped.status_code == 401
    assert answer.status_code == 303


@ON_ONE
def test_whoever_signed_in_by_another_address_of_the_line_is_no_stranger_there(site: Site) -> None:
    give_password(site, "cv")
    sign_in(site.as_(None, client=("2001:db8:1:2::1", 1)), "cv")
    allowed = site.app.settings.auth.failures_per_address
    sprayed(site, tries=allowed + 1, address="2001:db8:1:2::66")

    answer = sign_in(site.as_(None, client=("2001:db8:1:2::2", 1)), "cv")

    assert answer.status_code == 303


@ON_ONE
def test_an_address_gets_its_allowance_back_with_time(site: Site) -> None:
    allowed = site.app.settings.auth.failures_per_address
    sprayed(site, tries=allowed)
    site.world.clock.advance(timedelta(minutes=30, seconds=1))

    answers = sprayed(site, tries=allowed)

    assert answers.count(401) == allowed // 2


def test_whoever_gets_in_takes_nothing_from_others_of_his_address(site: Site) -> None:
    people = ["cv", "tp", "gd"]
    for code in people:
        give_password(site, code)
    for code in people:
        browser = site.as_(None, client=("203.0.113.9", 1))
        sign_in(browser, code, "gõ nhầm mất rồi")
        sign_in(browser, code)

    answers = sprayed(site, tries=site.app.settings.auth.failures_per_address)

    assert set(answers) == {401}


@ON_ONE
def test_an_office_may_set_no_limit_for_an_address(world: World, tmp_path: Path) -> None:
    site = site_of(world, tmp_path, auth={"failures_per_address": 0})
    site.web.state.passwords = Passwords(memory_mib=1, passes=1)

    answers = sprayed(site, tries=70)

    site.close()
    assert set(answers) == {401}
