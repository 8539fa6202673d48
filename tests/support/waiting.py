"""What makes a ladder wait, or start anew, in tests.support.town: answers, pauses, more time."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from engine.commands import acknowledgements, extensions, obstacles
from engine.commands.acknowledgements import Acknowledged
from engine.store.record import task as task_table

if TYPE_CHECKING:
    from tests.support.town import Town


def acknowledge(town: "Town", *, by: str, task: str, days: int, behalf: str | None = None) -> None:
    """Let somebody answer, and promise to be done in so many days."""
    rules, at = town.world.rules, town.clock.now()
    promise = town.local(at).date() + timedelta(days=days)
    asked = Acknowledged(task=task, note="sẽ xong", promise=promise)
    with town.database.begin() as tx:
        done = acknowledgements.acknowledge(tx, asked, by=(by, behalf), rules=rules, at=at)
    town.promised.append((task, done.hold, at))


def pause(town: "Town", *, by: str, task: str, after: int, days: int) -> None:
    """Let somebody raise an obstacle, and the director answer it with a pause."""
    rules, at = town.world.rules, town.clock.now()
    first = town.local(at).date() + timedelta(days=after)
    last = first + timedelta(days=days)
    with town.database.begin() as tx:
        raised = obstacles.Obstacle(task=task, category="funding", reason="chờ kinh phí")
        code = obstacles.raise_obstacle(tx, raised, by=(by, None), rules=rules, at=at)
        given = obstacles.Answer(task=code, answer="chờ", pause=(first, last))
        obstacles.answer(tx, given, by=("gd", None), rules=rules, at=at)
    _know_subjects(town)
    town.paused.append((task, first, last, at))


def extend(town: "Town", *, by: str, task: str, days: int) -> None:
    """Let somebody ask for so many days more, and the director grant them."""
    rules, at = town.world.rules, town.clock.now()
    due = (town.world.row(task).due_on or town.local(at).date()) + timedelta(days=days)
    with town.database.begin() as tx:
        asked = extensions.Asked(task=task, due=due, reason="chờ ý kiến")
        code = extensions.ask(tx, asked, by=(by, None), rules=rules, at=at)
        granted = extensions.Decision(task=code, granted=True, note="đồng ý")
        extensions.decide(tx, granted, by=("gd", None), rules=rules, at=at)
    _know_subjects(town)


def _know_subjects(town: "Town") -> None:
    """Let the town know the requests by their codes."""
    with town.database.read() as tx:
        rows = tx.execute(
            select(task_table.c.code, task_table.c.id).where(task_table.c.parent_id.is_not(None))
        )
        town.world.ids.update({row.code: row.id for row in rows})


DEEDS: Mapping[str, Callable[..., None]] = {
    "acknowledge": acknowledge, "pause": pause, "extend": extend,
}  # fmt: skip
