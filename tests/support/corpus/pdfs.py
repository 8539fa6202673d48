"""PDF files written by hand, object by object: loops, bombs, lies and things that would act."""

import zlib
from collections.abc import Iterator, Mapping, Sequence

from tests.support.corpus.specimen import EITHER, Odd

_CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
_PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
_PAGE = (
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
    b"/Resources<</Font<</F1 5 0 R>>>>>>"
)
_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
_TEXT = b"BT /F1 12 Tf 72 720 Td (KE HOACH) Tj ET"
_MEGABYTE = 1 << 20


def paper(changed: Mapping[int, bytes] | None = None, *, more: Sequence[bytes] = ()) -> bytes:
    """A PDF of one page; `changed` objects by their number, `more` after them."""
    objects = {1: _CATALOG, 2: _PAGES, 3: _PAGE, 4: stream(_TEXT), 5: _FONT} | dict(changed or {})
    objects |= dict(enumerate(more, start=len(objects) + 1))
    out, offsets = bytearray(b"%PDF-1.7\n"), {}
    for number, inside in sorted(objects.items()):
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, inside)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offsets[number] for number in sorted(objects))
    out += b"trailer\n<</Root 1 0 R/Size %d>>\n" % (len(objects) + 1)
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % table


def stream(data: bytes, *, filters: bytes = b"", length: int | None = None) -> bytes:
    """A stream object."""
    size = len(data) if length is None else length
    said = b"/Filter%s" % filters if filters else b""
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (size, said, data)


def made(port: int) -> Iterator[Odd]:
    """Yield them; those that would call somebody call that port of this machine."""
    yield Odd(name="no-text.pdf", data=paper({4: stream(b"")}), refused="chữ|bản quét")
    yield Odd(name="password.pdf", data=_locked(), refused="mật khẩu")
    yield from _loops()
    yield from _acting(port)
    yield from _long()
    yield from _bombs()


def _blanks(times: int) -> bytes:
    """1 GiB of blanks, compressed so many times."""
    squeeze = zlib.compressobj(9)
    once = b"".join(squeeze.compress(b" " * _MEGABYTE) for _ in range(1024)) + squeeze.flush()
    for _ in range(times - 1):
        once = zlib.compress(once, 9)
    return once


def _bombs() -> Iterator[Odd]:
    yield Odd(name="bomb1.pdf", data=paper({4: stream(_blanks(1), filters=b"/FlateDecode")}),
              refused="tệp")  # fmt: skip
    twice = b"[/FlateDecode/FlateDecode]"
    yield Odd(name="bomb2.pdf", data=paper({4: stream(_blanks(2), filters=twice)}),
              refused="tệp")  # fmt: skip
    runs = b"[" + b"/RunLengthDecode" * 50 + b"]"
    yield Odd(name="filters.pdf", data=paper({4: stream(b"\x81 " * 50_000, filters=runs)}))
    yield Odd(name="flate.pdf", data=paper({4: stream(b"\x00\xff" * 9, filters=b"/FlateDecode")}))


def _loops() -> Iterator[Odd]:
    kids = b"<</Type/Pages/Kids[2 0 R]/Count 1>>"
    yield Odd(name="cycle.pdf", data=paper({2: kids}), refused="tệp")
    outline = b"<</Type/Catalog/Pages 2 0 R/Outlines 6 0 R>>"
    item = b"<</First 6 0 R/Last 6 0 R/Next 6 0 R/Title(x)>>"
    yield Odd(name="outline.pdf", data=paper({1: outline}, more=[item]))
    whole = paper()
    table = whole.rindex(b"xref\n0")
    loop = whole.replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev %d" % table)
    yield Odd(name="xref.pdf", data=loop)
    inside = b"<</Type/ObjStm/N 1/First 4/Extends 6 0 R/Length 11>>\nstream\n4 0 <<>>   \nendstream"
    yield Odd(name="objstm.pdf", data=paper(more=[inside]))
    itself = b"<</Length 4 0 R>>\nstream\nx\nendstream"
    yield Odd(name="length-loop.pdf", data=paper({4: itself}))
    parent = _PAGE.replace(b"/MediaBox[0 0 595 842]", b"")
    yield Odd(name="parent.pdf", data=paper({2: _PAGES[:-2] + b"/Parent 2 0 R>>", 3: parent}))
    form = b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>"
    drawn = form + b"/Length 5>>\nstream\n/X Do\nendstream"
    page = _PAGE.replace(b"/Font", b"/XObject<</X 6 0 R>>/Font")
    yield Odd(name="form.pdf", data=paper({3: page, 4: stream(b"/X Do")}, more=[drawn]))
    chain = [b"<</Length %d 0 R>>" % (number + 1) for number in range(6, 3_000)]
    yield Odd(name="chain.pdf", data=paper(more=chain))


def _long() -> Iterator[Odd]:
    yield Odd(
        name="image.pdf", data=paper({4: stream(b"BI /W 9999999 /H 9999999 ID " + b"x" * 99)})
    )
    yield Odd(name="length.pdf", data=paper({4: stream(_TEXT, length=10**9)}))
    yield Odd(name="negative.pdf", data=paper({4: stream(_TEXT, length=-1)}))
    count = b"<</Type/Pages/Kids[3 0 R]/Count 1000000000>>"
    yield Odd(name="count.pdf", data=paper({2: count}))
    kids = b"<</Type/Pages/Kids[" + b"3 0 R " * 100_000 + b"]/Count 100000>>"
    yield Odd(name="pages.pdf", data=paper({2: kids}), refused="trang|nhiệm vụ")
    texts = b"BT /F1 1 Tf 9 9 Td " + b"(x) Tj " * 80_000 + b"ET"
    yield Odd(name="letters.pdf", data=paper({4: _flat(texts)}), refused=EITHER)
    lines = b"".join(b"%d %d m %d 800 l S " % (n % 600, n % 800, n % 500) for n in range(40_000))
    yield Odd(name="lines.pdf", data=paper({4: _flat(_TEXT + lines)}), refused=EITHER)
    boxes = b"".join(b"%d %d 5 5 re S " % (n % 590, n // 590 * 5) for n in range(8_000))
    yield Odd(name="boxes.pdf", data=paper({4: _flat(_TEXT + boxes)}), refused=EITHER)
    yield Odd(name="nesting.pdf", data=paper({4: _flat(b"[" * 100_000)}))
    yield Odd(name="states.pdf", data=paper({4: _flat(b"q " * 200_000 + _TEXT)}))
    huge = _PAGE.replace(b"595 842", b"1e30 -1e30")
    yield Odd(name="box.pdf", data=paper({3: huge}))
    yield Odd(name="numbers.pdf", data=paper({4: stream(_TEXT.replace(b"72", b"9" * 5_000))}))


def _flat(data: bytes) -> bytes:
    return stream(zlib.compress(data, 9), filters=b"/FlateDecode")


def _acting(port: int) -> Iterator[Odd]:
    away = b"http://127.0.0.1:%d/x" % port
    actions = {
        "js": b"<</S/JavaScript/JS(app.alert\\(1\\))>>",
        "launch": b"<</S/Launch/F(/bin/sh)>>",
        "uri": b"<</S/URI/URI(%s)>>" % away,
        "submit": b"<</S/SubmitForm/F(%s)>>" % away,
    }
    for name, action in actions.items():
        catalog = _CATALOG[:-2] + b"/OpenAction %s>>" % action
        yield Odd(name=f"{name}.pdf", data=paper({1: catalog}))
    files = b"/Names<</EmbeddedFiles<</Names[(x)<</Type/Filespec/F(x.exe)/EF<</F 6 0 R>>>>]>>>>>>"
    data = paper({1: _CATALOG[:-2] + files}, more=[stream(b"MZ\x90\x00")])
    yield Odd(name="embedded.pdf", data=data)
    external = b"<</Length 0/F(%s)/FFilter/FlateDecode>>\nstream\n\nendstream" % away
    yield Odd(name="external.pdf", data=paper({4: external}))
    for encoding in (b"#2e#2e/#2e#2e/etc/passwd", b"../../x", b"/etc/passwd#00"):
        font = b"<</Type/Font/Subtype/Type0/BaseFont/X/DescendantFonts[6 0 R]/Encoding/%s>>"
        system = b"/CIDSystemInfo<</Registry(..)/Ordering(../x)/Supplement 0>>"
        below = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/X%s>>" % system
        yield Odd(name="cmap.pdf", data=paper({5: font % encoding}, more=[below]))


def _locked() -> bytes:
    """A PDF that asks for a password nobody knows."""
    lock = b"<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (b"41" * 32, b"42" * 32)
    key = b"/Encrypt 6 0 R/ID[<%s><%s>]/Size" % (b"43" * 16, b"43" * 16)
    return paper(more=[lock]).replace(b"/Size", key)
