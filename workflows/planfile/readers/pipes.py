"""Tables drawn with vertical bars inside a text, as converters and Markdown write them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.errors import BadInput, Fault
from workflows.planfile.blocks import Cell, Note, Place, Row, Table
from workflows.planfile.furniture import is_page_number

_OPENS = re.compile(r"\[TABLE\b[^\]]*\]", re.IGNORECASE)
_CLOSES = re.compile(r"\[/TABLE\]", re.IGNORECASE)
_BAR = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"\|?(?:\s*:?-{2,}:?\s*\|)+\s*(?::?-{2,}:?\s*)?|\|(?:\s*:?-+:?\s*\|)+")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_STRONG = "**"
# A converter writes a line break within a cell so; only where it also wrote the brackets.
_SLASH = " / "
#: The number of a page has so many digits at most.
_PAGE_DIGITS = 4
_ROWS_NAMED = 20
#: So many lines may a row go on over that was broken in the middle.
_WRAPPED_LINES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class PipeTable:
    """A table and the lines it takes; rows come with the line they begin on."""

    lines: range
    rows: tuple[tuple[int, str], ...]
    is_converted: bool


def find_tables(lines: Sequence[str]) -> list[PipeTable]:
    """Return the tables of a text; `lines` are numbered from 1."""
    found: list[PipeTable] = []
    at = 0
    while at < len(lines):
        table = _bracketed(lines, at) or _bare(lines, at)
        if table is None:
            at += 1
        else:
            found.append(table)
            at = table.lines.stop - 1
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A table as a block, None where nothing is in it; its page numbers; what is to be said."""

    block: Table | None
    furniture: list[str]
    notes: list[Note]


def as_block(
    table: PipeTable, *, index: int, columns: int, name: str, plain: Callable[[str], str]
) -> Drawn:
    """Return the table as a block, without the rows that are page numbers.

    Args:
        table: What was found.
        index: Which table of the document it is.
        columns: So many cells may a row have.
        name: The file, for messages.
        plain: Makes plain text of a line of a cell.

    Raises:
        BadInput: a row has more than `columns` cells.
    """
    rows, furniture = [], []
    split = [
        (line, [_cell(part, is_converted=table.is_converted, plain=plain) for part in _split(text)])
        for line, text in table.rows
    ]
    _refuse_wide(split, columns=columns, name=name)
    width = max((len(cells) for _, cells in split), default=0)
    numbers = _page_number_rows([cells for _, cells in split])
    for at, (line, cells) in enumerate(split):
        if at in numbers:
            furniture.append(" ".join(filter(None, cells)))
            continue
        padded = [*cells, *[""] * (width - len(cells))]
        rows.append(
            Row(
                cells=tuple(Cell(text=text) for text in padded),
                place=Place(line=line, table=index),
            )
        )
    while rows and rows[-1].is_empty:
        rows.pop()
    block = Table(rows=tuple(rows), place=rows[0].place) if rows else None
    return Drawn(block=block, furniture=furniture, notes=_notes(split))


def without_emphasis(text: str) -> str:
    """Return a text without the marks of bold type that a converter left in it."""
    return text.replace(_STRONG, "") if text.count(_STRONG) % 2 == 0 else text


def _bracketed(lines: Sequence[str], at: int) -> PipeTable | None:
    if not _OPENS.fullmatch(lines[at].strip()):
        return None
    rows: list[tuple[int, str]] = []
    for place in range(at + 1, len(lines)):
        text = lines[place].replace("\f", " ").strip()
        if _CLOSES.fullmatch(text):
            return PipeTable(lines=range(at + 1, place + 2), rows=tuple(rows), is_converted=True)
        if _OPENS.fullmatch(text):
            break
        if text.startswith("|") or not rows:
            rows.append((place + 1, text))
        elif text:
            number, before = rows[-1]
            rows[-1] = (number, f"{before}\n{text}")
    return None


def _bare(lines: Sequence[str], at: int) -> PipeTable | None:
    rows: list[tuple[int, str]] = []
    place = at
    while place < len(lines) and _is_row(text := lines[place].replace("\f", " ").strip()):
        tail = [] if text.endswith("|") else _tail(lines, place + 1)
        if not _RULE.fullmatch(text):
            rows.append((place + 1, " ".join([text, *tail])))
        place += 1 + len(tail)
    if not rows:
        return None
    return PipeTable(lines=range(at + 1, place + 1), rows=tuple(rows), is_converted=False)


def _is_row(text: str) -> bool:
    return text.startswith("|") and text.count("|") > 1


def _tail(lines: Sequence[str], start: int) -> list[str]:
    """Return the lines a row goes on over, where one of them ends with the bar that closes it."""
    found: list[str] = []
    for written in lines[start : start + _WRAPPED_LINES]:
        text = written.strip()
        if not text or text.startswith("|"):
            return []
        found.append(text)
        if text.endswith("|"):
            return found
    return []


def _split(text: str) -> list[str]:
    parts = _BAR.split(text)
    inner = parts[1:] if not parts[0].strip() else parts
    return inner[:-1] if len(inner) > 1 and not inner[-1].strip() else inner


def _cell(text: str, *, is_converted: bool, plain: Callable[[str], str]) -> str:
    text = _BREAK.sub("\n", text.replace(r"\|", "|"))
    if is_converted:
        text = text.replace(_SLASH, "\n")
    lines = (" ".join(plain(line.strip()).split()) for line in text.split("\n"))
    return "\n".join(filter(None, lines))


def _notes(rows: Sequence[tuple[int, Sequence[str]]]) -> list[Note]:
    """Say which rows have more cells than the header: a bar too many moves all that follow it."""
    # A title may stand above the header, in a cell of its own.
    width = next((len(cells) for _, cells in rows if len(cells) > 1), 1)
    wide = [line for line, cells in rows if len(cells) > width]
    message = f"có nhiều ô hơn tiêu đề của bảng ({width}); kiểm tra các dấu “|”"
    return [
        Note(code="ragged_row", message=f"dòng {line} {message}", place=Place(line=line))
        for line in wide[:_ROWS_NAMED]
    ]


def _page_number_rows(rows: Sequence[Sequence[str]]) -> set[int]:
    """Return the rows that hold nothing but the number of a page.

    A bare number is one where it does not carry on the numbers of the rows before.
    """
    found: set[int] = set()
    last = 0
    for at, cells in enumerate(rows):
        held = [cell for cell in cells if cell]
        number = (
            int(held[0]) if held and held[0].isdecimal() and len(held[0]) <= _PAGE_DIGITS else None
        )
        if len(held) == 1 and (is_page_number(held[0]) or (number and number != last + 1)):
            found.add(at)
        elif number is not None:
            last = number
    return found


def _refuse_wide(rows: Sequence[tuple[int, Sequence[str]]], *, columns: int, name: str) -> None:
    wide = [line for line, cells in rows if len(cells) > columns]
    if wide:
        problem = f"dòng của bảng có hơn {columns} cột"
        cure = "kiểm tra các dấu “|” trong dòng"
        faults = [
            Fault(place=f"dòng {line}", problem=problem, cure=cure) for line in wide[:_ROWS_NAMED]
        ]
        raise BadInput(source=name, faults=faults)
