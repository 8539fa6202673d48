"""Tokens: what lets a program act as a person, within scopes, until a day; revoked at once.

A secret is shown once and stored as its digest. No door that takes a token makes tokens, so that
none can make another or widen itself.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal

from engine import audit
from engine.commands.rights import find_person
from engine.errors import Invalid, NotPermitted, Unknown
from engine.ids import is_id, new_id
from engine.secrecy import digest, new_secret
from engine.store import accounts
from engine.store import tokens as store
from engine.store.rulebooks import Rules
from engine.store.session import Transaction

#: `read`: see what the person sees. `write`: do what he may do, and see it. `audit`: read the
#: record, as far as he may.
Scope = Literal["read", "write", "audit"]
SCOPES: tuple[Scope, ...] = ("read", "write", "audit")

#: A token that was used within this time is not written to again.
_TOUCHED = timedelta(minutes=1)
_PREFIX_BYTES = 4
_CHECK = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRequest:
    """A token as somebody asks for it; `person` is a code, `expires_at` None is for good."""

    person: str
    name: str
    scopes: tuple[str, ...]
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token as its owner sees it; `prefix` is how its secret begins."""

    id: str
    prefix: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    used_at: datetime | None

    def is_over(self, at: datetime) -> bool:
        """Return whether its day has passed."""
        return self.expires_at is not None and self.expires_at <= at


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """Whose token came with a request; `is_to_touch` says that its use is worth noting by now."""

    person_id: str
    person: str
    token_id: str
    scopes: frozenset[str]
    is_to_touch: bool

    def may(self, scope: Scope) -> bool:
        """Return whether the token reaches so far; who may write may read."""
        return scope in self.scopes or (scope == "read" and "write" in self.scopes)


def create(
    tx: Transaction, asked: TokenRequest, *, by: str, rules: Rules, at: datetime
) -> tuple[str, str]:
    """Make a token and return its id and its secret, which is kept nowhere.

    Raises:
        Unknown: the person or the actor is nobody's code.
        NotPermitted: the actor is neither the person himself nor the operator of the machine.
        Invalid: a scope is none, the name is empty or long, or it would be over already.
    """
    person = find_person(rules.current(tx).organisation, asked.person)
    if by != person.code and not by.startswith("operator:"):
        raise NotPermitted(actor=by, what="token_create", who=(person.code,))
    _require_sound(asked, at=at)
    if person.is_disabled:
        raise Invalid(field="person", problem=f"{person.code} đã ngừng hoạt động")
    token_id, prefix = new_id(), secrets.token_hex(_PREFIX_BYTES)
    secret = _secret(prefix)
    values = {
        "id": token_id,
        "prefix": prefix,
        "name": asked.name,
        "person_id": person.id,
        "scopes": sorted(set(asked.scopes)),
        "created_at": at,
        "created_by": by,
        "expires_at": asked.expires_at,
    }
    store.add(tx, {**values, "digest": digest(secret)})
    after = {"token": token_id, "name": asked.name, "scopes": values["scopes"],
             "expires_at": asked.expires_at}  # fmt: skip
    _record(tx, "token.created", person.id, by=by, after=after, at=at)
    return token_id, secret


def authenticate(tx: Transaction, secret: str, at: datetime) -> Bearer | None:
    """Return whose token a secret is; None where it is none, over, revoked, or he is disabled."""
    if not _is_whole(secret):
        return None
    found = store.by_digest(tx, digest(secret), at=at)
    if found is None:
        return None
    return Bearer(
        person_id=found.person_id,
        person=found.person,
        token_id=found.id,
        scopes=frozenset(found.scopes),
        is_to_touch=found.used_at is None or at - found.used_at >= _TOUCHED,
    )


def touch(tx: Transaction, token_id: str, *, at: datetime) -> None:
    """Note that a token is used."""
    store.touch(tx, token_id, at=at)


def of_person(tx: Transaction, person_id: str) -> list[Token]:
    """Return the tokens of a person that nobody revoked, the newest first."""
    return [_seen(row) for row in store.of_person(tx, person_id)]


def revoke(tx: Transaction, token_id: str, *, by: str, at: datetime) -> None:
    """Revoke a token; its next request is refused.

    Raises:
        Unknown: there is no such token, or it is somebody else's and the actor no administrator.
    """
    found = store.by_id(tx, token_id) if is_id(token_id) else None
    is_operator = by.startswith("operator:")
    if found is None or not (
        is_operator or by == found.person or accounts.is_administrator(tx, by)
    ):
        # What is somebody else's does not exist.
        raise Unknown(what="token", name=token_id)
    if store.revoke(tx, person_id=found.person_id, token_id=token_id, at=at):
        _record(tx, "token.revoked", found.person_id, by=by, after={"token": token_id}, at=at)


def revoke_all(tx: Transaction, *, person_id: str, by: str, at: datetime) -> int:
    """Revoke every token of a person; return how many there were."""
    revoked = store.revoke(tx, person_id=person_id, at=at)
    if revoked:
        after = {"token": "*", "revoked": revoked}
        _record(tx, "token.revoked", person_id, by=by, after=after, at=at)
    return revoked


def _secret(prefix: str) -> str:
    body = f"dd_{prefix}_{new_secret()}"
    return body + _check(body)


def _is_whole(secret: str) -> bool:
    """Return whether it could be a secret of ours: what was mistyped is not looked for."""
    body, check = secret[:-_CHECK], secret[-_CHECK:]
    return body.startswith("dd_") and body.isascii() and check == _check(body)


def _check(body: str) -> str:
    return sha256(body.encode()).hexdigest()[:_CHECK]


def _require_sound(asked: TokenRequest, *, at: datetime) -> None:
    unknown = [one for one in asked.scopes if one not in SCOPES]
    if unknown or not asked.scopes:
        named = unknown[0] if unknown else "nothing"
        raise Invalid(field="scope", problem=f"{named} is none of: {', '.join(SCOPES)}")
    _require_name(asked.name)
    if asked.expires_at is not None and asked.expires_at <= at:
        raise Invalid(field="expires_at", problem="ngày hết hạn đã qua")


def _require_name(name: str) -> None:
    if not name.strip() or len(name) > 200:  # noqa: PLR2004 - as wide as its column
        raise Invalid(field="name", problem="hãy đặt tên cho khóa, nhiều nhất 200 ký tự")


def _seen(row: Any) -> Token:
    return Token(
        id=row.id,
        prefix=f"dd_{row.prefix}",
        name=row.name,
        scopes=tuple(row.scopes),
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        used_at=row.used_at,
    )


def _record(
    tx: Transaction, action: str, person_id: str, *, by: str, after: dict[str, Any], at: datetime
) -> None:
    event = audit.Event(subject=f"person:{person_id}", action=action, actor=by, after=after)
    audit.append(tx, event, at=at)
