"""What makes a ladder wait, or start anew, in tests.support.town: answers, pauses, more time."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from dondoc import desk
from engine.commands import extensions, obstacles
from engine.commands.acknowledgements import Acknowledged
from engine.store.record import task as task_table

if TYPE_CHECKING:
    from tests.support.town import Town


def acknowledge(
    town: "Town", *, by: str, task: str, days: int | None, which: int = -1, **how: Any
) -> None:
    """Let somebody answer, and promise to be done in so many days.

    `which` of those who were told does so; -1 is whoever is named, told or not. `how` may hold a
    `note`, a `version` and whom it is done on `behalf` of.
    """
    rules, at = town.world.rules, town.clock.now()
    heard = told(town, task)
    by = heard[which % len(heard)] if which >= 0 and heard else by
    asked = Acknowledged(
        task=task,
        note=how.get("note", "sẽ xong"),
        promise=None if days is None else town.local(at).date() + timedelta(days=days),
        expected_version=how.get("version"),
    )
    done = desk.acknowledge(town.database, asked, by=(by, how.get("behalf")), rules=rules, at=at)
    town.promised.append((task, done.hold, len(town.handed)))


def pause(town: "Town", *, by: str, task: str, after: int, days: int) -> None:
    """Let whoever does the work raise an obstacle, and the director answer it with a pause."""
    rules, at = town.world.rules, town.clock.now()
    by = _worker(town, task) or by
    first = town.local(at).date() + timedelta(days=after)
    last = first + timedelta(days=days)
    with town.database.begin() as tx:
        raised = obstacles.Obstacle(task=task, category="funding", reason="chờ kinh phí")
        code = obstacles.raise_obstacle(tx, raised, by=(by, None), rules=rules, at=at)
        given = obstacles.Answer(task=code, answer="chờ", pause=(first, last))
        obstacles.answer(tx, given, by=("gd", None), rules=rules, at=at)
    _know_subjects(town)
    town.paused.append((task, first, last, len(town.handed)))


def extend(town: "Town", *, by: str, task: str, days: int) -> None:
    """Let whoever does the work ask for so many days more, and the director grant them."""
    rules, at = town.world.rules, town.clock.now()
    by = _worker(town, task) or by
    due = (town.world.row(task).due_on or town.local(at).date()) + timedelta(days=days)
    with town.database.begin() as tx:
        asked = extensions.Asked(task=task, due=due, reason="chờ ý kiến")
        code = extensions.ask(tx, asked, by=(by, None), rules=rules, at=at)
        granted = extensions.Decision(task=code, granted=True, note="đồng ý")
        extensions.decide(tx, granted, by=("gd", None), rules=rules, at=at)
    _know_subjects(town)


def told(town: "Town", task: str) -> list[str]:
    """Return who has been told by a rung of the task's present arming, in order of telling."""
    row = town.world.row(task)
    return [
        town.code(one.recipient_id)
        for one in sorted(town.world.ledger(), key=lambda one: one.told_at or one.created_at)
        if one.told_at is not None
        and one.recipient_id is not None
        and (one.task_id, one.ladder, one.arming) == (row.id, "unit", row.arming)
    ]


def _worker(town: "Town", task: str) -> str | None:
    assignee = town.world.row(task).assignee_id
    return town.code(assignee) if assignee is not None else None


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
