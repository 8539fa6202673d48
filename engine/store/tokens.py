"""Tokens of programs as rows: made, found by the digest of their secret, revoked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select, update

from engine.store.doors import token
from engine.store.session import Transaction
from engine.store.tables import person

_FOUND = (
    token.c.id, token.c.prefix, token.c.name, token.c.person_id, token.c.scopes,
    token.c.created_at, token.c.created_by, token.c.expires_at, token.c.used_at,
    token.c.revoked_at, person.c.code.label("person"),
)  # fmt: skip
_WITH_PERSON = token.join(person, person.c.id == token.c.person_id)


def add(tx: Transaction, values: Mapping[str, Any]) -> None:
    """Store a new token."""
    tx.execute(insert(token).values(**values))


def by_digest(tx: Transaction, digest: str, *, at: datetime) -> Any | None:
    """Return a token that is good at an instant and whose person is not disabled."""
    return tx.execute(
        select(*_FOUND)
        .select_from(_WITH_PERSON)
        .where(token.c.digest == digest, token.c.revoked_at.is_(None), _not_over(at),
               person.c.disabled_at.is_(None))
    ).one_or_none()  # fmt: skip


def by_id(tx: Transaction, token_id: str) -> Any | None:
    """Return a token, good or not."""
    return tx.execute(
        select(*_FOUND).select_from(_WITH_PERSON).where(token.c.id == token_id)
    ).one_or_none()


def of_person(tx: Transaction, person_id: str) -> list[Any]:
    """Return the tokens of a person that are not revoked, the newest first."""
    return list(
        tx.execute(
            select(*_FOUND)
            .select_from(_WITH_PERSON)
            .where(token.c.person_id == person_id, token.c.revoked_at.is_(None))
            .order_by(token.c.created_at.desc(), token.c.id.desc())
        )
    )


def touch(tx: Transaction, token_id: str, *, at: datetime) -> None:
    """Note that a token was used."""
    tx.execute(update(token).where(token.c.id == token_id).values(used_at=at))


def revoke(tx: Transaction, *, person_id: str, at: datetime, token_id: str | None = None) -> int:
    """Revoke one token of a person, or all of them; return how many stood."""
    statement = update(token).where(token.c.person_id == person_id, token.c.revoked_at.is_(None))
    if token_id is not None:
        statement = statement.where(token.c.id == token_id)
    return tx.execute(statement.values(revoked_at=at)).rowcount


def _not_over(at: datetime) -> Any:
    return or_(token.c.expires_at.is_(None), token.c.expires_at > at)
