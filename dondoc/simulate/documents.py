"""The text of a YAML file as nodes that know their line, and every place where it is none.

YAML can do more than a scenario needs. What makes one line mean another (anchors, aliases, merge
keys), what makes a value something else than it says (tags) and what no editor shows is refused.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import yaml
from yaml.composer import Composer
from yaml.nodes import Node, ScalarNode
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.resolver import BaseResolver
from yaml.scanner import Scanner

#: A scenario is written by hand; what is larger is something else.
MAX_BYTES = 8_000_000
#: Levels of lists and groups; the format itself needs seven.
MAX_DEPTH = 30

NULL = "tag:yaml.org,2002:null"
BOOL = "tag:yaml.org,2002:bool"
INT = "tag:yaml.org,2002:int"
TEXT = BaseResolver.DEFAULT_SCALAR_TAG
#: Of a node that stands where a defect was; whatever else is said of it would be noise.
STAND_IN = "stand-in"

_ALIAS = ("bí danh (*tên) không được dùng", "viết lại đầy đủ")
_ANCHOR = ("mỏ neo (&tên) không được dùng", "bỏ dấu & và tên")
_TAG = ("kiểu ghi rõ (!tên) không được dùng", "bỏ dấu ! và tên kiểu")
_DEEP = ("lồng quá sâu", "viết phẳng hơn")
_UNKNOWN = ("không phải YAML đúng", "sửa dấu câu hoặc thụt dòng")

#: What the parser says, by how it says it; what is not here is a matter of punctuation.
_SAID = (
    (r"another document", "tệp có hai văn bản, cách nhau bởi ---", "giữ một văn bản"),
    (r"character '\\t'", "có dấu tab", "thụt dòng bằng dấu cách"),
    (r"character '(.)' that", "chữ không được bắt đầu bằng {0}", "để trong dấu nháy"),
    (r"mapping values are not", "dấu hai chấm ở chỗ không phải khoá", "để chữ trong dấu nháy"),
    (r"could not find expected ':'", "thiếu dấu hai chấm sau khoá", "viết khoá: giá trị"),
    (r"expected ',' or '(.)'", "ngoặc chưa đóng hoặc thiếu dấu phẩy", "thêm {0} hoặc dấu phẩy"),
    (r"unexpected end of stream", "dấu nháy chưa đóng", "thêm dấu nháy đóng"),
    (r"expected <block end>", "thụt dòng không đều", "cùng một cấp thì thụt như nhau"),
    (r"sequence entries are not", "gạch đầu dòng đặt sai chỗ", "xuống dòng trước dấu gạch"),
)

_ODD_BREAK = re.compile("[\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Defect:
    """Something on a line that no scenario may hold."""

    line: int
    problem: str
    cure: str = ""


class _Loader(Reader, Scanner, Parser, Composer, BaseResolver):
    """Turns text into nodes; what a scenario may not use is noted and passed over."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)
        BaseResolver.__init__(self)
        self.defects: list[Defect] = []
        self._depth = 0

    def compose_node(self, parent: Node | None, index: object) -> Node | None:
        """Return the next node, or a stand-in for an alias: a few of them can mean billions."""
        event = self.peek_event()  # type: ignore[no-untyped-call]
        at = event.start_mark.line + 1
        if isinstance(event, yaml.events.AliasEvent):
            self.get_event()  # type: ignore[no-untyped-call]
            self.defects.append(Defect(at, *_ALIAS))
            stand_in: Node = ScalarNode(STAND_IN, "", start_mark=None, end_mark=None)
            stand_in.start_mark = event.start_mark
            return stand_in
        if event.anchor is not None:
            event.anchor = None
            self.defects.append(Defect(at, *_ANCHOR))
        if event.tag is not None:
            event.tag = None
            self.defects.append(Defect(at, *_TAG))
        if self._depth == MAX_DEPTH:
            raise yaml.composer.ComposerError(None, None, _DEEP[0], event.start_mark)
        self._depth += 1
        node: Node | None = super().compose_node(parent, index)  # type: ignore[arg-type]
        self._depth -= 1
        return node


_Loader.add_implicit_resolver(NULL, re.compile(r"(?:null)?\Z"), ["n", ""])
_Loader.add_implicit_resolver(BOOL, re.compile(r"(?:true|false)\Z"), ["t", "f"])
_Loader.add_implicit_resolver(
    INT, re.compile(r"(?:0|[-+]?[1-9][0-9]{0,17})\Z"), list("-+0123456789")
)


def compose(content: bytes) -> tuple[Node | None, list[Defect]]:
    """Return the document in a file and what is wrong with its text.

    There is no node where reading had to stop, and then at least one defect.
    """
    if len(content) > MAX_BYTES:
        problem = f"tệp lớn hơn {MAX_BYTES // 1_000_000} MB"
        return None, [Defect(1, problem, "đây không phải kịch bản")]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = content.count(b"\n", 0, error.start) + 1
        return None, [Defect(at, "không phải chữ UTF-8", "lưu lại tệp bằng mã UTF-8")]
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    defects = list(_unseen(text))
    # Something harmless in their place, so that the rest is read and lines count as in an editor.
    text = Reader.NON_PRINTABLE.sub("_", _ODD_BREAK.sub(" ", text))
    node, found = _nodes(text)
    return node, [*defects, *found]


def _unseen(text: str) -> Iterator[Defect]:
    if not (Reader.NON_PRINTABLE.search(text) or _ODD_BREAK.search(text)):
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if Reader.NON_PRINTABLE.search(line):
            yield Defect(number, "có ký tự điều khiển", "bỏ ký tự ấy")
        if _ODD_BREAK.search(line):
            yield Defect(number, "có dấu xuống dòng lạ (U+0085, U+2028, U+2029)", "bỏ ký tự ấy")


def _nodes(text: str) -> tuple[Node | None, list[Defect]]:
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        return None, [*loader.defects, _said(error, text)]
    except (OverflowError, ValueError):
        # The scanner makes a character of any number it is given.
        return None, [Defect(loader.line + 1, "không có ký tự mang số ấy", "sửa số sau dấu \\")]
    if node is None:
        return None, [Defect(1, "tệp rỗng", "xem mẫu trong docs/reference/scenarios.md")]
    return node, loader.defects


def _said(error: yaml.MarkedYAMLError, text: str) -> Defect:
    """Return what the parser says, in Vietnamese; what it calls the end is the last line."""
    mark = error.problem_mark or error.context_mark
    at = min(mark.line, text.rstrip("\n").count("\n")) + 1 if mark else 1
    said = error.problem or ""
    if said == _DEEP[0]:
        return Defect(at, *_DEEP)
    for pattern, problem, cure in _SAID:
        if found := re.search(pattern, said):
            return Defect(at, problem.format(*found.groups()), cure.format(*found.groups()))
    return Defect(at, *_UNKNOWN)
