"""Tokens of programs: shown once, within scopes, until a day, and no longer than their person."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.commands import tokens
from engine.commands.tokens import TokenRequest
from engine.errors import Invalid, NotPermitted, Unknown
from engine.store.doors import token
from tests.support.signing_in import ON_ONE
from tests.support.web import Site


def create(site: Site, *, by: str = "cv", **fields: Any) -> tuple[str, str]:
    given = {"person": "cv", "name": "Bảng điều hành", "scopes": ("read",), "expires_at": None}
    asked = TokenRequest(**{**given, **fields})
    with site.app.database.begin() as tx:
        return tokens.create(tx, asked, by=by, rules=site.app.rules, at=site.now)


def bearer(site: Site, secret: str) -> tokens.Bearer | None:
    with site.app.database.read() as tx:
        return tokens.authenticate(tx, secret, site.now)


def test_a_token_acts_as_its_person_within_its_scopes(site: Site) -> None:
    token_id, secret = create(site, scopes=("read", "audit"))

    found = bearer(site, secret)

    assert found is not None
    assert (found.person, found.token_id) == ("cv", token_id)
    assert [found.may(one) for one in tokens.SCOPES] == [True, False, True]


def test_who_may_write_may_read(site: Site) -> None:
    _, secret = create(site, scopes=("write",))

    found = bearer(site, secret)

    assert found is not None
    assert found.may("read")
    assert not found.may("audit")


def test_a_copy_of_the_database_and_the_record_hold_no_token_that_works(site: Site) -> None:
    _, secret = create(site)

    with site.app.database.read() as tx:
        row = tx.execute(select(token)).one()
    entries = site.world.entries(f"person:{site.world.ids['cv']}")

    assert secret.startswith(f"dd_{row.prefix}_")
    assert len(secret) > 50
    assert secret not in repr(row)
    assert secret not in repr(entries)
    assert [one.action for one in entries] == ["token.created"]


def cut(secret: str) -> str:
    return secret[:-1]


def changed(secret: str) -> str:
    return f"{secret[:-8]}abcdefgh"


@pytest.mark.parametrize("spoil", [cut, changed, "{}0".format, lambda _: "", lambda _: "dd_é"])
@ON_ONE
def test_what_is_not_exactly_a_token_is_none(site: Site, spoil: Any) -> None:
    _, secret = create(site)

    assert bearer(site, spoil(secret)) is None


def test_a_token_ends_with_its_day(site: Site) -> None:
    _, secret = create(site, expires_at=site.now + timedelta(days=1))

    before = bearer(site, secret)
    site.world.clock.advance(timedelta(days=1))

    assert before is not None
    assert bearer(site, secret) is None


def test_a_revoked_token_is_refused_at_its_next_request(site: Site) -> None:
    token_id, secret = create(site)

    with site.app.database.begin() as tx:
        tokens.revoke(tx, token_id, by="cv", at=site.now)

    assert bearer(site, secret) is None
    with site.app.database.read() as tx:
        assert tokens.of_person(tx, site.world.ids["cv"]) == []


def test_g18_a_disabled_person_has_no_token(site: Site) -> None:
    _, secret = create(site)

    site.world.amend("cv", disabled_at=site.now)

    assert bearer(site, secret) is None


def test_nobody_makes_a_token_of_somebody_else(site: Site) -> None:
    site.make_administrator("cvp")

    with pytest.raises(NotPermitted):
        create(site, by="cvp")


def test_nobody_revokes_a_token_of_somebody_else_but_an_administrator(site: Site) -> None:
    token_id, secret = create(site)
    site.make_administrator("cvp")

    with pytest.raises(Unknown), site.app.database.begin() as tx:
        tokens.revoke(tx, token_id, by="tp", at=site.now)
    kept = bearer(site, secret)
    with site.app.database.begin() as tx:
        tokens.revoke(tx, token_id, by="cvp", at=site.now)

    assert kept is not None
    assert bearer(site, secret) is None


@pytest.mark.parametrize(
    "fields", [{"scopes": ()}, {"scopes": ("root",)}, {"name": " "}, {"name": "x" * 201}]
)
@ON_ONE
def test_a_token_without_name_or_scope_is_refused(site: Site, fields: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        create(site, **fields)


def test_the_use_of_a_token_is_noted_at_most_once_a_minute(site: Site) -> None:
    token_id, secret = create(site)
    first = bearer(site, secret)
    with site.app.database.begin() as tx:
        tokens.touch(tx, token_id, at=site.now)

    again = bearer(site, secret)
    site.world.clock.advance(timedelta(minutes=1))
    later = bearer(site, secret)

    assert [one and one.is_to_touch for one in (first, again, later)] == [True, False, True]
