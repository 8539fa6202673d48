"""Slowing guessers down: counted before anything is looked at, also when all come at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import select

from engine.commands import throttle
from engine.commands.throttle import Pace
from engine.store.doors import one_time_link, session
from tests.support.signing_in import give_password, sign_in
from tests.support.web import Site

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
