"""What a day brings by itself: occurrences of work that comes back are opened in time."""

from datetime import datetime

import structlog
from sqlalchemy.exc import OperationalError

from engine.commands.occurrences import make_up
from engine.store import series
from engine.store.rulebooks import Rules
from engine.store.session import Database, Transaction

_log = structlog.get_logger(__name__)


def open_due(database: Database, rules: Rules, *, at: datetime) -> int:
    """Open what is due to be opened, in a transaction of its own; return how many.

    What goes wrong with it keeps nobody from being reminded of everything else; the next turn
    tries again.
    """
    with database.read() as tx:
        if not series.is_due(tx, at=at):
            return 0
    try:
        with database.begin() as tx:
            return make_up(tx, rules=rules, at=at)
    except OperationalError:
        # The database is away or busy.
        raise
    except Exception:  # noqa: BLE001 - one poisoned series must not stop the sweep
        _log.exception("series.not_opened")
        return 0


def put_off(tx: Transaction, *, at: datetime, until: datetime) -> None:
    """Have what came due between slots wait for the next one."""
    if series.is_due(tx, at=at):
        series.postpone(tx, at=at, until=until)
