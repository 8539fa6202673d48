"""Plans that ask for periodic reports, and what became of them."""

from typing import Any

from sqlalchemy import select

from engine.commands import occurrences
from engine.store import plans
from engine.store import series as store
from engine.store.record import task
from tests.support.office import ZONE, World

PERIODS = ("month", "quarter", "half_year", "year")


def ask_for(
    world: World, *periods: str, items: tuple[dict[str, Any], ...] = (), **line: Any
) -> None:
    """Store a plan that asks for reports, and activate it now; `line` sets columns of each."""
    world.plan(*items, activate=False)
    with world.database.begin() as tx:
        rows = [{"period": one, "recipient": "Sở Nội vụ", "phrase": "", **line} for one in periods]
        plans.insert_report_lines(tx, plans.get(tx, "KH-2014").id, rows)
    world.activate()


def reports(world: World) -> list[store.StoredReport]:
    """Return every report that was opened, in the order of their dates."""
    with world.database.read() as tx:
        return store.reports(tx, "KH-2014")


def opened(world: World) -> dict[str, str]:
    """Return the reports that were opened, with the day each is to be sent by."""
    return {one.period: str(one.due_on) for one in reports(world)}


def make_up(world: World) -> int:
    """Open what is due now."""
    with world.database.begin() as tx:
        return occurrences.make_up(tx, rules=world.rules, at=world.clock.now())


def next_opening(world: World) -> str | None:
    """Return the local slot in which the next report is opened."""
    with world.database.read() as tx:
        found = store.next_opening(tx)
    return found.astimezone(ZONE).isoformat(timespec="minutes")[:16] if found else None


def codes(world: World, *, kind: str = "report") -> list[str]:
    """Return the codes of all rows of a kind."""
    with world.database.read() as tx:
        return sorted(tx.execute(select(task.c.code).where(task.c.kind == kind)).scalars())


def identify(world: World) -> None:
    """Let the world know every task by its code."""
    with world.database.read() as tx:
        for identity, code in tx.execute(select(task.c.id, task.c.code)):
            world.ids[code] = identity
