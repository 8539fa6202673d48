"""Ours: the public command `start`, with its rights, ladder, history, audit entry and notices."""

from collections.abc import Callable

from dondoc.bench.stage import AT, OFFICER, PLAN
from engine.commands.request import Request
from engine.commands.tasks import perform
from engine.database import Database, Rules
from engine.office import Office


def connect(url: str) -> Callable[[int], None]:
    """Return what starts the task of a number; the database is filled already."""
    database, rules = Database(url), Rules(Office())

    def change(number: int) -> None:
        request = Request(actor=OFFICER, trigger="start", task=f"{PLAN}/II.{number + 1}")
        with database.begin() as tx:
            perform(tx, request, rules=rules, at=AT)

    return change
