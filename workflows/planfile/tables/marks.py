"""The numbers and letters that rows carry: "II", "3.", "1.2", "a)", "-"; it knows no rows."""

import re
from dataclasses import dataclass

#: Rising rank = deeper level. A dotted number carries its own depth.
ROMAN, CAPITAL, ARABIC, DOTTED, LETTER, SMALL_ROMAN, DASH, PLUS, NONE = range(9)

_DOTTED_MARK = r"(?:[IVXLC]{1,6}|[A-ZĐ]|\d{1,3})(?:\.(?:\d{1,3}|[a-zđ](?!\w)))+"
_KINDS = (
    (ROMAN, re.compile(r"[IVXLC]{1,6}")),
    (CAPITAL, re.compile(r"[A-ZĐ]")),
    (ARABIC, re.compile(r"\d{1,4}")),
    (DOTTED, re.compile(_DOTTED_MARK)),
    (SMALL_ROMAN, re.compile(r"(?=[ivx]{2})(?:x{0,2})(?:ix|iv|v?i{0,3})")),
    (LETTER, re.compile(r"[a-zđ]")),
    (DASH, re.compile(r"[-–—−•●▪*]")),
    (PLUS, re.compile(r"\+")),
)
_AROUND = " \n.)(:/"
# At the beginning of a text a mark needs its full stop or bracket; a dotted number may go without,
# but "5.000 hồ sơ" has none.
_TYPED_DOTTED = r"(?:[IVXLC]{1,6}|[A-ZĐ]|\d{1,2})(?:\.(?:\d{1,2}|[a-zđ](?!\w)))+"
_TYPED = re.compile(
    r"(?P<roman>[IVXLC]{1,6})\s*[.)/]\s+(?=\S)"
    r"|(?P<capital>[A-ZĐ])\s*[.)/]\s+(?=\S)"
    rf"|(?P<dotted>{_TYPED_DOTTED})\s*[.)]?\s+(?=\S)"
    r"|(?P<arabic>\d{1,3})\s*[.)/]\s+(?=\S)"
    r"|(?P<letter>[a-zđ]|[ivx]{2,4})\)\s*(?=\S)"
    r"|(?P<dash>[-–—−•●▪*])\s+(?=\S)"
    r"|(?P<plus>\+)\s*(?=\S)"
)
_ROMAN_LIKE_LETTERS = {"C", "D", "L", "V", "X", "I"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a row is numbered with; `text` without brackets and full stops, bullets as "-", "+"."""

    rank: int
    text: str = ""

    @property
    def value(self) -> int | None:
        """The number, where it is a plain one."""
        return int(self.text) if self.rank == ARABIC else None


NO_MARK = Mark(rank=NONE)


def mark_of(cell: str, *, before: str = "") -> Mark:
    """Return the mark in a cell of numbers.

    Args:
        cell: The cell.
        before: The last mark of a group; after "B" the letter "C" is no hundred.

    Returns:
        `NO_MARK` for an empty cell; what is no mark we know keeps its text and has no rank.
    """
    text = cell.strip(_AROUND)
    if not text:
        # A cell of dots and brackets carries nothing.
        return NO_MARK
    for rank, pattern in _KINDS:
        if pattern.fullmatch(text):
            return _mark(rank, text, before=before)
    return Mark(rank=NONE, text=" ".join(text.split()))


def typed_mark(text: str, *, before: str = "") -> tuple[Mark, str]:
    """Return the mark that was typed before a title, and the title without it."""
    found = _TYPED.match(text)
    if found is None:
        return NO_MARK, text
    return mark_of(found[0], before=before), text[found.end() :]


def _mark(rank: int, text: str, *, before: str) -> Mark:
    if rank == ARABIC:
        return Mark(rank=rank, text=str(int(text)))
    if rank in {DASH, PLUS}:
        return Mark(rank=rank, text="-" if rank == DASH else "+")
    if rank == ROMAN and text in _ROMAN_LIKE_LETTERS and before and ord(text) == ord(before[0]) + 1:
        # C after B and D after C go on with letters; after H comes I.
        return Mark(rank=CAPITAL if len(before) == 1 else ROMAN, text=text)
    if rank == ROMAN and text in {"C", "D", "L"}:
        return Mark(rank=CAPITAL, text=text)
    return Mark(rank=rank, text=text)
