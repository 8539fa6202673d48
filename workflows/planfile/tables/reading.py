"""The tables of tasks of a document, each row read; it knows nothing of plans."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.draft import Remark
from engine.errors import BadInput, Fault
from workflows.planfile.blocks import Document
from workflows.planfile.deadlines import read_deadline
from workflows.planfile.matching import folded
from workflows.planfile.rules import IntakeRules
from workflows.planfile.tables.columns import Layout
from workflows.planfile.tables.entries import Entries, read_entries
from workflows.planfile.tables.meaning import RowReader
from workflows.planfile.tables.pieces import Piece, find_pieces, ignored_columns
from workflows.planfile.tables.row import TableRow, TaskTable

_UNREAD = frozenset({"unresolved", "none", "reference"})
_RAGGED_CURE = "ô có dấu phân cách bên trong phải đặt trong ngoặc kép"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A table, and what was found on the way to it."""

    table: TaskTable
    layout: Layout
    found: Entries


def read_task_tables(document: Document, *, year: int, rules: IntakeRules) -> tuple[TaskTable, ...]:
    """Return the tables of tasks in a document, in order; those without a row are left out.

    Args:
        document: A file, read.
        year: Year of the plan; dates without a year belong to it.
        rules: Words to read by.

    Raises:
        BadInput: rows of a text table whose cells stand in the wrong columns, or one code twice in
            a column of codes; every such row named.
    """
    read = read_tables(document, year=year, rules=rules, accepts=lambda one: one.is_of_tasks)
    tables = tuple(one.table for one in read)
    rows = [row for table in tables for row in table.rows]
    if faults := [*ragged(document, tables=tables), *repeated(rows)]:
        raise BadInput(source=document.name, faults=faults)
    return tables


def read_tables(
    document: Document, *, year: int, rules: IntakeRules, accepts: Callable[[Layout], bool]
) -> list[Read]:
    """Return the tables whose header is accepted, with all that was met in them."""
    found: list[Read] = []
    for piece in find_pieces(document, rules=rules, accepts=accepts):
        layout = _settled(piece, year=year, rules=rules)
        if accepts(layout):
            entries = read_entries(piece.lines, layout=layout, rules=rules)
            number = len(found) + 1
            one = Read(
                table=_table(piece, layout, entries, number=number, year=year, rules=rules),
                layout=layout,
                found=entries,
            )
            if entries.entries or entries.strays or entries.groups:
                found.append(one)
    return found


def row_number(row: TableRow) -> int:
    """Return the number by which people find a row: of the row, else of the line."""
    return row.place.row or row.place.line or 0


def ragged(document: Document, *, tables: Sequence[TaskTable]) -> list[Fault]:
    """Return a fault for each row of a text table with more or fewer cells than its header."""
    headers = [table.place.row or 0 for table in tables]
    return [
        Fault(place=f"dòng {note.place.row}", problem=note.message, cure=_RAGGED_CURE)
        for note in document.notes
        if note.code == "ragged_row" and (note.place.row or 0) > min(headers, default=0)
    ]


def repeated(rows: Sequence[TableRow]) -> list[Fault]:
    """Return a fault for each code that the column of codes gives to two rows."""
    first: dict[str, TableRow] = {}
    faults = []
    for row in rows:
        before = first.setdefault(row.code, row) if row.code else row
        if before is not row:
            place = f"dòng {row_number(before)} và dòng {row_number(row)}"
            problem = f"hai dòng cùng mã {row.code}"
            faults.append(Fault(place=place, problem=problem, cure="bỏ một dòng hoặc sửa mã"))
    return faults


def _table(
    piece: Piece, layout: Layout, found: Entries, *, number: int, year: int, rules: IntakeRules
) -> TaskTable:
    # The name of a sheet says as much as a title: "đã xử lý".
    title = "\n".join(filter(None, (piece.place.sheet, piece.title)))
    reader = RowReader(layout=layout, table=number, title=title, year=year, rules=rules)
    rows: list[TableRow] = []
    above = None
    for entry in found.entries:
        rows.append(reader.row(entry, above=above))
        above = rows[-1].deadline or above
    remarks = [*piece.remarks, *found.remarks]
    if ignored := ignored_columns(layout):
        listed = ", ".join(f"“{header}”" for header in ignored)
        message = f"cột không dùng vào việc gì, chữ vẫn được giữ: {listed}"
        remarks.append(Remark(code="column_ignored", message=message))
    return TaskTable(
        title=piece.title,
        place=piece.place,
        columns={key: layout.headers[place] for key, place in layout.places.items()},
        rows=tuple(rows),
        groups=tuple(found.groups),
        remarks=tuple(remarks),
    )


def _settled(piece: Piece, *, year: int, rules: IntakeRules) -> Layout:
    """Return the layout without columns whose cells show that they are something else."""
    layout = piece.layout
    for key, is_other in (("deadline", _is_status), ("lead", _is_measure)):
        if key in layout.places:
            cells = [text for line in piece.lines if (text := layout.text(line.row, key))]
            if is_other(layout, cells, year=year, rules=rules):
                layout = layout.without(key)
    return layout


def _is_status(layout: Layout, cells: Sequence[str], *, year: int, rules: IntakeRules) -> bool:
    """Tell whether "Tiến độ" says how far the work is, not by when it is due."""
    header = folded(layout.headers[layout.places["deadline"]])
    doubtful = {folded(word) for word in rules.tables.doubtful_deadline}
    if "deadline" in layout.certain and header not in doubtful:
        return False
    unread = [text for text in cells if _names_no_date(text, year=year, rules=rules)]
    return len(unread) * 2 > len(cells)


def _names_no_date(text: str, *, year: int, rules: IntakeRules) -> bool:
    if text.lower().strip() in rules.tables.status or "%" in text:
        return True
    return read_deadline(text, year=year, rules=rules).kind in _UNREAD


def _is_measure(layout: Layout, cells: Sequence[str], *, year: int, rules: IntakeRules) -> bool:
    """Tell whether "Đơn vị" is the unit of a figure ("hồ sơ", "%"), not of an agency."""
    del year, rules
    if folded(layout.headers[layout.places["lead"]]) != "don vi":
        return False
    small = [text for text in cells if not text[0].isupper()]
    return len(small) * 2 > len(cells)
