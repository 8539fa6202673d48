"""Paragraphs, numbered, and tables in reading order, wherever they are wrapped."""

from collections.abc import Iterator
from dataclasses import dataclass

from workflows.planfile.blocks import Place
from workflows.planfile.readers.word.findings import Findings
from workflows.planfile.readers.word.inline import LINE, PAGE, Setting, text_of
from workflows.planfile.readers.word.numbering import Counters
from workflows.planfile.readers.word.parts import (
    MC,
    Node,
    W,
    attribute,
    child,
    chosen,
    is_on,
    whole,
)
from workflows.planfile.readers.word.styles import Look, Styles, is_centred
from workflows.planfile.text import broken_letters, cleaned

_BODY_TEXT = 9
_NO_LIST = "0"
_WRAPPERS = (W + "sdtContent", W + "customXml", W + "ins", W + "moveTo", W + "smartTag")
_EMBEDDED = (W + "altChunk", W + "subDoc")
_CONTENTS_GALLERY = "Table of Contents"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A paragraph, read.

    Attributes:
        pages: Its clean texts, more than one where a page begins within it; each with newlines at
            soft breaks, none of them empty.
        marker: What stands before it by automatic numbering; empty where nothing does.
        level: Of the list, from 0.
        heading: Level of the heading that it is, from 1; None if it is none.
        is_centred: Whether it stands in the middle.
    """

    pages: tuple[str, ...]
    marker: str
    level: int
    heading: int | None
    is_centred: bool


class Story:
    """A document while it is read; numbers run on from its body into its tables and back."""

    def __init__(self, styles: Styles, *, counters: Counters, carries_fields: bool) -> None:
        self.findings = Findings()
        self._styles = styles
        self._counters = counters
        self._setting = Setting(
            styles=styles,
            findings=self.findings,
            read_box=self._read_box,
            carries_fields=carries_fields,
        )

    @property
    def place(self) -> Place:
        """Where the reading is; whoever reads on sets it."""
        return self._setting.place

    @place.setter
    def place(self, place: Place) -> None:
        self._setting.place = place

    def read(self, container: Node) -> Iterator["Line | Node"]:
        """Read what is in an element: paragraphs as lines, tables as they are.

        Paragraphs without text and without a number are left out. Where the mark of a paragraph was
        deleted its text is part of the next.
        """
        carried = ""
        for node in _flat(container, setting=self._setting):
            if node.tag == W + "tbl":
                yield from _line_of(carried)
                carried = ""
                yield node
                continue
            look = self._styles.look(attribute(child(node, "pPr", "pStyle")))
            if look.is_contents:
                self.findings.meet("contents", place=self.place)
                continue
            read = text_of(node, look=look, setting=self._setting)
            carried += read.text
            if self._runs_on(node):
                continue
            # Numbers of paragraphs that nobody sees are not counted.
            if carried.strip() or not read.hides:
                line = self._line(node, look=look, text=carried)
                if line.pages or line.marker:
                    yield line
            carried = ""
        yield from _line_of(carried)

    def leave_out(self, container: Node) -> None:
        """Read what is no part of the document, for the checks that see everything."""
        for item in self.read(container):
            if isinstance(item, Line):
                for page in item.pages:
                    self.findings.leave_out(page)
            else:
                for row in within(item, W + "tr"):
                    for cell in within(row, W + "tc"):
                        self.leave_out(cell)

    def _read_box(self, box: Node) -> None:
        apart = Story(self._styles, counters=Counters({}), carries_fields=False)
        apart.leave_out(box)
        if apart.findings.furniture:
            self.findings.meet("text_boxes", place=self.place)
            self.findings.furniture += apart.findings.furniture

    def _runs_on(self, paragraph: Node) -> bool:
        mark = child(paragraph, "pPr", "rPr")
        if child(mark, "del") is not None:
            # Counted once where the whole paragraph was deleted.
            if child(paragraph, "del") is None:
                self.findings.meet("deleted", place=self.place)
            return True
        if child(mark, "moveFrom") is not None:
            return True
        return attribute(child(paragraph, "pPr", "framePr"), "dropCap") in ("drop", "margin")

    def _line(self, paragraph: Node, *, look: Look, text: str) -> Line:
        properties = child(paragraph, "pPr")
        pages = _pages(text)
        if any(broken_letters(page) for page in pages):
            self.findings.meet_broken(self.place)
        marker, level = self._number(child(properties, "numPr"), look=look)
        outline = whole(attribute(child(properties, "outlineLvl")))
        outline = look.outline if outline is None else outline
        centred = is_centred(properties)
        return Line(
            pages=pages,
            marker=marker,
            level=level,
            heading=None if outline is None or outline >= _BODY_TEXT else outline + 1,
            is_centred=bool(look.is_centred if centred is None else centred),
        )

    def _number(self, numbering: Node | None, *, look: Look) -> tuple[str, int]:
        list_id = attribute(child(numbering, "numId"))
        level = whole(attribute(child(numbering, "ilvl")))
        if list_id is None:
            list_id = look.list_id
            if level is None:
                level = look.list_level
        if list_id is None or list_id == _NO_LIST:
            return "", 0
        if level is None:
            level = self._counters.level_of(list_id, styles=look.styles)
        return self._counters.marker(list_id, level=level), level


def within(node: Node, tag: str) -> Iterator[Node]:
    """Yield the rows of a table or the cells of a row, out of whatever wraps them."""
    for one in node:
        if one.tag == tag:
            yield one
        elif one.tag == W + "sdt" or one.tag in _WRAPPERS:
            yield from within(one, tag)


def _line_of(text: str) -> Iterator[Line]:
    if pages := _pages(text):
        yield Line(pages=pages, marker="", level=0, heading=None, is_centred=False)


def _pages(text: str) -> tuple[str, ...]:
    pages = (_lines(page) for page in cleaned(text).split(PAGE))
    return tuple(page for page in pages if page)


def _lines(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split(LINE))
    return LINE.join(line for line in lines if line)


def _flat(container: Node, *, setting: Setting) -> Iterator[Node]:
    """Yield paragraphs and tables, out of whatever wraps them."""
    for node in container:
        if node.tag == W + "p":
            yield node
        elif node.tag == W + "tbl":
            yield from _flat_table(node, setting=setting)
        elif node.tag == W + "sdt":
            yield from _flat_control(node, setting=setting)
        elif node.tag == MC + "AlternateContent":
            yield from _flat(chosen(node), setting=setting)
        elif node.tag in _WRAPPERS:
            yield from _flat(node, setting=setting)
        elif node.tag in _EMBEDDED:
            setting.findings.meet("embedded", place=setting.place)


def _flat_table(node: Node, *, setting: Setting) -> Iterator[Node]:
    if not _is_frame(node):
        yield node
        return
    for row in within(node, W + "tr"):
        for cell in within(row, W + "tc"):
            yield from _flat(cell, setting=setting)


def _flat_control(node: Node, *, setting: Setting) -> Iterator[Node]:
    properties = child(node, "sdtPr")
    if attribute(child(properties, "docPartObj", "docPartGallery")) == _CONTENTS_GALLERY:
        setting.findings.meet("contents", place=setting.place)
    elif is_on(child(properties, "showingPlcHdr")) is None:
        yield from _flat(node, setting=setting)


def _is_frame(table: Node) -> bool:
    """Tell whether a table only frames others: one cell in each row, a table in one of them."""
    cells = [list(within(row, W + "tc")) for row in within(table, W + "tr")]
    return all(len(row) == 1 for row in cells) and any(
        cell.find(W + "tbl") is not None for row in cells for cell in row
    )
