"""A request that is made twice has one effect and one answer (G4).

Whoever is not sure that his request arrived makes it again under the same key. What was answered is
kept in the transaction of the effect, so that there is never the one without the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.ids import new_id
from engine.store import replays as store
from engine.store.session import Transaction

#: For so long a key stands for its request.
KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request under a key; `digest` is over everything that makes it this request."""

    actor: str
    key: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class NotAnsweredError(Exception):
    """A key that can stand for this request neither now nor, if it `is_taken`, today."""

    def __init__(self, *, is_taken: bool) -> None:
        super().__init__("taken" if is_taken else "running")
        self.is_taken = is_taken


def answered(tx: Transaction, asked: Asked, *, at: datetime) -> Kept | None:
    """Return what was answered to a request before; None where it is new, and this one's to answer.

    Raises:
        NotAnsweredError: another transaction is at it, or the key stands for another request.
    """
    if not store.is_free(tx, asked.actor, asked.key):
        raise NotAnsweredError(is_taken=False)
    store.forget(tx, asked.actor, before=at - KEPT)
    found = store.find(tx, asked.actor, asked.key)
    if found is None:
        return None
    if found.digest != asked.digest:
        raise NotAnsweredError(is_taken=True)
    return Kept(status=found.status, headers=found.headers, body=found.body)


def keep(tx: Transaction, asked: Asked, answer: Kept, *, at: datetime) -> None:
    """Keep what is answered to a request, in the transaction of what it did."""
    store.keep(
        tx,
        {
            "id": new_id(),
            "actor": asked.actor,
            "key": asked.key,
            "digest": asked.digest,
            "status": answer.status,
            "headers": dict(answer.headers),
            "body": answer.body,
            "created_at": at,
        },
    )
