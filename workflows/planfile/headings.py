"""Headings known only by their style get the marks that plans have: I., II.; below, 1., 2."""

import re
from collections.abc import Sequence
from dataclasses import replace

from workflows.planfile.flow import Line

_MARKED = re.compile(r"(?:[IVXL]{1,6}|\d{1,2}(?:\.\d{1,3})*)\s*[.)]\s+\S")
_SECTION = re.compile(r"[IVXL]{1,6}\s*[.)]\s+\S")
_ROMAN = ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def marked(lines: Sequence[Line], *, documents: Sequence[str]) -> list[Line]:
    """Return the lines with a number before each heading of the two highest levels.

    A document that numbers its sections itself is left as it is, and so is the heading that names
    it ("KẾ HOẠCH ...").

    Args:
        lines: Lines of running text.
        documents: Lower-case words that name a kind of document.
    """
    levels = [_bare_level(line, documents=documents) for line in lines]
    highest = min((level for level in levels if level), default=0)
    if not highest or any(_SECTION.match(line.text) for line in lines):
        return list(lines)
    found: list[Line] = []
    sections = fields = 0
    for line, level in zip(lines, levels, strict=True):
        mark = ""
        if level == highest:
            sections, fields = sections + 1, 0
            mark = f"{_roman(sections)}. "
        elif level == highest + 1:
            fields += 1
            mark = f"{fields}. "
        found.append(replace(line, text=f"{mark}{line.text}"))
    return found


def _bare_level(line: Line, *, documents: Sequence[str]) -> int:
    """Return the level of a heading without a number; 0: it is none, or names the document."""
    if line.heading is None or _MARKED.match(line.text):
        return 0
    return 0 if line.text.lower().startswith(tuple(documents)) else line.heading


def _roman(number: int) -> str:
    written = ""
    for value, letters in _ROMAN:
        written += letters * (number // value)
        number %= value
    return written
