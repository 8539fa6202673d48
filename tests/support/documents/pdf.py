"""PDF files of a department that does not exist, drawn letter by letter, a shape in a few lines.

Every letter is half as wide as it is high, so that a test can reckon where a line ends.
"""

import hashlib
import zlib
from collections.abc import Callable, Mapping, Sequence

from workflows.planfile.readers import InputFile

#: Width and height of A4, in points.
A4 = (595.0, 842.0)
SIZE = 12.0
NAME = "ke-hoach.pdf"
_BOX = f"/MediaBox [0 0 {A4[0]} {A4[1]}]"
#: Half as wide as it is high.
_WIDTH = 500
_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")

Drawing = str
Cells = Sequence[str | None]


def text(written: str, *, at: tuple[float, float], size: float = SIZE, how: str = "0 g") -> Drawing:
    """A line of text with its baseline so far from the left and the top of the page.

    `how` is anything that is set before it, as a colour.
    """
    x, y = at
    return f"q {how} BT /F1 {size} Tf {x} {A4[1] - y} Td <{_codes(written)}> Tj ET Q\n"


def lines(*written: str, top: float = 100, left: float = 85, leading: float = 18) -> Drawing:
    """Lines one below the other."""
    return "".join(
        text(line, at=(left, top + number * leading)) for number, line in enumerate(written)
    )


def box(left: float, top: float, right: float, bottom: float, *, how: str = "S") -> Drawing:
    """A rectangle; `how` is what strokes or fills it."""
    return f"{left} {A4[1] - bottom} {right - left} {bottom - top} re {how}\n"


def table(
    *rows: Cells, widths: Sequence[float], top: float = 100, left: float = 60, height: float = 20
) -> Drawing:
    """A ruled table; a cell that is None belongs to the one at its left, lines part at newlines."""
    drawn: list[Drawing] = []
    for number, row in enumerate(rows):
        upper = top + number * height
        edges = [left + sum(widths[:at]) for at in range(len(widths) + 1)]
        for at, cell in enumerate(row):
            if cell is None:
                continue
            end = at + 1
            while end < len(row) and row[end] is None:
                end += 1
            drawn.append(cell_at((edges[at], upper, edges[end], upper + height), cell))
    return "".join(drawn)


def cell_at(bounds: tuple[float, float, float, float], written: str) -> Drawing:
    """A cell with its text, from the left and the top of the page."""
    left, top, right, bottom = bounds
    drawn = [box(left, top, right, bottom)]
    for number, line in enumerate(written.split("\n")):
        if line:
            drawn.append(text(line, at=(left + 4, top + 13 + number * 14)))
    return "".join(drawn)


def pdf(*pages: Drawing, image: int | None = None, box: str = "") -> InputFile:
    """A file with these pages.

    Page number `image` is covered by a picture; `box` is what every page says of its size.
    """
    return InputFile(name=NAME, data=_file(pages, image=image, box=box))


def encrypted_pdf(*pages: Drawing, user: str, owner: str) -> InputFile:
    """A file that opens with either password; with an empty one for users anybody can read it."""
    return InputFile(name=NAME, data=_file(pages, passwords=(user, owner)))


def with_objects(objects: Mapping[int, str], *, root: int = 1) -> InputFile:
    """A file of exactly these objects."""
    return InputFile(name=NAME, data=_assembled({n: o.encode() for n, o in objects.items()}, root))


def _file(
    pages: Sequence[Drawing],
    *,
    image: int | None = None,
    passwords: tuple[str, str] | None = None,
    box: str = "",
) -> bytes:
    key, trailer = _encryption(*passwords) if passwords else (None, b"")
    kids = " ".join(f"{10 + 2 * at} 0 R" for at in range(len(pages)))
    objects: dict[int, bytes] = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
        3: b"<< /Type /Font /Subtype /Type0 /BaseFont /Giang /Encoding /Identity-H "
        b"/DescendantFonts [4 0 R] /ToUnicode 6 0 R >>",
        4: b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Giang /DW %d /FontDescriptor 5 0 R "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>" % _WIDTH,
        5: b"<< /Type /FontDescriptor /FontName /Giang /Flags 4 /FontBBox [0 -200 500 800] "
        b"/Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 /ItalicAngle 0 >>",
        6: _stream(_to_unicode(pages), number=6, key=key),
        7: _stream(b"\x80", number=7, key=key, entries=b"/Type /XObject /Subtype /Image /Width 1 "
                   b"/Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"),
    }  # fmt: skip
    for at, page in enumerate(pages):
        drawn = f"q {A4[0]} 0 0 {A4[1]} 0 0 cm /I1 Do Q\n{page}" if image == at + 1 else page
        objects[10 + 2 * at] = (
            f"<< /Type /Page /Parent 2 0 R {box or _BOX} "
            f"/Resources << /Font << /F1 3 0 R >> /XObject << /I1 7 0 R >> >> "
            f"/Contents {11 + 2 * at} 0 R >>"
        ).encode()
        number = 11 + 2 * at
        objects[number] = _stream(drawn.encode("latin-1"), number=number, key=key)
    return _assembled(objects, 1, trailer=trailer)


def _assembled(objects: Mapping[int, bytes], root: int, *, trailer: bytes = b"") -> bytes:
    found = b"%PDF-1.7\n"
    offsets: dict[int, int] = {}
    for number, body in objects.items():
        offsets[number] = len(found)
        found += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(found)
    found += b"xref\n0 1\n0000000000 65535 f \n"
    for number, offset in offsets.items():
        found += b"%d 1\n%010d 00000 n \n" % (number, offset)
    size = max(offsets) + 1
    found += b"trailer\n<< /Size %d /Root %d 0 R %s >>\n" % (size, root, trailer)
    return found + b"startxref\n%d\n%%%%EOF\n" % start


def _stream(data: bytes, *, number: int, key: bytes | None, entries: bytes = b"") -> bytes:
    packed = zlib.compress(data)
    if key is not None:
        packed = _rc4(_md5(key + number.to_bytes(3, "little") + b"\0\0")[: len(key) + 5], packed)
    head = b"<< /Length %d /Filter /FlateDecode %s >>" % (len(packed), entries)
    return head + b"\nstream\n" + packed + b"\nendstream"


def _codes(written: str) -> str:
    return "".join(f"{ord(letter):04X}" for letter in written)


def _to_unicode(pages: Sequence[Drawing]) -> bytes:
    """Say what the letters mean; a letter of the private area is left without a meaning."""
    used = {code[at : at + 4] for page in pages for code in _written(page) for at in range(0, len(code), 4)}  # fmt: skip # noqa: E501
    known = sorted(code for code in used if not "F800" <= code <= "F8FF")
    listed = "\n".join(f"<{code}> <{code}>" for code in known)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{len(known)} beginbfchar\n{listed}\nendbfchar\nendcmap end end"
    ).encode()


def _written(page: Drawing) -> list[str]:
    return [part.split(">", 1)[0] for part in page.split("<")[1:]]


def _encryption(user: str, owner: str) -> tuple[bytes, bytes]:
    """Return the key and the trailer of the oldest protection there is: RC4 with 40 bits."""
    padded: Callable[[str], bytes] = lambda word: (word.encode() + _PADDING)[:32]  # noqa: E731
    by_owner = _rc4(_md5(padded(owner))[:5], padded(user))
    rights, identity = b"\xfc\xff\xff\xff", b"0123456789abcdef"
    key = _md5(padded(user) + by_owner + rights + identity)[:5]
    by_user = _rc4(key, _PADDING)
    trailer = (
        b"/ID [<%s> <%s>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>"
        % (*[identity.hex().encode()] * 2, by_owner.hex().encode(), by_user.hex().encode())
    )
    return key, trailer


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def _rc4(key: bytes, data: bytes) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    found, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        found.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(found)
