"""Lines of a text extracted from a page: which are text, which only furniture of the page.

A line break says nothing by itself: a text taken from a PDF is broken at the page's width, often
with a blank line after every line. What follows is decided by how full the line before is.
"""

import re
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace

from workflows.planfile.furniture import (
    edges,
    is_address,
    is_page_number,
    may_be_page_number,
    running,
    stamped,
    unnumbered,
)
from workflows.planfile.rules import FurnitureWords

_CLOSED = re.compile(r"[.;:!?…][\"”’)\]]*$|/\.$")
#: No page is narrower, in characters; shorter lines are lines of a list.
_NARROWEST = 30
_NEARLY_FULL = 0.7
_WRAPPED_SHARE = 0.3
_SLACK = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of text, stripped.

    `broken_before` is true where the line may be the continuation of the one before, judged by
    width and punctuation alone; `page` is None where the text has no form feeds.
    """

    number: int
    text: str
    broken_before: bool
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """The lines that carry text, and the texts of those that do not."""

    lines: list[Line]
    furniture: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Raw:
    number: int
    text: str
    gap: int
    page: int
    new_page: bool
    apart: bool


def sift(text: str, *, words: FurnitureWords, elsewhere: Container[int] = ()) -> Sifted:
    """Part the lines of a text from the furniture of its pages; blank lines are gone.

    Args:
        text: Clean text; form feeds part its pages.
        words: What opens the lines of a stamp.
        elsewhere: Numbers of lines that were read otherwise, as rows of a table.
    """
    raw = _raw_lines(text, elsewhere)
    dropped = _furniture(raw, words=words)
    furniture = [line.text for at, line in enumerate(raw) if at in dropped]
    raw = _without(dropped, raw)
    width = width_of(line.text for line in raw)
    usual_gap = Counter(line.gap for line in raw).most_common(1)[0][0] if raw else 0
    has_pages = "\f" in text
    kept: list[Line] = []
    for line in raw:
        before = kept[-1].text if kept and not line.apart else ""
        full = was_full(before, following=line.text, width=width)
        if may_be_page_number(line.text) and _stands_apart(line, usual_gap, full=full):
            furniture.append(line.text)
            continue
        broken = full and not is_closed(before)
        page = line.page if has_pages else None
        kept.append(Line(number=line.number, text=line.text, broken_before=broken, page=page))
    return Sifted(lines=kept, furniture=furniture)


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


def _raw_lines(text: str, elsewhere: Container[int]) -> list[_Raw]:
    found: list[_Raw] = []
    gap, page, new_page, apart = 0, 1, False, False
    for number, written in enumerate(text.split("\n"), start=1):
        page += written.count("\f")
        new_page = new_page or "\f" in written
        stripped = written.replace("\f", " ").strip()
        if number in elsewhere:
            apart = True
        elif not stripped:
            gap += 1
        else:
            found.append(
                _Raw(
                    number=number,
                    text=stripped,
                    gap=gap,
                    page=page,
                    new_page=new_page,
                    apart=apart,
                )
            )
            gap, new_page, apart = 0, False, False
    return found


def _furniture(lines: Sequence[_Raw], *, words: FurnitureWords) -> set[int]:
    """Return the positions of what is furniture whatever stands beside it."""
    texts = [line.text for line in lines]
    found = stamped(texts, words=words)
    found |= {at for at, text in enumerate(texts) if is_address(text) or is_page_number(text)}
    pages: dict[int, list[int]] = {}
    for at, line in enumerate(lines):
        if at not in found:
            pages.setdefault(line.page, []).append(at)
    on_pages = [[texts[at] for at in page] for page in pages.values()]
    heads = running(on_pages)
    for page, on_page in zip(pages.values(), on_pages, strict=True):
        candidates = {text for text in edges(on_page) if unnumbered(text) in heads}
        found |= {at for at in page if texts[at] in candidates}
    return found


def _without(dropped: Container[int], lines: Sequence[_Raw]) -> list[_Raw]:
    """Return the other lines; what parted a dropped line from the one before parts the next."""
    kept: list[_Raw] = []
    gap, new_page, apart = 0, False, False
    for at, line in enumerate(lines):
        gap, new_page, apart = gap + line.gap, new_page or line.new_page, apart or line.apart
        if at not in dropped:
            kept.append(replace(line, gap=gap, new_page=new_page, apart=apart))
            gap, new_page, apart = 0, False, False
    return kept


def width_of(texts: Iterable[str]) -> int:
    """Return the width the text was broken at, or 0 where a line is a whole paragraph."""
    lengths = [len(text) for text in texts]
    widest = max(lengths, default=0)
    nearly_full = sum(length >= widest * _NEARLY_FULL for length in lengths)
    is_wrapped = widest >= _NARROWEST and nearly_full >= len(lengths) * _WRAPPED_SHARE
    return widest if is_wrapped else 0


def was_full(before: str, *, following: str, width: int) -> bool:
    """Tell whether the first word of `following` had no place left on the line before."""
    if not before or not width:
        return False
    return len(before) + 1 + len(following.split(" ", 1)[0]) > width * (1 - _SLACK)


def _stands_apart(line: _Raw, usual_gap: int, *, full: bool) -> bool:
    return line.new_page or line.gap > usual_gap or not full
