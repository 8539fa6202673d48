"""Archives that lie, swell, overlap, or hide something."""

import io
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterator

from tests.support.corpus import office
from tests.support.corpus.specimen import EITHER, Odd

_ENTRY, _END = b"PK\x01\x02", b"PK\x05\x06"
_LOCAL = b"PK\x03\x04"
_MEGABYTE = 1 << 20
_MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"


def made() -> Iterator[Odd]:
    """Yield them."""
    yield from large()
    yield from small()


def small() -> Iterator[Odd]:
    """Yield those that are made in no time."""
    yield from _lies()
    yield from _names()
    yield from _hidden()
    yield from _deep()


def large() -> Iterator[Odd]:
    """Yield those that are large once they are unpacked."""
    yield Odd(name="bomb.docx", data=_swollen(office.word_parts(), office.DOCUMENT, b"<w:body>"),
              refused="giải nén ra hơn 50 MB")  # fmt: skip
    yield Odd(name="bomb.xlsx", data=_swollen(office.excel_parts(), office.SHEET, b"<sheetData>"),
              refused="giải nén ra hơn 50 MB")  # fmt: skip
    many = office.word_parts() | {f"word/media/image{n}.bin": b"x" for n in range(20_000)}
    yield Odd(name="many-parts.docx", data=office.zipped(many), refused="tối đa 2000")
    wide = office.word_parts() | {
        f"word/media/image{n}.bin": bytes(_MEGABYTE) * 40 for n in range(5)
    }
    yield Odd(name="many-large.docx", data=office.zipped(wide), refused="nén hơn 200 lần")
    attribute = f'<w:p w:rsidR="{"0" * 40_000_000}"/>'
    yield Odd(name="attribute.docx", data=office.word(office.body(attribute)), refused="tệp")
    elements = f"<w:p>{'<w:r/>' * 3_100_000}</w:p>"
    yield Odd(name="elements.docx", data=office.word(elements), refused="quá 3000000 phần tử")


def _swollen(parts: dict[str, bytes], part: str, mark: bytes) -> bytes:
    """The archive with 300 MiB of blanks after a mark, written piece by piece."""
    before, _, after = parts[part].partition(mark)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            with archive.open(zipfile.ZipInfo(name), "w") as entry:
                if name != part:
                    entry.write(data)
                    continue
                entry.write(before + mark)
                for _ in range(300):
                    entry.write(b" " * _MEGABYTE)
                entry.write(after)
    return _deflated(stream.getvalue())


def _deflated(data: bytes) -> bytes:
    """The same archive, compressed; `open(..., "w")` stores what it is given."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for info in old.infolist():
            entry = zipfile.ZipInfo(info.filename)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with old.open(info) as source, new.open(entry, "w") as sink:
                while piece := source.read(_MEGABYTE):
                    sink.write(piece)
    return stream.getvalue()


def _lies() -> Iterator[Odd]:
    plain = office.excel()
    yield Odd(name="overlap.xlsx", data=_doubled(plain), refused="chồng lên nhau")
    for name, change in (("less", -7), ("more", 70_000)):
        yield Odd(name=f"lying-{name}.xlsx", data=_resized(plain, change), refused="tệp")
    yield Odd(name="flagged.docx", data=_flagged(office.word()), refused="đặt mật khẩu")
    yield Odd(name="checksum.docx", data=_patched(office.word(), 16, b"\0\0\0\0"), refused="hỏng")
    yield Odd(name="method.docx", data=_patched(office.word(), 10, b"\x0c\x00"),
              refused="nén theo cách")  # fmt: skip
    yield Odd(name="offset.docx", data=_patched(office.word(), 42, b"\xff\xff\xff\x7f"),
              refused="hỏng")  # fmt: skip
    twice = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(twice, "w") as archive:
        warnings.simplefilter("ignore")
        for name, data in (*office.word_parts().items(), (office.DOCUMENT, b"<a/>")):
            archive.writestr(zipfile.ZipInfo(name), data)
    yield Odd(name="twice.docx", data=twice.getvalue(), refused="cùng tên")
    cased = office.word_parts() | {"WORD/Document.xml": b"<a/>"}
    yield Odd(name="cased.docx", data=office.zipped(cased), refused="cùng tên")


def _doubled(data: bytes) -> bytes:
    """The archive with its last entry listed twice."""
    last, end = data.rindex(_ENTRY), data.rindex(_END)
    record = data[last:end]
    tail = bytearray(data[end:])
    count, size = struct.unpack_from("<HL", tail, 10)
    struct.pack_into("<HHL", tail, 8, count + 1, count + 1, size + len(record))
    return data[:end] + record + bytes(tail)


def _resized(data: bytes, change: int) -> bytes:
    """The archive with another size said of its last entry, in its directory and before it."""
    entry = data.rindex(_ENTRY)
    (size,) = struct.unpack_from("<L", data, entry + 24)
    local = data.rindex(_LOCAL, 0, entry)
    bent = bytearray(data)
    struct.pack_into("<L", bent, entry + 24, size + change)
    struct.pack_into("<L", bent, local + 22, size + change)
    return bytes(bent)


def _flagged(data: bytes) -> bytes:
    entry = data.rindex(_ENTRY)
    return data[: entry + 8] + b"\x01\x00" + data[entry + 10 :]


def _patched(data: bytes, offset: int, value: bytes) -> bytes:
    """The archive with some bytes of its last directory entry changed."""
    at = data.rindex(_ENTRY) + offset
    return data[:at] + value + data[at + len(value) :]


def _names() -> Iterator[Odd]:
    outside = ("../../x", "/abs", "C:\\x", "..\\x", "word/../../x")
    for number, name in enumerate(outside):
        data = office.zipped(office.word_parts() | {name: b"x"})
        yield Odd(name=f"outside-{number}.docx", data=data, refused="trỏ ra ngoài tệp")
    nul = office.zipped(office.word_parts() | {"word/aXb": b"x"}).replace(b"aXb", b"a\0b")
    yield Odd(name="nul.docx", data=nul, refused="trỏ ra ngoài tệp")
    yield Odd(name="link.docx", data=_with(lambda info: setattr(
        info, "external_attr", (stat.S_IFLNK | 0o777) << 16)), refused="trỏ ra ngoài tệp"
    )  # fmt: skip
    odd = {"word/CON": b"x", f"word/{'n' * 300}": b"x", "word/\u202etxt.exe": b"x",
           "word/Phụ lục": b"x"}  # fmt: skip
    yield Odd(name="odd-names.docx", data=office.zipped(office.word_parts() | odd),
              refused=None, reads=office.TITLES)  # fmt: skip


def _with(change: Callable[[zipfile.ZipInfo], None]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in office.word_parts().items():
            archive.writestr(zipfile.ZipInfo(name), data)
        info = zipfile.ZipInfo("word/extra.bin")
        change(info)
        archive.writestr(info, b"/etc/passwd")
    return stream.getvalue()


def _hidden() -> Iterator[Odd]:
    macro = office.word_parts() | {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(60)}
    yield Odd(name="macro.docx", data=office.zipped(macro), refused="chứa macro")
    renamed = office.word_parts()
    renamed[office.CONTENT_TYPES] = office.content_types(word__document=_MACRO)
    yield Odd(name="renamed.docx", data=office.zipped(renamed), refused="có macro")
    yield Odd(name="macro.docm", data=office.zipped(renamed), refused="không có macro")
    book = office.excel_parts() | {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(60)}
    yield Odd(name="macro.xlsx", data=office.zipped(book), refused="chứa macro")
    yield Odd(name="macro.xlsm", data=office.zipped(book), refused="chứa macro")
    inner = b"never opened"
    for depth in range(6):
        inner = office.zipped({f"level{depth}.zip": inner})
    nested = office.word_parts() | {"word/embeddings/book.xlsx": inner}
    yield Odd(name="nested.docx", data=office.zipped(nested), refused=None, reads=office.TITLES)


def _deep() -> Iterator[Odd]:
    opened = "<w:tbl><w:tr><w:tc>" * 3_000
    closed = "<w:p/></w:tc></w:tr></w:tbl>" * 3_000
    yield Odd(name="deep.docx", data=office.word(opened + office.paragraph("x") + closed),
              refused="lồng nhau quá 200 cấp")  # fmt: skip
    few = "<w:tbl><w:tr><w:tc>" * 20 + office.paragraph("x") + "<w:p/></w:tc></w:tr></w:tbl>" * 20
    yield Odd(name="nested-tables.docx", data=office.word(office.body(few)), refused=EITHER)
