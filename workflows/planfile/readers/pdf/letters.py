"""Letters of a page to lines: which belong together, which nobody can see.

Letters are put on lines by the line they were set on and not by their boxes: a font may not say how
high its letters are, and then one word falls apart into two lines.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

from workflows.planfile.lines import is_closed
from workflows.planfile.text import cleaned

#: What pdfplumber calls a letter.
Raw = Mapping[str, Any]

_SMALLEST_SIZE = 2.0
_WHITE = 0.98
_CMYK = 4
_RGB = 3
# In parts of the size of the letters: what is set higher or lower by less stands on the same line,
# as raised and lowered numbers do; and how far apart two words are at least.
_SAME_LINE = 0.45
_WORD_GAP = 0.17
# Bullets of Symbol and Wingdings have no letter of their own.
_SYMBOLS = str.maketrans(
    {
        "\uf0b7": "•",
        "\uf0a7": "•",
        "\uf0d8": "•",
        "\uf0a8": "•",
        "\uf06e": "•",
        "\uf06c": "•",
        "\uf02d": "-",
        "\uf0e8": "→",
        "\uf0fc": "✓",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter where it stands; measures in points from the top left corner of the page."""

    text: str
    x0: float
    x1: float
    baseline: float
    size: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """Letters without a space between them."""

    text: str
    x0: float
    x1: float

    @property
    def width(self) -> float:
        """How wide it is, in points."""
        return self.x1 - self.x0


@dataclass(frozen=True, kw_only=True)
class Line:
    """Words on one line, from left to right; at least one.

    `in_column` where it stands beside others, in the head of a letter or next to a signature.
    """

    words: tuple[Word, ...]
    baseline: float
    size: float
    in_column: bool = False

    @cached_property
    def text(self) -> str:
        """The words with single spaces, clean."""
        return " ".join(cleaned(" ".join(word.text for word in self.words)).split())

    @property
    def x0(self) -> float:
        """Where the first word begins."""
        return self.words[0].x0

    @property
    def x1(self) -> float:
        """Where the last word ends."""
        return self.words[-1].x1

    def parted(self) -> list[str]:
        """Return the texts that wide gaps part."""
        parts = [[self.words[0].text]]
        for before, word in pairwise(self.words):
            if word.x0 - before.x1 > self.size:
                parts.append([])
            parts[-1].append(word.text)
        return [cleaned(" ".join(part)) for part in parts]

    def runs_on(self, following: "Line", *, edge: float) -> bool:
        """Tell whether it was broken because the first word of the next line had no room on it.

        A word with a small letter goes on even after a semicolon.
        """
        has_room = self.x1 + self.size / 2 + following.words[0].width <= edge
        return not has_room and (not is_closed(self.text) or following.text[0].islower())


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """The letters of a page: those of the text, those nobody sees, and those that lie across."""

    seen: list[Letter]
    hidden: str
    across: str


def sort_letters(chars: Sequence[Raw], *, page: Raw, grounds: Sequence[Raw]) -> Letters:
    """Part the letters of the text from those that are not seen or are not set upright.

    Args:
        chars: Letters as the library gives them, in the order they were drawn.
        page: Its `width` and `height`.
        grounds: Filled areas and pictures, against which white letters can be read.
    """
    seen: list[Letter] = []
    hidden: list[str] = []
    across: list[str] = []
    for char in chars:
        if _is_mark(char) and seen:
            # A tone set on its own belongs to the letter before it.
            seen[-1] = _with_mark(seen[-1], char)
        elif _is_hidden(char, page=page, grounds=grounds):
            hidden.append(char["text"])
        elif not char["upright"] or abs(char["matrix"][1]) > abs(char["matrix"][0]) / 4:
            across.append(char["text"])
        else:
            seen.append(_letter(char))
    return Letters(seen=seen, hidden=_joined(hidden), across=_joined(across))


def _joined(texts: Sequence[str]) -> str:
    return " ".join(cleaned("".join(texts)).split())


def set_lines(letters: Iterable[Letter]) -> list[Line]:
    """Put letters together to lines, from the top down."""
    rows: list[list[Letter]] = []
    for letter in sorted(letters, key=lambda letter: letter.baseline):
        size = max(letter.size, rows[-1][0].size) if rows else letter.size
        if rows and letter.baseline - rows[-1][0].baseline <= size * _SAME_LINE:
            rows[-1].append(letter)
        else:
            rows.append([letter])
    lines = ((_words(row), row) for row in rows)
    return [
        Line(words=words, baseline=max(one.baseline for one in row), size=_median_size(row))
        for words, row in lines
        if words
    ]


def _words(row: Sequence[Letter]) -> tuple[Word, ...]:
    words: list[Word] = []
    held: list[Letter] = []
    for letter in sorted(row, key=lambda letter: letter.x0):
        if held and _is_doubled(held[-1], letter):
            continue
        is_space = not letter.text.strip()
        if held and (is_space or letter.x0 - held[-1].x1 > letter.size * _WORD_GAP):
            words.append(_word(held))
            held = []
        if not is_space:
            held.append(letter)
    if held:
        words.append(_word(held))
    return tuple(words)


def _word(held: Sequence[Letter]) -> Word:
    text = unicodedata.normalize("NFC", "".join(letter.text for letter in held))
    return Word(text=text, x0=held[0].x0, x1=max(letter.x1 for letter in held))


def _is_doubled(before: Letter, letter: Letter) -> bool:
    """Tell whether a letter was drawn twice to look bold."""
    return before.text == letter.text and letter.x0 - before.x0 < letter.size / 10


def _median_size(row: Sequence[Letter]) -> float:
    return sorted(letter.size for letter in row)[len(row) // 2]


def _letter(char: Raw) -> Letter:
    # The library turns the page upside down; its own measures tell by how much.
    flipped = char["top"] + char["y1"]
    matrix = char["matrix"]
    return Letter(
        text=char["text"].translate(_SYMBOLS),
        x0=float(char["x0"]),
        x1=float(char["x1"]),
        baseline=float(flipped - matrix[5]),
        size=max(float(char["size"]), _SMALLEST_SIZE),
    )


def _is_mark(char: Raw) -> bool:
    text = char["text"]
    return bool(text) and all(unicodedata.combining(one) for one in text)


def _with_mark(letter: Letter, char: Raw) -> Letter:
    text = unicodedata.normalize("NFC", letter.text + char["text"])
    return replace(letter, text=text, x1=max(letter.x1, float(char["x1"])))


def _is_hidden(char: Raw, *, page: Raw, grounds: Sequence[Raw]) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    if not (0 <= x <= page["width"] and 0 <= y <= page["height"]):
        return True
    if abs(char["size"]) < _SMALLEST_SIZE and char["height"] > 0:
        return True
    return is_white(char.get("non_stroking_color")) and not any(
        ground["x0"] <= x <= ground["x1"] and ground["top"] <= y <= ground["bottom"]
        for ground in grounds
    )


def is_white(colour: Any) -> bool:
    """Tell whether a colour, in whatever space, is that of paper."""
    if not isinstance(colour, tuple) or not all(isinstance(part, int | float) for part in colour):
        return False
    if len(colour) == _CMYK:
        return all(part <= 1 - _WHITE for part in colour)
    return len(colour) in {1, _RGB} and all(part >= _WHITE for part in colour)
