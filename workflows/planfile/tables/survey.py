"""The columns of the tables of a file as they were recognised, for a person to look at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.plaintext import shortened
from workflows.planfile.blocks import Document, Place, Row, Table
from workflows.planfile.rules import IntakeRules
from workflows.planfile.tables.columns import Layout, find_layout
from workflows.planfile.tables.headers import likeliest
from workflows.planfile.tables.pieces import find_pieces

_SAMPLES = 2
_SAMPLE = 60
#: Columns of a file that anybody looks at.
_MOST_COLUMNS = 60
_MOST_TABLES = 20
#: Less is a frame around something, and no table of tasks.
_FEWEST_COLUMNS, _FEWEST_ROWS = 3, 2
_WHOLE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenColumn:
    """A column: its header as written, which one it was taken for ("" none), how surely, in %."""

    header: str
    key: str = ""
    fit: int = 0
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenTable:
    """A table with its columns; `is_read` where tasks are read from it."""

    file: str
    title: str
    page: int | None = None
    sheet: str | None = None
    row: int | None = None
    rows: int
    is_read: bool
    columns: tuple[SeenColumn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What tables the files of a plan have."""

    tables: tuple[SeenTable, ...] = ()

    @property
    def is_read(self) -> bool:
        """Whether tasks are read from any of them."""
        return any(one.is_read for one in self.tables)


def survey(documents: Sequence[Document], *, rules: IntakeRules) -> Survey:
    """Return the tables of documents: those of tasks, and those that might be."""
    found = [table for one in documents for table in _tables(one, rules=rules)]
    return Survey(tables=tuple(found[:_MOST_TABLES]))


def _tables(document: Document, *, rules: IntakeRules) -> Iterator[SeenTable]:
    widths = set()
    for piece in find_pieces(document, rules=rules, accepts=lambda one: one.is_of_tasks):
        rows = [line.row for line in piece.lines]
        widths.add(len(piece.layout.headers))
        yield _seen(document, piece.layout, rows, place=piece.place, title=piece.title, rules=rules)
    for block in document.blocks:
        if isinstance(block, Table) and _might_be(block, widths):
            found = find_layout(block.rows, rules=rules, accepts=lambda one: one.is_of_tasks)
            at, layout = found or _guessed(block)
            if not layout.is_of_tasks:
                below = block.rows[at + 1 :]
                place = block.rows[at].place
                yield _seen(document, layout, below, place=place, title="", rules=rules)


def _might_be(table: Table, widths: set[int]) -> bool:
    """Tell whether a table may be one of tasks whose header nobody knows."""
    width = len(table.rows[0].cells) if table.rows else 0
    # One as wide as a table that is read is a page of it.
    return width >= _FEWEST_COLUMNS and len(table.rows) >= _FEWEST_ROWS and width not in widths


def _guessed(table: Table) -> tuple[int, Layout]:
    """Return the first row that names something in most columns, as a header."""
    for at, row in enumerate(table.rows):
        headers = tuple(" ".join(cell.text.split()) for cell in row.cells)
        if len(set(filter(None, headers))) * 2 > len(headers):
            return at, Layout(places={}, headers=headers)
    return 0, Layout(places={}, headers=())


def _seen(
    document: Document,
    layout: Layout,
    rows: Sequence[Row],
    *,
    place: Place,
    title: str,
    rules: IntakeRules,
) -> SeenTable:
    keys = {at: key for key, at in layout.places.items()}
    return SeenTable(
        file=document.name,
        title=shortened(" ".join(title.split()), most=200),
        page=place.page,
        sheet=place.sheet,
        row=place.row,
        rows=len(rows),
        is_read=layout.is_of_tasks,
        columns=tuple(
            _column(header, keys.get(at, ""), [row.cells[at].text for row in rows
                                               if at < len(row.cells)], rules=rules)
            for at, header in enumerate(layout.headers[:_MOST_COLUMNS])
            if header
        ),
    )  # fmt: skip


def _column(header: str, key: str, cells: Sequence[str], *, rules: IntakeRules) -> SeenColumn:
    named, fit = likeliest((header.replace(" / ", " "), header), rules=rules)
    filled = (" ".join(text.split()) for text in cells)
    samples = dict.fromkeys(shortened(text, most=_SAMPLE) for text in filled if text)
    is_kept = named == "other"
    return SeenColumn(
        header=header,
        key=key or (named if is_kept else ""),
        fit=min(_WHOLE, round(fit)) if (key and named == key) or is_kept else 0,
        samples=tuple(samples)[:_SAMPLES],
    )
