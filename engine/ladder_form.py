"""Ladders as they are stored and configured, and as the rules read them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from engine.ladder import Ladder, Rung

_OFFSET = re.compile(r"([+-]?[0-9]{1,3})(wd|d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderVersion:
    """One version of one ladder, its rungs in their stored form.

    `source` is the decision it rests on, `created_at` when it came into force.
    """

    name: str
    version: int
    rungs: Sequence[Mapping[str, Any]]
    source: str
    created_at: datetime


def ladder_from_mapping(name: str, rungs: Sequence[Mapping[str, Any]]) -> Ladder:
    """Return a ladder from its stored or configured form.

    Each rung is `{"rung": name, "at": "-3wd", "to": [positions], "repeat": "5wd"}`.

    Raises:
        ValueError: an offset is not like `-3wd`, `+2wd`, `0wd` or `-3d`; names the rung.
    """
    return Ladder(name=name, rungs=tuple(_rung(one) for one in rungs))


def ladder_to_mapping(ladder: Ladder) -> list[dict[str, Any]]:
    """Return the stored form of a ladder's rungs; the inverse of `ladder_from_mapping`."""
    return [
        {
            "rung": rung.name,
            "at": f"{rung.offset:+d}{rung.unit}" if rung.offset else f"0{rung.unit}",
            "to": list(rung.to),
            **({"repeat": f"{rung.repeat}wd"} if rung.repeat else {}),
        }
        for rung in ladder.rungs
    ]


def succeeding(ladder: Ladder, before: Ladder | None, *, at: datetime) -> Ladder:
    """Return a ladder as it follows another one, its rungs knowing since when they are in it.

    Args:
        ladder: The new version.
        before: The version before it; None where this is the first.
        at: When the new version came into force.
    """
    if before is None:
        return ladder
    known = {rung.name: rung.since for rung in before.rungs}
    rungs = tuple(replace(rung, since=known.get(rung.name, at)) for rung in ladder.rungs)
    return replace(ladder, rungs=rungs)


def _rung(mapping: Mapping[str, Any]) -> Rung:
    name = str(mapping["rung"])
    offset, unit = _offset(str(mapping["at"]), name)
    repeat = mapping.get("repeat")
    return Rung(
        name=name,
        offset=offset,
        unit=unit,
        to=tuple(mapping["to"]),
        repeat=_offset(str(repeat), name)[0] if repeat is not None else None,
    )


def _offset(text: str, rung: str) -> tuple[int, Literal["wd", "d"]]:
    match = _OFFSET.fullmatch(text.strip())
    if match is None:
        message = f"rung {rung}: {text!r} is no offset; write -3wd, +2wd, 0wd or -3d"
        raise ValueError(message)
    return int(match[1]), "wd" if match[2] == "wd" else "d"
