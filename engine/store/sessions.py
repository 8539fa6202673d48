"""Sessions of browsers as rows: opened, found by their digest, touched, ended."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from engine.store.doors import account, session
from engine.store.session import Transaction

_FOUND = (
    session.c.id, session.c.person_id, session.c.method, session.c.created_at, session.c.seen_at,
    session.c.expires_at, session.c.ended_at, session.c.address, session.c.agent,
)  # fmt: skip


def open_session(tx: Transaction, values: Mapping[str, Any]) -> None:
    """Store a new session."""
    tx.execute(insert(session).values(**values))


def by_digest(tx: Transaction, digest: str) -> Any | None:
    """Return a session with whether its person is an administrator; None where there is none."""
    return tx.execute(
        select(*_FOUND, account.c.is_administrator)
        .outerjoin(account, account.c.person_id == session.c.person_id)
        .where(session.c.digest == digest)
    ).one_or_none()


def of_person(tx: Transaction, person_id: str, *, at: datetime) -> list[Any]:
    """Return the sessions of a person that are still open, the newest first."""
    return list(
        tx.execute(
            select(*_FOUND)
            .where(session.c.person_id == person_id, session.c.ended_at.is_(None),
                   session.c.expires_at > at)
            .order_by(session.c.created_at.desc())
        )
    )  # fmt: skip


def addresses(tx: Transaction, person_id: str) -> list[str]:
    """Return from where a person has signed in, as far back as sessions are kept."""
    found = select(session.c.address).where(session.c.person_id == person_id).distinct()
    return list(tx.execute(found).scalars())


def touch(tx: Transaction, session_id: str, *, at: datetime) -> None:
    """Note that a session was used."""
    tx.execute(update(session).where(session.c.id == session_id).values(seen_at=at))


def end(tx: Transaction, *, at: datetime, person_id: str, session_id: str | None = None) -> int:
    """End one open session of a person, or all of them; return how many ended."""
    statement = update(session).where(
        session.c.person_id == person_id, session.c.ended_at.is_(None)
    )
    if session_id is not None:
        statement = statement.where(session.c.id == session_id)
    return tx.execute(statement.values(ended_at=at)).rowcount


def forget(tx: Transaction, *, older_than: datetime) -> None:
    """Forget sessions that were over before an instant; the record knows of them."""
    tx.execute(delete(session).where(session.c.expires_at < older_than))
