"""The plan of a department that does not exist, with all that a Word file of an office holds."""

from tests.support.documents.word import (
    Xml,
    below,
    cell,
    document,
    family,
    field,
    level,
    numbered_list,
    paragraph,
    restart,
    row,
    run,
    style,
    table,
    text_box,
    top,
)

_HEADINGS, _DASHES, _FIRST_GROUP, _SECOND_GROUP = 1, 2, 3, 4

_NUMBERING = "".join(
    [
        family(
            0,
            level("upperRoman", "%1.", more='<w:pStyle w:val="Heading1"/>'),
            level("decimal", "%2.", more='<w:pStyle w:val="Heading2"/>'),
            level("lowerLetter", "%3)"),
        ),
        family(1, level("bullet", "-"), level("bullet", "+")),
        family(2, level("decimal", "%1")),
        numbered_list(_HEADINGS, of=0),
        numbered_list(_DASHES, of=1),
        numbered_list(_FIRST_GROUP, of=2),
        numbered_list(_SECOND_GROUP, of=2, more=restart(0)),
    ]
)
_NUMBERED = '<w:pPr><w:numPr><w:ilvl w:val="{}"/><w:numId w:val="1"/></w:numPr></w:pPr>'
_STYLES = "".join(
    [
        style("Heading1", "heading 1", more=_NUMBERED.format(0)),
        style("Heading2", "heading 2", more=_NUMBERED.format(1)),
    ]
)


def department_plan() -> bytes:
    """Return the plan: letterhead, five sections, signature, and an appendix of two groups."""
    return document(
        _letterhead(),
        paragraph("KẾ HOẠCH\nCải cách hành chính năm 2024 của Sở Ngoại vụ", centred=True),
        paragraph(
            "Căn cứ Kế hoạch số 215/KH",
            run(Xml("<w:noBreakHyphen/>")),
            "UBND ngày 20/12/2023 của Ủy ban nhân dân tỉnh Thạch Sơn;",
        ),
        "Sở Ngoại vụ ban hành Kế hoạch cải cách hành chính năm 2024 như sau:",
        *_body(),
        _signature(),
        paragraph(run(Xml('<w:br w:type="page"/>')), "PHỤ LỤC", centred=True),
        paragraph("PHÂN CÔNG NHIỆM VỤ CẢI CÁCH HÀNH CHÍNH NĂM 2024", centred=True),
        paragraph(
            "(Kèm theo Kế hoạch số 08/KH-SNgV ngày 12/01/2024 của Sở Ngoại vụ)", centred=True
        ),
        _appendix(),
        styles=_STYLES,
        numbering=_NUMBERING,
        header=paragraph(field("PAGE", "2"), centred=True),
        footnotes=f'<w:footnote w:id="2">{paragraph("Gọi tắt là Kế hoạch 215.")}</w:footnote>',
    )


def _heading(text: str, *, depth: int) -> Xml:
    return paragraph(text, style=f"Heading{depth}")


def _dash(*content: str, depth: int = 0) -> Xml:
    return paragraph(*content, numbered=(_DASHES, depth))


def _letterhead() -> Xml:
    return table(
        [
            cell("UBND TỈNH", "SỞ NGOẠI VỤ", paragraph(text_box("DỰ THẢO"))),
            cell("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"),
        ],
        ["Số: 08/KH-SNgV", "Thạch Sơn, ngày 12 tháng 01 năm 2024"],
        widths=[3600, 5600],
    )


def _body() -> list[Xml]:
    deleted = Xml("<w:del><w:r><w:delText>trước ngày 30/6/2024</w:delText></w:r></w:del>")
    inserted = Xml(f"<w:ins>{run('trước ngày 15/7/2024')}</w:ins>")
    reference = run(Xml('<w:footnoteReference w:id="2"/>'))
    return [
        _heading("MỤC ĐÍCH, YÊU CẦU", depth=1),
        paragraph("Triển khai kịp thời Kế hoạch của Ủy ban nhân dân tỉnh", reference, "."),
        _heading("NHIỆM VỤ", depth=1),
        _heading("Cải cách thể chế", depth=2),
        _dash("Rà soát quy chế tiếp khách nước ngoài, ", deleted, inserted, "."),
        _dash("Tiếp tục phổ biến pháp luật về lãnh sự:"),
        _dash("Cho công chức của Sở;", depth=1),
        _dash("Cho cán bộ các xã biên giới.", depth=1),
        _heading("Cải cách thủ tục hành chính", depth=2),
        paragraph("Công bố danh mục thủ tục đã cắt giảm;", numbered=(_HEADINGS, 2)),
        paragraph("Công khai phí, lệ phí lãnh sự.", numbered=(_HEADINGS, 2)),
        _heading("TỔ CHỨC THỰC HIỆN", depth=1),
        _heading("Văn phòng", depth=2),
        paragraph(
            "Theo dõi, đôn đốc việc thực hiện;\ntổng hợp báo cáo",
            run(" (hỏi lại chị Lan)", properties="<w:vanish/>"),
            " trước ngày 15 tháng cuối quý.",
        ),
        paragraph("Các phòng", style="Heading2"),
        paragraph("Thực hiện nhiệm vụ tại Phụ lục.", run(Xml('<w:commentReference w:id="5"/>'))),
    ]


def _signature() -> Xml:
    return table(
        [
            "Nơi nhận:\n- Văn phòng UBND tỉnh;\n- Lưu: VT, VP.",
            "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC\nLê Thị Hòa",
        ]
    )


def _appendix() -> Xml:
    return table(
        row(top("TT"), top("Nội dung nhiệm vụ"), cell("Đơn vị", span=2), top("Thời gian")),
        row(below(), below(), "Chủ trì", "Phối hợp", below()),
        ["(1)", "(2)", "(3)", "(4)", "(5)"],
        row("I", cell("CẢI CÁCH THỂ CHẾ", span=4)),
        _task(
            _FIRST_GROUP, "Rà soát quy chế tiếp khách", top("Văn phòng"), "Các phòng", "15/7/2024"
        ),
        _task(_FIRST_GROUP, "Phổ biến pháp luật\nvề lãnh sự", below(), "Phòng Lãnh sự", "Cả năm"),
        row("II", cell("CẢI CÁCH THỦ TỤC HÀNH CHÍNH", span=4)),
        _task(
            _SECOND_GROUP,
            "Công bố danh mục thủ tục đã cắt giảm",
            "Phòng Lãnh sự;\nVăn phòng",
            "",
            "Quý II/2024",
        ),
        ["", "", "", "", ""],
        widths=[600, 4200, 1800, 1800, 1500],
    )


def _task(group: int, *cells: str) -> Xml:
    return row(cell(paragraph(numbered=(group, 0))), *cells)
