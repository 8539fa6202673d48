"""A row on its way from cells to meaning, and what makes it a part of another."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.draft import Remark
from workflows.planfile.blocks import Place, Row
from workflows.planfile.tables.marks import ARABIC, CAPITAL, DASH, DOTTED, NONE, ROMAN, Mark
from workflows.planfile.tables.row import Group

_INHERITED = ("lead", "coordinating", "assignee", "verifier", "deadline")


@dataclass(slots=True, kw_only=True)
class Entry:
    """A row on its way: texts by the key of their column, those of other columns by header."""

    place: Place
    row: Row
    mark: Mark
    title: str
    passage: str
    texts: dict[str, str]
    other: dict[str, str]
    group: tuple[Group, ...] = ()
    parent: int | None = None
    is_heading: bool = False
    inherited: set[str] = field(default_factory=set)
    remarks: list[Remark] = field(default_factory=list)

    def note(self, remark: Remark) -> None:
        """Add a remark, once."""
        if remark not in self.remarks:
            self.remarks.append(remark)


def hand_down(entries: Sequence[Entry]) -> None:
    """Give parts what they leave out and the row above them says."""
    for entry in entries:
        if entry.parent is None:
            continue
        above = entries[entry.parent]
        for key in _INHERITED:
            if not entry.texts.get(key) and above.texts.get(key):
                entry.texts[key] = above.texts[key]
                entry.inherited.add(key)
        if entry.inherited:
            message = f"ô để trống lấy theo dòng “{above.title[:60]}”: cần xem lại"
            entry.note(Remark(code="inherited", message=message))


def holds(entry: Entry, mark: Mark) -> bool:
    """Tell whether a row may be a part of another, by their marks."""
    over = entry.mark
    if mark.rank == DOTTED:
        return bool(over.text) and mark.text.startswith(f"{over.text}.")
    if mark.rank == NONE:
        return False
    if over.rank == NONE:
        return mark.rank >= DASH and entry.title.endswith(":")
    if mark.rank == ARABIC:
        return over.rank in {ROMAN, CAPITAL}
    return over.rank < mark.rank and mark.rank > ARABIC
