"""Files that are not what their name says, that are cut off, or that nobody can open."""

import zlib
from collections.abc import Iterator

from tests.support.corpus import office, pdfs
from tests.support.corpus.specimen import EITHER, Odd

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HTML = "<!DOCTYPE html>\n<html><body><p>Kế hoạch</p></body></html>".encode()
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def made() -> Iterator[Odd]:
    """Yield them."""
    yield from _compound()
    yield from _wrong_kind()
    yield from _polyglots()
    yield from _short()


def compound(*streams: str) -> bytes:
    """An old compound file: its head, and a directory with these streams."""
    entries = b"".join(name.encode("utf-16-le").ljust(64, b"\0").ljust(128, b"\0")
                       for name in ("Root Entry", *streams))  # fmt: skip
    return OLE_MAGIC.ljust(512, b"\0") + entries.ljust(1024, b"\0")


def _compound() -> Iterator[Odd]:
    yield Odd(name="locked.docx", data=compound("EncryptedPackage"), refused="đặt mật khẩu")
    yield Odd(name="locked.xlsx", data=compound("EncryptedPackage"), refused="đặt mật khẩu")
    yield Odd(name="old.doc", data=compound("WordDocument"), refused="Word đời cũ (.doc)")
    yield Odd(name="old.docx", data=compound("WordDocument"), refused="Lưu thành (Save As) .docx")
    yield Odd(name="old.xls", data=compound("Workbook"), refused="Excel đời cũ (.xls)")
    yield Odd(name="older.xlsx", data=compound("Book"), refused="Lưu thành (Save As) .xlsx")
    yield Odd(name="letter.docx", data=compound("__properties_version1.0"), refused="Outlook")
    yield Odd(name="unknown.docx", data=compound("Contents"), refused="đời cũ")
    yield Odd(name="magic.docx", data=OLE_MAGIC + b"\x00\xff" * 40, refused="đời cũ")


def _wrong_kind() -> Iterator[Odd]:
    program = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200)
    png = b"\x89PNG\r\n\x1a\n" + bytes(64)
    yield Odd(name="program.docx", data=program, refused="chương trình Windows")
    yield Odd(name="program.txt", data=program, refused="chương trình Windows")
    yield Odd(name="script.csv", data=b"\x7fELF" + bytes(60), refused="chương trình máy tính")
    yield Odd(name="picture.docx", data=SVG, refused="SVG")
    yield Odd(name="page.docx", data=HTML, refused="trang web")
    yield Odd(name="page.txt", data=b"\xef\xbb\xbf" + HTML, refused="trang web")
    yield Odd(name="scan.pdf", data=png, refused="ảnh PNG")
    yield Odd(name="scan.txt", data=b"\xff\xd8\xff\xe0" + bytes(64), refused="ảnh JPEG")
    yield Odd(name="rich.docx", data=rb"{\rtf1\ansi K\u7871? ho\u7841?ch}", refused="RTF")
    yield Odd(name="word.pdf", data=office.word(), refused="đổi đuôi tên tệp thành .docx")
    yield Odd(name="word.xlsx", data=office.word(), refused="đổi đuôi tên tệp thành .docx")
    yield Odd(name="sheet.docx", data=office.excel(), refused="đổi đuôi tên tệp thành .xlsx")
    yield Odd(name="sheet.csv", data=office.excel(), refused="đổi đuôi tên tệp thành .xlsx")
    yield Odd(name="plan", data=office.word(), refused="tên tệp không có đuôi")
    yield Odd(name="text.docx", data=b"plain", refused="không phải tệp Word")
    yield Odd(name="book.odt", data=_open_document(), refused="LibreOffice")
    yield Odd(name="plain.zip", data=office.zipped({"a.txt": b"a"}), refused="tệp nén ZIP")
    yield Odd(name="plain.docx", data=office.zipped({"a.txt": b"a"}), refused="tệp nén ZIP")
    yield Odd(name="packed.docx", data=b"Rar!\x1a\x07\x00" + bytes(60), refused="RAR")
    yield Odd(name="packed.xlsx", data=b"7z\xbc\xaf\x27\x1c" + bytes(60), refused="7z")
    yield Odd(name="packed.pdf", data=zlib.compress(b"x"), refused="không phải tệp PDF")
    yield Odd(name="plan.rtf", data=b"K\xe1", refused="chưa đọc được định dạng .rtf")


def _polyglots() -> Iterator[Odd]:
    paper, archive = pdfs.paper(), office.word()
    both = paper + archive
    yield Odd(name="both.pdf", data=both, refused="vừa là tệp PDF vừa là tệp nén")
    yield Odd(name="both.docx", data=both, refused="vừa là tệp PDF vừa là tệp nén")
    yield Odd(name="tail.txt", data=b"plan\n" + archive, refused="có tệp nén ẩn ở cuối")
    yield Odd(name="late.pdf", data=HTML + paper, refused="trang web")
    yield Odd(name="later.txt", data=b"GIF89a\x00/*" + paper, refused="ảnh GIF")
    yield Odd(name="prefix.pdf", data=b"\x00" * 16 + paper, refused="trước phần PDF")
    yield Odd(name="script.gif.csv", data=b"GIF89a/*\x00*/=1;", refused="ảnh GIF")
    two = office.word_parts() | office.excel_parts()
    kinds = office.word_parts()[office.CONTENT_TYPES].replace(
        b"</Types>",
        office.excel_parts()[office.CONTENT_TYPES].split(b'octet-stream"/>')[1],
    )
    data = office.zipped(two | {office.CONTENT_TYPES: kinds})
    yield Odd(name="twice.docx", data=data, refused="vừa là tệp Word vừa là tệp Excel")


def _short() -> Iterator[Odd]:
    for ending in ("docx", "xlsx", "pdf", "csv", "txt", "md"):
        yield Odd(name=f"empty.{ending}", data=b"", refused="tệp rỗng")
        is_text = ending in ("csv", "txt", "md")
        yield Odd(name=f"one.{ending}", data=b"P", refused=EITHER if is_text else "không phải")
    whole = {"docx": office.word(), "xlsx": office.excel()}
    for ending, data in whole.items():
        for tenth in range(1, 10):
            part = data[: len(data) * tenth // 10]
            yield Odd(name=f"cut-{tenth}.{ending}", data=part, refused="hỏng hoặc tải về chưa hết")
    for tenth in range(1, 10):
        paper = pdfs.paper()
        yield Odd(name=f"cut-{tenth}.pdf", data=paper[: len(paper) * tenth // 10])


def _open_document() -> bytes:
    return office.zipped({"mimetype": b"application/vnd.oasis.opendocument.text"})
