"""Changes of the organisation whose day has come, carried out before anything else is done."""

from datetime import datetime

import structlog
from sqlalchemy.exc import OperationalError

from engine.commands import reorganisations as commands
from engine.store import gates
from engine.store import reorganisations as store
from engine.store.rulebooks import Rules
from engine.store.session import Database

_log = structlog.get_logger(__name__)


def settle(database: Database, rules: Rules, *, at: datetime) -> int:
    """Carry out what is due, in a transaction of its own; return how many changes.

    Nothing while the clock is doubted: it may show a day that has not come. What cannot be carried
    out for whatever reason is given up with an alert, and keeps nobody from being told of the rest.
    """
    with database.read() as tx:
        rulebook = rules.current(tx)
        day = rulebook.organisation.changes_on
        if day is None or day > rulebook.calendar.local_date(at) or gates.doubts(tx, at=at):
            return 0
    try:
        with database.begin() as tx:
            return commands.settle(tx, rules=rules, at=at)
    except OperationalError:
        # The database is away or busy: the next turn tries again.
        raise
    except Exception as problem:  # noqa: BLE001 - a decision gone wrong must not stop the service
        _log.exception("organisation.change_failed")
        with database.begin() as tx:
            for one in store.planned(tx, until=rulebook.calendar.local_date(at)):
                commands.abandon(tx, one, problem, at=at)
    return 0
