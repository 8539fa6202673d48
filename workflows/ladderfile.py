"""A file of ladders: bytes in, ladders and every fault out; and ladders as such a file again."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.errors import BadInput, Fault
from engine.ladder import Ladder
from engine.ladder_form import ladder_from_mapping, ladder_to_mapping
from engine.ladder_rules import SOURCE_KEY, faults_of, oddities_of
from engine.plaintext import clean
from workflows.tomlfile import mapping_of, text_of

_RUNG = re.compile(r"\s*\[\[\s*\"?([A-Za-z0-9_-]+)\"?\s*\]\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderFile:
    """What a file says.

    Attributes:
        ladders: By name; those it does not name are not its business.
        source: The decision they rest on, None where it names none.
        oddities: What is probably not meant, though it can be done.
    """

    ladders: Mapping[str, Ladder]
    source: str | None
    oddities: tuple[Fault, ...]


def parse(content: bytes, *, source: str) -> LadderFile:
    """Return the ladders that a TOML file holds.

    Raises:
        BadInput: it is not UTF-8, not TOML, or not whole; every fault is named.
    """
    text = text_of(content, source=source)
    mapping = mapping_of(text, source=source)
    faults = faults_of(mapping, lines=_lines(text))
    if faults:
        raise BadInput(source=source, faults=faults)
    named = mapping.pop(SOURCE_KEY, "")
    ladders = {name: ladder_from_mapping(name, rungs) for name, rungs in mapping.items()}
    return LadderFile(
        ladders=ladders,
        source=named.strip() or None,
        oddities=tuple(odd for ladder in ladders.values() for odd in oddities_of(ladder)),
    )


def written(ladder: Ladder, *, remarks: Sequence[str] = ()) -> str:
    """Return one ladder as a piece of such a file; `parse` gives back an equal ladder.

    `remarks` stand before it as comments.
    """
    lines = [f"# {clean(' '.join(remark.split()))}" for remark in remarks]
    for rung in ladder_to_mapping(ladder):
        lines += ["", f"[[{ladder.name}]]", *(f"{key} = {_value(rung[key])}" for key in rung)]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    # A JSON string or list of strings is the same thing in TOML.
    return json.dumps(value, ensure_ascii=False)


def _lines(text: str) -> Mapping[str, Sequence[int]]:
    """Return the lines on which the rungs of each ladder begin."""
    found: dict[str, list[int]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        header = _RUNG.match(line)
        if header is not None:
            found.setdefault(header[1], []).append(number)
    return found
