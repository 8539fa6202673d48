"""What a day brings by itself: occurrences of work that comes back are opened in time."""

from datetime import datetime

import structlog
from sqlalchemy.exc import OperationalError

from engine.commands import alerts as commands
from engine.commands.occurrences import make_up
from engine.store import alerts, series
from engine.store.rulebooks import Rules
from engine.store.session import Database, Transaction

#: What the key of the alert that a series could not be opened begins with, and its code.
ALERT = "series_not_opened"

_log = structlog.get_logger(__name__)


def open_due(database: Database, rules: Rules, *, at: datetime) -> int:
    """Open what is due to be opened, in a transaction of its own; return how many.

    What goes wrong with one series keeps nobody from being reminded of everything else: an alert
    names it, the others are opened, and the next turn tries again.
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
    with database.read() as tx:
        waiting = series.due_ids(tx, at=at)
    return sum(_open_alone(database, rules, one, at=at) for one in waiting)


def see_to_alerts(tx: Transaction, *, at: datetime) -> None:
    """Clear the alerts of series that were opened after all, or that nobody waits for any more."""
    standing = alerts.standing(tx, codes=[ALERT])
    if standing:
        waiting = {_key(one) for one in series.due_ids(tx, at=at)}
        over = [one for one in standing if one.alert.key not in waiting]
        commands.settle(tx, over, actor="system", cause="the series could be opened", at=at)


def _open_alone(database: Database, rules: Rules, series_id: str, *, at: datetime) -> int:
    try:
        with database.begin() as tx:
            return make_up(tx, rules=rules, at=at, only=series_id)
    except OperationalError:
        raise
    except Exception as problem:  # noqa: BLE001 - whatever is wrong with it, the others go on
        with database.begin() as tx:
            alerts.raise_alert(tx, _not_opened(tx, series_id, problem), at=at)
        return 0


def _not_opened(tx: Transaction, series_id: str, problem: Exception) -> alerts.Alert:
    said = str(problem).partition("\n")[0]
    return alerts.Alert(
        code="series_not_opened",
        message=f"{series.address_of(tx, series_id)}: không mở được kỳ mới "
        f"({type(problem).__name__}: {said}); không ai được nhắc về kỳ ấy",
        key=_key(series_id),
    )


def _key(series_id: str) -> str:
    return f"{ALERT}:{series_id}"


def put_off(tx: Transaction, *, at: datetime, until: datetime) -> None:
    """Have what came due between slots wait for the next one."""
    if series.is_due(tx, at=at):
        series.postpone(tx, at=at, until=until)
