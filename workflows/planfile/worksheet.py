"""An assignment table to worksheet rows; names of units and people stay as they are written."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.draft import Deadline, Worksheet, WorksheetRow
from engine.errors import BadInput, Fault
from workflows.planfile.cells import Row, read_rows
from workflows.planfile.classes import stated_class
from workflows.planfile.columns import Header, find_header
from workflows.planfile.deadlines import read_deadline
from workflows.planfile.matching import normal
from workflows.planfile.rules import IntakeRules
from workflows.planfile.text import decode

_COLUMN_NUMBERS = re.compile(r"\(?[\divxl]{1,4}\)?", re.IGNORECASE)
_SURE_SEPARATOR = re.compile(r"\s*[;\n]\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """What reading one row needs to know of the whole table."""

    header: Header
    year: int
    rules: IntakeRules

    def cell(self, row: Row, key: str) -> str:
        place = self.header.places.get(key)
        return row.cells[place] if place is not None and place < len(row.cells) else ""


def read_table(data: bytes, name: str, *, year: int, rules: IntakeRules) -> Worksheet:
    """Read an assignment table.

    Raises:
        BadInput: not such a table; every fault of every row at once, with its row and column.
    """
    rows = read_rows(decode(data, name=name, rules=rules), name=name)
    header = find_header(rows, name=name, rules=rules)
    reader = _Reader(header=header, year=year, rules=rules)
    read: list[WorksheetRow] = []
    faults: list[Fault] = []
    for row in rows:
        if row.number <= header.row or _says_nothing(row, reader):
            continue
        problems = _problems(row, reader)
        faults.extend(problems)
        if not problems:
            read.append(_row(row, reader, above=read[-1].deadline if read else None))
    faults.extend(_repeated(read))
    if not read and not faults:
        faults.append(Fault(place="bảng", problem="không có dòng nào dưới dòng tiêu đề"))
    if faults:
        raise BadInput(source=name, faults=faults)
    return Worksheet(source_name=name, digest=hashlib.sha256(data).hexdigest(), rows=tuple(read))


def split_names(cell: str, *, rules: IntakeRules) -> tuple[str, ...]:
    """Split a cell that names several units.

    A semicolon or a new line always separates. A comma separates only before something that begins
    like the name of a unit or is an abbreviation in capitals: "Sở Văn hóa, Thể thao và Du lịch" and
    "Các sở, ban, ngành" are one name each.
    """
    names: list[str] = []
    for part in _SURE_SEPARATOR.split(cell):
        pieces: list[str] = []
        for piece in re.split(r",\s*", part):
            if pieces and not _begins_a_name(piece, rules=rules):
                pieces[-1] += f", {piece}"
            else:
                pieces.append(piece)
        names.extend(piece.strip(" .") for piece in pieces)
    return tuple(name for name in names if name)


def _begins_a_name(text: str, *, rules: IntakeRules) -> bool:
    first = text.split(" ", 1)[0]
    is_abbreviation = len(first) > 1 and first.isupper()
    return is_abbreviation or any(
        f"{text} ".startswith(f"{word} ") or (word.endswith(".") and text.startswith(word))
        for word in rules.units.first_words
    )


def _says_nothing(row: Row, reader: _Reader) -> bool:
    """Tell whether a row is empty, counts the columns "(1) (2) (3)" or only names a group."""
    if all(_COLUMN_NUMBERS.fullmatch(cell) for cell in row.cells if cell):
        return True
    named = {cell for key in ("number", "task") if (cell := reader.cell(row, key))}
    filled = {cell for cell in row.cells if cell}
    return not reader.cell(row, "code") and (filled <= named or len(filled) == 1)


def _problems(row: Row, reader: _Reader) -> list[Fault]:
    # One cell too many is a comma without quotes: everything after it stands in the wrong column.
    header, extra = reader.header, any(row.cells[reader.header.width :])
    if extra or not header.width <= len(row.cells) <= max(header.cells, header.width):
        problem = f"có {len(row.cells)} ô, dòng tiêu đề có {header.width} cột"
        cure = "ô có dấu phân cách bên trong phải đặt trong ngoặc kép"
        return [Fault(place=f"dòng {row.number}", problem=problem, cure=cure)]
    faults = []
    if not reader.cell(row, "code"):
        place = _place(row, "code", reader)
        faults.append(Fault(place=place, problem="thiếu mã nhiệm vụ", cure="điền mã như II.1.4"))
    for key, words in (("decision", _decision_words(reader)), ("urgent", _flag_words(reader))):
        written = normal(reader.cell(row, key)).lower()
        if written and written not in words:
            cure = f"dùng một trong: {', '.join(dict.fromkeys(words))}, hoặc để trống"
            problem = f"không hiểu “{written}”"
            faults.append(Fault(place=_place(row, key, reader), problem=problem, cure=cure))
    return faults


def _place(row: Row, key: str, reader: _Reader) -> str:
    return f"dòng {row.number}, cột {reader.rules.columns.synonyms()[key][0]}"


def _decision_words(reader: _Reader) -> Mapping[str, str]:
    return {word: key for key, words in reader.rules.decisions.items() for word in words}


def _flag_words(reader: _Reader) -> Sequence[str]:
    return (*reader.rules.flags.yes, *reader.rules.flags.no)


def _row(row: Row, reader: _Reader, *, above: Deadline | None) -> WorksheetRow:
    def text(key: str) -> str | None:
        return reader.cell(row, key) or None

    decided = _decision_words(reader).get(normal(reader.cell(row, "decision")).lower())
    deadline = _deadline(reader.cell(row, "deadline"), reader, above=above)
    urgent = normal(reader.cell(row, "urgent")).lower()
    # Without a column of lead units, who does it is read as who leads.
    has_lead = "lead" in reader.header.places
    return WorksheetRow(
        row=row.number,
        code=reader.cell(row, "code").rstrip("."),
        title=text("task"),
        kind=stated_class(deadline, decision=decided, words=reader.rules.classes),
        lead=text("lead" if has_lead else "assignee"),
        coordinating=split_names(reader.cell(row, "coordinating"), rules=reader.rules),
        assignee=text("assignee") if has_lead else None,
        deadline=deadline,
        output=text("output"),
        decision=decided,
        verifier=text("verifier"),
        urgent=urgent in reader.rules.flags.yes,
    )


def _deadline(phrase: str, reader: _Reader, *, above: Deadline | None) -> Deadline | None:
    if not phrase:
        return None
    read = read_deadline(phrase, year=reader.year, rules=reader.rules)
    if read.kind == "ditto" and above is not None:
        return replace(above, phrase=phrase)
    return read


def _repeated(rows: Sequence[WorksheetRow]) -> list[Fault]:
    first: dict[str, int] = {}
    faults = []
    for row in rows:
        before = first.setdefault(row.code, row.row)
        if before != row.row:
            place = f"dòng {before} và dòng {row.row}"
            problem = f"hai dòng cùng mã {row.code}"
            faults.append(Fault(place=place, problem=problem, cure="bỏ một dòng hoặc sửa mã"))
    return faults
