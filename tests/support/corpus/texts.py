"""Texts in strange letters, without end, or made to keep a pattern busy."""

import unicodedata
from collections.abc import Iterator

from tests.support.corpus import office
from tests.support.corpus.specimen import EITHER, Odd

_PLAN = f"""KẾ HOẠCH
Công tác văn thư, lưu trữ năm 2026

II. NHIỆM VỤ
1. Văn thư
- {office.TITLES[0]}.
- {office.TITLES[1]}.
"""


def made() -> Iterator[Odd]:
    """Yield them."""
    yield from _letters()
    yield from _encodings()
    yield from _secret()
    yield from _busy()
    yield from _endless()


def _letters() -> Iterator[Odd]:
    readable = {
        "nfd": unicodedata.normalize("NFD", _PLAN),
        "zero-width": _PLAN.replace("quy", "q\u200bu\u200dy"),
        "soft-hyphen": _PLAN.replace("quy", "qu\u00ady"),
        "bidi": _PLAN.replace("quy", "\u202equy\u202c"),
        "spaces": _PLAN.replace("quy chế", "quy\u00a0chế"),
        "ends": _PLAN.replace("\n", "\u2028"),
    }
    for name, text in readable.items():
        yield Odd(name=f"{name}.txt", data=text.encode(), refused=None, reads=office.TITLES)
    for name, text in (
        ("homoglyph", _PLAN.replace("a", "\u0430")),
        ("combining", _PLAN.replace("quy", "q" + "\u0323" * 10_000 + "uy")),
        ("private", _PLAN.replace("quy", "\ue000\uffff\U0010ffff")),
        ("controls", _PLAN.replace("quy", "\x1b[31m\x07quy")),
        ("fullwidth", _PLAN.replace("II.", "\uff29\uff29\uff0e")),
    ):
        yield Odd(name=f"{name}.txt", data=text.encode())


def _encodings() -> Iterator[Odd]:
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"):
        yield Odd(name=f"{encoding}.txt", data=_PLAN.encode(encoding), refused=None,
                  reads=office.TITLES)  # fmt: skip
    yield Odd(name="cp1258.txt", data=_PLAN.encode("cp1258", "replace").replace(b"?", b"\xea"),
              refused="mã UTF-8")  # fmt: skip
    yield Odd(name="surrogates.txt", data=_PLAN.encode() + b"\xed\xa0\x80", refused="mã UTF-8")
    yield Odd(name="odd-half.txt", data=_PLAN.encode("utf-16")[:-1], refused="UTF-16")
    yield Odd(name="nul.txt", data=_PLAN.encode() + b"\0", refused="nhị phân")
    yield Odd(name="zeros.txt", data=bytes(1_000), refused="tệp")
    yield Odd(name="noise.txt", data=bytes(range(256)) * 40, refused="nhị phân")
    broken = _PLAN.encode().decode("cp1252", "replace")
    yield Odd(name="mojibake.txt", data=broken.encode(), refused="bị vỡ")


def _endless() -> Iterator[Odd]:
    yield Odd(name="large.txt", data=b"x" * 5_000_001, refused="tối đa 5 MB")
    yield Odd(name="line.txt", data=_PLAN.encode() + b"- " + b"x" * 4_900_000)
    yield Odd(name="words.txt", data=_PLAN.encode() + "- văn bản ".encode() * 300_000)
    yield Odd(name="lines.txt", data=_PLAN.encode() + b"\n" * 4_900_000, refused="tối đa|dòng")
    yield Odd(name="items.txt", data=_PLAN.encode() + b"- x\n" * 60_000, refused="tối đa")
    yield Odd(name="items.md", data=_PLAN.encode() + b"- x\n" * 60_000, refused="tối đa")


def _busy() -> Iterator[Odd]:
    parts = {
        "blanks": " " * 200_000 + "x",
        "dots": "1." * 100_000,
        "roman": "I" * 100_000 + ".",
        "digits": "1" * 200_000,
        "slashes": "1/" * 100_000,
        "brackets": "(" * 100_000,
        "quotes": '"' * 100_001,
        "bars": "|" * 200_000 + "\n" + "|-" * 100_000,
        "citations": "12/KH-UBND ngày 1/1/2026 của " * 5_000,
        "dashes": "-" * 200_000,
        "signs": "=" * 200_000 + "\n" + "#" * 200_000,
        "commas": "Sở A, " * 30_000,
        "address": "http://" + "a." * 100_000,
        "depth": "\n".join(" " * n + "- x" for n in range(800)),
    }
    for name, part in parts.items():
        for ending in ("txt", "md"):
            data = f"{_PLAN}- {part}\n{part}\n".encode()
            yield Odd(name=f"{name}.{ending}", data=data, refused=EITHER)
    for name, mark in (("quoted", "> "), ("listed", "- "), ("starred", "*"), ("linked", "[")):
        data = f"{_PLAN}\n{mark * 20_000}x\n".encode()
        yield Odd(name=f"{name}.md", data=data)


def _secret() -> Iterator[Odd]:
    refused = "dấu chỉ độ mật"
    yield Odd(name="secret.txt", data=f"TUYỆT MẬT\n{_PLAN}".encode(), refused=refused)
    yield Odd(name="secret.md", data=f"**TỐI MẬT**\n\n{_PLAN}".encode(), refused=refused)
    yield Odd(name="secret.csv", data="Độ mật: Mật\nMã,Nội dung\nII.1,a\n".encode(),
              refused=refused)  # fmt: skip
    marked = office.paragraph("MẬT") + office.body()
    yield Odd(name="secret.docx", data=office.word(marked), refused=refused)
    letterhead = (
        "<w:tbl><w:tblGrid><w:gridCol/><w:gridCol/></w:tblGrid><w:tr>"
        f"<w:tc>{office.paragraph('SỞ VĂN HÓA')}{office.paragraph('TỐI MẬT')}</w:tc>"
        f"<w:tc>{office.paragraph('Độc lập - Tự do - Hạnh phúc')}</w:tc></w:tr></w:tbl>"
    )
    yield Odd(name="secret-cell.docx", data=office.word(letterhead + office.body()),
              refused=refused)  # fmt: skip
    yield Odd(name="secret-box.docx", data=office.word(_text_box("MẬT") + office.body()),
              refused=refused)  # fmt: skip
    yield Odd(name="secret-header.docx", data=_headed("TUYỆT MẬT"), refused=refused)
    above = office.row(office.cell("MẬT"), number=1)
    rows = office.task_rows(*office.TITLES).replace(' r="2"', ' r="3"').replace(' r="1"', ' r="2"')
    yield Odd(name="secret.xlsx", data=office.excel(above + rows.replace(' r="3"', "")),
              refused=refused)  # fmt: skip
    head = (
        '<headerFooter><oddHeader>&amp;L&amp;"Arial,Bold"&amp;14TỐI MẬT</oddHeader></headerFooter>'
    )
    sheet = office.sheet_xml(office.task_rows(*office.TITLES), after=head)
    yield Odd(name="secret-header.xlsx", data=office.excel(xl__worksheets__sheet1=sheet),
              refused=refused)  # fmt: skip


def _text_box(text: str) -> str:
    inside = f"<w:txbxContent>{office.paragraph(text)}</w:txbxContent>"
    box = f'<v:textbox xmlns:v="urn:schemas-microsoft-com:vml">{inside}</v:textbox>'
    shape = f'<v:shape xmlns:v="urn:schemas-microsoft-com:vml">{box}</v:shape>'
    return f"<w:p><w:r><w:pict>{shape}</w:pict></w:r></w:p>"


def _headed(text: str) -> bytes:
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"
    reference = '<w:sectPr><w:headerReference w:type="default" r:id="rId1"/></w:sectPr>'
    parts = office.word_parts(office.body(reference))
    parts[office.DOCUMENT_RELS] = office.relationships(("header", "header1.xml", False))
    header = office.document_xml(office.paragraph(text)).decode()
    header = header.replace("w:document", "w:hdr").replace("<w:body>", "").replace("</w:body>", "")
    parts["word/header1.xml"] = header.encode()
    parts[office.CONTENT_TYPES] = parts[office.CONTENT_TYPES].replace(
        b"</Types>",
        f'<Override PartName="/word/header1.xml" ContentType="{kind}"/></Types>'.encode(),
    )
    return office.zipped(parts)
