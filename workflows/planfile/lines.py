"""Lines of a text extracted from a page: which are text, which only furniture of the page.

A line break says nothing by itself: a text taken from a PDF is broken at the page's width, often
with a blank line after every line. What follows is decided by how full the line before is.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_PAGE_NUMBER = re.compile(
    r"[-–(]?\s*(?:trang\s*)?\d{1,3}(?:\s*/\s*\d{1,3})?\s*[-–)]?", re.IGNORECASE
)
_CLOSED = re.compile(r"[.;:!?…][\"”’)\]]*$|/\.$")
_NEARLY_FULL = 0.7
_WRAPPED_SHARE = 0.3
_SLACK = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of text, stripped.

    `broken_before` is true where the line may be the continuation of the one before, judged by
    width and punctuation alone.
    """

    number: int
    text: str
    broken_before: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Raw:
    number: int
    text: str
    gap: int
    new_page: bool


def text_lines(text: str) -> list[Line]:
    """Return the lines that carry text; blank lines, page numbers and lone addresses are gone."""
    raw = _raw_lines(text)
    width = _width(raw)
    usual_gap = Counter(line.gap for line in raw).most_common(1)[0][0] if raw else 0
    kept: list[Line] = []
    for line in raw:
        before = kept[-1].text if kept else ""
        full = _was_full(before, following=line.text, width=width)
        if _PAGE_NUMBER.fullmatch(line.text) and _stands_apart(line, usual_gap, full=full):
            continue
        broken = full and not is_closed(before)
        kept.append(Line(number=line.number, text=line.text, broken_before=broken))
    return kept


def is_closed(text: str) -> bool:
    """Tell whether a text ends a sentence or an entry of a list."""
    return bool(_CLOSED.search(text))


def join(parts: Sequence[str]) -> str:
    """Join the lines of one paragraph, with single spaces and symbols mended."""
    glued = [part if _breaks_a_word(part) else f"{part} " for part in parts]
    return " ".join("".join(glued).split())


def _breaks_a_word(text: str) -> bool:
    """Tell whether a line ends inside a number or symbol: "Kế hoạch số 2803/KH-"."""
    return len(text) > 1 and text[-1] in "-/" and text[-2].isalnum()


def _raw_lines(text: str) -> list[_Raw]:
    found: list[_Raw] = []
    gap, new_page, number = 0, False, 0
    for number, written in enumerate(text.split("\n"), start=1):
        new_page = new_page or "\f" in written
        stripped = written.replace("\f", " ").strip()
        if not stripped:
            gap += 1
        elif not _URL.fullmatch(stripped):
            found.append(_Raw(number=number, text=stripped, gap=gap, new_page=new_page))
            gap, new_page = 0, False
    return found


def _width(lines: Sequence[_Raw]) -> int:
    """Return the width the text was broken at, or 0 where a line is a whole paragraph."""
    lengths = [len(line.text) for line in lines]
    widest = max(lengths, default=0)
    nearly_full = sum(length >= widest * _NEARLY_FULL for length in lengths)
    return widest if nearly_full >= len(lengths) * _WRAPPED_SHARE else 0


def _was_full(before: str, *, following: str, width: int) -> bool:
    """Tell whether the first word of `following` had no place left on the line before."""
    if not before or not width:
        return False
    return len(before) + 1 + len(following.split(" ", 1)[0]) > width * (1 - _SLACK)


def _stands_apart(line: _Raw, usual_gap: int, *, full: bool) -> bool:
    return line.new_page or line.gap > usual_gap or not full
