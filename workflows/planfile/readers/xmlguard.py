"""XML before anybody parses it for good: no DTD, no strange encoding, not too deep, not too much.

expat says what there is without building a tree; a part that passes is one that lxml and openpyxl
read in bounded memory. A DTD is refused whatever it holds: no office program writes one, and
python-docx would leave out what its entities stand for without a word.
"""

from xml.parsers import expat

from workflows.planfile.rules import Limits

#: What office programs write; anything else makes two parsers see two documents.
_ENCODINGS = {"", "ascii", "us-ascii", "utf-8", "utf8", "utf-16", "utf16"}


class Refusal(Exception):
    """An XML part is not one that we parse; `problem` is Vietnamese."""

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(problem)


class XmlGuard:
    """Watches one XML part go by, in pieces.

    `elements` is how many elements it has had so far.
    """

    def __init__(self, *, limits: Limits, room: int) -> None:
        """Make a guard for one part; `room` is how many elements the file may still have."""
        self.elements = 0
        self._depth = 0
        self._limits, self._room = limits, room
        parser = self._parser = expat.ParserCreate()
        parser.XmlDeclHandler = self._declared
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._doctype
        parser.StartElementHandler = self._opened
        parser.EndElementHandler = self._closed

    def feed(self, data: bytes, *, is_last: bool = False) -> None:
        """Take the next piece.

        Raises:
            Refusal: it holds what we do not parse, or is no XML.
        """
        try:
            self._parser.Parse(data, is_last)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise Refusal(_BROKEN) from error

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding or "").lower() not in _ENCODINGS:
            raise Refusal(_ENCODING.format((encoding or "")[:20]))

    def _doctype(self, *_: object) -> None:
        raise Refusal(_DTD)

    def _opened(self, _name: str, _attributes: object) -> None:
        self.elements += 1
        self._depth += 1
        if self._depth > self._limits.xml_depth:
            raise Refusal(_DEEP.format(self._limits.xml_depth))
        if self.elements > self._room:
            raise Refusal(_LONG.format(self._limits.xml_elements))

    def _closed(self, _name: str) -> None:
        self._depth -= 1


_BROKEN = "nội dung XML bên trong bị hỏng"
_DTD = "nội dung XML bên trong có khai báo DTD hoặc thực thể (ENTITY)"
_ENCODING = "nội dung bên trong dùng bảng mã lạ ({})"
_DEEP = "nội dung lồng nhau quá {} cấp"
_LONG = "có quá {} phần tử nội dung"
