"""Workbooks and comma-separated tables that no spreadsheet program writes, or that it lies in."""

from collections.abc import Iterator

from tests.support.corpus import office
from tests.support.corpus.specimen import EITHER, Odd

_TITLES = office.TITLES
_HEADER = "Mã,Nội dung nhiệm vụ,Đơn vị chủ trì,Thời gian hoàn thành"
_LINE = "II.1.1,Ban hành quy chế văn thư,Văn phòng,30/6/2026"


def made() -> Iterator[Odd]:
    """Yield them."""
    yield from _far()
    yield from _gaps()
    yield from _values()
    yield from _formulas()
    yield from _tables()
    yield from _many()


def _sheet(rows: str, *, before: str = "", after: str = "") -> bytes:
    return office.excel(xl__worksheets__sheet1=office.sheet_xml(rows, before=before, after=after))


def _far() -> Iterator[Odd]:
    corner = office.row(office.cell("x", ref="XFD1048576"), number=1_048_576)
    yield Odd(name="far.xlsx", data=_sheet(office.task_rows(*_TITLES) + corner))
    for ref in ("A1:XFD1048576", "A1", "XFD1048576", "nothing", "A0:B-1"):
        dimension = f'<dimension ref="{ref}"/>'
        yield Odd(name="dim.xlsx", data=_sheet(office.task_rows(*_TITLES), before=dimension),
                  refused=EITHER, reads=_TITLES)  # fmt: skip
    for ref in ("ZZZZ1", "A99999999999", "1A", "A-1", "", "Ω1"):
        bent = office.row(f'<c r="{ref}" t="inlineStr"><is><t>x</t></is></c>', number=9)
        yield Odd(name="reference.xlsx", data=_sheet(office.task_rows(*_TITLES) + bent))
    for number in ("-1", "0", "99999999999", "x", "1.5"):
        bent = f'<row r="{number}">{office.cell("x")}</row>'
        yield Odd(name="number.xlsx", data=_sheet(office.task_rows(*_TITLES) + bent))
    merged = '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    yield Odd(name="merged-all.xlsx", data=_sheet(office.task_rows(*_TITLES), after=merged))
    overlapping = "".join(f'<mergeCell ref="A1:D{n}"/>' for n in range(2, 2_000))
    yield Odd(name="merged-over.xlsx", data=_sheet(
        office.task_rows(*_TITLES), after=f"<mergeCells>{overlapping}</mergeCells>"))  # fmt: skip


def _gaps() -> Iterator[Odd]:
    rows = office.task_rows(*_TITLES)
    yield Odd(name="no-numbers.xlsx", data=_sheet(rows.replace(' r="', ' s="0" x="')))
    header, *others = rows.split("<row")[1:]
    backwards = "".join(f"<row{one}" for one in (header, *reversed(others)))
    yield Odd(name="backwards.xlsx", data=_sheet(backwards))
    twice = office.row(office.cell("một", ref="B9"), office.cell("hai", ref="B9"), number=9)
    yield Odd(name="twice.xlsx", data=_sheet(rows + twice + twice))
    gap = office.row(*(office.cell(text) for text in ("9", "Rà soát thủ tục")), number=50_000)
    yield Odd(name="gap.xlsx", data=_sheet(rows + gap))
    for name, change in (("hidden", 'hidden="1"'), ("high", 'ht="1e308" customHeight="1"')):
        yield Odd(name=f"{name}-rows.xlsx", data=_sheet(rows.replace("<row ", f"<row {change} ")))
    columns = '<cols><col min="1" max="16384" width="1e9" hidden="1"/></cols>'
    yield Odd(name="hidden-columns.xlsx", data=_sheet(rows, before=columns))


def _values() -> Iterator[Odd]:
    numbers = {
        "date-0": "0", "date-60": "60", "date-negative": "-1", "date-far": "1e300",
        "number-nan": "NaN", "number-inf": "INF", "number-text": "abc", "number-long": "9" * 5_000,
    }  # fmt: skip
    for name, value in numbers.items():
        bent = f'<row r="4"><c r="B4"><v>{value}</v></c><c r="D4"><v>{value}</v></c></row>'
        yield Odd(name=f"{name}.xlsx", data=_sheet(office.task_rows(*_TITLES) + bent))
    kinds = {"s": "999999", "b": "2", "e": "#REF!", "d": "31/02/2026", "str": "x", "zz": "1"}
    for kind, value in kinds.items():
        bent = f'<row r="4"><c r="B4" t="{kind}"><v>{value}</v></c></row>'
        yield Odd(name=f"kind-{kind}.xlsx", data=_sheet(office.task_rows(*_TITLES) + bent))
    escapes = ("_x000D_", "_x0000_", "_xD800_", "_xFFFF_", "_x005F_x000D_", "a_x0007_b")
    for number, text in enumerate(escapes):
        rows = office.task_rows(f"Rà soát{text}quy chế văn thư")
        yield Odd(name=f"escape-{number}.xlsx", data=_sheet(rows))
    for days in ("31/02/2026", "02/03/2026", "1/1/0001", "31/12/9999", "2147483648", "-5"):
        rows = office.task_rows(*_TITLES).replace("30/6/2026", days)
        yield Odd(name="days.xlsx", data=_sheet(rows), refused=EITHER, reads=_TITLES)
    old = office.workbook_xml(settings='<workbookPr date1904="1"/>')
    yield Odd(name="since-1904.xlsx", data=office.excel(xl__workbook=old), refused=EITHER,
              reads=_TITLES)  # fmt: skip
    long = office.task_rows("Rà soát " + "văn bản " * 4_000)
    yield Odd(name="long-cell.xlsx", data=_sheet(long))
    longer = office.task_rows("Rà soát " + "văn bản " * 40_000)
    yield Odd(name="longer-cell.xlsx", data=_sheet(longer))


def _many() -> Iterator[Odd]:
    rows = office.task_rows(*(f"Nhiệm vụ số {number}" for number in range(50_000)))
    yield Odd(name="rows.xlsx", data=_sheet(rows), refused="20000 dòng")
    wide = office.row(*(office.cell(f"cột {n}") for n in range(16_384)), number=1)
    yield Odd(name="columns.xlsx", data=_sheet(wide * 3), refused="tệp|cột|bảng|tối đa")
    names = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId{n}"/>' for n in range(1, 10_001))
    parts = office.excel_parts()
    parts[office.WORKBOOK] = office.workbook_xml(sheets=names)
    parts[office.WORKBOOK_RELS] = office.relationships(
        *(("worksheet", "worksheets/sheet1.xml", False) for _ in range(10_000))
    )
    yield Odd(name="sheets-of-one.xlsx", data=office.zipped(parts))
    for number in range(2, 10_001):
        parts[f"xl/worksheets/sheet{number}.xml"] = parts[office.SHEET]
    yield Odd(name="sheets.xlsx", data=office.zipped(parts), refused="tối đa 2000")
    same = '<sheet name="A" sheetId="1" r:id="rId1"/><sheet name="A" sheetId="1" r:id="rId1"/>'
    book = office.workbook_xml(sheets=same)
    yield Odd(name="same-sheets.xlsx", data=office.excel(xl__workbook=book))
    hidden = office.workbook_xml(
        sheets='<sheet name="Nhiệm vụ" sheetId="1" state="veryHidden" r:id="rId1"/>'
    )
    yield Odd(name="hidden-sheet.xlsx", data=office.excel(xl__workbook=hidden))


def _formulas() -> Iterator[Odd]:
    formulas = (
        '=HYPERLINK("http://127.0.0.1:9/","x")', "+cmd|' /C calc'!A0", "-2+3", "@SUM(1+1)",
        "\t=1+1", "\r=1+1", '=WEBSERVICE("http://127.0.0.1:9/")', "=1/0",
    )  # fmt: skip
    lines = "".join(f'II.1.{n},"{one.replace(chr(34), chr(34) * 2)}",Văn phòng,30/6/2026\n'
                    for n, one in enumerate(formulas, start=1))  # fmt: skip
    yield Odd(name="formula.csv", data=f"{_HEADER}\n{lines}".encode())
    for number, formula in enumerate(formulas):
        inside = formula.strip().lstrip("=").replace("&", "&amp;").replace('"', "&quot;")
        for name, value in (("cached", "<v>42</v>"), ("bare", "")):
            bent = f'<row r="4"><c r="B4"><f>{inside}</f>{value}</c></row>'
            data = _sheet(office.task_rows(*_TITLES) + bent)
            yield Odd(name=f"formula-{name}-{number}.xlsx", data=data)


def _tables() -> Iterator[Odd]:
    table = f"{_HEADER}\n{_LINE}\n"
    semicolons = table.replace(",", ";")
    title = _TITLES[:1]
    readable = {
        "bom": b"\xef\xbb\xbf" + table.encode(),
        "utf-16": table.encode("utf-16"),
        "semicolon": semicolons.encode(),
        "tab": table.replace(",", "\t").encode(),
        "crlf": table.replace("\n", "\r\n").encode(),
        "cr": table.replace("\n", "\r").encode(),
        "mixed": f"{_HEADER}\r\n{_LINE}\r".encode(),
    }
    for name, data in readable.items():
        yield Odd(name=f"{name}.csv", data=data, refused=None, reads=title)
    for encoding in ("cp1258", "cp1252", "latin-1"):
        data = table.encode(encoding, "replace").replace(b"?", b"\xea")
        yield Odd(name=f"{encoding}.csv", data=data, refused="mã UTF-8")
    yield Odd(name="nul.csv", data=table.replace("quy", "q\0y").encode(), refused="nhị phân")
    long = f"{_HEADER}\n{'x' * 50_000_000}"
    yield Odd(name="line.csv", data=long.encode(), refused="tối đa 5 MB")
    yield Odd(name="cell.csv", data=f"{_HEADER}\n{'x' * 4_000_000}".encode(), refused="ô")
    quote = table.replace("II.1.1", '"II.1.1')
    yield Odd(name="quote.csv", data=quote.encode(), refused="ngoặc kép")
    yield Odd(name="columns.csv", data=f"{table}{',' * 1_000_000}\n".encode())
    yield Odd(name="wide-header.csv", data=(",".join(map(str, range(500_000))) + "\n").encode(),
              refused="bảng|cột|tệp")  # fmt: skip
    tasks = "".join(f"II.{n},Nhiệm vụ {n},Văn phòng,30/6/2026\n" for n in range(50_000))
    yield Odd(name="tasks.csv", data=f"{_HEADER}\n{tasks}".encode(), refused="tối đa")
    alike = "".join(f"II.{n},{'Rà soát văn bản ' * 20}{n},,\n" for n in range(2_000))
    yield Odd(name="alike.csv", data=f"{_HEADER}\n{alike}".encode())
    same = f"{table}{_LINE}\n"
    yield Odd(name="codes.csv", data=same.encode(), refused=EITHER)
    cycle = f"{_HEADER}\nII.1.1.1,a,,\nII.1.1,b,,\nII.1.1.1.1.1.1.1.1.1.1.1.1,c,,\n"
    yield Odd(name="parents.csv", data=cycle.encode())
    days = "".join(f"II.{n},Nhiệm vụ {n},Văn phòng,{day}\n" for n, day in enumerate(
        ("31/02/2026", "01/01/0001", "31/12/9999", "99/99/9999", "00/00/0000",
         "1" * 5_000, "từ ngày 30/6 đến ngày 1/1", "trước ngày " * 2_000,
         "sau 99999999999999999999 ngày", "quý 9/2026", "tháng 13", "x" * 30_000)))  # fmt: skip
    yield Odd(name="days.csv", data=f"{_HEADER}\n{days}".encode(), refused=None)
