"""Marks of state secrets: wherever one stands by itself, the document is refused."""

import re
import unicodedata
from collections.abc import Iterator

from engine.errors import BadInput, Fault
from workflows.planfile.blocks import Document, ListItem, Place, Table
from workflows.planfile.rules import IntakeRules, Secrecy

#: What frames a mark: brackets, rules, stars; a typed box leaves bars and underscores.
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
#: A mark shares its line with the rest of the letterhead, apart from it.
_GAPS = re.compile(r"\t|\s{2,}|\|")
#: "Hà Nam, ngày 06 tháng 01", the day often left to be written by hand.
_PLACE_AND_DATE = re.compile(r"[^,.;:]{2,40}, ngày\b.{0,10}\btháng\b")
_SPACES = re.compile(r"\s+")

_FURNITURE = "đầu trang, chân trang, con dấu hoặc khung chữ"
_PROBLEM = "tài liệu có dấu chỉ độ mật"
_CURE = "không đưa bí mật nhà nước vào hệ thống này"


def refuse_secrets(document: Document, *, rules: IntakeRules) -> None:
    """Refuse a document that carries the mark of a state secret.

    Raises:
        BadInput: it does; every place named.
    """
    places = list(dict.fromkeys(_marked_places(document, words=rules.secrecy)))
    if places:
        shown = places[: rules.limits.faults_shown]
        faults = [Fault(place=place, problem=_PROBLEM, cure=_CURE) for place in shown]
        raise BadInput(source=document.name, faults=faults)


def _marked_places(document: Document, *, words: Secrecy) -> Iterator[str]:
    for text in document.furniture:
        if holds_mark(text, words=words):
            yield _FURNITURE
    for block in document.blocks:
        if isinstance(block, Table):
            for row in block.rows:
                if any(holds_mark(cell.text, words=words, as_printed=True) for cell in row.cells):
                    yield in_words(row.place)
        elif holds_mark(block.text, words=words, as_printed=isinstance(block, ListItem)):
            yield in_words(block.place)


def holds_mark(text: str, *, words: Secrecy, as_printed: bool = False) -> bool:
    """Tell whether a text is a mark of secrecy, or holds one apart from the rest.

    Args:
        text: A line, a paragraph or a cell.
        words: The marks.
        as_printed: Only capitals count: in lists and tables the words also name what a task is
            about.
    """
    lines = unicodedata.normalize("NFC", text).split("\n")
    return any(
        _is_mark(line, words=words, as_printed=as_printed)
        or any(_is_mark(part, words=words, as_printed=True) for part in _GAPS.split(line))
        or _shares_a_letterhead(" ".join(line.split()), words=words)
        for line in lines
    )


def _shares_a_letterhead(line: str, *, words: Secrecy) -> bool:
    """Whether a mark in capitals begins or ends a line of the letterhead.

    What stands beside each other on a page may come out of a PDF as one line.
    """
    marks = [mark.upper() for mark in words.marks]
    others = [line.removeprefix(f"{mark} ") for mark in marks if line.startswith(f"{mark} ")]
    others += [line.removesuffix(f" {mark}") for mark in marks if line.endswith(f" {mark}")]
    return any(
        _PLACE_AND_DATE.match(other) or other.lower().startswith(words.beside) for other in others
    )


def _is_mark(part: str, *, words: Secrecy, as_printed: bool) -> bool:
    label, colon, said = part.partition(":")
    if colon and _bare(label) in {_joined(one) for one in words.labels}:
        part, as_printed = said, False
    if as_printed and part != part.upper():
        return False
    return _bare(part) in {_joined(one) for one in words.marks}


def _bare(part: str) -> str:
    return _joined(_EDGES.sub("", part))


def _joined(part: str) -> str:
    # "M Ậ T", as some write it to make it wide.
    return _SPACES.sub("", part).lower()


def in_words(place: Place) -> str:
    """Return a place as its reader would look for it."""
    steps = (
        ("trang", place.page),
        ("trang tính", place.sheet),
        ("bảng", place.table),
        ("đoạn", place.paragraph),
        ("dòng", place.row or place.line),
    )
    return ", ".join(f"{word} {at}" for word, at in steps if at is not None) or "tệp"
