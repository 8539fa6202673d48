"""Headings marked in another way get the marks that plans have: I., II.; below, 1., 2."""

import re
from collections.abc import Sequence
from dataclasses import replace

from workflows.planfile.flow import Line

_MARKED = re.compile(r"(?:[IVXL]{1,6}|\d{1,2}(?:\.\d{1,3})*)\s*[.)]\s+\S")
_SECTION = re.compile(r"[IVXL]{1,6}\s*[.)]\s+\S")
_ARTICLE = re.compile(
    r"(?:Điều|Phần|Chương)\s+(?:\d{1,2}|[IVXL]{1,6})\s*[.:]\s+(?=\S)", re.IGNORECASE
)
_COUNTED = re.compile(r"(\d{1,2})\s*[.)/]\s+(?=\S)")
_ROMAN = ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def marked(lines: Sequence[Line], *, documents: Sequence[str], tasks: Sequence[str]) -> list[Line]:
    """Return the lines with a number before each heading of the two highest levels.

    A document that numbers its sections itself is left as it is, and so is the heading that names
    it ("KẾ HOẠCH ..."). Articles ("Điều 2.") are sections where there are no others, and so are
    headings that count from 1 to the end of the document.

    Args:
        lines: Lines of running text.
        documents: Lower-case words that name a kind of document.
        tasks: Lower-case words that begin the heading of a section of tasks.
    """
    if any(_SECTION.match(line.text) for line in lines):
        return list(lines)
    if _holds_tasks(lines, _ARTICLE, tasks=tasks):
        return _renumbered(lines, _ARTICLE)
    levels = [_bare_level(line, documents=documents) for line in lines]
    highest = min((level for level in levels if level), default=0)
    if not highest:
        counts = _count_up(lines) and _holds_tasks(lines, _COUNTED, tasks=tasks)
        return _renumbered(lines, _COUNTED) if counts else list(lines)
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


def _holds_tasks(lines: Sequence[Line], mark: re.Pattern[str], *, tasks: Sequence[str]) -> bool:
    found = ((line.text, mark.match(line.text)) for line in lines)
    return any(match and text[match.end() :].lower().startswith(tuple(tasks))
               for text, match in found)  # fmt: skip


def _count_up(lines: Sequence[Line]) -> bool:
    """Tell whether all numbers before lines are those of one list."""
    numbers = [int(match[1]) for line in lines if (match := _COUNTED.match(line.text))]
    return numbers == list(range(1, len(numbers) + 1))


def _renumbered(lines: Sequence[Line], mark: re.Pattern[str]) -> list[Line]:
    found: list[Line] = []
    sections = 0
    for line in lines:
        match = mark.match(line.text)
        sections += bool(match)
        text = f"{_roman(sections)}. {line.text[match.end() :]}" if match else line.text
        found.append(replace(line, text=text))
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
