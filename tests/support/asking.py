"""What is asked of leaders in a small office, and what they answer."""

from typing import Any

from engine import requests
from engine.commands import extensions, obstacles
from tests.support.calendars import day
from tests.support.office import World


def raise_obstacle(world: World, by: str = "cv", task: str = "T1", **given: Any) -> str:
    """Raise an obstacle now; return its code."""
    behalf = given.pop("behalf", None)
    said = {"category": "funding", "reason": "chờ kinh phí", **given}
    with world.database.begin() as tx:
        address = obstacles.raise_obstacle(
            tx, obstacles.Obstacle(task=task, **said), by=(by, behalf), rules=world.rules,
            at=world.clock.now(),
        )  # fmt: skip
    return address.partition("/")[2]


def answer(
    world: World,
    by: str = "pgd",
    task: str = "T1",
    *,
    words: str | None = "sẽ cấp",
    pause: tuple[str, str] | None = None,
    behalf: str | None = None,
) -> None:
    """Answer an obstacle now."""
    range_ = (day(pause[0]), day(pause[1])) if pause else None
    given = obstacles.Answer(task=task, answer=words, pause=range_)
    with world.database.begin() as tx:
        obstacles.answer(tx, given, by=(by, behalf), rules=world.rules, at=world.clock.now())


def extend(
    world: World, due: str | None, by: str = "cv", task: str = "T1", *, reason: str | None = "thêm"
) -> str:
    """Ask for more time now; return the code of the request."""
    asked = extensions.Asked(task=task, due=day(due) if due else None, reason=reason)
    with world.database.begin() as tx:
        address = extensions.ask(tx, asked, by=(by, None), rules=world.rules, at=world.clock.now())
    return address.partition("/")[2]


def decide(
    world: World,
    by: str = "pgd",
    task: str = "T1",
    *,
    granted: bool = True,
    note: str | None = "đồng ý",
    due: str | None = None,
) -> None:
    """Decide about a request for more time now."""
    given = extensions.Decision(
        task=task, granted=granted, note=note, due=day(due) if due else None
    )
    with world.database.begin() as tx:
        extensions.decide(tx, given, by=(by, None), rules=world.rules, at=world.clock.now())


def shown(world: World, task: str = "T1") -> list[dict[str, Any]]:
    """Return what was asked about a task, as its page shows it."""
    with world.database.read() as tx:
        found: list[dict[str, Any]] = requests.of_task(tx, world.row(task).id, rules=world.rules)
    return found


def told(world: World, rung: str) -> list[str]:
    """Return who is told of an event, in order."""
    names = {identity: name for name, identity in world.ids.items()}
    return sorted(
        names[one.recipient_id]
        for one in world.ledger()
        if one.rung == rung and one.recipient_id is not None
    )
