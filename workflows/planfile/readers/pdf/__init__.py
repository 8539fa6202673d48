"""PDF to blocks: text in reading order and ruled tables; a scan holds no text and is refused.

The library reads files of anybody; whatever it stumbles over becomes one refusal, here.
"""

import logging
from collections.abc import Iterator
from io import BytesIO
from itertools import islice

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfpage import PDFPage
from pdfplumber.utils.exceptions import PdfminerException

from engine.errors import BadInput, Fault
from workflows.planfile.blocks import Document, Note, Place
from workflows.planfile.readers import InputFile
from workflows.planfile.readers.pdf.flow import flow
from workflows.planfile.readers.pdf.pages import Sheet, read_page
from workflows.planfile.rules import IntakeRules

# It tells of every small fault of a file, to whoever looks at standard error.
logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
logging.getLogger("pdfplumber").setLevel(logging.CRITICAL)

_ORIGINAL = "nộp tệp Word hoặc Excel gốc, hoặc xuất lại PDF từ tệp gốc"


def read(file: InputFile, rules: IntakeRules) -> Document:
    """Read a PDF.

    Raises:
        BadInput: damaged, protected, too long, a scan, or with letters nobody can read.
    """
    try:
        sheets = list(_sheets(file, rules))
    except (BadInput, MemoryError):
        raise
    except Exception as error:
        # The library names no common root of what it raises over a broken file.
        raise _refusal(file.name, *_what_went_wrong(error)) from error
    notes = _looked_at(sheets, name=file.name)
    found = flow(sheets, name=file.name, rules=rules)
    return Document(
        name=file.name,
        digest=file.digest,
        format="pdf",
        blocks=tuple(found.blocks),
        furniture=tuple(found.furniture),
        notes=(*notes, *found.notes),
    )


def _sheets(file: InputFile, rules: IntakeRules) -> Iterator[Sheet]:
    pdf = pdfplumber.open(BytesIO(file.data), unicode_norm="NFC", raise_unicode_errors=False)
    limit = rules.limits.pages
    count = sum(1 for _ in islice(PDFPage.create_pages(pdf.doc), limit + 1))
    if count == 0:
        raise _refusal(file.name, "tệp PDF không có trang nào", _ORIGINAL)
    if count > limit:
        raise _refusal(
            file.name, f"tệp PDF có hơn {limit} trang", "tách riêng phần kế hoạch và phụ lục"
        )
    for page in pdf.pages:
        yield read_page(page, ends=rules.sections.end)


def _what_went_wrong(error: Exception) -> tuple[str, str]:
    cause = error.args[0] if isinstance(error, PdfminerException) and error.args else error
    if isinstance(cause, PDFPasswordIncorrect):
        return "tệp PDF có mật khẩu", "gỡ mật khẩu rồi nộp lại"
    if isinstance(cause, PDFEncryptionError):
        return "tệp PDF được mã hóa theo cách chưa đọc được", "gỡ mã hóa, lưu lại rồi nộp"
    return "tệp PDF bị hỏng, không đọc được", _ORIGINAL


def _looked_at(sheets: list[Sheet], *, name: str) -> list[Note]:
    """Return what to say of pages that are pictures.

    Raises:
        BadInput: no page has text.
    """
    empty = {
        sheet.number
        for sheet in sheets
        if not sheet.lines and not any(letters for _, letters in sheet.tables)
    }
    if len(empty) == len(sheets):
        problem = (
            "tệp PDF không có chữ để đọc, chỉ có hình ảnh (bản chụp, bản quét) hoặc trang trống"
        )
        if any(sheet.hidden for sheet in sheets):
            problem = "tệp PDF không có chữ để đọc, chỉ có chữ ẩn hoặc nằm ngoài trang"
        cure = "nộp tệp Word gốc, hoặc nhận dạng chữ (OCR) rồi nộp tệp kết quả và kiểm tra lại"
        raise _refusal(name, problem, cure)
    return [note for sheet in sheets for note in _notes(sheet, is_empty=sheet.number in empty)]


def _notes(sheet: Sheet, *, is_empty: bool) -> Iterator[Note]:
    place = Place(page=sheet.number)
    page = f"trang {sheet.number}"
    if sheet.hidden:
        message = f"{page} có chữ ẩn (màu trắng, quá nhỏ hoặc nằm ngoài trang), không đưa vào"
        yield Note(code="hidden_text", message=message, place=place)
    if sheet.is_scanned and is_empty:
        message = f"{page} chỉ có hình ảnh, không đọc được chữ"
        yield Note(code="page_without_text", message=message, place=place)
    elif sheet.is_scanned:
        message = f"{page} là bản quét có chữ do máy nhận dạng; hãy đối chiếu"
        yield Note(code="recognised_text", message=message, place=place)


def _refusal(name: str, problem: str, cure: str) -> BadInput:
    return BadInput(source=name, faults=[Fault(place="tệp", problem=problem, cure=cure)])
