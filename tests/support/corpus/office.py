"""A plain .docx and a plain .xlsx, written by hand so that every byte of them can be bent."""

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

Parts = Mapping[str, bytes]

TITLES = ("Ban hành quy chế văn thư", "Tập huấn công tác lưu trữ")

CONTENT_TYPES = "[Content_Types].xml"
DOCUMENT, WORKBOOK, SHEET = "word/document.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"
DOCUMENT_RELS = "word/_rels/document.xml.rels"
WORKBOOK_RELS = "xl/_rels/workbook.xml.rels"

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KIND = "application/vnd.openxmlformats-officedocument"
_LINES = (
    "KẾ HOẠCH",
    "Công tác văn thư, lưu trữ năm 2026",
    "I. MỤC TIÊU",
    "Nâng cao chất lượng công tác văn thư.",
    "II. NHIỆM VỤ",
    "1. Văn thư",
    *(f"- {title}." for title in TITLES),
    "III. TỔ CHỨC THỰC HIỆN",
    "Văn phòng theo dõi việc thực hiện.",
)
_HEADER = ("TT", "Nội dung nhiệm vụ", "Đơn vị chủ trì", "Thời gian hoàn thành")


def paragraph(text: str) -> str:
    """A paragraph of a Word document."""
    return f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def body(*more: str) -> str:
    """The paragraphs of a short plan, and more after them."""
    return "".join([*(paragraph(line) for line in _LINES), *more])


def document_xml(inside: str, *, prolog: str = _XML) -> bytes:
    """A main part of a Word document."""
    spaces = f'xmlns:w="{_WORD}" xmlns:r="{_OFFICE}"'
    return f"{prolog}<w:document {spaces}><w:body>{inside}</w:body></w:document>".encode()


def content_types(**parts: str) -> bytes:
    """The list of content types, the main part given by its name with `__` for `/`."""
    said = "".join(
        f'<Override PartName="/{name.replace("__", "/")}.xml" ContentType="{kind}"/>'
        for name, kind in parts.items()
    )
    default = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{default}"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="bin" ContentType="application/octet-stream"/>'
        f"{said}</Types>"
    ).encode()


def relationships(*found: tuple[str, str, bool]) -> bytes:
    """A list of relationships: kind, target, and whether it leads out of the file."""
    modes = {True: ' TargetMode="External"', False: ""}
    inside = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"'
        f"{modes[is_outside]}/>"
        for number, (kind, target, is_outside) in enumerate(found, start=1)
    )
    return (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{inside}</Relationships>'.encode()
    )


def word_parts(inside: str | None = None) -> dict[str, bytes]:
    """The parts of a Word document that holds a short plan, or what is given."""
    return {
        CONTENT_TYPES: content_types(word__document=f"{_KIND}.wordprocessingml.document.main+xml"),
        "_rels/.rels": relationships(("officeDocument", DOCUMENT, False)),
        DOCUMENT: document_xml(body() if inside is None else inside),
        DOCUMENT_RELS: relationships(),
    }


def cell(text: str, *, ref: str = "") -> str:
    """A cell of a sheet with its text in it."""
    at = f' r="{ref}"' if ref else ""
    return f'<c{at} t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def row(*cells: str, number: int | None = None) -> str:
    """A row of a sheet."""
    at = f' r="{number}"' if number else ""
    return f"<row{at}>{''.join(cells)}</row>"


def task_rows(*titles: str) -> str:
    """A header and a row for each task."""
    rows = [row(*(cell(text) for text in _HEADER), number=1)]
    for number, title in enumerate(titles, start=1):
        texts = (str(number), title, "Văn phòng", "30/6/2026")
        rows.append(row(*(cell(text) for text in texts), number=number + 1))
    return "".join(rows)


def sheet_xml(rows: str, *, before: str = "", after: str = "", prolog: str = _XML) -> bytes:
    """A sheet with the rows given."""
    return (
        f'{prolog}<worksheet xmlns="{_SHEET}" xmlns:r="{_OFFICE}">{before}'
        f"<sheetData>{rows}</sheetData>{after}</worksheet>"
    ).encode()


def excel_parts(rows: str | None = None, *, sheet: bytes | None = None) -> dict[str, bytes]:
    """The parts of a workbook that holds a short table of tasks, or what is given."""
    rows = task_rows(*TITLES) if rows is None else rows
    return {
        CONTENT_TYPES: content_types(
            xl__workbook=f"{_KIND}.spreadsheetml.sheet.main+xml",
            xl__worksheets__sheet1=f"{_KIND}.spreadsheetml.worksheet+xml",
        ),
        "_rels/.rels": relationships(("officeDocument", WORKBOOK, False)),
        WORKBOOK: workbook_xml(),
        WORKBOOK_RELS: relationships(("worksheet", "worksheets/sheet1.xml", False)),
        SHEET: sheet_xml(rows) if sheet is None else sheet,
    }


def workbook_xml(*, sheets: str = "", settings: str = "", prolog: str = _XML) -> bytes:
    """The main part of a workbook with one sheet, or the sheets given."""
    sheets = sheets or '<sheet name="Nhiệm vụ" sheetId="1" r:id="rId1"/>'
    return (
        f'{prolog}<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}">{settings}'
        f"<sheets>{sheets}</sheets></workbook>"
    ).encode()


def zipped(parts: Parts) -> bytes:
    """The parts as an archive; the same bytes every time."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def word(inside: str | None = None, **changed: bytes) -> bytes:
    """A Word document; `changed` parts are named with `__` for `/`, without `.xml`."""
    return zipped(word_parts(inside) | _named(changed))


def excel(rows: str | None = None, **changed: bytes) -> bytes:
    """A workbook; `changed` parts as for `word`."""
    return zipped(excel_parts(rows) | _named(changed))


def _named(changed: Mapping[str, bytes]) -> dict[str, bytes]:
    return {f"{name.replace('__', '/')}.xml": data for name, data in changed.items()}
