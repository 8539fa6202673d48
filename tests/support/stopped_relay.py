"""A relay in a process of its own that is stopped at a chosen moment, as a paused machine is.

Started as `python -m tests.support.stopped_relay URL PORT INSTANT MOMENT`; somebody else has to let
it go on. Prints what its turn did.
"""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from dondoc.mail.smtp import Server, SmtpCourier
from engine.clock import PinnedClock
from engine.store import outbox
from engine.store.session import Database
from scheduler.relay import Courier, Delivery, Envelope, Relay
from tests.support.office import World
from tests.support.post import desk

#: claimed: the message is leased. worded: its bytes are stored, nothing was said to the server.
#: taken: the server said 250 and nobody wrote it down.
MOMENTS = ("claimed", "worded", "taken")
#: Short enough to wait for.
LEASE = timedelta(seconds=2)


class _Stopped:
    """Carries mail for real, and sleeps when the moment comes."""

    def __init__(self, courier: SmtpCourier, moment: str) -> None:
        self._courier, self._moment = courier, moment

    def deliver(self, envelope: Envelope, content: Callable[[], bytes | None]) -> Delivery:
        self._at("claimed")

        def last_words() -> bytes | None:
            held = content()
            self._at("worded")
            return held

        delivery = self._courier.deliver(envelope, last_words)
        self._at("taken")
        return delivery

    def close(self) -> None:
        self._courier.close()

    def _at(self, moment: str) -> None:
        if moment == self._moment:
            self._moment = ""
            os.kill(os.getpid(), signal.SIGSTOP)


def hurried(world: World, courier: Courier) -> Relay:
    """Return a relay whose leases are short, by the clock of the database."""
    hasty = replace(desk(world), lease=LEASE, lease_now=outbox.database_now)
    return Relay(world.database, world.clock, courier, hasty)


def main(url: str, port: str, instant: str, moment: str) -> None:
    """Do one turn."""
    world = World(Database(url), PinnedClock(datetime.fromisoformat(instant)))
    courier = SmtpCourier(Server(host="127.0.0.1", port=int(port), security="none"))
    done = hurried(world, _Stopped(courier, moment)).turn()
    print(asdict(done))  # noqa: T201  # for the test
    world.database.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
