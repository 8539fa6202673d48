"""YAML as lines, keys and words; what they mean is decided by who asks for a field.

YAML guesses: it reads `10:30` as 630, `no` as false, and dies of `2025-06-31`. Nothing is guessed
here: a scalar is text, except null, true, false and decimal integers without a leading zero.
Faults are gathered, not raised, so that a person sees all of them at once; after a fault the
functions return a stand-in of the right type, which must not outlive `Page.check`.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import yaml
from yaml.composer import Composer
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.resolver import BaseResolver
from yaml.scanner import Scanner

from engine.errors import BadInput, Fault
from engine.spelling import did_you_mean

Item = TypeVar("Item")

#: A scenario is written by hand; what is larger is something else.
MAX_BYTES = 8_000_000

_NULL = "tag:yaml.org,2002:null"
_BOOL = "tag:yaml.org,2002:bool"
_INT = "tag:yaml.org,2002:int"
_STR = BaseResolver.DEFAULT_SCALAR_TAG

_ALIAS = "alias"
_TAG = "tag"
#: What the parser finds wrong, in words; anything else is a matter of punctuation.
_CURES = {
    _ALIAS: ("bí danh (*ten) không được dùng", "viết lại đầy đủ"),
    _TAG: ("kiểu ghi rõ (!ten) không được dùng", "bỏ dấu ! và tên kiểu"),
}

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
#: Beyond these years a date is a slip of the pen.
_YEARS = range(1970, 2200)
_NO_DATE = date(1970, 1, 1)


class _Loader(Reader, Scanner, Parser, Composer, BaseResolver):
    """Turns text into nodes that know their line."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)
        BaseResolver.__init__(self)

    def compose_node(self, parent: Node | None, index: object) -> Node | None:
        """Return the next node; an alias is refused, since a few of them can stand for billions."""
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.events.AliasEvent):
            raise _refusal(_ALIAS, event)
        if getattr(event, "tag", None) is not None:
            raise _refusal(_TAG, event)
        return super().compose_node(parent, index)  # type: ignore[arg-type]


_Loader.add_implicit_resolver(_NULL, re.compile(r"(?:null)?\Z"), ["n", ""])
_Loader.add_implicit_resolver(_BOOL, re.compile(r"(?:true|false)\Z"), ["t", "f"])
_Loader.add_implicit_resolver(
    _INT, re.compile(r"(?:0|[-+]?[1-9][0-9]{0,17})\Z"), list("-+0123456789")
)


class Page:
    """One file on its way to being understood, and everything found wrong with it."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._faults: list[tuple[int, Fault]] = []

    def wrong(self, node: Node | int, problem: str, cure: str = "") -> None:
        """Note a fault at a node or a line."""
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
        """Return the document in a file.

        Raises:
            BadInput: it is no YAML document in UTF-8, or too large.
        """
        try:
            text = self._decode(content)
            node = _Loader(text).get_single_node()
            if node is None:
                self.wrong(1, "tệp rỗng", "xem mẫu trong docs/reference/scenarios.md")
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            plain = (f"không phải YAML đúng ({error.problem})", "sửa dấu câu hoặc thụt dòng")
            problem, cure = _CURES.get(error.problem or "", plain)
            self.wrong(mark.line + 1 if mark else 1, problem, cure)
        except yaml.reader.ReaderError as error:
            at = text.count("\n", 0, error.position) + 1
            self.wrong(at, "có ký tự điều khiển", "bỏ ký tự ấy")
        except RecursionError:
            self.wrong(1, "lồng quá sâu", "viết phẳng hơn")
        self.check()
        assert node is not None  # noqa: S101 - `check` has raised
        return node

    def _decode(self, content: bytes) -> str:
        if len(content) > MAX_BYTES:
            self.wrong(1, f"tệp lớn hơn {MAX_BYTES // 1_000_000} MB", "đây không phải kịch bản")
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            at = content.count(b"\n", 0, error.start) + 1
            self.wrong(at, "không phải chữ UTF-8", "lưu lại tệp bằng mã UTF-8")
        self.check()
        return unicodedata.normalize("NFC", text)

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
            if name not in known:
                self.wrong(key, f"không có khoá {shown(key)}", did_you_mean(name, known))
            elif name in found:
                self.wrong(key, f"khoá {name!r} viết hai lần", "giữ một")
            else:
                found[name] = value
        for name in required:
            if name not in found:
                self.wrong(node, f"thiếu {name!r}")
        return {
            name: value
            for name, value in found.items()
            if name not in optional or not is_null(value)
        }

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

    def text(self, node: Node, *, lines: bool = False) -> str:
        """Return words; an integer is taken as it is written."""
        if not isinstance(node, ScalarNode) or node.tag not in {_STR, _INT}:
            self.wrong(node, f"{shown(node)} không phải chữ", "để trong dấu nháy")
            return ""
        value: str = node.value.strip()
        if not value:
            self.wrong(node, "để trống")
        elif _CONTROL.search(value.replace("\n", "") if lines else value):
            self.wrong(node, "có ký tự điều khiển hoặc xuống dòng", "viết trên một dòng")
        return value

    def name(self, node: Node) -> str:
        """Return a code: words of at most 64 characters."""
        value = self.text(node)
        if len(value) > 64:  # noqa: PLR2004 - the width of the column
            self.wrong(node, f"{value[:20]!r}... dài quá 64 ký tự")
        return value

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
        if not isinstance(node, ScalarNode) or node.tag != _BOOL:
            self.wrong(node, f"{shown(node)} không phải true hoặc false")
            return default
        return bool(node.value == "true")

    def integer(self, node: Node, *, least: int, most: int) -> int:
        """Return a whole number between two bounds, both included."""
        if not isinstance(node, ScalarNode) or node.tag != _INT:
            self.wrong(node, f"{shown(node)} không phải số nguyên")
            return least
        value = int(node.value)
        if not least <= value <= most:
            self.wrong(node, f"{value} ngoài khoảng {least} đến {most}")
        return value

    def day(self, node: Node) -> date:
        """Return a local date, written 2014-01-31."""
        return self._date(node, self.text(node))

    def days(self, node: Node) -> Iterator[date]:
        """Yield the dates of one date or of a range, written 2014-01-28..2014-02-05."""
        first_text, dots, last_text = self.text(node).partition("..")
        first = self._date(node, first_text)
        last = self._date(node, last_text) if dots else first
        if last < first:
            self.wrong(node, "khoảng ngày kết thúc trước khi bắt đầu", "đổi chỗ hai ngày")
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
        at = datetime.combine(day, clock, tzinfo=zone)
        if not _exists(at):
            self.wrong(node, f"giờ {value} không có ở {zone.key}", "đồng hồ được vặn qua giờ ấy")
        return at

    def _date(self, node: Node, text: str) -> date:
        found = _DATE.fullmatch(text.strip())
        if found is None:
            if text:
                self.wrong(node, f"{text!r} không phải ngày", "viết dạng 2014-01-31")
            return _NO_DATE
        year, month, day = map(int, found.groups())
        if year not in _YEARS:
            self.wrong(node, f"năm {year} ngoài khoảng {_YEARS[0]} đến {_YEARS[-1]}")
            return _NO_DATE
        try:
            return date(year, month, day)
        except ValueError:
            self.wrong(node, f"không có ngày {text.strip()} trong lịch")
            return _NO_DATE


def line(node: Node) -> int:
    """Return the line a node begins on, from 1."""
    number: int = node.start_mark.line
    return number + 1


def is_null(node: Node | None) -> bool:
    """Return whether a field is absent or says null."""
    return node is None or node.tag == _NULL


def shown(node: Node) -> str:
    """Return a node as a fault quotes it."""
    if isinstance(node, ScalarNode):
        return repr(node.value)
    return "danh sách" if isinstance(node, SequenceNode) else "nhóm khoá"


def _refusal(problem: str, event: Any) -> yaml.composer.ComposerError:
    return yaml.composer.ComposerError(None, None, problem, event.start_mark)


def _exists(at: datetime) -> bool:
    return at.astimezone(UTC).astimezone(at.tzinfo).replace(tzinfo=None) == at.replace(tzinfo=None)
