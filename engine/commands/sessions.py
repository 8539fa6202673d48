"""Sessions of browsers: opened at sign-in, looked up at every request, ended at once (G18)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from engine import audit
from engine.ids import new_id
from engine.secrecy import digest, new_secret
from engine.store import sessions
from engine.store.session import Transaction

Method = Literal["password", "oidc", "link", "demo"]
#: A session that was used within this time is not written to again.
_TOUCHED = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a session lasts unused, and how long at all."""

    idle: timedelta = timedelta(minutes=60)
    whole: timedelta = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A session that holds; `is_to_touch` says that its use is worth noting by now."""

    id: str
    person_id: str
    method: Method
    is_administrator: bool
    is_to_touch: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A session as its owner sees it."""

    id: str
    method: str
    created_at: datetime
    seen_at: datetime
    address: str
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Who signs in, how, and from where; `person` is his code."""

    person_id: str
    person: str
    method: Method
    address: str = ""
    agent: str = ""


def open_session(tx: Transaction, asked: Opening, *, limits: Limits, at: datetime) -> str:
    """Open a session and return its secret, which is shown to the browser and kept nowhere."""
    secret, session_id = new_secret(), new_id()
    sessions.open_session(
        tx,
        {
            "id": session_id,
            "digest": digest(secret),
            "person_id": asked.person_id,
            "method": asked.method,
            "created_at": at,
            "seen_at": at,
            "expires_at": at + limits.whole,
            "address": asked.address[:64],
            "agent": asked.agent[:300],
        },
    )
    detail = {"session": session_id, "method": asked.method, "address": asked.address[:64]}
    audit.append(
        tx,
        audit.Event(
            subject=f"person:{asked.person_id}",
            action="session.opened",
            actor=asked.person,
            after=detail,
        ),
        at=at,
    )
    return secret


def resume(tx: Transaction, secret: str, *, limits: Limits, at: datetime) -> SignedIn | None:
    """Return the session a secret belongs to; None where it has ended, or lay unused too long."""
    found = sessions.by_digest(tx, digest(secret))
    if found is None or found.ended_at is not None:
        return None
    if at >= min(found.expires_at, found.seen_at + limits.idle):
        return None
    return SignedIn(
        id=found.id,
        person_id=found.person_id,
        method=found.method,
        is_administrator=bool(found.is_administrator),
        is_to_touch=at - found.seen_at >= _TOUCHED,
    )


def of_person(
    tx: Transaction, person_id: str, *, limits: Limits, at: datetime
) -> list[OpenSession]:
    """Return the sessions of a person that hold, the newest first."""
    return [
        OpenSession(
            id=row.id, method=row.method, created_at=row.created_at, seen_at=row.seen_at,
            address=row.address, agent=row.agent,
        )
        for row in sessions.of_person(tx, person_id, at=at)
        if at < row.seen_at + limits.idle
    ]  # fmt: skip


def touch(tx: Transaction, session_id: str, *, at: datetime) -> None:
    """Note that a session is used."""
    sessions.touch(tx, session_id, at=at)


def end_others(tx: Transaction, *, person_id: str, but: str, by: str, at: datetime) -> int:
    """End every session of a person but one; return how many ended."""
    others = [one.id for one in sessions.of_person(tx, person_id, at=at) if one.id != but]
    return sum(end(tx, person_id=person_id, by=by, at=at, session_id=one) for one in others)


def end(
    tx: Transaction, *, person_id: str, by: str, at: datetime, session_id: str | None = None
) -> int:
    """End one session of a person, or all of them; return how many ended."""
    ended = sessions.end(tx, at=at, person_id=person_id, session_id=session_id)
    if ended:
        detail = {"session": session_id or "*", "ended": ended}
        event = audit.Event(
            subject=f"person:{person_id}", action="session.ended", actor=by, after=detail
        )
        audit.append(tx, event, at=at)
    return ended
