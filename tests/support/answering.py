"""Answering an escalation in a small office, and what then stands on the row."""

from datetime import date

from engine.commands import acknowledgements
from engine.commands.acknowledgements import Acknowledged, Answered
from engine.holds import Hold, holds_from
from tests.support.office import World


def answer(
    world: World,
    by: str,
    promise: str | None,
    *,
    code: str = "T1",
    note: str | None = "đang chờ Sở Tài chính",
    behalf: str | None = None,
    version: int | None = None,
) -> Answered:
    """Acknowledge in a transaction of its own."""
    asked = Acknowledged(
        task=code,
        note=note,
        promise=date.fromisoformat(promise) if promise else None,
        expected_version=version,
    )
    with world.database.begin() as tx:
        return acknowledgements.acknowledge(
            tx, asked, by=(by, behalf), rules=world.rules, at=world.clock.now()
        )


def holds(world: World, code: str = "T1") -> tuple[Hold, ...]:
    """Return the answers that the row of a task keeps."""
    return holds_from(world.row(code).holds)
