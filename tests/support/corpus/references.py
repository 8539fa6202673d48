"""Documents that declare entities, or that would have a reader fetch something."""

from collections.abc import Iterator

from tests.support.corpus import office
from tests.support.corpus.specimen import EITHER, Odd

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_REFUSED = "DTD hoặc thực thể"


def made(port: int) -> Iterator[Odd]:
    """Yield them; those that would call somebody call that port of this machine."""
    yield from _entities(port)
    yield from _encodings()
    yield from _links(port)


def _entities(port: int) -> Iterator[Odd]:
    laughs = '<!ENTITY l0 "ha">' + "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)
    )
    dtds = {
        "lol": (laughs, "&l9;"),
        "xxe-file": ('<!ENTITY x SYSTEM "file:///etc/hostname">', "&x;"),
        "xxe-http": (f'<!ENTITY x SYSTEM "http://127.0.0.1:{port}/x">', "&x;"),
        "parameter": (f'<!ENTITY % x SYSTEM "http://127.0.0.1:{port}/x"> %x;', "x"),
        "unused": ('<!ENTITY x "y">', "x"),
        "empty": ("", "x"),
    }
    for name, (dtd, text) in dtds.items():
        prolog = f"{_XML}<!DOCTYPE x [{dtd}]>\n"
        inside = f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
        document = office.document_xml(inside, prolog=prolog)
        yield Odd(name=f"{name}.docx", data=office.word(word__document=document), refused=_REFUSED)
        rows = f'<row r="1"><c t="inlineStr"><is><t>{text}</t></is></c></row>'
        sheet = office.sheet_xml(rows, prolog=prolog)
        yield Odd(name=f"{name}.xlsx", data=office.excel(xl__worksheets__sheet1=sheet),
                  refused=_REFUSED)  # fmt: skip
    outside = f'{_XML}<!DOCTYPE x SYSTEM "http://127.0.0.1:{port}/x.dtd">\n'
    document = office.document_xml(office.body(), prolog=outside)
    yield Odd(name="outside-dtd.docx", data=office.word(word__document=document), refused=_REFUSED)
    parts = office.word_parts()
    parts[office.CONTENT_TYPES] = parts[office.CONTENT_TYPES].replace(
        b"<Types", b"<!DOCTYPE Types []><Types", 1
    )
    yield Odd(name="types-dtd.docx", data=office.zipped(parts), refused=_REFUSED)
    book = office.workbook_xml(prolog=f'{_XML}<!DOCTYPE x [<!ENTITY y "z">]>')
    yield Odd(name="book-dtd.xlsx", data=office.excel(xl__workbook=book), refused=_REFUSED)


def _encodings() -> Iterator[Odd]:
    dtd = '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp037"):
        prolog = f'<?xml version="1.0" encoding="{encoding.upper()}"?>{dtd}'
        text = office.document_xml(office.paragraph("&x;"), prolog=prolog).decode()
        data = office.word(word__document=text.encode(encoding))
        yield Odd(name=f"{encoding}.docx", data=data, refused="XML|bảng mã lạ")
    plain = office.document_xml(office.body(), prolog='<?xml version="1.0" encoding="UTF-16"?>')
    data = office.word(word__document=plain.decode().encode("utf-16"))
    yield Odd(name="wide.docx", data=data, refused=None, reads=office.TITLES)
    hidden = office.word_parts()
    hidden["word/main.bin"] = hidden.pop(office.DOCUMENT).replace(
        b"<w:document", f"{dtd}<w:document".encode(), 1
    )
    hidden["_rels/.rels"] = office.relationships(("officeDocument", "word/main.bin", False))
    hidden[office.CONTENT_TYPES] = hidden[office.CONTENT_TYPES].replace(
        b"/word/document.xml", b"/word/main.bin"
    )
    yield Odd(name="hidden-dtd.docx", data=office.zipped(hidden), refused=_REFUSED)


def _links(port: int) -> Iterator[Odd]:
    away = f"http://127.0.0.1:{port}/x"
    for kind in ("attachedTemplate", "image", "oleObject", "frame", "subDocument", "hyperlink"):
        parts = office.word_parts()
        parts[office.DOCUMENT_RELS] = office.relationships((kind, away, True))
        parts["word/_rels/settings.xml.rels"] = parts[office.DOCUMENT_RELS]
        yield Odd(name=f"{kind}.docx", data=office.zipped(parts), refused=None,
                  reads=office.TITLES)  # fmt: skip
    for target in ("../../../../etc/passwd", "file:///etc/passwd", "nowhere.xml"):
        parts = office.word_parts()
        parts[office.DOCUMENT_RELS] = office.relationships(("image", target, False))
        yield Odd(name="dangling.docx", data=office.zipped(parts), refused=EITHER)
    chunk = '<w:altChunk r:id="rId1"/>'
    parts = office.word_parts(office.body(chunk))
    parts[office.DOCUMENT_RELS] = office.relationships(("aFChunk", "page.html", False))
    parts["word/page.html"] = f'<!DOCTYPE html><html><img src="{away}"></html>'.encode()
    parts[office.CONTENT_TYPES] = parts[office.CONTENT_TYPES].replace(
        b"</Types>", b'<Default Extension="html" ContentType="text/html"/></Types>'
    )
    yield Odd(name="chunk.docx", data=office.zipped(parts), refused=None, reads=office.TITLES)
    links = office.excel_parts()
    links[office.WORKBOOK_RELS] = office.relationships(
        ("worksheet", "worksheets/sheet1.xml", False),
        ("externalLink", "externalLinks/externalLink1.xml", False),
    )
    links["xl/externalLinks/externalLink1.xml"] = (
        b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    )
    links["xl/externalLinks/_rels/externalLink1.xml.rels"] = office.relationships(
        ("externalLinkPath", away, True)
    )
    yield Odd(name="external-link.xlsx", data=office.zipped(links), refused=None,
              reads=office.TITLES)  # fmt: skip
    lost = office.word_parts()
    del lost[office.DOCUMENT]
    yield Odd(name="lost.docx", data=office.zipped(lost), refused="tệp")
    alone = office.excel_parts()
    del alone[office.SHEET]
    yield Odd(name="lost.xlsx", data=office.zipped(alone), refused="tệp")
