"""An office in which units are asked for their part of a task, and what became of it."""

from typing import Any

from engine.commands import contributions
from engine.commands.contributions import Asked, Asking
from tests.support.calendars import day
from tests.support.office import World


def shared_work(world: World) -> World:
    """T1 of CNTT, due on 14 February; TC and HC each have a head, TC one officer too."""
    for unit in ("TC", "HC"):
        world.unit(unit, leader="pgd")
        world.person(f"t{unit.lower()}", unit, "unit_head")
    world.person("cvtc", "TC")
    world.plan({"code": "T1", "due": "2014-02-14", "coordinating": ["TC", "HC"]},
               {"code": "T2", "due": "2014-02-14"})  # fmt: skip
    world.do("cv", "start")
    world.deliver()
    return world


def ask(
    world: World, by: str = "cv", *, unit: str = "TC", due: str = "2014-02-07", task: str = "T1",
    **more: Any,
) -> Asked:  # fmt: skip
    """Ask a unit in a transaction of its own, and learn the id of what it owes."""
    asking = Asking(task=task, unit=unit, due=day(due), what="Số liệu năm 2013", **more)
    with world.database.begin() as tx:
        asked = contributions.ask(
            tx, asking, by=(by, None), rules=world.rules, at=world.clock.now()
        )
    code = asked.address.split("/", 1)[1]
    world.ids[code] = world.row(code).id
    return asked


def parts(world: World, task: str = "T1") -> list[dict[str, Any]]:
    with world.database.read() as tx:
        return contributions.parts_of(tx, task, rules=world.rules)


def people_told(world: World, code: str, rung: str) -> set[str]:
    names = {identity: name for name, identity in world.ids.items()}
    return {
        names[row.recipient_id]
        for row in world.ledger()
        if row.task_id == world.ids[code] and row.rung == rung
    }
