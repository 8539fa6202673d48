"""Any Word document is read or refused: texts come back as they are, and nothing makes it crash."""

import unicodedata
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.defaults import reading_rules
from engine.errors import BadInput
from tests.support.documents import word as doc
from tests.support.documents.word import Xml
from workflows.planfile.blocks import Paragraph, Table
from workflows.planfile.readers import InputFile, word
from workflows.planfile.rules import IntakeRules

RULES = IntakeRules.from_mapping(reading_rules("intake"))

#: Letters of Vietnamese, composed or not, and what stands between words.
TEXTS = st.text(
    st.one_of(
        st.sampled_from("ăâđêôơưáàảãạấầẩẫậếềểễệốộớợứựýỳĐƠƯ .,;:()/-–%\u0301\u0323\u00a0\u200b\n\t"),
        st.characters(min_codepoint=0x20, max_codepoint=0x7E),
    ),
    max_size=60,
)

NAMES = (
    "p", "r", "t", "tbl", "tr", "tc", "tcPr", "trPr", "pPr", "rPr", "sdt", "sdtContent", "sdtPr",
    "ins", "del", "moveTo", "hyperlink", "fldChar", "instrText", "br", "tab", "sym", "vanish",
    "numPr", "numId", "ilvl", "gridSpan", "vMerge", "gridBefore", "pStyle", "outlineLvl", "framePr",
    "drawing", "txbxContent", "fldSimple", "tblGrid", "gridCol", "showingPlcHdr", "altChunk",
    "style", "name", "basedOn", "rFonts", "abstractNum", "abstractNumId", "num", "lvl", "lvlText",
    "numFmt", "lvlRestart", "lvlOverride", "startOverride", "numStyleLink", "pStyle", "isLgl",
)  # fmt: skip
ATTRIBUTES = (
    "val", "w", "char", "font", "type", "fldCharType", "instr", "dropCap", "styleId", "numId",
    "abstractNumId", "ilvl", "ascii", "default",
)  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(
        [
            "0",
            "1",
            "2",
            "-1",
            "9999999999",
            "continue",
            "restart",
            "begin",
            "separate",
            "end",
            "TOC",
        ]
    ),
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x2FF), max_size=6),
)


def _element(name: str, attributes: dict[str, str], children: list[str]) -> str:
    shown = "".join(f" w:{key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<w:{name}{shown}>{''.join(children)}</w:{name}>"


def _elements(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        _element,
        st.sampled_from(NAMES),
        st.dictionaries(st.sampled_from(ATTRIBUTES), VALUES, max_size=2),
        st.lists(inner, max_size=4),
    )


LEAVES = st.sampled_from(
    [
        "<w:r><w:t>Mục 1</w:t></w:r>",
        "<w:p><w:r><w:t>Mục 2</w:t></w:r></w:p>",
        "<w:p><w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr></w:p>",
        "<w:tc><w:p/></w:tc>",
    ]
)
TREES = st.recursive(LEAVES, _elements, max_leaves=25)


def expected(text: str) -> str:
    """Return a text as one would write it by hand."""
    plain = unicodedata.normalize("NFC", text.replace("\u200b", "").replace("\u00a0", " "))
    return " ".join(plain.split())


@given(TEXTS)
def test_the_text_of_a_paragraph_comes_back_whole_whatever_it_is(text: str) -> None:
    data = doc.document("Kế hoạch", doc.paragraph(text))

    document = word.read(InputFile(name="a.docx", data=data), RULES)

    paragraphs = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    assert len(paragraphs) == len(document.blocks)
    if not document.furniture:
        assert " ".join(paragraphs[1:]) == expected(text)
    # A number or an address that stands alone is furniture of a page, and kept as such.
    read = " ".join([*paragraphs[1:], *document.furniture])
    assert sorted(read.split()) == sorted(expected(text).split())


@given(st.lists(st.lists(TEXTS, min_size=1, max_size=4), min_size=1, max_size=4))
def test_the_text_of_every_cell_comes_back_in_its_place(texts: list[list[str]]) -> None:
    data = doc.document("Kế hoạch", doc.table(["x"] * 4, *texts))

    (_, table) = word.read(InputFile(name="a.docx", data=data), RULES).blocks

    assert isinstance(table, Table)
    read = {
        (row.place.row, index): " ".join(cell.text.split())
        for row in table.rows
        for index, cell in enumerate(row.cells)
        if cell.text
    }
    assert read == {(1, index): "x" for index in range(4)} | {
        (number, index): expected(text)
        for number, row in enumerate(texts, start=2)
        for index, text in enumerate(row)
        if expected(text)
    }


@settings(max_examples=200)
@given(st.lists(TREES, max_size=4), st.lists(TREES, max_size=2), st.lists(TREES, max_size=2))
def test_no_document_makes_the_reader_crash(
    body: list[str], styles: list[str], numbering: list[str]
) -> None:
    data = doc.document(
        "Kế hoạch", *map(Xml, body), styles="".join(styles), numbering="".join(numbering)
    )

    try:
        blocks = word.read(InputFile(name="a.docx", data=data), RULES).blocks
    except BadInput:
        # A fault of the document, told as one.
        return
    assert blocks


@pytest.mark.parametrize("tag", ["sdt", "tbl", "ins", "r", "hyperlink"])
def test_elements_as_deep_as_an_archive_may_have_them_are_read(tag: str) -> None:
    inner: dict[str, tuple[str, str]] = {
        "sdt": ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"),
        "tbl": ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"),
        "ins": ("<w:ins>", "</w:ins>"),
        "r": ("<w:p><w:r>", "</w:r></w:p>"),
        "hyperlink": ("<w:p><w:hyperlink>", "</w:hyperlink></w:p>"),
    }
    opening, closing = inner[tag]
    times = (RULES.limits.xml_depth - 8) // opening.count("<")
    text = "<w:p><w:r><w:t>sâu</w:t></w:r></w:p>"
    data = doc.document("Kế hoạch", Xml(opening * times + text + closing * times))

    blocks = word.read(InputFile(name="a.docx", data=data), RULES).blocks

    assert (
        blocks[0]
        == word.read(InputFile(name="b.docx", data=doc.document("Kế hoạch")), RULES).blocks[0]
    )
