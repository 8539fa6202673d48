"""Outline codes for rows without one; stable: the same table gives the same codes.

A row is called by its number alone ("14", "I.2") where no two rows of the table share one, else by
its group and its number ("III.1"). A row without a number is called by its position: "III.2" in a
group without numbers, "14-1" after row 14. Where numbers begin anew without the row of a group, the
group is called after the one before and how often it began: "III-2.1", "0-2.1" before any group.
Rows of a second table whose codes are taken are called "B2.14".
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from engine.draft import Remark
from workflows.planfile.tables.row import Group, TableRow

_BULLETS = {"-", "+"}


def coded(rows: Sequence[TableRow]) -> tuple[TableRow, ...]:
    """Return the rows with a code each; no two rows share one but those the table itself calls so.

    Args:
        rows: All rows of the tables of one document, in order.
    """
    tables: dict[int, list[TableRow]] = {}
    for row in rows:
        tables.setdefault(row.table, []).append(row)
    taken: set[str] = set()
    found: list[TableRow] = []
    for number, ones in tables.items():
        called = _Table(rows=ones).codes()
        clash = any(code in taken for row, code in zip(ones, called, strict=True) if not row.code)
        for row, code in zip(ones, called, strict=True):
            full = f"B{number}.{code}" if clash and not row.code else code
            found.append(_called(row, full, taken=taken))
            taken.add(found[-1].code)
    return tuple(found)


@dataclass(slots=True, kw_only=True)
class _Table:
    """The rows of one table, and how many stood in each place so far."""

    rows: Sequence[TableRow]
    _positions: Counter[str] = field(default_factory=Counter)
    _numbered: set[tuple[Group, ...]] = field(default_factory=set)
    _unmarked: dict[tuple[Group, ...], str] = field(default_factory=dict)

    def codes(self) -> list[str]:
        """Return the code of each row, not yet checked for rows of the same name."""
        numbers = [row.number for row in self.rows if self._is_numbered(row)]
        self._numbered = {row.group for row in self.rows if self._is_numbered(row)}
        is_unique = len(set(numbers)) == len(numbers)
        named: list[str] = []
        for row in self.rows:
            parent = named[row.parent] if row.parent is not None else None
            before = named[-1] if named else ""
            named.append(row.code or self._code(row, parent, before, is_unique=is_unique))
        return named

    def _is_numbered(self, row: TableRow) -> bool:
        return bool(row.number) and row.number not in _BULLETS and row.parent is None

    def _code(self, row: TableRow, parent: str | None, before: str, *, is_unique: bool) -> str:
        if "." in row.number and row.number[0].isalpha() and row.number[0].isupper():
            return row.number
        if parent is not None:
            return self._part(row, parent)
        group = self._group(row.group)
        if not self._is_numbered(row):
            return self._positioned(row, group, before)
        return row.number if is_unique or not group else f"{group}.{row.number}"

    def _part(self, row: TableRow, parent: str) -> str:
        if row.number in _BULLETS:
            self._positions[parent] += 1
            return f"{parent}.{self._positions[parent]}"
        over = self.rows[row.parent].number if row.parent is not None else ""
        return f"{parent}.{row.number.removeprefix(f'{over}.')}"

    def _positioned(self, row: TableRow, group: str, before: str) -> str:
        is_numbered_group = row.group in self._numbered
        over = before if is_numbered_group and before else group
        self._positions[over] += 1
        position = self._positions[over]
        if is_numbered_group and before:
            return f"{before}-{position}"
        return f"{group}.{position}" if group else str(position)

    def _group(self, path: tuple[Group, ...]) -> str:
        """Return the marks of the groups a row stands in; a group without one is counted."""
        marks = []
        for depth, group in enumerate(path, start=1):
            if group.mark:
                marks.append(group.mark)
                continue
            known = path[:depth]
            if known not in self._unmarked:
                self._unmarked[known] = f"N{len(self._unmarked) + 1}"
            marks.append(self._unmarked[known])
        return ".".join(marks)


def _called(row: TableRow, code: str, *, taken: set[str]) -> TableRow:
    """Return a row under a code that no other has; what the table itself says is not touched."""
    if row.code:
        return row
    free, again = code, 1
    while free in taken:
        again += 1
        free = f"{code}-{again}"
    if free == code:
        return replace(row, code=code)
    message = f"số “{row.number or code}” đã có dòng khác dùng, tạm gọi là {free}"
    remark = Remark(code="number_repeated", message=message)
    return replace(row, code=free, remarks=(*row.remarks, remark))
