"""One-time links: the set-up of an office, and a password for whoever has none or lost it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from engine import audit
from engine.commands import accounts
from engine.commands.rights import find_person
from engine.errors import Invalid, Unknown
from engine.ids import new_id
from engine.linking import MadeLink
from engine.organisation import Person
from engine.secrecy import digest, new_secret
from engine.store import links as store
from engine.store.rulebooks import Rules
from engine.store.session import Transaction

Purpose = Literal["setup", "password"]
#: How long each is good.
LASTS: dict[Purpose, timedelta] = {"setup": timedelta(hours=24), "password": timedelta(hours=72)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link that is good; `person_id` is None where it is for whoever sets the office up."""

    id: str
    purpose: Purpose
    person_id: str | None
    expires_at: datetime


def offer_setup(tx: Transaction, *, by: str, at: datetime) -> str | None:
    """Return the secret of a link that sets an office up; None where it has an administrator.

    An older link of the kind is good no more.
    """
    if accounts.is_set_up(tx):
        return None
    return _issue(tx, "setup", None, by=by, at=at)


def invite(
    tx: Transaction,
    code: str,
    *,
    by: str,
    rules: Rules,
    at: datetime,
    is_administrator: bool = False,
) -> str:
    """Return the secret of a link by which somebody sets his password; older ones are good no more.

    Raises:
        Unknown: nobody has that code.
        NotPermitted: the actor is no administrator.
        Invalid: the person is disabled.
    """
    accounts.require_administrator(tx, by, what="person_invite")
    person = find_person(rules.current(tx).organisation, code)
    if person.is_disabled:
        raise Invalid(field="person", problem=f"{person.code} đã ngừng hoạt động")
    if is_administrator:
        accounts.appoint(tx, code, by=by, rules=rules, at=at)
    return _issue(tx, "password", person, by=by, at=at)


def look(tx: Transaction, secret: str, *, at: datetime) -> Link | None:
    """Return what a secret opens, without using it up; None where it opens nothing."""
    row = store.standing(tx, digest(secret), at=at)
    if row is None or (row.purpose == "setup" and accounts.is_set_up(tx)):
        return None
    return Link(id=row.id, purpose=row.purpose, person_id=row.person_id, expires_at=row.expires_at)


def use(tx: Transaction, secret: str, *, person: Person, password_hash: str, at: datetime) -> Link:
    """Use a link up: its person has this password, no second factor and no other session.

    Whoever uses the link of a set-up is an administrator from then on.

    Args:
        tx: The transaction.
        secret: Of the link.
        person: Whose link it is; for a set-up, whoever was chosen.
        password_hash: Of the new password.
        at: Now.

    Raises:
        Unknown: the link is good no more.
    """
    found = look(tx, secret, at=at)
    is_his = found is not None and found.person_id in (None, person.id)
    if found is None or not is_his or person.is_disabled or not store.use(tx, found.id, at=at):
        raise Unknown(what="link", name="…")
    after = {"link": found.id, "purpose": found.purpose}
    _record(tx, "link.used", person.id, by=person.code, after=after, at=at)
    if found.purpose == "setup":
        accounts.make_first(tx, person, at=at)
    accounts.drop_second_factor(tx, person, by=person.code, at=at, anew=True)
    accounts.set_password(tx, person, password_hash=password_hash, by=person.code, at=at)
    return found


def pending(tx: Transaction, *, at: datetime) -> dict[str, datetime]:
    """Return until when people have a link that they did not use yet, by their id."""
    return store.pending(tx, at=at)


def of_person(tx: Transaction, person_id: str, *, at: datetime) -> tuple[MadeLink, ...]:
    """Return the links that were made for a person in the last weeks, the newest first."""
    return store.of_person(tx, person_id, at=at)


def _issue(
    tx: Transaction, purpose: Purpose, person: Person | None, *, by: str, at: datetime
) -> str:
    secret, link_id = new_secret(), new_id()
    person_id = person.id if person else None
    store.supersede(tx, purpose=purpose, person_id=person_id, at=at)
    expires_at = at + LASTS[purpose]
    store.add(
        tx,
        {
            "id": link_id,
            "digest": digest(secret),
            "purpose": purpose,
            "person_id": person_id,
            "created_at": at,
            "created_by": by,
            "expires_at": expires_at,
        },
    )
    after = {"link": link_id, "purpose": purpose, "expires_at": expires_at}
    _record(tx, "link.issued", person_id, by=by, after=after, at=at)
    return secret


def _record(
    tx: Transaction,
    action: str,
    person_id: str | None,
    *,
    by: str,
    after: Mapping[str, object],
    at: datetime,
) -> None:
    subject = f"person:{person_id}" if person_id else f"link:{after['link']}"
    audit.append(tx, audit.Event(subject=subject, action=action, actor=by, after=after), at=at)
