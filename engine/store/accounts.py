"""Accounts as rows: how a person signs in, and who runs the machine."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from engine.store.doors import account, identity
from engine.store.session import Transaction
from engine.store.tables import person

_FOUND = (
    account.c.password_hash, account.c.password_changed_at, account.c.totp_secret,
    account.c.totp_confirmed_at, account.c.totp_step, account.c.is_administrator,
    account.c.created_at, account.c.signed_in_at,
)  # fmt: skip


def find(tx: Transaction, person_id: str) -> Any | None:
    """Return the account of a person; None where he has none."""
    return tx.execute(select(*_FOUND).where(account.c.person_id == person_id)).one_or_none()


def put(tx: Transaction, person_id: str, values: Mapping[str, Any], *, at: datetime) -> None:
    """Change the account of a person; makes it where he has none."""
    changed = update(account).where(account.c.person_id == person_id).values(**values)
    if not tx.execute(changed).rowcount:
        row = {"is_administrator": False, "created_at": at, **values, "person_id": person_id}
        tx.execute(insert(account).values(**row))


def accept_step(tx: Transaction, person_id: str, step: int) -> bool:
    """Note the time step of a code that was right; False where it, or a later one, was used."""
    later = (account.c.totp_step.is_(None)) | (account.c.totp_step < step)
    changed = update(account).where(account.c.person_id == person_id, later)
    return bool(tx.execute(changed.values(totp_step=step)).rowcount)


def is_administrator(tx: Transaction, code: str) -> bool:
    """Return whether somebody runs the machine, by code; nobody disabled does."""
    row = tx.execute(
        select(account.c.is_administrator)
        .join(person, person.c.id == account.c.person_id)
        .where(person.c.code == code, person.c.disabled_at.is_(None))
    ).one_or_none()
    return row is not None and bool(row.is_administrator)


def administrators(tx: Transaction) -> int:
    """Return how many people run the machine."""
    return tx.execute(
        select(func.count())
        .select_from(account.join(person, person.c.id == account.c.person_id))
        .where(account.c.is_administrator.is_(True), person.c.disabled_at.is_(None))
    ).scalar_one()


def everybody(tx: Transaction) -> dict[str, Any]:
    """Return every account by the id of its person."""
    rows = tx.execute(select(account.c.person_id, *_FOUND))
    return {row.person_id: row for row in rows}


def link_identity(tx: Transaction, values: Mapping[str, Any]) -> None:
    """Store who somebody is to a provider of identities."""
    tx.execute(insert(identity).values(**values))


def unlink_identity(tx: Transaction, identity_id: str, *, person_id: str) -> bool:
    """Forget one identity of a person; False where he has no such."""
    mine = (identity.c.id == identity_id) & (identity.c.person_id == person_id)
    return bool(tx.execute(identity.delete().where(mine)).rowcount)


def identity_of(tx: Transaction, *, issuer: str, subject: str) -> Any | None:
    """Return whom a provider means by a subject; None where nobody linked it."""
    return tx.execute(
        select(identity.c.id, identity.c.person_id).where(
            identity.c.issuer == issuer, identity.c.subject == subject
        )
    ).one_or_none()


def identities(tx: Transaction) -> list[Any]:
    """Return every identity that is linked."""
    return list(tx.execute(select(identity).order_by(identity.c.linked_at)))
