"""What is printed on a page and is no text of it: numbers, addresses, stamps, running heads."""

import re
from collections import defaultdict
from collections.abc import Sequence

from workflows.planfile.rules import FurnitureWords

_URL = re.compile(r"(?:https?://|www\.|file:///)\S+", re.IGNORECASE)
_PAGE_NUMBER = re.compile(
    r"[-–(]?\s*(?:trang\s*)?\d{1,3}(?:\s*/\s*\d{1,3})?\s*[-–)]?", re.IGNORECASE
)
# A page number that can be nothing else: "(trang 9)", "Trang 3/12", "- 4 -".
_CLEAR_PAGE_NUMBER = re.compile(
    r"\(?\s*trang\s*(?:số\s*)?:?\s*\d{1,4}(?:\s*/\s*\d{1,4})?\s*\)?|[-–]\s*\d{1,4}\s*[-–]",
    re.IGNORECASE,
)
# The instant of a signature as signing programs write it, with its offset from UTC.
_INSTANT = re.compile(
    r"(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{4})[T ]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?"
    r"\s*(?:Z|[+-]\d{2}:?\d{2})"
)
_DIGITS = re.compile(r"\d+")
#: So many lines at either end of a page may be a running head; so many pages make it one.
_EDGE_LINES = 2
_RUNNING_PAGES = 3
_LONGEST_HEAD = 150


def is_address(text: str) -> bool:
    """Tell whether a line is nothing but an address of the web."""
    return bool(_URL.fullmatch(text))


def may_be_page_number(text: str) -> bool:
    """Tell whether a line could be the number of a page; its position must say so too."""
    return bool(_PAGE_NUMBER.fullmatch(text))


def is_page_number(text: str) -> bool:
    """Tell whether a text is the number of a page wherever it stands."""
    return bool(_CLEAR_PAGE_NUMBER.fullmatch(text.strip()))


def stamped(texts: Sequence[str], *, words: FurnitureWords) -> set[int]:
    """Return the positions of the lines that a signing program printed on the page."""
    sure = {place for place, text in enumerate(texts) if _is_stamp(text, words=words)}
    found = set(sure)
    for start in sure:
        for step in (-1, 1):
            place = start + step
            while 0 <= place < len(texts) and place not in found:
                if not _opens_with_label(texts[place], words.stamp_details):
                    break
                found.add(place)
                place += step
    return found


def running(pages: Sequence[Sequence[str]]) -> set[str]:
    """Return what stands at the head or foot of most pages, as `unnumbered` writes it."""
    seen: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for number, page in enumerate(pages):
        for text in edges(page):
            seen[unnumbered(text)].append((number, text))
    least = max(_RUNNING_PAGES, (len(pages) + 1) // 2)
    return {head for head, found in seen.items() if is_running(found, least=least)}


def is_running(found: Sequence[tuple[int, str]], *, least: int) -> bool:
    """Tell whether a line that was found on so many pages is a running head.

    It says the same on all of them, or counts as the pages do: "Phụ lục 01" and "Phụ lục 02" on
    pages 4 and 7 are headings.
    """
    if len({page for page, _ in found}) < least:
        return False
    if len({text for _, text in found}) == 1:
        return True
    numbers = [(page, _DIGITS.findall(text)) for page, text in found]
    offsets = [{int(digits[:8]) - page for digits in held} for page, held in numbers]
    return bool(set.intersection(*offsets))


def edges(page: Sequence[str]) -> list[str]:
    """Return the lines of a page among which a running head can be."""
    if len(page) <= 2 * _EDGE_LINES:
        return [text for text in page if len(text) <= _LONGEST_HEAD]
    both = [*page[:_EDGE_LINES], *page[-_EDGE_LINES:]]
    return [text for text in both if len(text) <= _LONGEST_HEAD]


def unnumbered(text: str) -> str:
    """Return a line with its numbers hidden, so that running heads with page numbers are alike."""
    return _DIGITS.sub("#", text.lower())


def _is_stamp(text: str, *, words: FurnitureWords) -> bool:
    if _INSTANT.fullmatch(text) or text.lower().startswith(words.stamp_openings):
        return True
    return _opens_with_label(text, words.stamps)


def _opens_with_label(text: str, labels: Sequence[str]) -> bool:
    label, colon, _ = text.partition(":")
    return bool(colon) and label.strip().lower() in labels
