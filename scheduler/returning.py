"""Who is back from an absence: told in the first slot afterwards what happened meanwhile."""

from datetime import datetime

import structlog
from sqlalchemy.exc import OperationalError

from engine.commands import returns
from engine.store import delegations
from engine.store.rulebooks import Rules
from engine.store.session import Database, Transaction

_log = structlog.get_logger(__name__)


def sum_up(database: Database, rules: Rules, *, at: datetime) -> int:
    """Tell whoever is back, in a transaction of its own; return how many.

    What goes wrong with it keeps nobody from being told of everything else; the next turn of the
    slot tries again.
    """
    with database.read() as tx:
        due = delegations.next_return(tx)
    if due is None or due > at:
        return 0
    try:
        with database.begin() as tx:
            return returns.sum_up(tx, rules=rules, at=at)
    except OperationalError:
        # The database is away or busy.
        raise
    except Exception:  # noqa: BLE001 - one poisoned row must not stop the sweep
        _log.exception("absence.not_summed_up")
        return 0


def put_off(tx: Transaction, *, at: datetime, until: datetime) -> None:
    """Have what came due between slots wait for the next one."""
    due = delegations.next_return(tx)
    if due is not None and due <= at:
        delegations.put_off(tx, at=at, until=until)
