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


def held_through(
    holds: Iterable[Hold], places: Mapping[str, int], place: int, *, is_repetition: bool
) -> date | None:
    """Return the last day promised by an answer that holds the escalation at a place.

    An answer by somebody whose rung is no longer in the ladder holds them all.

    Args:
        holds: Answers of one arming.
        places: By rung, how high each escalation stands.
        place: That of the rung asked about.
        is_repetition: An answer holds repetitions of its own rung, but not its first telling.
    """
    own = 0 if is_repetition else 1
    found = (one.through for one in holds if place >= places.get(one.rung or "", -1) + own)
    return max(found, default=None)


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
