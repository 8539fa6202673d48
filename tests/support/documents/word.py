"""Word documents of our own, a few readable lines each; the XML is what Word itself writes.

What is a plain string is text; what is `Xml` stands as it is.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from html import escape

_NAMESPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "v": "urn:schemas-microsoft-com:vml",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
}
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"


class Xml(str):
    """A piece of a document that is written already."""

    __slots__ = ()


def run(*content: str, properties: str = "") -> Xml:
    """Return letters of one look; tabs and newlines in them are tabs and soft breaks."""
    pieces = "".join(one if isinstance(one, Xml) else _letters(one) for one in content)
    return Xml(f"<w:r><w:rPr>{properties}</w:rPr>{pieces}</w:r>")


def paragraph(
    *content: str,
    style: str = "",
    numbered: tuple[int, int] | None = None,
    centred: bool = False,
    properties: str = "",
    mark: str = "",
) -> Xml:
    """Return a paragraph; `numbered` names a list and the level in it."""
    shown = f'<w:pStyle w:val="{style}"/>' if style else ""
    shown += properties
    if numbered is not None:
        number, level = numbered
        shown += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    shown += '<w:jc w:val="center"/>' if centred else ""
    shown += f"<w:rPr>{mark}</w:rPr>" if mark else ""
    pieces = "".join(one if isinstance(one, Xml) else run(one) for one in content)
    return Xml(f"<w:p><w:pPr>{shown}</w:pPr>{pieces}</w:p>")


def cell(*content: str, span: int = 1, properties: str = "") -> Xml:
    """Return a cell; each string is a paragraph of it."""
    shown = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    pieces = "".join(one if isinstance(one, Xml) else paragraph(one) for one in content)
    return Xml(f"<w:tc><w:tcPr>{shown}{properties}</w:tcPr>{pieces or paragraph()}</w:tc>")


def top(*content: str) -> Xml:
    """Return the uppermost of cells that are merged downwards."""
    return cell(*content, properties='<w:vMerge w:val="restart"/>')


def below() -> Xml:
    """Return a cell that a merged one covers from above."""
    return cell(properties="<w:vMerge/>")


def row(*cells: str, properties: str = "") -> Xml:
    """Return a row; a string is a cell of that text, its lines paragraphs."""
    pieces = "".join(one if isinstance(one, Xml) else cell(*one.split("\n")) for one in cells)
    return Xml(f"<w:tr><w:trPr>{properties}</w:trPr>{pieces}</w:tr>")


def table(*rows: Xml | Sequence[str], widths: Sequence[int] = ()) -> Xml:
    """Return a table; a sequence is a row of such cells."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    pieces = "".join(one if isinstance(one, Xml) else row(*one) for one in rows)
    return Xml(f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{pieces}</w:tbl>")


def text_box(*content: str) -> Xml:
    """Return a run with a text box, drawn twice as Word does for its older versions."""
    pieces = "".join(one if isinstance(one, Xml) else paragraph(one) for one in content)
    box = f"<w:txbxContent>{pieces}</w:txbxContent>"
    return Xml(
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>'
        f"{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}"
        "</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def field(instruction: str, *result: str) -> Xml:
    """Return a field of several runs with what it last showed."""
    shown = "".join(one if isinstance(one, Xml) else run(one) for one in result)
    return Xml(
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{escape(instruction)}'
        f'</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>{shown}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def level(form: str, text: str, *, start: int = 1, more: str = "") -> Xml:
    """Return a level of a list, to be put into a family in order."""
    return Xml(
        f'<w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/>'
    )


def family(number: int, *levels: str, more: str = "") -> Xml:
    """Return what lists of one kind have in common."""
    shown = "".join(f'<w:lvl w:ilvl="{n}">{one}</w:lvl>' for n, one in enumerate(levels))
    return Xml(f'<w:abstractNum w:abstractNumId="{number}">{more}{shown}</w:abstractNum>')


def numbered_list(number: int, *, of: int, more: str = "") -> Xml:
    """Return a list of a family."""
    return Xml(f'<w:num w:numId="{number}"><w:abstractNumId w:val="{of}"/>{more}</w:num>')


def restart(index: int, *, at: int = 1) -> Xml:
    """Return what makes a list begin anew at a level."""
    return Xml(f'<w:lvlOverride w:ilvl="{index}"><w:startOverride w:val="{at}"/></w:lvlOverride>')


def style(code: str, name: str, *, kind: str = "paragraph", more: str = "") -> Xml:
    """Return a style."""
    return Xml(
        f'<w:style w:type="{kind}" w:styleId="{code}"><w:name w:val="{name}"/>{more}</w:style>'
    )


def document(*body: str, **parts: str) -> bytes:
    """Return a .docx file.

    Args:
        body: Its paragraphs and tables; a string is a paragraph.
        parts: What is in its other parts, by their names: styles, numbering, header, footer,
            footnotes.
    """
    return pack(entries(*body, **parts))


def entries(*body: str, **parts: str) -> dict[str, str]:
    """Return the parts of a .docx file by their names, for a test that changes one."""
    pieces = "".join(one if isinstance(one, Xml) else paragraph(one) for one in body)
    relations = "".join(
        f'<Relationship Id="r{name}" Type="{_OFFICE}/{name}" Target="{name}.xml"/>'
        for name in parts
    )
    roots = {"header": "hdr", "footer": "ftr"}
    found = {
        "[Content_Types].xml": (
            f'<Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>'
            "</Types>"
        ),
        "_rels/.rels": _relations(
            f'<Relationship Id="r" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
        ),
        "word/_rels/document.xml.rels": _relations(relations),
        "word/document.xml": _part("document", f"<w:body>{pieces}<w:sectPr/></w:body>"),
    }
    for name, content in parts.items():
        found[f"word/{name}.xml"] = _part(roots.get(name, name), content)
    return found


def pack(found: Mapping[str, str | bytes]) -> bytes:
    """Return the archive of some parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in found.items():
            archive.writestr(name, content)
    return file.getvalue()


def _letters(text: str) -> str:
    text = escape(text).replace("\t", "</w:t><w:tab/><w:t>")
    text = text.replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
    return f'<w:t xml:space="preserve">{text}</w:t>'


def _relations(content: str) -> str:
    return f'<Relationships xmlns="{_RELATIONS}">{content}</Relationships>'


def _part(root: str, content: str) -> str:
    names = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in _NAMESPACES.items())
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{root} {names}>{content}</w:{root}>'
