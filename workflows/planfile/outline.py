"""Lines to sections and entries with their outline codes; it knows markers, not tasks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from workflows.planfile.flow import Line
from workflows.planfile.lines import is_closed, join
from workflows.planfile.rules import SectionWords

_ROMAN = re.compile(r"(?P<mark>[IVXL]{1,6})\s*[.)]\s+(?P<rest>\S.*)")
_DOTTED = re.compile(r"(?P<mark>(?:[IVXL]{1,6}\.)?\d{1,3}(?:\.\d{1,3})+)\s*[.)]?\s+(?P<rest>\S.*)")
_NUMBER = re.compile(r"(?P<mark>\d{1,2})\s*[.)/]\s+(?P<rest>\S.*)")
_LETTER = re.compile(r"(?P<mark>[a-zđ])\)\s+(?P<rest>\S.*)")
_DASH = re.compile(r"(?P<mark>[-–—−•●▪*◦○◆❖■□▶►➢✓✔→⇒])\s*(?P<rest>(?<=\s)\S.*|[^\W\d_a-z]\S*.*)")
_PLUS = re.compile(r"(?P<mark>\+)\s*(?P<rest>\S.*)")

# Points of a list, and what is numbered: the line above a point that is no point itself.
_POINT = re.compile(r"[-–—−•●▪*+]\s*[^\W\d_a-z].*")
_NUMBERED = re.compile(r"(?:[IVXL]{1,6}|\d{1,3}(?:\.\d{1,3})*)\s*[.)]\s.*")

# What may follow "Phụ lục" on the line that opens one.
_APPENDIX_NUMBER = re.compile(r"\s*(?:số\s*)?(?:\d{1,2}|[ivxl]{0,6})\s*[.:]?")

# What may stand before the capital letter of a heading.
_OPENERS = "“\"'("

# Rising rank = deeper level. A dotted number carries its own depth and sorts by it.
_SECTION, _FIELD, _DOTTED_ITEM, _LETTERED, _DASHED, _PLUSSED = range(6)
_MARKERS = (
    (_SECTION, _ROMAN),
    (_DOTTED_ITEM, _DOTTED),
    (_FIELD, _NUMBER),
    (_LETTERED, _LETTER),
    (_DASHED, _DASH),
    (_PLUSSED, _PLUS),
)


@dataclass(slots=True, kw_only=True)
class Entry:
    """A heading, bullet or numbered point and the lines that belong to it.

    Attributes:
        line: The line it begins on.
        complete: A line has come that is not a part of the title any more.
        labels: Remarks below it such as "Đơn vị chủ trì: ...".
        loose: Paragraphs below it that are neither its title nor a remark.
    """

    code: str
    rank: int
    line: Line
    parts: list[str]
    depth: int = 0
    complete: bool = False
    labels: list[str] = field(default_factory=list)
    loose: list[Line] = field(default_factory=list)
    children: list["Entry"] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The whole text, joined."""
        return join(self.parts)

    @property
    def is_field(self) -> bool:
        """Whether this is a numbered heading directly below a section."""
        return self.rank == _FIELD

    @property
    def is_heading(self) -> bool:
        """Whether this is a section or a field, not an item in one."""
        return self.rank <= _FIELD

    def walk(self) -> Iterator["Entry"]:
        """Yield the entries below this one in document order."""
        for child in self.children:
            yield child
            yield from child.walk()


@dataclass(slots=True, kw_only=True)
class Outline:
    """A document: the lines before the first section, its sections, and what follows the text."""

    opening: list[Line]
    sections: list[Entry]
    closing: list[Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marker:
    rank: int
    mark: str
    rest: str
    depth: int


def read_outline(lines: Sequence[Line], *, words: SectionWords, labels: Sequence[str]) -> Outline:
    """Sort the lines of a document into sections and entries.

    Args:
        lines: Text lines in order.
        words: What opens the part after the text (recipients, signature, an appendix).
        labels: Lower-case words that, with a colon, open a remark below an entry.
    """
    outline = Outline(opening=[], sections=[], closing=[])
    are_closed = _closes_points(lines)
    path: list[Entry] = []
    for place, line in enumerate(lines):
        if outline.sections and _ends(line.text, words=words):
            outline.closing.extend(lines[place:])
            break
        # A table that arranges text says nothing of the items around it.
        marker = None if line.is_laid_out else _marker(line, path=path, are_closed=are_closed)
        if marker is not None and path and _is_label(marker.rest, rank=marker.rank, labels=labels):
            path[-1].labels.append(marker.rest)
            continue
        if marker is not None and (marker.rank == _SECTION or path):
            _open(outline, path, marker=marker, line=line)
        elif not path:
            outline.opening.append(line)
        elif not line.is_laid_out:
            _continue(path[-1], line, labels=labels)
    return outline


def _is_label(text: str, *, rank: int, labels: Sequence[str]) -> bool:
    """Tell whether a point says who or when of what stands above: "- Đơn vị chủ trì: ..."."""
    return rank >= _DASHED and text.lower().startswith(tuple(f"{word}:" for word in labels))


def _ends(text: str, *, words: SectionWords) -> bool:
    lowered = text.lower()
    if lowered.startswith(tuple(f"{word}:" for word in words.end)):
        return True
    return any(_APPENDIX_NUMBER.fullmatch(lowered.removeprefix(word))
               for word in words.appendix if lowered.startswith(word))  # fmt: skip


def _closes_points(lines: Sequence[Line]) -> bool:
    """Tell whether the writer ends most points with a semicolon or a full stop.

    Where he does not, that the line above is unfinished says nothing of the next one.
    """
    above = [
        before.text
        for before, line in pairwise(lines)
        if _POINT.fullmatch(line.text) and not _is_open_heading(before.text)
    ]
    closed = sum(is_closed(text) for text in above)
    return 2 * closed >= len(above)


def _is_open_heading(text: str) -> bool:
    return bool(_NUMBERED.fullmatch(text)) and not is_closed(text)


def _marker(line: Line, *, path: Sequence[Entry], are_closed: bool) -> _Marker | None:
    matches = ((rank, pattern.fullmatch(line.text)) for rank, pattern in _MARKERS)
    rank, found = next(((rank, found) for rank, found in matches if found), (0, None))
    if found is None:
        return None
    mark, rest = found["mark"], found["rest"]
    if rank <= _DOTTED_ITEM and not rest.lstrip(_OPENERS)[:1].isupper():
        return None
    if line.broken_before and not _opens_anyway(rank, mark, rest, path=path):
        begins = not are_closed and rest[0].isupper()
        if not begins or (rank < _LETTERED and not _goes_on(rank, mark, path=path)):
            return None
    depth = len(mark.split(".")) if rank == _DOTTED_ITEM else 0
    if rank >= _LETTERED:
        # Typed bullets are all alike; a word processor knows which stands below which.
        depth = line.level or 0
    return _Marker(rank=rank, mark=mark, rest=rest, depth=depth)


def _opens_anyway(rank: int, mark: str, rest: str, *, path: Sequence[Entry]) -> bool:
    """Tell whether a marker opens an entry although the line above is full and unfinished.

    A section in capitals always does. Headings seldom end in a full stop, so below one a capital
    letter is enough, and so it is for a dotted number that goes on counting. Elsewhere such a mark
    is a dash or a number inside a broken sentence ("giai đoạn 2021 / - 2030").
    """
    if rank == _SECTION and rest.isupper():
        return True
    if not path or not rest[0].isupper():
        return False
    if path[-1].rank <= min(_FIELD, rank - 1):
        return True
    # A plain number may also be that of an article in a broken sentence: "khoản / 3. Điều ...".
    return rank == _DOTTED_ITEM and _goes_on(rank, mark, path=path)


def _goes_on(rank: int, mark: str, *, path: Sequence[Entry]) -> bool:
    """Tell whether a number is the next one after that of an entry above it, "1.2" after "1.1"."""
    before = [one.code.rpartition(".")[2] for one in path if one.rank == rank]
    if not before or not before[-1].isdigit() or not mark[-1].isdigit():
        return False
    return int(mark.rpartition(".")[2]) == int(before[-1]) + 1


def _open(outline: Outline, path: list[Entry], *, marker: _Marker, line: Line) -> None:
    level = (marker.rank, marker.depth)
    while path and (path[-1].rank, path[-1].depth) >= level:
        path.pop()
    siblings = path[-1].children if path else outline.sections
    entry = Entry(
        code=_code(marker, path=path, siblings=siblings),
        rank=marker.rank,
        line=line,
        parts=[marker.rest],
        depth=marker.depth,
    )
    siblings.append(entry)
    path.append(entry)


def _code(marker: _Marker, *, path: Sequence[Entry], siblings: Sequence[Entry]) -> str:
    if marker.rank == _SECTION:
        return marker.mark
    if marker.rank == _FIELD and path[-1].rank == _SECTION:
        return f"{path[-1].code}.{marker.mark}"
    if marker.rank == _DOTTED_ITEM:
        return marker.mark if marker.mark[0].isalpha() else f"{path[0].code}.{marker.mark}"
    return f"{path[-1].code}.{len(siblings) + 1}"


def _continue(entry: Entry, line: Line, *, labels: Sequence[str]) -> None:
    is_label = line.text.lower().startswith(tuple(f"{word}:" for word in labels))
    if is_label and not line.broken_before:
        entry.labels.append(line.text)
    elif entry.labels and not line.is_whole:
        entry.labels[-1] = join([entry.labels[-1], line.text])
    else:
        # Below a heading a line that was not broken is an introduction, not a part of the heading.
        begins = line.is_whole or (entry.rank <= _FIELD and not line.broken_before)
        entry.complete = entry.complete or begins
        if not entry.complete:
            entry.parts.append(line.text)
        elif entry.rank > _SECTION:
            entry.loose.append(line)
