"""units.csv and people.csv: bytes in, rows of the roster and every fault out; no database.

Words of headers and positions are data (`OrgWords`). A fault names its line; the caller adds the
faults that only the database can see, and refuses the file as a whole.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar, cast

from engine.addresses import is_address
from engine.errors import BadInput, Fault
from engine.roster import PeopleSheet, PersonEntry, PositionKind, UnitEntry, UnitSheet
from engine.spelling import did_you_mean
from workflows.planfile import text
from workflows.planfile.matching import folded
from workflows.planfile.rules import IntakeRules

Entry = TypeVar("Entry", UnitEntry, PersonEntry)

_DELIMITERS = ",;\t"
_CODE = re.compile(r"[^\s/|,;]{1,64}")
_LONGEST_NAME = 300
_REQUIRED = {"unit": ("code", "name"), "person": ("code", "name", "unit", "position")}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrgWords:
    """Words by which the two files are read, folded for comparison.

    Attributes:
        columns: By kind of file (`unit`, `person`) and field, its headers; the first is shown.
        positions: Position by folded word; the English codes are words too.
        acting: The same of those who hold it until somebody is appointed.
        marks: Truth by folded word.
    """

    columns: Mapping[str, Mapping[str, tuple[str, ...]]]
    positions: Mapping[str, PositionKind]
    acting: Mapping[str, PositionKind]
    marks: Mapping[str, bool]

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> "OrgWords":
        """Build the words from the parsed defaults."""
        return cls(
            columns={
                kind: {field: tuple(words) for field, words in data[kind].items()}
                for kind in _REQUIRED
            },
            positions={
                fold(word): cast("PositionKind", position)
                for position, words in data["positions"].items()
                for word in (position, *words)
            },
            acting={
                fold(word): cast("PositionKind", position)
                for position, words in data["acting"].items()
                for word in words
            },
            marks={fold(word): True for word in data["marks"]["yes"]}
            | {fold(word): False for word in data["marks"]["no"]},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A row of the file by field; a missing column reads as ""."""

    place: str
    cells: Mapping[str, str]

    def fault(self, problem: str, cure: str = "", *, column: str = "") -> Fault:
        where = f"{self.place}, cột {column}" if column else self.place
        return Fault(place=where, problem=problem, cure=cure)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What reading one kind of file needs at hand."""

    kind: str
    words: OrgWords
    faults: list[Fault]

    def column(self, field: str) -> str:
        return self.words.columns[self.kind][field][0]


def read_units(data: bytes, name: str, *, words: OrgWords, rules: IntakeRules) -> UnitSheet:
    """Return the units of a file in its order, with the faults of its rows.

    Raises:
        BadInput: it is no table of units at all: empty, binary, another encoding, wrong columns.
    """
    reading = _Reading(kind="unit", words=words, faults=[])
    entries = _read(data, name, reading=reading, rules=rules, entry=_unit)
    reading.faults.extend(_several_monitors(entries))
    return UnitSheet(source=name, entries=entries, faults=tuple(reading.faults))


def read_people(data: bytes, name: str, *, words: OrgWords, rules: IntakeRules) -> PeopleSheet:
    """Return the people of a file in its order, with the faults of its rows.

    Raises:
        BadInput: it is no table of people at all: empty, binary, another encoding, wrong columns.
    """
    reading = _Reading(kind="person", words=words, faults=[])
    entries = _read(data, name, reading=reading, rules=rules, entry=_person)
    return PeopleSheet(source=name, entries=entries, faults=tuple(reading.faults))


def read_person(fields: Mapping[str, str], *, words: OrgWords) -> PersonEntry:
    """Return one person given field by field, judged as a row of a file would be.

    Raises:
        BadInput: a field is wrong; every fault is named.
    """
    reading = _Reading(kind="person", words=words, faults=[])
    cells = {name: " ".join(value.split()) for name, value in fields.items()}
    entry = _person(_Row(place="lệnh", cells=cells), reading)
    if entry is None:
        raise BadInput(source="person", faults=reading.faults)
    return entry


def fold(word: str) -> str:
    """Return a word without case, accents, punctuation and double spaces, for comparison."""
    plain = folded(word)
    return re.sub(r"[^\w✓✔]+", " ", plain).strip() or plain


def _read(
    data: bytes,
    name: str,
    *,
    reading: _Reading,
    rules: IntakeRules,
    entry: Callable[[_Row, _Reading], Entry | None],
) -> tuple[Entry, ...]:
    decoded = text.decode(text.load(data, name=name, rules=rules), name=name, rules=rules)
    entries: dict[str, Entry] = {}
    for row in _rows(decoded, name, reading=reading):
        found = entry(row, reading)
        if found is None:
            continue
        if found.code in entries:
            problem = f"mã {found.code} đã có ở {entries[found.code].place}"
            reading.faults.append(row.fault(problem, "mỗi mã một dòng"))
            continue
        entries[found.code] = found
    if not entries and not reading.faults:
        fault = Fault(place="tệp", problem="không có dòng nào dưới tiêu đề", cure="thêm các dòng")
        raise BadInput(source=name, faults=[fault])
    return tuple(entries.values())


def _rows(decoded: str, name: str, *, reading: _Reading) -> Iterator[_Row]:
    lines = decoded.split("\n")
    first = next(index for index, line in enumerate(lines) if line.strip())
    delimiter = max(_DELIMITERS, key=lines[first].count)
    reader = csv.reader(io.StringIO(decoded), delimiter=delimiter, strict=True)
    fields: list[str | None] | None = None
    last = 0
    try:
        for cells in reader:
            place, last = f"dòng {last + 1}", reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if fields is None:
                fields = _header(cells, name, reading=reading)
            elif len(cells) > len(fields) and any(cell.strip() for cell in cells[len(fields) :]):
                problem = f"có {len(cells)} ô, tiêu đề chỉ có {len(fields)}"
                reading.faults.append(
                    Fault(place=place, problem=problem, cure="ô có dấu phẩy phải để trong nháy kép")
                )
            else:
                yield _Row(place=place, cells=_named(fields, cells))
    except csv.Error as error:
        problem = f"không đọc được bảng ({error})"
        cure = "kiểm tra dấu nháy kép mở mà không đóng"
        reading.faults.append(Fault(place=f"dòng {last + 1}", problem=problem, cure=cure))


def _named(fields: Sequence[str | None], cells: Sequence[str]) -> dict[str, str]:
    named = {field: "" for field in fields if field is not None}
    for field, cell in zip(fields, cells, strict=False):
        if field is not None:
            named[field] = " ".join(cell.split())
    return named


def _header(cells: Sequence[str], name: str, *, reading: _Reading) -> list[str | None]:
    """Return the field of each column, None for a column that is not ours."""
    known = reading.words.columns[reading.kind]
    by_word = {fold(word): field for field, words in known.items() for word in (*words, field)}
    fields = [by_word.get(fold(cell)) for cell in cells]
    faults = [
        Fault(place=f"cột {known[field][0]}", problem="có hai lần", cure="chỉ giữ một cột")
        for field in known
        if fields.count(field) > 1
    ]
    strange = [cell.strip() for cell, field in zip(cells, fields, strict=True) if field is None]
    for field in _REQUIRED[reading.kind]:
        if field not in fields:
            hint = f"tệp có: {', '.join(strange)}" if strange else "thêm cột này"
            faults.append(Fault(place=f"cột {known[field][0]}", problem="không có", cure=hint))
    if faults:
        raise BadInput(source=name, faults=faults)
    return fields


def _unit(row: _Row, reading: _Reading) -> UnitEntry | None:
    before = len(reading.faults)
    code, name = _identity(row, reading)
    marked = row.cells.get("monitor", "")
    is_monitor = reading.words.marks.get(fold(marked)) if marked else False
    if is_monitor is None:
        reading.faults.append(
            row.fault(
                f"không hiểu {marked!r}", "ghi x hoặc để trống", column=reading.column("monitor")
            )
        )
    parent = row.cells.get("parent") or None
    if parent is not None and parent == code:
        reading.faults.append(
            row.fault("đơn vị trực thuộc chính nó", "ghi mã đơn vị cấp trên",
                      column=reading.column("parent"))
        )  # fmt: skip
    from_on = _day(row, "from", reading)
    if len(reading.faults) > before:
        return None
    return UnitEntry(
        place=row.place,
        code=code,
        name=name,
        from_on=from_on,
        parent=parent,
        leader=row.cells.get("leader") or None,
        aliases=_aliases(row.cells.get("aliases", "")),
        is_monitor=bool(is_monitor),
    )


def _person(row: _Row, reading: _Reading) -> PersonEntry | None:
    before = len(reading.faults)
    code, name = _identity(row, reading)
    for field in ("unit", "position"):
        if not row.cells[field]:
            reading.faults.append(row.fault("còn trống", column=reading.column(field)))
    position = _position(row, reading)
    email = row.cells.get("email") or None
    if email is not None and not is_address(email):
        reading.faults.append(
            row.fault(f"{email!r} không phải một địa chỉ thư", 'viết dạng "ten@coquan.gov.vn"',
                      column=reading.column("email"))
        )  # fmt: skip
    from_on, to_on = (_day(row, field, reading) for field in ("from", "to"))
    if from_on is not None and to_on is not None and from_on > to_on:
        reading.faults.append(
            row.fault("ngày kết thúc trước ngày bắt đầu", column=reading.column("to"))
        )
    is_acting = _is_acting(row, reading)
    if len(reading.faults) > before or position is None:
        return None
    return PersonEntry(place=row.place, code=code, name=name, unit=row.cells["unit"],
                       position=position, email=email, from_on=from_on, to_on=to_on,
                       is_acting=is_acting)  # fmt: skip


def _identity(row: _Row, reading: _Reading) -> tuple[str, str]:
    code, name = row.cells["code"], row.cells["name"]
    if not _CODE.fullmatch(code):
        problem = f"mã {code!r} không dùng được" if code else "còn trống"
        cure = "mã dài 1 đến 64 ký tự, không có dấu cách, phẩy, chấm phẩy, gạch chéo"
        reading.faults.append(row.fault(problem, cure, column=reading.column("code")))
    if not 0 < len(name) <= _LONGEST_NAME:
        problem = "còn trống" if not name else f"dài quá {_LONGEST_NAME} ký tự"
        reading.faults.append(row.fault(problem, column=reading.column("name")))
    return code, name


def _position(row: _Row, reading: _Reading) -> PositionKind | None:
    word = row.cells["position"]
    words = reading.words
    found = words.positions.get(fold(word)) or words.acting.get(fold(word))
    if word and found is None:
        known = ("director", "deputy_director", "unit_head", "deputy_head", "officer", "auditor")
        problem = f"không có chức vụ {word!r}"
        reading.faults.append(
            row.fault(problem, did_you_mean(word, known), column=reading.column("position"))
        )
    return found


def _is_acting(row: _Row, reading: _Reading) -> bool:
    """Return whether the position is held until somebody is appointed, by its word or its mark."""
    if fold(row.cells["position"]) in reading.words.acting:
        return True
    marked = row.cells.get("acting", "")
    is_acting = reading.words.marks.get(fold(marked)) if marked else False
    if is_acting is None:
        reading.faults.append(
            row.fault(f"{marked!r} không phải có hoặc không", 'ghi "x", hoặc để trống',
                      column=reading.column("acting"))
        )  # fmt: skip
    return bool(is_acting)


def _day(row: _Row, field: str, reading: _Reading) -> date | None:
    written = row.cells.get(field, "")
    if not written:
        return None
    parts = written.split("/")
    iso = "-".join(part.zfill(2) for part in reversed(parts)) if len(parts) > 1 else written
    try:
        return date.fromisoformat(iso)
    except ValueError:
        reading.faults.append(
            row.fault(f"{written!r} không phải ngày", "viết 30/6/2023 hoặc 2023-06-30",
                      column=reading.column(field))
        )  # fmt: skip
        return None


def _aliases(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in cell.split(";") if part.strip()))


def _several_monitors(entries: Sequence[UnitEntry]) -> Iterator[Fault]:
    monitors = [entry for entry in entries if entry.is_monitor]
    for entry in monitors[1:]:
        yield Fault(
            place=entry.place,
            problem=f"{entry.code} cũng được đánh dấu theo dõi, như {monitors[0].code}",
            cure="chỉ một đơn vị theo dõi kế hoạch",
        )
