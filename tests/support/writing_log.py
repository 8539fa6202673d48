"""A program that appends to the log as fast as it can, and tells each entry once it is committed.

Called with a database's URL, a name, a number of appends and a seed. Some transactions are rolled
back, some keep their entry to themselves for a moment.
"""

import random
import sys
import time

from sqlalchemy.exc import DBAPIError

from engine import audit
from engine.store.session import Database
from tests.support.audit_log import AT, event

_SUBJECTS = 5
_ROLLED_BACK = 0.1
_KEPT = 0.05


class _Regret(Exception):
    """Ends a transaction without a commit."""


def main(url: str, name: str, number: int, seed: int) -> None:
    chance = random.Random(seed)
    database = Database(url)
    for _ in range(number):
        subject = f"note:{chance.randrange(_SUBJECTS)}"
        while not _append(database, subject, name, chance=chance):
            pass


def _append(database: Database, subject: str, name: str, *, chance: random.Random) -> bool:
    """Append once; return whether the turn is over. A lost race for a subject is tried again."""
    try:
        with database.begin() as tx:
            entry = audit.append(tx, event(subject, actor=name), at=AT)
            if chance.random() < _KEPT:
                time.sleep(0.01)
            _think_again(chance)
    except _Regret:
        return True
    except DBAPIError:
        return False
    sys.stdout.write(entry.id + "\n")
    sys.stdout.flush()
    return True


def _think_again(chance: random.Random) -> None:
    if chance.random() < _ROLLED_BACK:
        raise _Regret


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
