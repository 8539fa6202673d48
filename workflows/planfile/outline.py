"""Lines to sections and entries with their outline codes; it knows markers, not tasks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from workflows.planfile.lines import Line, join

_ROMAN = re.compile(r"(?P<mark>[IVXL]{1,6})\s*[.)]\s+(?P<rest>\S.*)")
_DOTTED = re.compile(r"(?P<mark>(?:[IVXL]{1,6}\.)?\d{1,3}(?:\.\d{1,3})+)\s*[.)]?\s+(?P<rest>\S.*)")
_NUMBER = re.compile(r"(?P<mark>\d{1,2})\s*[.)]\s+(?P<rest>\S.*)")
_LETTER = re.compile(r"(?P<mark>[a-zđ])\)\s+(?P<rest>\S.*)")
_DASH = re.compile(r"(?P<mark>[-–—−•●▪*])\s*(?P<rest>(?<=\s)\S.*|[^\W\d_a-z]\S*.*)")
_PLUS = re.compile(r"(?P<mark>\+)\s*(?P<rest>\S.*)")

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

    `complete` is true once a line has come that is not a part of the title any more; `labels` are
    remarks below it such as "Đơn vị chủ trì: ...".
    """

    code: str
    rank: int
    line: int
    parts: list[str]
    depth: int = 0
    complete: bool = False
    labels: list[str] = field(default_factory=list)
    children: list["Entry"] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The whole text, joined."""
        return join(self.parts)

    @property
    def is_field(self) -> bool:
        """Whether this is a numbered heading directly below a section."""
        return self.rank == _FIELD

    def walk(self) -> Iterator["Entry"]:
        """Yield the entries below this one in document order."""
        for child in self.children:
            yield child
            yield from child.walk()


@dataclass(slots=True, kw_only=True)
class Outline:
    """A document: the lines before the first section, then its sections in order."""

    opening: list[Line]
    sections: list[Entry]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marker:
    rank: int
    mark: str
    rest: str
    depth: int


def read_outline(lines: Sequence[Line], *, ends: Sequence[str], labels: Sequence[str]) -> Outline:
    """Sort the lines of a document into sections and entries.

    Args:
        lines: Text lines in order.
        ends: Lower-case words that open the part after the text (recipients, signature).
        labels: Lower-case words that, with a colon, open a remark below an entry.
    """
    outline = Outline(opening=[], sections=[])
    path: list[Entry] = []
    for line in lines:
        lowered = line.text.lower()
        if outline.sections and lowered.startswith(tuple(f"{word}:" for word in ends)):
            break
        marker = _marker(line, before=path[-1] if path else None)
        if marker is not None and (marker.rank == _SECTION or path):
            _open(outline, path, marker=marker, line=line)
        elif not path:
            outline.opening.append(line)
        elif lowered.startswith(tuple(f"{word}:" for word in labels)) and not line.broken_before:
            path[-1].labels.append(line.text)
        else:
            _continue(path[-1], line)
    return outline


def _marker(line: Line, *, before: Entry | None) -> _Marker | None:
    matches = ((rank, pattern.fullmatch(line.text)) for rank, pattern in _MARKERS)
    rank, found = next(((rank, found) for rank, found in matches if found), (0, None))
    if found is None:
        return None
    mark, rest = found["mark"], found["rest"]
    if rank <= _DOTTED_ITEM and not rest.lstrip(_OPENERS)[:1].isupper():
        return None
    if line.broken_before and not _opens_anyway(rank, rest, before=before):
        return None
    depth = len(mark.split(".")) if rank == _DOTTED_ITEM else 0
    return _Marker(rank=rank, mark=mark, rest=rest, depth=depth)


def _opens_anyway(rank: int, rest: str, *, before: Entry | None) -> bool:
    """Tell whether a marker opens an entry although the line above is full and unfinished.

    A section in capitals always does. Headings seldom end in a full stop, so below one a capital
    letter is enough. Elsewhere such a marker is a dash or a number inside a broken sentence
    ("giai đoạn 2021 / - 2030").
    """
    if rank == _SECTION and rest.isupper():
        return True
    return before is not None and before.rank <= _FIELD and before.rank < rank and rest[0].isupper()


def _open(outline: Outline, path: list[Entry], *, marker: _Marker, line: Line) -> None:
    level = (marker.rank, marker.depth)
    while path and (path[-1].rank, path[-1].depth) >= level:
        path.pop()
    siblings = path[-1].children if path else outline.sections
    entry = Entry(
        code=_code(marker, path=path, siblings=siblings),
        rank=marker.rank,
        line=line.number,
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


def _continue(entry: Entry, line: Line) -> None:
    if entry.labels:
        entry.labels[-1] = join([entry.labels[-1], line.text])
        return
    # Below a heading a line that was not broken is an introduction, not a part of the heading.
    entry.complete = entry.complete or (entry.rank <= _FIELD and not line.broken_before)
    if not entry.complete:
        entry.parts.append(line.text)
