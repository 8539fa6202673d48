"""Work that is killed in the middle: what the children of the fault tests run.

Children are forked from a server process that has imported this module, so that thirty of them
start in a second; each dies by itself or by SIGKILL, as a process dies that lost its power.
"""

import itertools
import multiprocessing
import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from pkgutil import resolve_name
from typing import Any
from unittest import mock

from engine.commands import tasks
from engine.commands.request import Request
from engine.errors import Conflict
from engine.office import Office
from engine.store.rulebooks import Rules
from engine.store.session import Database
from tests.support.calendars import ZONE

#: What a child that dies at its point leaves as exit code.
DEAD = 9
#: Where a transition can die, by kind of database; a statement is one round trip of the writer.
POINTS = {
    "sqlite": ("read", "statement-1", "statement-2", "statement-3", "noticed", "end", "committed"),
    "postgresql": ("read", "statement-1", "noticed", "end", "committed"),
}
_AT = datetime(2014, 6, 3, 2, 0, tzinfo=UTC)


def start(work: Callable[..., None], *args: object) -> BaseProcess:
    """Run a function of this module in a child."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    child = context.Process(target=work, args=args, daemon=True)
    child.start()
    return child


def return_and_die(url: str, code: str, point: str) -> None:
    """Return a reported task, and die at a point of it."""
    if point == "read":
        mock.patch("engine.store.change.write", _die).start()
    if point.startswith("statement-"):
        _die_after("engine.store.change.execute", int(point[-1]))
    if point == "noticed":
        _die_after("engine.store.ledger.insert_notices", 1)
    request = Request(actor="cvp", trigger="return", task=code, note="thiếu", due=date(2014, 7, 31))
    with Database(url).begin() as tx:
        tasks.perform(tx, request, rules=Rules(Office(zone=ZONE)), at=_AT)
        if point == "end":
            _die()
    if point == "committed":
        _die()


def write_for_ever(url: str, code: str, log: str) -> None:
    """Move the due date of a task to and fro, and write each version into a log once committed."""
    database, rules = Database(url), Rules(Office(zone=ZONE))
    acknowledged = os.open(Path(log), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for turn in itertools.count():
        due = date(2014, 7, 1 + turn % 28)
        request = Request(actor="cvp", trigger="set_due", task=code, note="lùi", due=due)
        try:
            with database.begin() as tx:
                done = tasks.perform(tx, request, rules=rules, at=_AT)
        except Conflict:
            # The server was still finishing what the last child asked for.
            continue
        os.write(acknowledged, f"{done.version}\n".encode())


def _die_after(name: str, calls: int) -> None:
    """Have this process die once a function was carried out so many times.

    Reading the task goes another way; only the writer's own statements are counted.
    """
    function, counted = resolve_name(name), itertools.count(1)

    def dying(*args: Any, **fields: Any) -> Any:
        result = function(*args, **fields)
        if next(counted) == calls:
            _die()
        return result

    mock.patch(name, dying).start()


def _die(*_args: object) -> None:
    os._exit(DEAD)
