"""An office that lacks nothing, and what the doctor says of it once a test has broken something."""

from typing import Any

from engine import diagnosis
from engine.audit.acts import take_anchor
from engine.commands import calendars
from engine.diagnosis import Finding, Findings
from scheduler.seal import Sealer
from tests.support.office import World
from tests.support.post import FakeCourier, relay


def load(world: World, *years: int) -> None:
    """Load years that hold no days but those of the weekly pattern."""
    with world.database.begin() as tx:
        for year in years:
            calendars.load_year(
                tx, year, [], at=world.clock.now(), actor="operator:test", rules=world.rules
            )


def turn(world: World, courier: FakeCourier | None = None, *, at: str | None = None) -> None:
    """Let every part of a service do one turn, and take an anchor."""
    if at is not None:
        world.now(at)
    world.sweep()
    relay(world, courier or FakeCourier()).turn()
    with world.database.begin() as tx:
        take_anchor(tx, at=world.clock.now(), actor="operator:test", where="elsewhere")
    Sealer(world.database, world.clock).turn()


def live(world: World, *times: str, courier: FakeCourier | None = None) -> None:
    """Let every part of a service do a turn at each of some local times."""
    for at in times:
        turn(world, courier, at=at)


def examined(world: World, *, is_paused: bool = False) -> Findings:
    """Have the office examined now."""
    found = Findings()
    diagnosis.examine(
        world.database, rules=world.rules, at=world.clock.now(), is_paused=is_paused, found=found
    )
    return found


def codes(world: World, **fields: Any) -> list[str]:
    """Return the codes of what is found now, once each, worst first."""
    return list(dict.fromkeys(one.code for one in examined(world, **fields).listed))


def one(world: World, code: str, **fields: Any) -> Finding:
    """Return the only finding of a code."""
    (found,) = [each for each in examined(world, **fields).listed if each.code == code]
    return found
