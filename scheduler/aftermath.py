"""What a turn leaves behind: alerts whose trouble is over, and one that comes in time."""

from collections.abc import Collection
from datetime import datetime

from engine.calendar import WorkingCalendar
from engine.commands import alerts as commands
from engine.store import alerts, examination, years
from engine.store.session import Transaction
from scheduler import openings


def see_to_alerts(
    tx: Transaction,
    calendar: WorkingCalendar,
    *,
    failed: Collection[str],
    since: datetime,
    at: datetime,
) -> None:
    """Clear the alerts of tasks that could be judged after all, and look for a missing year.

    Args:
        tx: The transaction.
        calendar: The office's calendar.
        failed: Addresses of the tasks that could not be judged in this turn either.
        since: When the turn began; alerts raised after that are its own.
        at: Now.
    """
    standing = [one for one in alerts.standing(tx, codes=["sweep_failed"]) if one.at < since]
    if standing:
        ids = [one.alert.task_id for one in standing if one.alert.task_id is not None]
        judged = examination.judged(tx, ids, at=since)
        sound = {identity for identity, address in judged.items() if address not in failed}
        over = [one for one in standing if one.alert.task_id in sound]
        commands.settle(tx, over, actor="system", cause="the task could be judged", at=at)
    openings.see_to_alerts(tx, at=at)
    years.look_ahead(tx, calendar, at=at)


def see_to_server(tx: Transaction, *, at: datetime) -> None:
    """Clear the alert that the mail server refuses us: it has just accepted something."""
    standing = alerts.standing(tx, codes=["mail_server"])
    commands.settle(tx, standing, actor="system", cause="a message was accepted", at=at)
