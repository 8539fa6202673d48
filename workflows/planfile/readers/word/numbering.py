"""Automatic numbers as Word computes them; it knows no document, only lists and what was counted.

Source:
    ECMA-376 part 1, 17.9 (numbering); where it is silent, what Word shows.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

LEVELS = 9
#: From here on a letter would stand more than thirty times; Word itself stops there.
_MOST_LETTERS = 780
_MOST_ROMAN = 3999
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_UNITS = ("", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_CIRCLED_ONE = 0x2460
_MOST_CIRCLED = 20
_TENS = 10
_HUNDRED = 100
_PLACEHOLDER = re.compile("%([1-9])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One level of a list.

    Attributes:
        start: Its first number.
        format: Word's name of how a number is written ("decimal", "upperRoman", "bullet").
        text: What stands before a paragraph, "%1" for the number of the first level.
        digits: At least so many, zeros before.
        is_legal: Whether all levels are written in digits here.
        restart: The level from 1 after which this one begins again; 0 never, None any above it.
        style: The paragraph style that is bound to the level.
        is_hidden: Whether the number is counted and not shown.
    """

    start: int = 1
    format: str = "decimal"
    text: str = ""
    digits: int = 1
    is_legal: bool = False
    restart: int | None = None
    style: str | None = None
    is_hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedList:
    """A list as paragraphs name it.

    Attributes:
        family: Lists of one family go on counting where another of them stopped.
        levels: Its levels, from 0.
        starts: Levels that begin anew when this list first uses them, with their number.
    """

    family: str
    levels: Mapping[int, Level]
    starts: Mapping[int, int]


class Counters:
    """What was counted so far, from the first paragraph of a document on."""

    def __init__(self, lists: Mapping[str, NumberedList]) -> None:
        self._lists = lists
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()

    def level_of(self, list_id: str, *, styles: tuple[str, ...]) -> int:
        """Return the level that a list binds to one of some styles, the nearest first; else 0."""
        levels = self._lists[list_id].levels if list_id in self._lists else {}
        bound = {level.style: index for index, level in levels.items() if level.style}
        return next((bound[style] for style in styles if style in bound), 0)

    def marker(self, list_id: str, *, level: int) -> str:
        """Count a paragraph and return what stands before it; empty where nothing does."""
        numbered = self._lists.get(list_id)
        if numbered is None:
            return ""
        level = min(max(level, 0), LEVELS - 1)
        counts = self._counts.setdefault(numbered.family, {})
        begins = level in numbered.starts and (list_id, level) not in self._begun
        self._begun.add((list_id, level))
        here = numbered.levels.get(level, Level())
        if begins or level not in counts:
            counts[level] = numbered.starts.get(level, here.start)
        else:
            counts[level] += 1
        for deeper in [one for one in counts if one > level]:
            if _begins_again(numbered.levels.get(deeper, Level()), index=deeper, after=level):
                del counts[deeper]
        return "" if here.is_hidden else _shown(numbered, level=level, counts=counts)


def _begins_again(level: Level, *, index: int, after: int) -> bool:
    return after < (index if level.restart is None else level.restart)


def _shown(numbered: NumberedList, *, level: int, counts: Mapping[int, int]) -> str:
    here = numbered.levels.get(level, Level())
    if here.format == "bullet":
        return here.text

    def number(found: re.Match[str]) -> str:
        index = int(found[1]) - 1
        of = numbered.levels.get(index, Level())
        if of.format == "bullet":
            return ""
        count = counts.get(index, numbered.starts.get(index, of.start))
        return written(count, "decimal" if here.is_legal else of.format, digits=of.digits)

    return _PLACEHOLDER.sub(number, here.text).strip()


def written(number: int, style: str, *, digits: int = 1) -> str:
    """Return a number as Word writes it; in digits where the way of writing is unknown to us."""
    match style:
        case "none":
            return ""
        case "decimalZero":
            return f"{number:02d}"
        case "upperRoman" | "lowerRoman":
            shown = _roman(number)
        case "upperLetter" | "lowerLetter":
            shown = _letters(number)
        case "vietnameseCounting":
            shown = _in_words(number)
        case _:
            return _in_digits(number, style, digits=digits)
    return shown.upper() if style.startswith("upper") else shown


def _in_digits(number: int, style: str, *, digits: int) -> str:
    match style:
        case "ordinal":
            return f"{number}{_suffix(number)}"
        case "numberInDash":
            return f"- {number} -"
        case "decimalEnclosedParen":
            return f"({number})"
        case "decimalEnclosedFullstop":
            return f"{number}."
        case "decimalEnclosedCircle" if 1 <= number <= _MOST_CIRCLED:
            return chr(_CIRCLED_ONE + number - 1)
    return f"{number:0{digits}d}"


def _suffix(number: int) -> str:
    if number % _HUNDRED in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % _TENS, "th")


def _roman(number: int) -> str:
    if not 1 <= number <= _MOST_ROMAN:
        return str(number)
    shown = ""
    for value, letters in _ROMAN:
        times, number = divmod(number, value)
        shown += letters * times
    return shown.lower()


def _letters(number: int) -> str:
    if not 1 <= number <= _MOST_LETTERS:
        return str(number)
    times, index = divmod(number - 1, len(_ALPHABET))
    return _ALPHABET[index] * (times + 1)


def _in_words(number: int) -> str:
    if not 1 <= number < _HUNDRED:
        return str(number)
    tens, units = divmod(number, _TENS)
    if tens == 0:
        return _UNITS[units]
    ten = "mười" if tens == 1 else f"{_UNITS[tens]} mươi"
    unit = {1: "một" if tens == 1 else "mốt", 5: "lăm"}.get(units, _UNITS[units])
    return f"{ten} {unit}".strip()
