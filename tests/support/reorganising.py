"""An office with two more divisions, whose units are merged, split and moved about."""

from typing import Any

from sqlalchemy import select

from engine.commands import reorganisations
from engine.commands.reorganisations import Reorganised
from engine.commands.shaping import Dissolve, Merge, Rename, Split, Transfer, Wish
from engine.organisation import Organisation
from engine.store import tables
from engine.store.record import alert, contribution
from tests.support.calendars import day
from tests.support.office import World

_DO = {
    Merge: reorganisations.merge,
    Split: reorganisations.split,
    Rename: reorganisations.rename,
    Dissolve: reorganisations.dissolve,
    Transfer: reorganisations.transfer,
}


def divisions(world: World) -> World:
    """Add P1 and P2 under the leader pgd, each with a head, a deputy and an officer."""
    for code in ("P1", "P2"):
        number = code[-1]
        world.unit(code, leader="pgd")
        world.person(f"tp{number}", code, "unit_head")
        world.person(f"pp{number}", code, "deputy_head")
        world.person(f"cv{number}1", code)
    return world


def reorganise(world: World, wanted: Wish, *, by: str = "cvp") -> Reorganised:
    """Carry a change out, or plan it, in a transaction of its own."""
    does: Any = _DO[type(wanted)]
    with world.database.begin() as tx:
        done: Reorganised = does(tx, wanted, by=(by, None), rules=world.rules, at=world.clock.now())
    return done


def merged(on: str, **other: Any) -> Merge:
    """Return the merger of P1 and P2 into P3."""
    return Merge(
        **{"units": ("P1", "P2"), "code": "P3", "name": "Phòng Ba", "head": "tp2",
           "decision": "12/QĐ-STTTT", "effective_on": day(on), **other}
    )  # fmt: skip


def organisation(world: World) -> Organisation:
    """Return the organisation in force."""
    with world.database.read() as tx:
        return world.rules.current(tx).organisation


def settle(world: World) -> int:
    """Carry out what is due now."""
    with world.database.begin() as tx:
        return reorganisations.settle(tx, rules=world.rules, at=world.clock.now())


def lead(world: World, code: str) -> str:
    """Return the code of a task's lead unit."""
    return organisation(world).unit_by_id[world.row(code).lead_unit_id].code


def members(world: World, code: str, on: str) -> dict[str, str]:
    """Return the people of a unit on a day, with the position each holds."""
    held = organisation(world)
    unit = held.unit_by_code[code]
    return {
        held.person_by_id[one.person_id].code: one.kind
        for one in held.holdings
        if one.unit_id == unit.id and one.covers(day(on))
    }


def contributing(world: World, code: str) -> list[str]:
    """Return the codes of the units that contribute to a task."""
    units = organisation(world).unit_by_id
    with world.database.read() as tx:
        rows = tx.execute(
            select(contribution.c.unit_id)
            .where(contribution.c.task_id == world.row(code).id)
            .order_by(contribution.c.ordinal)
        )
        return [units[one].code for one in rows.scalars()]


def changes(world: World) -> list[Any]:
    """Return every stored change of the organisation."""
    with world.database.read() as tx:
        return list(tx.execute(select(tables.reorganisation)))


def alerted(world: World) -> list[str]:
    """Return the codes of every alert that was raised."""
    with world.database.read() as tx:
        return list(tx.execute(select(alert.c.code)).scalars())
