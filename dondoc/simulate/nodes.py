"""YAML as lines, keys and words; what they mean is decided by who asks for a field.

YAML guesses: it reads `10:30` as 630, `no` as false, and dies of `2025-06-31`. Nothing is guessed
here: a scalar is text, except null, true, false and decimal integers without a leading zero.
Faults are gathered, not raised, so that a person sees all of them at once; after a fault the
functions return a stand-in of the right type, which must not outlive `Page.check`.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import TypeVar
from zoneinfo import ZoneInfo

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from dondoc.simulate.documents import (
    BOOL,
    INT,
    NULL,
    STAND_IN,
    TEXT,
    compose,
)
from engine.errors import BadInput, Fault
from engine.spelling import did_you_mean

Item = TypeVar("Item")
Other = TypeVar("Other")

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2})")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
#: What an escape in quotes can smuggle in: controls, odd line breaks, halves of characters.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
#: Beyond these years a date is a slip of the pen.
_YEARS = range(1970, 2200)
#: Stands where a date could not be read.
_NO_DATE = date(1969, 12, 31)
#: Widths of the columns where codes and names are kept.
_CODE, _NAME = 64, 300


class Page:
    """One file on its way to being understood, and everything found wrong with it."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._faults: list[tuple[int, Fault]] = []

    def wrong(self, node: Node | int, problem: str, cure: str = "") -> None:
        """Note a fault at a node or a line; of what stands in for a defect nothing is said."""
        if isinstance(node, Node) and node.tag == STAND_IN:
            return
        number = node if isinstance(node, int) else line(node)
        fault = Fault(place=f"dòng {number}", problem=problem, cure=cure)
        self._faults.append((number, fault))

    def check(self) -> None:
        """Raise what was noted.

        Raises:
            BadInput: every fault, in the order of the file.
        """
        if self._faults:
            ordered = sorted(self._faults, key=lambda found: found[0])
            raise BadInput(source=self.source, faults=[fault for _, fault in ordered])

    def parse(self, content: bytes) -> Node:
        """Return the document in a file; what is wrong with its text is noted.

        Raises:
            BadInput: it is no YAML document in UTF-8, or too large.
        """
        node, defects = compose(content)
        for one in defects:
            self.wrong(one.line, one.problem, one.cure)
        if node is None:
            self.check()
        assert node is not None  # noqa: S101 - `check` has raised
        return node

    def mapping(
        self,
        node: Node,
        *,
        required: Collection[str] = (),
        optional: Collection[str] = (),
        nullable: Collection[str] = (),
    ) -> dict[str, Node]:
        """Return the fields of a mapping by key; an optional field that says null is left out."""
        if not isinstance(node, MappingNode):
            self.wrong(node, f"{shown(node)} không phải nhóm khoá", 'viết dạng "khoá: giá trị"')
            return {}
        found: dict[str, Node] = {}
        known = {*required, *optional, *nullable}
        for key, value in node.value:
            name = key.value if isinstance(key, ScalarNode) else ""
            if name == "<<":
                self.wrong(key, "khoá gộp (<<) không được dùng", "viết lại đầy đủ")
            elif name not in known:
                self.wrong(key, f"không có khoá {shown(key)}", did_you_mean(name, known))
            elif name in found:
                self.wrong(key, f"khoá {name!r} viết hai lần", "giữ một")
            else:
                found[name] = value
        for name in required:
            if name not in found:
                self.wrong(node, f"thiếu {name!r}", "viết thêm khoá ấy")
        return {
            name: value
            for name, value in found.items()
            if name not in optional or not is_null(value)
        }

    def given(
        self, fields: Mapping[str, Node], key: str, read: Callable[[Node], Item], otherwise: Other
    ) -> Item | Other:
        """Return a field as a function reads it, and something else where it is absent."""
        return read(fields[key]) if key in fields else otherwise

    def listed(self, node: Node | None) -> Sequence[Node]:
        """Return the entries of a list; nothing where the field is absent."""
        if node is None:
            return ()
        if not isinstance(node, SequenceNode):
            self.wrong(node, f"{shown(node)} không phải danh sách", "viết trong [ ]")
            return ()
        entries: list[Node] = node.value
        return entries

    def each(self, node: Node | None, read: Callable[[Node], Item]) -> tuple[Item, ...]:
        """Return the entries of a list, each read by a function."""
        return tuple(read(entry) for entry in self.listed(node))

    def text(self, node: Node, *, lines: bool = False, most: int | None = None) -> str:
        """Return words, at most so many characters; an integer is taken as it is written."""
        if not isinstance(node, ScalarNode) or node.tag not in {TEXT, INT, NULL}:
            self.wrong(node, f"{shown(node)} không phải chữ", "để trong dấu nháy")
            return ""
        value: str = "" if node.tag == NULL else node.value.strip()
        if not value:
            self.wrong(node, "để trống", "viết giá trị, hoặc bỏ khoá nếu không bắt buộc")
        elif _CONTROL.search(value.replace("\n", "") if lines else value):
            self.wrong(node, "có ký tự điều khiển hoặc xuống dòng", "viết trên một dòng")
            return _CONTROL.sub(" ", value)
        elif most is not None and len(value) > most:
            self.wrong(node, f"{value[:20]!r}... dài quá {most} ký tự", "viết ngắn lại")
        return value

    def code(self, node: Node) -> str:
        """Return a code: words of at most 64 characters."""
        return self.text(node, most=_CODE)

    def name(self, node: Node) -> str:
        """Return what somebody or something is called, at most 300 characters."""
        return self.text(node, most=_NAME)

    def one_of(self, node: Node, known: Collection[str], what: str) -> str:
        """Return one of a set of words."""
        value = self.text(node)
        if value and value not in known:
            self.wrong(node, f"không có {what} {value!r}", did_you_mean(value, known))
        return value

    def flag(self, node: Node | None, *, default: bool = False) -> bool:
        """Return true or false."""
        if node is None:
            return default
        if not isinstance(node, ScalarNode) or node.tag != BOOL:
            self.wrong(node, f"{shown(node)} không phải true hoặc false", "không để trong dấu nháy")
            return default
        return bool(node.value == "true")

    def integer(self, node: Node, *, least: int, most: int) -> int:
        """Return a whole number between two bounds, both included."""
        if not isinstance(node, ScalarNode) or node.tag != INT:
            self.wrong(node, f"{shown(node)} không phải số nguyên", "viết dạng 2014")
            return least
        value = int(node.value)
        if not least <= value <= most:
            self.wrong(node, f"{value} ngoài khoảng {least} đến {most}", "sửa số")
        return value

    def day(self, node: Node) -> date:
        """Return a local date, written 2014-01-31."""
        return self._date(node, self.text(node))

    def days(self, node: Node) -> Iterator[date]:
        """Yield the dates of one date or of a range, written 2014-01-28..2014-02-05."""
        said = self.text(node)
        first_text, dots, last_text = said.partition("..")
        if dots and not (first_text.strip() and last_text.strip()):
            self.wrong(node, f"{said!r} không phải khoảng ngày", "viết 2014-01-28..2014-02-05")
            return
        first = self._date(node, first_text)
        last = self._date(node, last_text) if dots else first
        if last < first != _NO_DATE != last:
            self.wrong(node, "khoảng ngày kết thúc trước khi bắt đầu", "đổi chỗ hai ngày")
        if _NO_DATE in (first, last):
            return
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            yield date.fromordinal(ordinal)

    def time(self, node: Node, text: str | None = None) -> time:
        """Return a time of day, written 07:30."""
        value = self.text(node) if text is None else text
        found = _TIME.fullmatch(value)
        if found is None:
            self.wrong(node, f"{value!r} không phải giờ trong ngày", 'viết dạng "07:30"')
            return time()
        return time(int(found[1]), int(found[2]))

    def moment(self, node: Node, zone: ZoneInfo) -> datetime:
        """Return an instant of a zone, written 2014-01-20T09:00."""
        value = self.text(node)
        found = _MOMENT.fullmatch(value)
        if found is None:
            if value:
                self.wrong(node, f"{value!r} không phải ngày giờ", "viết dạng 2014-01-20T09:00")
            return datetime.combine(_NO_DATE, time(), tzinfo=zone)
        day, clock = self._date(node, found[1]), self.time(node, found[2])
        if day == _NO_DATE or _TIME.fullmatch(found[2]) is None:
            return datetime.combine(_NO_DATE, time(), tzinfo=zone)
        at = datetime.combine(day, clock, tzinfo=zone)
        if not _exists(at):
            self.wrong(
                node,
                f"giờ {value} không có ở {zone.key}",
                "đồng hồ được vặn qua giờ ấy; chọn giờ khác",
            )
        return at

    def _date(self, node: Node, text: str) -> date:
        found = _DATE.fullmatch(text.strip())
        if found is None:
            if text:
                self.wrong(node, f"{text!r} không phải ngày", "viết dạng 2014-01-31")
            return _NO_DATE
        year, month, day = map(int, found.groups())
        if year not in _YEARS:
            cure = f"viết năm từ {_YEARS[0]} đến {_YEARS[-1]}"
            self.wrong(node, f"năm {year} không thể là năm của kế hoạch", cure)
            return _NO_DATE
        try:
            return date(year, month, day)
        except ValueError:
            self.wrong(node, f"không có ngày {text.strip()} trong lịch", _longest(year, month))
            return _NO_DATE


def line(node: Node) -> int:
    """Return the line a node begins on, from 1."""
    number: int = node.start_mark.line
    return number + 1


def was_read(at: datetime) -> bool:
    """Return whether a moment is one that the file names, and not a stand-in for it."""
    return at.year >= _YEARS.start


def is_null(node: Node | None) -> bool:
    """Return whether a field is absent or says null."""
    return node is None or node.tag == NULL


def shown(node: Node) -> str:
    """Return a node as a fault quotes it."""
    if isinstance(node, ScalarNode):
        return repr(node.value)
    return "danh sách" if isinstance(node, SequenceNode) else "nhóm khoá"


def _longest(year: int, month: int) -> str:
    """Return what there is instead of a date that does not exist."""
    try:
        return f"tháng {month}/{year} có {monthrange(year, month)[1]} ngày"
    except ValueError:
        return "tháng từ 01 đến 12"


def _exists(at: datetime) -> bool:
    return at.astimezone(UTC).astimezone(at.tzinfo).replace(tzinfo=None) == at.replace(tzinfo=None)
