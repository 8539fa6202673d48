"""Tells programs of others what happened: deliveries are made of the record, and made in order.

A receiver that is away holds up nobody but itself: the first thing it has not taken is tried again
later, and everything behind that waits.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from engine.clock import Clock
from engine.commands import webhooks
from engine.commands.webhooks import Claimed
from engine.database import Database, Rules
from engine.store import webhooks as store

#: Things told to one receiver in one turn; then it is the next one's.
MOST = 50
#: What comes late into the record is looked for at least so often.
_LOOK_BACK = timedelta(minutes=1)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a receiver answered; `code` is None where it was not reached, and `words` say why."""

    code: int | None
    words: str


class Caller(Protocol):
    """Takes a message to an address."""

    def post(self, url: str, *, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Post a message and return the answer; it never raises."""
        ...


@dataclass(slots=True, kw_only=True)
class Hooks:
    """Tells every webhook what it waits for.

    Attributes:
        unseal: Opens the secret of a webhook.
        is_stopping: Asked before each message; True ends the turn.
    """

    database: Database
    clock: Clock
    rules: Rules
    caller: Caller
    unseal: Callable[[str], str]
    is_stopping: Callable[[], bool] = lambda: False
    _looked_at: datetime | None = field(default=None, init=False)

    def turn(self) -> int:
        """Tell what there is to tell; return how many things were taken."""
        self._gather()
        with self.database.read() as tx:
            waiting = store.waiting(tx)
        taken = 0
        for webhook_id in waiting:
            for _ in range(MOST):
                if self.is_stopping() or not self._tell(webhook_id):
                    break
                taken += 1
        return taken

    def _gather(self) -> None:
        at = self.clock.now()
        with self.database.read() as tx:
            is_due = store.has_news(tx)
            is_late = bool(store.standing(tx)) and (
                self._looked_at is None or abs(at - self._looked_at) >= _LOOK_BACK
            )
        while is_due or is_late:
            self._looked_at, is_late = at, False
            with self.database.begin() as tx:
                is_due = webhooks.gather(tx, rules=self.rules, at=at) > 0

    def _tell(self, webhook_id: str) -> bool:
        """Tell one webhook the next thing; return whether it took it."""
        at = self.clock.now()
        with self.database.begin() as tx:
            claimed = webhooks.claim(tx, webhook_id, at=at)
            if claimed is None:
                return False
            body = webhooks.body_of(tx, claimed)
        reply = self._posted(claimed, body, at=at)
        with self.database.begin() as tx:
            return webhooks.settle(
                tx, claimed, code=reply.code, reply=reply.words, at=self.clock.now()
            )

    def _posted(self, claimed: Claimed, body: bytes, *, at: datetime) -> Reply:
        try:
            secret = self.unseal(claimed.secret)
        except Exception as error:  # noqa: BLE001 - another key: nothing of it may stop the others
            return Reply(code=None, words=str(error))
        headers = {
            "Content-Type": "application/json",
            "Dondoc-Delivery": claimed.id,
            "Dondoc-Event": claimed.event,
            "Dondoc-Signature": signature(secret, body, at=at),
        }
        reply = self.caller.post(claimed.url, body=body, headers=headers)
        _log.info("webhook.told", delivery=claimed.id, webhook=claimed.webhook_id, code=reply.code)
        return reply


def signature(secret: str, body: bytes, *, at: datetime) -> str:
    """Return the header by which a receiver knows who speaks, and when: `t=…,v1=…`.

    `v1` is the HMAC-SHA256 over the seconds, a full stop and the body, in hex.
    """
    seconds = int(at.timestamp())
    signed = f"{seconds}.".encode() + body
    return f"t={seconds},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"
