"""A relay in a process of its own that dies without a word at a chosen moment.

Started as `python -m tests.support.dying_relay URL PORT INSTANT MOMENT`.
"""

import os
import sys
from collections.abc import Callable
from datetime import datetime
from typing import NoReturn

from dondoc.mail.smtp import Server, SmtpCourier
from engine.clock import PinnedClock
from engine.store.session import Database
from scheduler.relay import Delivery, Envelope
from tests.support.office import World
from tests.support.post import relay

#: claimed: the message is leased. worded: its bytes are stored, nothing was said to the server.
#: taken: the server said 250 and nobody wrote it down.
MOMENTS = ("claimed", "worded", "taken")


class _Doomed:
    """Carries mail for real until the moment comes."""

    def __init__(self, courier: SmtpCourier, moment: str) -> None:
        self._courier, self._moment = courier, moment

    def deliver(self, envelope: Envelope, content: Callable[[], bytes | None]) -> Delivery:
        if self._moment == "claimed":
            _die()

        def last_words() -> bytes | None:
            held = content()
            if self._moment == "worded":
                _die()
            return held

        delivery = self._courier.deliver(envelope, last_words)
        if self._moment == "taken":
            _die()
        return delivery

    def close(self) -> None:
        self._courier.close()


def _die() -> NoReturn:
    # What kill -9 leaves: no finally, no rollback, no good-bye.
    os._exit(9)


def main(url: str, port: str, instant: str, moment: str) -> None:
    """Do one turn, as far as it goes."""
    world = World(Database(url), PinnedClock(datetime.fromisoformat(instant)))
    courier = SmtpCourier(Server(host="127.0.0.1", port=int(port), security="none"))
    relay(world, _Doomed(courier, moment)).turn()


if __name__ == "__main__":
    main(*sys.argv[1:])
