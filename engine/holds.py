"""Answers to an escalation that hold the higher rungs of a ladder back; pure (rule 12)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """One acknowledgement with a promise.

    Attributes:
        through: The day promised, local; through it nothing above is told.
        rung: The highest escalation of whoever answered: what stands above it waits, and so do its
            own repetitions; None: every escalation waits.
        arming: The arming it answers; another date ends it.
        by: Code of who answered.
        note: What was promised.
        on: The local day of the answer.
    """

    through: date
    rung: str | None
    arming: int
    by: str = ""
    note: str = ""
    on: date | None = None


def holds_from(stored: Sequence[Mapping[str, Any]] | None) -> tuple[Hold, ...]:
    """Return holds from the form in which the row of a task keeps them."""
    return tuple(
        Hold(
            through=date.fromisoformat(one["through"]),
            rung=one.get("rung"),
            arming=one["arming"],
            by=one.get("by", ""),
            note=one.get("note", ""),
            on=date.fromisoformat(one["on"]) if one.get("on") else None,
        )
        for one in stored or ()
    )


def holds_stored(holds: Iterable[Hold]) -> list[dict[str, Any]]:
    """Return the form in which the row of a task keeps them; the inverse of `holds_from`."""
    return [
        {
            "through": one.through.isoformat(),
            "rung": one.rung,
            "arming": one.arming,
            "by": one.by,
            "note": one.note,
            "on": one.on.isoformat() if one.on else None,
        }
        for one in holds
    ]
