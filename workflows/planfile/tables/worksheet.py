"""An assignment table to worksheet rows; names of units and people stay as they are written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NoReturn

from engine.draft import Worksheet, WorksheetRow
from engine.errors import BadInput, Fault
from workflows.planfile.blocks import Document, Place, Table
from workflows.planfile.matching import normal
from workflows.planfile.rules import IntakeRules
from workflows.planfile.tables.columns import Layout, find_layout, refuse_header
from workflows.planfile.tables.entry import Entry
from workflows.planfile.tables.reading import Read, ragged, read_tables, repeated, row_number
from workflows.planfile.tables.row import TableRow

_EMPTY = Fault(place="bảng", problem="không có dòng nào dưới dòng tiêu đề")


def read_table(document: Document, *, year: int, rules: IntakeRules) -> Worksheet:
    """Read the assignment tables of a document as one worksheet.

    Where the table has no column of codes, a row says by its title alone which task it means.

    Raises:
        BadInput: no such table; every fault of every row at once, with its row and column.
    """
    read = read_tables(document, year=year, rules=rules, accepts=_is_accepted)
    if not read:
        _refuse(document, rules=rules)
    tables = [one.table for one in read]
    off = ragged(document, tables=tables)
    # In a row whose cells stand in the wrong columns every word would be a fault.
    crooked = {fault.place for fault in off}
    checks = [_Check(read=one, rules=rules, crooked=crooked) for one in read]
    rows = [row for one in checks for row in one.straight]
    faults = [*off, *(fault for check in checks for fault in check.faults())]
    faults = [*sorted(faults, key=_line_of), *repeated(rows)]
    said = [row for row in rows if row.code or _says_something(row)]
    if not said and not faults:
        faults = [_EMPTY]
    if faults:
        raise BadInput(source=document.name, faults=faults)
    return Worksheet(source_name=document.name, digest=document.digest, rows=tuple(map(_row, said)))


@dataclass(frozen=True, kw_only=True)
class _Check:
    """The rows of a table before their words are believed."""

    read: Read
    rules: IntakeRules
    crooked: set[str]

    @property
    def straight(self) -> list[TableRow]:
        """The rows whose cells stand in their columns."""
        return [row for row in self.read.table.rows if _where(row.place) not in self.crooked]

    def faults(self) -> Iterator[Fault]:
        """Yield what no row may say, or must, and a table that would go unread."""
        if self.read.layout.beside:
            problem = "bên phải còn một bảng nhiệm vụ, không đọc được cùng lúc"
            cure = "chuyển bảng đó xuống dưới, hoặc sang trang tính khác"
            yield Fault(place=_where(self.read.table.place), problem=problem, cure=cure)
        entries = [one for one in self.read.found.entries if _where(one.place) not in self.crooked]
        if "code" in self.read.layout.places:
            nameless = [one.place for one in entries if not one.texts.get("code")]
            for place in (*nameless, *self.read.found.strays):
                if _where(place) not in self.crooked:
                    yield self._fault(place, "code", "thiếu mã nhiệm vụ", "điền mã như II.1.4")
        for entry in entries:
            yield from self._unknown(entry)

    def _unknown(self, entry: Entry) -> Iterator[Fault]:
        for key, words in self._words.items():
            written = normal(entry.texts.get(key, "")).lower()
            if written and written not in words:
                cure = f"dùng một trong: {', '.join(words)}, hoặc để trống"
                yield self._fault(entry.place, key, f"không hiểu “{written[:60]}”", cure)

    def _fault(self, place: Place, key: str, problem: str, cure: str) -> Fault:
        column = self.rules.columns.synonyms()[key][0]
        return Fault(place=f"{_where(place)}, cột {column}", problem=problem, cure=cure)

    @cached_property
    def _words(self) -> Mapping[str, tuple[str, ...]]:
        """The words that a cell may hold, by the key of its column."""
        decisions = self.rules.decisions
        classes = [words for key, words in decisions.items() if key.startswith("class ")]
        return {
            "decision": _flat(decisions.values()),
            "urgent": _flat((self.rules.flags.yes, self.rules.flags.no)),
            "kind": _flat((*classes, self.rules.tables.headings)),
        }


def _flat(lists: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for words in lists for word in words))


def _is_accepted(layout: Layout) -> bool:
    return layout.is_of_assignments


def _refuse(document: Document, *, rules: IntakeRules) -> NoReturn:
    """Refuse a document without an assignment table; say what its best table lacks.

    Raises:
        BadInput: always.
    """
    best: Layout | None = None
    place = Place()
    for block in document.blocks:
        if isinstance(block, Table):
            found = find_layout(block.rows, rules=rules, accepts=_is_accepted)
            if found and (best is None or len(found[1].places) > len(best.places)):
                best, place = found[1], block.rows[found[0]].place
    if best is not None and _is_accepted(best):
        raise BadInput(source=document.name, faults=[_EMPTY])
    refuse_header(best, place=_where(place), name=document.name, rules=rules)


def _where(place: Place) -> str:
    line = f"dòng {place.row or place.line or 1}"
    return f"trang tính {place.sheet}, {line}" if place.sheet else line


def _line_of(fault: Fault) -> int:
    digits = fault.place.rpartition("dòng ")[2].partition(",")[0]
    return int(digits) if digits.isdecimal() else 0


def _says_something(row: TableRow) -> bool:
    """Tell whether a row without a code says more than a title; a heading alone does not."""
    said = (row.lead_text, row.coordinating, row.assignee, row.verifier, row.deadline, row.output)
    return bool(row.title) and not (row.is_heading and not any(said))


def _row(row: TableRow) -> WorksheetRow:
    return WorksheetRow(
        row=row_number(row),
        code=row.code,
        title=row.title or None,
        kind=row.kind,
        lead=row.lead_text,
        leads=row.leads,
        coordinating=row.coordinating,
        assignee=row.assignee,
        deadline=row.deadline,
        output=row.output,
        decision=row.decision,
        verifier=row.verifier,
        urgent=row.urgent,
        warnings=row.remarks,
    )
