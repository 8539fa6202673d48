"""What a file is, by its content; its ending must agree, or somebody is mistaken."""

import io
import re
import zipfile
from pathlib import PurePath

from engine.errors import BadInput, Fault
from workflows.planfile.blocks import Format
from workflows.planfile.readers import InputFile
from workflows.planfile.readers.archive import BROKEN, damaged, read_content_types
from workflows.planfile.readers.contents import ContentTypes
from workflows.planfile.readers.xmlguard import Refusal
from workflows.planfile.rules import IntakeRules, Limits

_FORMATS: dict[str, Format] = {
    ".csv": "csv",
    ".docx": "docx",
    ".md": "md",
    ".pdf": "pdf",
    ".txt": "txt",
    ".xlsx": "xlsx",
}
_TEXTS: tuple[Format, ...] = ("csv", "md", "txt")
_NAMES: dict[Format, str] = {
    "csv": "bảng CSV",
    "docx": "tệp Word (.docx)",
    "md": "văn bản Markdown",
    "pdf": "tệp PDF",
    "txt": "văn bản thuần",
    "xlsx": "tệp Excel (.xlsx)",
}

_ACCEPTED_CURE = "dùng tệp .docx, .xlsx, .pdf, .md, .csv hoặc .txt"
_WORD_CURE = "mở bằng Word, chọn Lưu thành (Save As) .docx rồi nhập lại"
_EXCEL_CURE = "mở bằng Excel, chọn Lưu thành (Save As) .xlsx rồi nhập lại"
_MACRO_CURE = "lưu lại thành .docx hoặc .xlsx không có macro rồi nhập lại"
_SCAN_CURE = "ảnh chụp hoặc bản quét không đọc được chữ; dùng tệp gốc .docx, .xlsx hoặc .pdf có chữ"
_EXTRACT_CURE = "giải nén rồi nhập từng tệp kế hoạch bên trong"
_AGAIN_CURE = "tải hoặc sao chép lại tệp, hoặc xuất lại từ phần mềm gốc"

_OLE_MAGIC = b"\xd0\xcf\x11\xe0"
_OLE_ENTRY_BYTES = 128
#: Streams of an old compound file, by which its kind is known.
_OLE_KINDS = (
    ("EncryptedPackage", "tệp Word/Excel đặt mật khẩu", "bỏ mật khẩu của tệp rồi nhập lại"),
    ("WordDocument", "tệp Word đời cũ (.doc)", _WORD_CURE),
    ("Workbook", "tệp Excel đời cũ (.xls)", _EXCEL_CURE),
    ("Book", "tệp Excel đời cũ (.xls)", _EXCEL_CURE),
    ("PowerPoint Document", "tệp PowerPoint đời cũ (.ppt)", _ACCEPTED_CURE),
    ("__properties_version1.0", "thư Outlook (.msg)", "mở thư và nhập tệp đính kèm"),
)

#: First bytes of what people take for a plan.
_MAGIC = (
    (b"{\\rtf", "tệp RTF", _WORD_CURE),
    (b"MZ", "chương trình Windows (.exe)", _ACCEPTED_CURE),
    (b"\x7fELF", "chương trình máy tính", _ACCEPTED_CURE),
    (b"\x89PNG", "ảnh PNG", _SCAN_CURE),
    (b"\xff\xd8\xff", "ảnh JPEG", _SCAN_CURE),
    (b"GIF8", "ảnh GIF", _SCAN_CURE),
    (b"II*\x00", "ảnh TIFF", _SCAN_CURE),
    (b"MM\x00*", "ảnh TIFF", _SCAN_CURE),
    (b"BM", "ảnh BMP", _SCAN_CURE),
    (b"Rar!", "tệp nén RAR", _EXTRACT_CURE),
    (b"7z\xbc\xaf", "tệp nén 7z", _EXTRACT_CURE),
    (b"\x1f\x8b", "tệp nén GZIP", _EXTRACT_CURE),
    (b"BZh", "tệp nén BZIP2", _EXTRACT_CURE),
    (b"\xfd7zXZ", "tệp nén XZ", _EXTRACT_CURE),
    (b"SQLite format 3", "cơ sở dữ liệu", _ACCEPTED_CURE),
)
#: Those among them that a plain text may begin with as well.
_WORDLIKE = (b"MZ", b"BM", b"BZh", b"GIF8", b"Rar!")

_MARKUP = re.compile(
    rb"\s*(?:<!--.*?-->\s*)?<(!doctype\s+html|html|head|body|script|svg|\?xml|\?php|!doctype)",
    re.IGNORECASE | re.DOTALL,
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_OPENING_BYTES = 4096
#: Within these bytes other programs look for the mark of a PDF.
_PDF_OPENING_BYTES = 1024
_TAIL_BYTES = 22 + 0xFFFF

#: Main parts of packages, by words of their content type; the first that fits.
_PACKAGES = (
    ("macroenabled", "tệp có macro (.docm, .xlsm)", _MACRO_CURE),
    ("wordprocessingml.template.main", "mẫu Word (.dotx)", _WORD_CURE),
    ("spreadsheetml.template.main", "mẫu Excel (.xltx)", _EXCEL_CURE),
    ("presentationml", "tệp PowerPoint", _ACCEPTED_CURE),
    ("ms-excel.sheet.binary", "tệp Excel nhị phân (.xlsb)", _EXCEL_CURE),
)
_DOCUMENT, _WORKBOOK = "wordprocessingml.document.main+xml", "spreadsheetml.sheet.main+xml"


def format_of(file: InputFile, *, rules: IntakeRules) -> Format:
    """Return what a file is, by its content.

    Raises:
        BadInput: it is empty, too large, nothing we read, or not what its ending says; what it is
            and what to do is named.
    """
    if not file.data:
        raise _refusal(file, "tệp rỗng", "chọn tệp có nội dung")
    ending = PurePath(file.name).suffix.lower()
    found = _kind(file, limits=rules.limits)
    said = _FORMATS.get(ending)
    if found is None and said not in _TEXTS:
        what = f"không phải {_NAMES[said]} dù mang đuôi {ending}" if said else _unread(ending)
        cure = _AGAIN_CURE if said else _ACCEPTED_CURE
        raise _refusal(file, what, cure)
    kind = found or said
    if kind is None or kind != said:
        raise _disagreement(file, found, ending=ending)
    _refuse_large(file, kind, limits=rules.limits)
    return kind


def _disagreement(file: InputFile, found: Format | None, *, ending: str) -> BadInput:
    if found is None:
        return _refusal(file, _unread(ending), _ACCEPTED_CURE)
    shown = f"mang đuôi {ending[:12]}" if ending else "không có đuôi"
    return _refusal(
        file,
        f"nội dung là {_NAMES[found]} nhưng tên tệp {shown}",
        f"nếu đúng là tệp cần nhập, đổi đuôi tên tệp thành .{found} rồi nhập lại",
    )


def _unread(ending: str) -> str:
    return f"chưa đọc được định dạng {ending[:12]}" if ending else "tên tệp không có đuôi"


def _kind(file: InputFile, *, limits: Limits) -> Format | None:
    """Return the format that the content shows, None where it may be a text."""
    data = file.data
    if data.startswith(b"PK"):
        return _package(file, limits=limits)
    if data.startswith(b"%PDF-"):
        if _ends_as_archive(data):
            raise _refusal(file, "vừa là tệp PDF vừa là tệp nén", _AGAIN_CURE)
        return "pdf"
    if found := _foreign(data):
        raise _refusal(file, *found)
    return None


def _foreign(data: bytes) -> tuple[str, str] | None:
    """Return what a file is that we do not read, with the cure; None where it may be a text."""
    if data.startswith(_OLE_MAGIC):
        return _ole_kind(data)
    for magic, what, cure in _MAGIC:
        if data.startswith(magic) and (magic not in _WORDLIKE or _is_binary(data)):
            return f"đây là {what}", cure
    if _ends_as_archive(data):
        return "có tệp nén ẩn ở cuối", _AGAIN_CURE
    if found := _MARKUP.match(data[:_OPENING_BYTES].removeprefix(b"\xef\xbb\xbf")):
        return _markup(found[1].lower())
    if b"%PDF-" in data[:_PDF_OPENING_BYTES] and _is_binary(data):
        return "có dữ liệu lạ trước phần PDF", _AGAIN_CURE
    return None


def _package(file: InputFile, *, limits: Limits) -> Format:
    if len(file.data) > limits.office_bytes:
        raise _too_large(file, limits.office_bytes)
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            names = archive.namelist()
            types = read_content_types(archive, limits=limits)
            mimetype = _mimetype(archive)
    except Refusal as refusal:
        raise _refusal(file, refusal.problem, _AGAIN_CURE) from refusal
    except BROKEN as error:
        raise damaged(file) from error
    if not file.data.startswith(b"PK\x03\x04"):
        raise _refusal(file, "tệp nén rỗng", _EXTRACT_CURE)
    if mimetype.startswith("application/vnd.oasis.opendocument"):
        raise _refusal(file, "tệp LibreOffice (.odt, .ods)", "lưu lại thành .docx hoặc .xlsx")
    return _main_part(file, types, names=names)


def _main_part(file: InputFile, types: ContentTypes, *, names: list[str]) -> Format:
    said = " ".join([*types.by_part.values(), *types.by_ending.values()])
    for mark, what, cure in _PACKAGES:
        if mark in said:
            raise _refusal(file, f"đây là {what}", cure)
    if types.has_macros(names):
        raise _refusal(file, "tệp chứa macro", _MACRO_CURE)
    is_word, is_excel = _DOCUMENT in said, _WORKBOOK in said
    if is_word and is_excel:
        raise _refusal(file, "vừa là tệp Word vừa là tệp Excel", _AGAIN_CURE)
    if not is_word and not is_excel:
        raise _refusal(file, "đây là tệp nén ZIP", _EXTRACT_CURE)
    return "docx" if is_word else "xlsx"


def _mimetype(archive: zipfile.ZipFile) -> str:
    if "mimetype" not in archive.namelist():
        return ""
    with archive.open("mimetype") as part:
        return part.read(100).decode("ascii", "replace")


def _ole_kind(data: bytes) -> tuple[str, str]:
    for name, what, cure in _OLE_KINDS:
        if _holds_stream(data, name.encode("utf-16-le") + b"\x00\x00"):
            return f"đây là {what}", cure
    return "đây là tệp Word/Excel đời cũ, hoặc tệp đặt mật khẩu", (
        "mở bằng Word hoặc Excel, bỏ mật khẩu nếu có, rồi lưu thành .docx hoặc .xlsx"
    )


def _holds_stream(data: bytes, name: bytes) -> bool:
    """Whether a directory entry of a compound file bears that name; entries are aligned."""
    at = data.find(name)
    while at >= 0:
        if at % _OLE_ENTRY_BYTES == 0:
            return True
        at = data.find(name, at + 1)
    return False


def _markup(tag: bytes) -> tuple[str, str]:
    if tag == b"svg":
        return "đây là ảnh SVG", _SCAN_CURE
    if tag in (b"?xml", b"!doctype"):
        return "đây là tệp XML", _ACCEPTED_CURE
    return "đây là trang web (HTML)", (
        "tải tệp đính kèm .docx, .pdf từ trang đó, hoặc chép phần chữ vào tệp .txt"
    )


def _ends_as_archive(data: bytes) -> bool:
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - _TAIL_BYTES))
    if at < 0 or at + 22 > len(data):
        return False
    comment = int.from_bytes(data[at + 20 : at + 22], "little")
    return at + 22 + comment == len(data)


def _is_binary(data: bytes) -> bool:
    return _CONTROL.search(data, 0, _OPENING_BYTES) is not None


def _refuse_large(file: InputFile, kind: Format, *, limits: Limits) -> None:
    limit = largest_bytes(kind, limits=limits)
    if len(file.data) > limit:
        raise _too_large(file, limit)


def largest_bytes(kind: Format, *, limits: Limits) -> int:
    """Return how large a file of a format may be."""
    if kind in _TEXTS:
        return limits.text_bytes
    return limits.pdf_bytes if kind == "pdf" else limits.office_bytes


def most_bytes(name: str, *, rules: IntakeRules) -> int:
    """Return how much of a file is worth reading, by its name; more is refused unread."""
    said = _FORMATS.get(PurePath(name).suffix.lower())
    kinds = [said] if said else _FORMATS.values()
    return max(largest_bytes(kind, limits=rules.limits) for kind in kinds)


def _too_large(file: InputFile, limit: int) -> BadInput:
    size = len(file.data) / 1_000_000
    problem = f"tệp quá lớn: {size:.1f} MB, tối đa {limit / 1_000_000:.0f} MB"
    return _refusal(file, problem, "kiểm tra xem có chọn nhầm tệp không; nếu đúng, tách nhỏ tệp")


def _refusal(file: InputFile, problem: str, cure: str) -> BadInput:
    fault = Fault(place="tệp", problem=problem, cure=cure)
    return BadInput(source=file.name, faults=[fault])
