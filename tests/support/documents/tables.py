"""Tables as a reader leaves them, drawn in a few lines of a test.

A line is a row, its cells between bars; "<" is covered by the cell to its left, "^" by the one
above; " // " breaks a line within a cell. A line that begins with ">" is a paragraph, "===" ends a
table, so that the next row begins another.
"""

from collections.abc import Sequence

from config.defaults import reading_rules
from workflows.planfile import IntakeRules, intake_rules
from workflows.planfile.blocks import (
    Block,
    Cell,
    Document,
    Format,
    Note,
    Paragraph,
    Place,
    Row,
    Table,
)
from workflows.planfile.tables import TableRow, TaskTable, coded, read_task_tables

RULES: IntakeRules = intake_rules(reading_rules("intake"))
YEAR = 2026

_LEFT, _ABOVE, _BREAK = "<", "^", " // "


def drawn(text: str, *, format: Format = "docx", notes: Sequence[Note] = ()) -> Document:  # noqa: A002
    """Return the document that a drawing shows."""
    blocks: list[Block] = []
    rows: list[list[str]] = []
    tables = 0
    for line in [*text.strip().split("\n"), "==="]:
        stripped = line.strip()
        if stripped.startswith((">", "===")):
            if rows:
                tables += 1
                blocks.append(_table(rows, index=tables))
                rows = []
            if stripped.startswith(">"):
                place = Place(paragraph=len(blocks) + 1)
                blocks.append(Paragraph(text=stripped.lstrip("> "), place=place))
        elif stripped:
            rows.append([cell.strip().replace(_BREAK, "\n") for cell in line.split("|")])
    return Document(
        name="ke-hoach.docx",
        digest="0" * 64,
        format=format,
        blocks=tuple(blocks),
        notes=tuple(notes),
    )


def tables_of(text: str, *, year: int = YEAR) -> tuple[TaskTable, ...]:
    """Return the tables of tasks in a drawing."""
    return read_task_tables(drawn(text), year=year, rules=RULES)


def rows_of(text: str, *, year: int = YEAR) -> tuple[TableRow, ...]:
    """Return the rows of all tables of tasks in a drawing, with their codes."""
    return coded([row for table in tables_of(text, year=year) for row in table.rows])


def remarks_of(row: TableRow) -> list[str]:
    """Return the codes of what was remarked about a row."""
    return [remark.code for remark in row.remarks]


def _table(rows: Sequence[Sequence[str]], *, index: int) -> Table:
    width = max(len(row) for row in rows)
    made: list[Row] = []
    for number, cells in enumerate(rows, start=1):
        above = made[-1].cells if made else ()
        made.append(
            Row(
                cells=_cells([*cells, *[""] * (width - len(cells))], above=above),
                place=Place(table=index, row=number),
            )
        )
    return Table(rows=tuple(made), place=Place(table=index))


def _cells(texts: Sequence[str], *, above: Sequence[Cell]) -> tuple[Cell, ...]:
    made: list[Cell] = []
    for place, text in enumerate(texts):
        if text == _LEFT:
            made.append(Cell(text=made[-1].text, is_merged=True))
        elif text == _ABOVE:
            made.append(Cell(text=above[place].text, is_merged=True))
        else:
            made.append(Cell(text=text))
    return tuple(made)
