"""The text of one paragraph as its reader sees it: edits accepted, fields as their results."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from workflows.planfile.blocks import Place
from workflows.planfile.readers.word.findings import Findings
from workflows.planfile.readers.word.parts import (
    MC,
    A,
    M,
    Node,
    V,
    W,
    attribute,
    child,
    chosen,
    is_on,
)
from workflows.planfile.readers.word.styles import Look, Styles, font_of, is_legacy
from workflows.planfile.readers.word.symbols import plain, sign
from workflows.planfile.text import is_alien

#: A soft break, and the beginning of a page, within a paragraph.
LINE = "\n"
PAGE = "\f"

_CONTENTS_FIELDS = ("TOC", "INDEX", "TOA")
_PICTURES = (A + "blip", V + "imagedata")
_HEXADECIMAL = 16


@dataclass(slots=True)
class Field:
    """A field that has begun and not ended."""

    instruction: str = ""
    is_result: bool = False

    @property
    def is_contents(self) -> bool:
        """Whether it makes a table of contents."""
        return self.instruction.split()[:1] in [[word] for word in _CONTENTS_FIELDS]


@dataclass(slots=True, kw_only=True)
class Setting:
    """What the text of a paragraph depends on besides itself.

    Attributes:
        styles: Of the document.
        findings: Told of what is met.
        place: Where we are.
        read_box: Takes the content of a text box.
        carries_fields: Whether every field of the document ends, so that one that is open at the
            end of a paragraph may be trusted to end in a later one.
        fields: Those that have begun and not ended, the outermost first.
    """

    styles: Styles
    findings: Findings
    place: Place = field(default_factory=Place)
    read_box: Callable[[Node], None]
    carries_fields: bool = False
    fields: list[Field] = field(default_factory=list)

    def end_paragraph(self) -> None:
        """Forget fields that should have ended; only a table of contents runs on."""
        if not (self.carries_fields and any(one.is_contents for one in self.fields)):
            self.fields.clear()


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The text of a paragraph, not yet cleaned; `hides` tells whether some of it was hidden."""

    text: str
    hides: bool


def text_of(paragraph: Node, *, look: Look, setting: Setting) -> Text:
    """Return the text of a paragraph, with `LINE` and `PAGE` where it is broken."""
    line = _Line(look, setting)
    line.walk(paragraph)
    setting.end_paragraph()
    return Text(text="".join(line.pieces), hides=line.hides)


class _Line:
    """A paragraph while it is read."""

    def __init__(self, look: Look, setting: Setting) -> None:
        self.pieces: list[str] = []
        self.hides = False
        self._look = look
        self._setting = setting
        self._font = look.font
        self._is_hidden = False

    def walk(self, node: Node) -> None:
        """Take everything within an element, in order."""
        for one in node:
            step = _STEPS.get(one.tag)
            if step is not None:
                step(self, one)

    def inserted(self, node: Node) -> None:
        self._setting.findings.meet("inserted", place=self._setting.place)
        self.walk(node)

    def moved(self, node: Node) -> None:
        self._setting.findings.meet("moved", place=self._setting.place)
        self.walk(node)

    def deleted(self, _: Node) -> None:
        self._setting.findings.meet("deleted", place=self._setting.place)

    def control(self, node: Node) -> None:
        """Take a content control, unless it only says what should be filled in."""
        if child(node, "sdtPr", "showingPlcHdr") is None:
            self.walk(node)

    def field(self, node: Node) -> None:
        self._setting.fields.append(
            Field(instruction=attribute(node, "instr") or "", is_result=True)
        )
        self.walk(node)
        if self._setting.fields:
            self._setting.fields.pop()

    def run(self, node: Node) -> None:
        properties = child(node, "rPr")
        style = self._setting.styles.character(attribute(child(properties, "rStyle")))
        hidden = is_on(child(properties, "vanish"))
        if hidden is None:
            hidden = style.is_hidden if style.is_hidden is not None else self._look.is_hidden
        self._is_hidden = bool(hidden)
        self._font = font_of(properties) or style.font or self._look.font
        self.walk(node)

    def text(self, node: Node) -> None:
        self._add(plain(node.text or "", font=self._font))

    def formula(self, node: Node) -> None:
        self._add("".join(one.text or "" for one in node.iter(M + "t")))

    def symbol(self, node: Node) -> None:
        font = (attribute(node, "font") or "").casefold()
        try:
            code = int(attribute(node, "char") or "", _HEXADECIMAL)
        except ValueError:
            return
        self._add(sign(code, font=font))

    def line_break(self, node: Node) -> None:
        self._add(PAGE if attribute(node, "type") == "page" else LINE)

    def tab(self, _: Node) -> None:
        self._add(" ")

    def hyphen(self, _: Node) -> None:
        self._add("-")

    def footnote(self, _: Node) -> None:
        self._setting.findings.meet("footnotes", place=self._setting.place)

    def comment(self, _: Node) -> None:
        self._setting.findings.meet("comments", place=self._setting.place)

    def embedded(self, _: Node) -> None:
        self._setting.findings.meet("embedded", place=self._setting.place)

    def instruction(self, node: Node) -> None:
        if self._setting.fields:
            self._setting.fields[-1].instruction += node.text or ""

    def field_mark(self, node: Node) -> None:
        """Follow a field that is spread over several runs."""
        fields = self._setting.fields
        match attribute(node, "fldCharType"):
            case "begin":
                fields.append(Field())
            case "separate" if fields:
                fields[-1].is_result = True
                if fields[-1].is_contents:
                    self._setting.findings.meet("contents", place=self._setting.place)
            case "end" if fields:
                fields.pop()

    def alternate(self, node: Node) -> None:
        self.walk(chosen(node))

    def shape(self, node: Node) -> None:
        """Take what is drawn: text boxes are read elsewhere, pictures only remarked."""
        setting = self._setting
        for one in _outermost(node):
            if one.tag == W + "txbxContent":
                setting.read_box(one)
            elif one.tag == V + "textpath":
                setting.findings.leave_out(str(one.get("string") or ""))
            else:
                setting.findings.meet("pictures", place=setting.place)

    def _add(self, text: str) -> None:
        fields = self._setting.fields
        if any(not one.is_result or one.is_contents for one in fields):
            return
        if not self._is_hidden:
            self.pieces.append(text)
            if is_legacy(self._font) and is_alien(text):
                self._setting.findings.meet_broken(self._setting.place)
        elif text.strip():
            self.hides = True
            self._setting.findings.meet("hidden", place=self._setting.place)
            self._setting.findings.leave_out(text.strip())


def _outermost(node: Node) -> Iterator[Node]:
    for one in node:
        if one.tag in (W + "txbxContent", V + "textpath", *_PICTURES):
            yield one
        elif one.tag == MC + "AlternateContent":
            yield from _outermost(chosen(one))
        else:
            yield from _outermost(one)


_STEPS: Mapping[str, Callable[[_Line, Node], None]] = {
    MC + "AlternateContent": _Line.alternate,
    M + "oMath": _Line.formula,
    M + "oMathPara": _Line.formula,
    W + "bdo": _Line.walk,
    W + "br": _Line.line_break,
    W + "commentReference": _Line.comment,
    W + "contentPart": _Line.embedded,
    W + "cr": _Line.line_break,
    W + "customXml": _Line.walk,
    W + "del": _Line.deleted,
    W + "dir": _Line.walk,
    W + "drawing": _Line.shape,
    W + "endnoteReference": _Line.footnote,
    W + "fldChar": _Line.field_mark,
    W + "fldSimple": _Line.field,
    W + "footnoteReference": _Line.footnote,
    W + "hyperlink": _Line.walk,
    W + "ins": _Line.inserted,
    W + "instrText": _Line.instruction,
    # The text that was moved is read where it went.
    W + "moveTo": _Line.moved,
    W + "noBreakHyphen": _Line.hyphen,
    W + "object": _Line.shape,
    W + "pict": _Line.shape,
    W + "ptab": _Line.tab,
    W + "r": _Line.run,
    W + "ruby": _Line.walk,
    W + "rubyBase": _Line.walk,
    W + "sdt": _Line.control,
    W + "sdtContent": _Line.walk,
    W + "smartTag": _Line.walk,
    W + "subDoc": _Line.embedded,
    W + "sym": _Line.symbol,
    W + "t": _Line.text,
    W + "tab": _Line.tab,
}
