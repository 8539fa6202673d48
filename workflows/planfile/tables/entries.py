"""Rows below a header to entries: groups, sub-points, rows cut in two, cells merged over rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from engine.draft import Remark
from workflows.planfile.blocks import Place, Row
from workflows.planfile.lines import is_closed, join
from workflows.planfile.matching import folded
from workflows.planfile.rules import IntakeRules
from workflows.planfile.tables.columns import Layout
from workflows.planfile.tables.entry import Entry, hand_down, holds
from workflows.planfile.tables.groups import Groups
from workflows.planfile.tables.marks import (
    ARABIC,
    CAPITAL,
    NO_MARK,
    NONE,
    ROMAN,
    Mark,
    mark_of,
    typed_mark,
)
from workflows.planfile.tables.pieces import Line, where
from workflows.planfile.tables.row import Group

_STROKES = " -–—/.…_"
_REPEATED = ("lead", "coordinating", "assignee", "verifier", "output")
_NAMING = ("number", "task", "group")
_HALF = 2
#: A row that goes on over so many others is no row any more.
_MOST_MENDED = 50


@dataclass(slots=True, kw_only=True)
class Entries:
    """What stands below one header; `strays` are rows with neither a task nor a code."""

    entries: list[Entry] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    strays: list[Place] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def read_entries(lines: Sequence[Line], *, layout: Layout, rules: IntakeRules) -> Entries:
    """Return the entries of a table in order, the groups, and what could not be placed."""
    reader = _Reader(lines=lines, layout=layout, rules=rules)
    for at, line in enumerate(lines):
        reader.read(line, at=at)
        reader.above = line.row
    found = reader.found
    hand_down(found.entries)
    found.groups = reader.groups.all
    used = {group for entry in found.entries for group in entry.group}
    for group in found.groups:
        if group not in used:
            message = f"không có nhiệm vụ nào dưới “{group.mark} {group.title}”".replace("“ ", "“")
            found.remarks.append(Remark(code="group_empty", message=message))
    return found


@dataclass(slots=True, kw_only=True)
class _Reader:
    """The table so far: the groups that are open, the rows that further rows may be parts of."""

    lines: Sequence[Line]
    layout: Layout
    rules: IntakeRules
    found: Entries = field(default_factory=Entries)
    groups: Groups = field(default_factory=Groups)
    path: list[int] = field(default_factory=list)
    above: Row | None = None
    is_numbered: bool = False

    def __post_init__(self) -> None:
        """Find out whether the rows of this table carry numbers."""
        told = [
            line.row
            for line in self.lines
            if any(self.layout.text(line.row, key) for key in ("lead", "assignee", "deadline"))
        ]
        numbered = [row for row in told if self.layout.text(row, "number")]
        self.is_numbered = len(numbered) * _HALF > len(told)

    @property
    def last(self) -> Entry | None:
        """The entry of the row before."""
        return self.found.entries[-1] if self.found.entries else None

    @property
    def has_codes(self) -> bool:
        """Whether the table says itself how its rows are called."""
        return "code" in self.layout.places

    def read(self, line: Line, *, at: int) -> None:
        """Take the next row for what it is."""
        row = line.row
        if self._is_same_task(row):
            self._widen(row)
        elif self._names_group(row, at=at):
            self._open_group(row)
        elif self._goes_on(line):
            self._mend(row)
        elif self.layout.text(row, "task") or self.layout.text(row, "code"):
            self._open(row)
        elif not self._counts_only(row):
            self.found.strays.append(row.place)
            message = f"dòng không có nội dung nhiệm vụ ({where(row.place)}): {_passage(row)}"
            self.found.remarks.append(Remark(code="row_without_task", message=message))

    def _open_group(self, row: Row) -> None:
        mark, title = self._group_title(row)
        rest = self._filled(row) - self._naming
        if rest and not self._reaches_across(row) and self.last is not None:
            # The last words of the row before slipped into the row of the group.
            self._add(self.last, row, joined=join)
            self.last.note(
                Remark(
                    code="row_mended", message=f"phần cuối của dòng này nằm ở {where(row.place)}"
                )
            )
        self.groups.open(mark, title, place=row.place)
        self.path.clear()

    @property
    def _naming(self) -> set[int]:
        """The columns in which a group is named."""
        return {self.layout.places[key] for key in _NAMING if key in self.layout.places}

    def _own(self, row: Row, place: int) -> str:
        """Return the text that begins in a cell, not one that reaches into it."""
        cell = row.cells[place]
        if cell.is_merged and (
            (place and row.cells[place - 1].text == cell.text)
            or _at(self.above, place) == cell.text
        ):
            return ""
        return cell.text

    def _filled(self, row: Row) -> set[int]:
        return {place for place in range(len(row.cells)) if self._own(row, place)}

    def _reaches_across(self, row: Row) -> bool:
        """Tell whether one text takes the whole row."""
        filled = [cell for cell in row.cells if cell.text]
        return len(filled) > 1 and len({cell.text for cell in filled}) == 1 and filled[1].is_merged

    def _counts_only(self, row: Row) -> bool:
        """Tell whether a row holds nothing but its number."""
        return self._filled(row) <= {self.layout.places.get("number", -1)}

    def _names_group(self, row: Row, *, at: int) -> bool:
        if self._reaches_across(row):
            return not _is_closing(row, rules=self.rules)
        if self.layout.text(row, "code"):
            return False
        filled = self._filled(row)
        if not filled:
            return False
        if not filled <= self._naming:
            return self._is_group_with_rest(row)
        if self.has_codes:
            return True
        return self._opens_group(row, at=at)

    def _is_group_with_rest(self, row: Row) -> bool:
        """Tell whether a row numbered like the groups before it holds but a stray word besides."""
        mark, title = self._mark(row)
        is_like = any(mark_of(group.mark).rank == mark.rank for group in self.groups.all)
        says = any(self.layout.text(row, key) for key in ("code", "lead", "assignee"))
        return bool(title) and mark.rank in {ROMAN, CAPITAL} and is_like and not says

    def _opens_group(self, row: Row, *, at: int) -> bool:
        """Tell whether a row with a number and a title alone stands above the rows that follow."""
        mark, title = self._mark(row)
        if not title:
            # A title may stand in the column of numbers; a number alone names nothing.
            return mark.rank == NONE and bool(mark.text)
        if mark.rank in {ROMAN, CAPITAL}:
            return True
        if mark.rank == ARABIC:
            return self._begins_anew(at)
        return mark.rank == NONE and self.is_numbered and not self._is_rest(title, at=at)

    def _is_rest(self, title: str, *, at: int) -> bool:
        """Tell whether a title without a number is the rest of the row before it."""
        if self.last is None:
            return False
        is_open = self.lines[at].begins and not is_closed(self.last.title)
        return is_open or title[0].islower()

    def _begins_anew(self, at: int) -> bool:
        """Tell whether the next number is 1: the rows below are counted on their own."""
        for line in self.lines[at + 1 :]:
            mark = mark_of(self.layout.text(line.row, "number"))
            if mark.rank in {ROMAN, CAPITAL}:
                return False
            if mark.rank != NONE:
                return mark.value == 1
        return False

    def _group_title(self, row: Row) -> tuple[Mark, str]:
        mark, title = self._mark(row)
        if self._reaches_across(row) or not title:
            text = next(cell.text for cell in row.cells if cell.text)
            mark, title = typed_mark(text, before=self.groups.last_mark)
        return mark, title

    def _mark(self, row: Row) -> tuple[Mark, str]:
        """Return the mark of a row and its title, without the mark where that was typed into it."""
        title = join(self.layout.text(row, "task").split("\n"))
        before = self.groups.last_mark
        place = self.layout.places.get("number")
        written = self._own(row, place) if place is not None and place < len(row.cells) else ""
        if written.startswith("="):
            # A formula that counts the rows ("=A3+1"); nothing is computed but the next number.
            return Mark(rank=ARABIC, text=str(self._next_number())), title
        mark = mark_of(written, before=before)
        if mark == NO_MARK and not self.has_codes and title:
            return typed_mark(title, before=before)
        return mark, title

    def _next_number(self) -> int:
        numbers = (entry.mark.value for entry in reversed(self.found.entries))
        return next((number for number in numbers if number), 0) + 1

    def _is_same_task(self, row: Row) -> bool:
        """Tell whether the cell of the task reaches down from the row before."""
        cell = self.layout.cell(row, "task")
        if cell is None or not cell.is_merged or not cell.text or self.last is None:
            return False
        if self.last.row is not self.above or self._reaches_across(row):
            return False
        place = self.layout.places["task"]
        is_below = _at(self.above, place) == cell.text
        return is_below and not any(
            self._own(row, self.layout.places[key])
            for key in ("number", "code")
            if key in self.layout.places
        )

    def _widen(self, row: Row) -> None:
        """Add what a further line of a merged row says to its entry."""
        entry = self.found.entries[-1]
        self._add(entry, row, joined="\n".join)
        entry.row = row
        entry.note(
            Remark(
                code="rows_joined",
                message=f"ô nhiệm vụ gộp nhiều dòng, đã ghép {where(row.place)} vào đây",
            )
        )

    def _goes_on(self, line: Line) -> bool:
        """Tell whether a row is the rest of the one before, cut at the end of a page."""
        row = line.row
        if self.last is None or self.has_codes or len(self.last.remarks) > _MOST_MENDED:
            return False
        mark, title = self._mark(row)
        if mark != NO_MARK:
            return False
        if not title:
            return bool(self._filled(row))
        lone = not any(self.layout.text(row, key) for key in ("lead", "deadline"))
        if title[0].islower():
            return line.begins or (lone and self.is_numbered)
        return line.begins and lone and self.is_numbered and not is_closed(self.last.title)

    def _mend(self, row: Row) -> None:
        entry = self.found.entries[-1]
        title = join(self.layout.text(row, "task").split("\n"))
        entry.title = join([entry.title, title]) if title else entry.title
        self._add(entry, row, joined=join)
        entry.note(
            Remark(
                code="row_mended", message=f"dòng bị ngắt, đã nối với phần sau ở {where(row.place)}"
            )
        )

    def _add(self, entry: Entry, row: Row, *, joined: Callable[[Sequence[str]], str]) -> None:
        texts, other = self._texts(row)
        fresh = self._filled(row)
        for kept, added in ((entry.texts, texts), (entry.other, other)):
            for key, text in added.items():
                place = self.layout.places.get(key)
                if (place is None or place in fresh) and text not in kept.get(key, ""):
                    kept[key] = joined([part for part in (kept.get(key, ""), text) if part])
        entry.passage = f"{entry.passage}\n{_passage(row)}"

    def _open(self, row: Row) -> None:
        mark, title = self._mark(row)
        texts, other = self._texts(row)
        if mark.rank == NONE and " " in mark.text:
            # Words in the column of numbers are no name for a row.
            place = self.layout.places["number"]
            other[self.layout.headers[place] or f"cột {place + 1}"] = mark.text
            mark = NO_MARK
        self._place_in_group(row, mark)
        parent = None if self.has_codes else self._parent(mark)
        entry = Entry(
            place=row.place,
            row=row,
            mark=mark,
            title=title,
            passage=_passage(row),
            texts=texts,
            other=other,
            group=self.groups.open_ones,
            parent=parent,
        )
        if self.groups.is_unnamed and self.groups.just_opened:
            message = "số thứ tự bắt đầu lại mà không có dòng tên nhóm phía trên"
            entry.note(Remark(code="group_missing", message=message))
        self._repeat(entry)
        if parent is not None:
            self.found.entries[parent].is_heading = True
        self.groups.just_opened = False
        self.path.append(len(self.found.entries))
        self.found.entries.append(entry)

    def _place_in_group(self, row: Row, mark: Mark) -> None:
        written = self.layout.text(row, "group")
        if "group" in self.layout.places:
            if written:
                self.groups.name(written, place=row.place)
        elif mark.rank == ARABIC and not self.has_codes:
            is_part = any(self.found.entries[at].mark.rank in {ROMAN, CAPITAL} for at in self.path)
            if self.groups.counts(mark.value or 0, place=row.place, is_part=is_part):
                self.path.clear()

    def _parent(self, mark: Mark) -> int | None:
        """Return the open row that a row is a part of, closing those it is not."""
        while self.path and not holds(self.found.entries[self.path[-1]], mark):
            self.path.pop()
        return self.path[-1] if self.path else None

    def _texts(self, row: Row) -> tuple[dict[str, str], dict[str, str]]:
        places = self.layout.places
        texts = {key: self.layout.text(row, key) for key in places if key not in {"task", "number"}}
        other: dict[str, str] = {}
        for place in self.layout.spare:
            text = row.cells[place].text if place < len(row.cells) else ""
            if text:
                header = self.layout.headers[place] or f"cột {place + 1}"
                other[header if header not in other else f"{header} ({place + 1})"] = text
        return {key: text for key, text in texts.items() if text.strip(_STROKES)}, other

    def _repeat(self, entry: Entry) -> None:
        """Put in place of "nt" what the row before says."""
        for key in _REPEATED:
            said = entry.texts.get(key, "")
            above = self.last.texts.get(key) if self.last else None
            if said and above and _is_ditto(said, rules=self.rules):
                entry.texts[key] = above
                entry.note(
                    Remark(
                        code="same_as_above", message=f"“{said}” hiểu là “{above}” như dòng trên"
                    )
                )


def _is_ditto(text: str, *, rules: IntakeRules) -> bool:
    return " ".join(text.lower().split()) in rules.deadlines.ditto


def _is_closing(row: Row, *, rules: IntakeRules) -> bool:
    words = tuple(folded(word) for word in rules.tables.layout)
    return folded(next(cell.text for cell in row.cells if cell.text)[:60]).startswith(words)


def _at(row: Row | None, place: int) -> str | None:
    return row.cells[place].text if row is not None and place < len(row.cells) else None


def _passage(row: Row) -> str:
    """Return the texts of a row, those that reach over several cells once."""
    texts: list[str] = []
    for at, cell in enumerate(row.cells):
        text = " ".join(cell.text.split())
        if not (cell.is_merged and at and row.cells[at - 1].text == cell.text):
            texts.append(text)
    return " | ".join(texts).strip(" |")
