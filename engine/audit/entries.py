"""One audit entry: its canonical bytes, and its link to the entry before it on the same subject.

It knows how an entry is built and stored; blocks, verification and export live beside it.
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import bindparam, insert, literal_column, select

from engine.clock import require_aware
from engine.ids import new_id
from engine.store.driver import Prepared
from engine.store.record import audit_entry
from engine.store.session import Transaction

#: Domain prefix: bytes hashed here can never be mistaken for those of a block or another program.
#: Its first byte is that of a Merkle leaf (RFC 6962), so an entry's hash is its leaf in the tree.
DOMAIN = b"\x00dondoc-audit-entry/1\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened and must be kept.

    Attributes:
        subject: What it happened to, `<table>:<id>`; entries of one subject form a chain.
        action: Dotted, past tense, never renamed: `task.moved`, `task.refused`, `plan.imported`.
        actor: Code of the person, `operator:<os user>` or `system`.
        on_behalf_of: Code of the person a substitute acted for.
        delegation: Id of the delegation under which he did; kept among `after`.
        cause: Why: a note, a decision number, a rung, a request.
        before: Values that were, by field; JSON scalars, dates and instants.
        after: Values that are now.
    """

    subject: str
    action: str
    actor: str
    on_behalf_of: str | None = None
    delegation: str | None = None
    cause: str | None = None
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry of a subject: its number, from 1, and its hash."""

    seq: int
    hash: str


#: The head of a subject that has no entry yet.
GENESIS = Head(0, "0" * 64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A finished entry, ready to be stored; `hash` is over `body`, which holds all the rest."""

    id: str
    subject: str
    subject_seq: int
    prev: str
    hash: str
    at: datetime
    action: str
    actor: str
    body: str

    @property
    def head(self) -> Head:
        """The subject's head once this entry is stored."""
        return Head(self.subject_seq, self.hash)


#: What every entry of this context says about the clock; empty for the machine's own.
_CLOCK: ContextVar[Mapping[str, str]] = ContextVar("dondoc_audit_clock", default={})  # noqa: B039


def say_clock_is_pinned() -> None:
    """Have every entry made from now on in this context say that its time was set by hand."""
    _CLOCK.set({"clock": "pinned"})


def chain(event: Event, *, at: datetime, head: Head) -> Entry:
    """Return the entry that follows `head` on the event's subject.

    Raises:
        ValueError: `at` is naive.
        TypeError: a value in `before` or `after` has no canonical form.
    """
    at = require_aware(at).astimezone(UTC)
    identity = new_id()
    seq = head.seq + 1
    after = event.after
    if event.delegation is not None:
        after = {**after, "delegation": event.delegation}
    body = canonical(
        {
            **_CLOCK.get(),
            "action": event.action,
            "actor": event.actor,
            "after": after,
            "at": at,
            "before": event.before,
            "cause": event.cause,
            "id": identity,
            "on_behalf_of": event.on_behalf_of,
            "prev": head.hash,
            "seq": seq,
            "subject": event.subject,
        }
    )
    return Entry(
        id=identity,
        subject=event.subject,
        subject_seq=seq,
        prev=head.hash,
        hash=digest(body),
        at=at,
        action=event.action,
        actor=event.actor,
        body=body,
    )


_NEWEST: Final = Prepared(
    select(audit_entry.c.subject_seq, audit_entry.c.hash)
    .where(audit_entry.c.subject == bindparam("subject"))
    .order_by(audit_entry.c.subject_seq.desc())
    .limit(literal_column("1"))
)
_INSERT: Final = Prepared(
    insert(audit_entry).values({one.name: bindparam(one.name) for one in audit_entry.c})
)


def append(tx: Transaction, event: Event, *, at: datetime) -> Entry:
    """Store the event as the next entry of its subject and return it.

    For subjects whose head is not at hand; a task's head travels in the task's own row.
    """
    newest = _NEWEST.rows(tx, {"subject": event.subject})
    entry = chain(event, at=at, head=Head(*newest[0]) if newest else GENESIS)
    _INSERT.run(tx, as_row(entry))
    return entry


def as_row(entry: Entry) -> dict[str, Any]:
    """Return the entry as the columns of its table."""
    return {
        "id": entry.id,
        "subject": entry.subject,
        "subject_seq": entry.subject_seq,
        "prev": entry.prev,
        "hash": entry.hash,
        "at": entry.at,
        "action": entry.action,
        "actor": entry.actor,
        "body": entry.body,
    }


def digest(body: str) -> str:
    """Return the SHA-256 of a canonical body, in hex."""
    return hashlib.sha256(DOMAIN + body.encode()).hexdigest()


def canonical(value: Mapping[str, Any]) -> str:
    """Return the one text a mapping has: NFC, sorted keys, no spaces, UTC microseconds.

    Raises:
        TypeError: a value is neither a JSON scalar, a date, an instant, a list nor a mapping.
    """
    text = encode(value)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        at = require_aware(value).astimezone(UTC)
        return at.isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)  # type: ignore[return-value]
    message = f"{type(value).__name__} has no canonical form"
    raise TypeError(message)


#: The canonical form without its NFC: text that is already stored is shown as it is.
encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_plain
).encode
