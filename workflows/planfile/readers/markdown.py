"""Markdown to blocks: headings, lists, tables and paragraphs; marks, links and comments are gone.

An office's Markdown often is a text somebody saved under that name: "II. NHIỆM VỤ" right below the
line before. Lines of a paragraph therefore stay lines, and only width and punctuation join them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from workflows.planfile.blocks import (
    Block,
    Document,
    Heading,
    ListItem,
    Note,
    Paragraph,
    Place,
    Table,
)
from workflows.planfile.furniture import is_address, is_page_number, stamped
from workflows.planfile.lines import is_closed, join, was_full, width_of
from workflows.planfile.readers import InputFile
from workflows.planfile.readers.pipes import PipeTable, as_block, find_tables
from workflows.planfile.readers.plain import bounded_text
from workflows.planfile.rules import IntakeRules
from workflows.planfile.text import cleaned

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


def read(file: InputFile, rules: IntakeRules) -> Document:
    """Read a Markdown file.

    Raises:
        BadInput: no text, another encoding, too many lines, a table with too many columns.
    """
    text = bounded_text(file, rules=rules).replace("\f", "\n")
    walk = _Walk(
        parser=MarkdownIt("commonmark").enable("table"),
        lines=text.split("\n"),
        name=file.name,
        columns=rules.limits.table_columns,
    )
    walk.read(text)
    return Document(
        name=file.name,
        digest=file.digest,
        format="md",
        blocks=_without_furniture(walk, rules=rules),
        furniture=tuple(walk.furniture),
        notes=tuple(walk.notes),
    )


@dataclass(slots=True, kw_only=True)
class _List:
    """A list that is open; `number` is None where it has bullets."""

    mark: str
    number: int | None


@dataclass(slots=True, kw_only=True)
class _Walk:
    """The tokens of a document, one after the other, and what has come of them."""

    parser: MarkdownIt
    lines: Sequence[str]
    name: str
    columns: int
    width: int = 0
    blocks: list[Block] = field(default_factory=list)
    furniture: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    lists: list[_List] = field(default_factory=list)
    marker: str | None = None
    tables: int = 0

    def read(self, text: str) -> None:
        """Read everything; the width of the text must be known before its first line."""
        tokens = self.parser.parse(text)
        self.width = width_of(
            line for token in tokens if token.type == "inline" for line in _texts(token)
        )
        at = 0
        while at < len(tokens):
            at = self._step(tokens, at)

    def _step(self, tokens: Sequence[Token], at: int) -> int:
        token = tokens[at]
        if token.type == "table_open":
            self._table(token)
            return _after(tokens, at, "table_close")
        if token.type == "heading_open":
            self._heading(token, tokens[at + 1])
            return at + 3
        self._structure(token)
        if token.type == "inline":
            self._paragraph(token)
        elif token.type in {"fence", "code_block"}:
            self._verbatim(token)
        elif token.type == "html_block":
            self._html(token)
        return at + 1

    def _structure(self, token: Token) -> None:
        if token.type == "bullet_list_open":
            self.lists.append(_List(mark=token.markup, number=None))
        elif token.type == "ordered_list_open":
            start = token.attrGet("start")
            number = int(start) if start is not None else 1
            self.lists.append(_List(mark=token.markup, number=number))
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            self.lists.pop()
        elif token.type == "list_item_open":
            self.marker = self._next_marker(token)
        elif token.type == "list_item_close":
            self.marker = None

    def _next_marker(self, token: Token) -> str:
        innermost = self.lists[-1]
        if innermost.number is None:
            return "-"
        marker = f"{innermost.number}{token.markup}"
        innermost.number += 1
        return marker

    def _heading(self, token: Token, inline: Token) -> None:
        text = join(_texts(inline))
        if text:
            place = Place(line=_line(token))
            self.blocks.append(Heading(text=text, level=int(token.tag[1:]), place=place))

    def _paragraph(self, token: Token) -> None:
        first = _line(token)
        source = self.lines[first - 1 : first - 1 + _height(token)]
        if find_tables(source):
            self._source(source, first=first)
            return
        for at, text in enumerate(_texts(token)):
            self._text_line(text, place=Place(line=first + at), is_first=at == 0)

    def _text_line(self, text: str, *, place: Place, is_first: bool) -> None:
        if not text:
            return
        if self.marker is not None:
            level = len(self.lists) - 1
            self.blocks.append(ListItem(text=text, level=level, marker=self.marker, place=place))
            self.marker = None
            return
        before = self.blocks[-1] if self.blocks and not is_first else None
        goes_on = _goes_on(before, text, width=self.width)
        if isinstance(before, ListItem) and (goes_on or text[0].islower()):
            self.blocks[-1] = replace(before, text=join([before.text, text]))
            return
        self.blocks.append(Paragraph(text=text, place=place, continues=goes_on))

    def _verbatim(self, token: Token) -> None:
        first = _line(token) + (token.type == "fence")
        self._source(token.content.split("\n"), first=first)

    def _html(self, token: Token) -> None:
        # The comment is blanked line by line, so that places stay right.
        text = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), token.content)
        lines = [_TAG.sub(" ", line) for line in text.split("\n")]
        if any(line.strip() for line in lines):
            place = Place(line=_line(token))
            message = "đoạn HTML trong tệp được đọc như văn bản thường; hãy kiểm tra lại"
            self.notes.append(Note(code="html_block", message=message, place=place))
        self._source(lines, first=_line(token))

    def _source(self, lines: Sequence[str], *, first: int) -> None:
        """Take lines as they stand: tables drawn in them, every other line a paragraph."""
        at = 0
        for table in [*find_tables(lines), None]:
            end = table.lines.start - 1 if table else len(lines)
            for place in range(at, end):
                if text := _plain(self.parser, lines[place]):
                    self.blocks.append(Paragraph(text=text, place=Place(line=first + place)))
            if table is not None:
                self._drawn(table, offset=first - 1)
                at = table.lines.stop - 1

    def _table(self, token: Token) -> None:
        first = _line(token)
        source = [
            line if (line := written.strip().lstrip("> ")).startswith("|") else f"|{line}"
            for written in self.lines[first - 1 : first - 1 + _height(token)]
        ]
        for table in find_tables(source):
            self._drawn(table, offset=first - 1)

    def _drawn(self, table: PipeTable, *, offset: int) -> None:
        shifted = replace(table, rows=tuple((line + offset, text) for line, text in table.rows))
        drawn = as_block(
            shifted,
            index=self.tables + 1,
            columns=self.columns,
            name=self.name,
            plain=lambda text: _plain(self.parser, text),
        )
        self.furniture += drawn.furniture
        self.notes += drawn.notes
        if drawn.block is not None:
            self.tables += 1
            self.blocks.append(drawn.block)


def _without_furniture(walk: _Walk, *, rules: IntakeRules) -> tuple[Block, ...]:
    texts = ["" if isinstance(block, Table) else block.text for block in walk.blocks]
    dropped = stamped(texts, words=rules.furniture)
    dropped |= {at for at, text in enumerate(texts) if is_address(text) or is_page_number(text)}
    walk.furniture += [texts[at] for at in sorted(dropped)]
    return tuple(block for at, block in enumerate(walk.blocks) if at not in dropped)


def _goes_on(before: Block | None, text: str, *, width: int) -> bool:
    if before is None or isinstance(before, Table):
        return False
    return was_full(before.text, following=text, width=width) and not is_closed(before.text)


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _height(token: Token) -> int:
    return token.map[1] - token.map[0] if token.map else 1


def _after(tokens: Sequence[Token], at: int, kind: str) -> int:
    while tokens[at].type != kind:
        at += 1
    return at + 1


def _plain(parser: MarkdownIt, text: str) -> str:
    if not text.strip():
        return ""
    return join([line for token in parser.parseInline(text) for line in _texts(token)])


def _texts(token: Token) -> list[str]:
    """Return the lines of an inline token as plain text."""
    written = "".join(_pieces(token.children or []))
    return [" ".join(line.split()) for line in cleaned(written).split("\n")]


def _pieces(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in {"text", "code_inline", "text_special"}:
            yield token.content
        elif token.type in {"softbreak", "hardbreak"}:
            yield "\n"
        elif token.type == "html_inline" and token.content.lower().startswith("<br"):
            yield " "
