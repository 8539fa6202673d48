"""Two writers of one PostgreSQL database, of which one waits for the other."""

import threading
import time
from collections.abc import Callable

from sqlalchemy import text

from engine.store.session import Transaction
from tests.support.office import World

_LOCKED = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
_LONGEST = 10.0


def while_open(
    world: World,
    first: Callable[[Transaction], object],
    second: Callable[[], object],
    *,
    then: Callable[[Transaction], object] = lambda _: None,
) -> list[Exception]:
    """Let the second writer run into the first one's open transaction, which goes on and commits.

    Returns:
        What the second one raised.
    """
    raised: list[Exception] = []

    def run() -> None:
        try:
            second()
        except Exception as error:  # noqa: BLE001 - the test judges it
            raised.append(error)

    waiter = threading.Thread(target=run)
    with world.database.begin() as tx:
        first(tx)
        waiter.start()
        until = time.monotonic() + _LONGEST
        while not tx.execute(_LOCKED).scalar_one() and waiter.is_alive():
            assert time.monotonic() < until
            time.sleep(0.01)
        then(tx)
    waiter.join()
    return raised
