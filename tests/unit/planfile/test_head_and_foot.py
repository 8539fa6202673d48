"""What stands around the tasks of a plan: letterhead, legal bases, targets, signature."""

from datetime import date

import pytest

from engine.draft import DraftPlan
from workflows.planfile import InputFile, IntakeRules, read_plan
from workflows.planfile.blocks import Block, Cell, Document, Paragraph, Place, Row, Table
from workflows.planfile.plan import PlanKey, plan_of

BODY = """SỞ TƯ PHÁP
Số: 12/KH-STP
Hoà Lâm, ngày 05 tháng 01 năm 2026
KẾ HOẠCH
Cải cách hành chính năm 2026
Căn cứ Nghị quyết số 76/NQ-CP ngày 15/7/2021 của Chính phủ về cải cách hành chính;
Căn cứ Quyết định số 40/QĐ-UBND ngày 02/01/2026 của UBND tỉnh giao nhiệm vụ năm 2026.
I. MỤC TIÊU
- 100% hồ sơ được tiếp nhận trực tuyến.
- Nâng cao kỷ luật, kỷ cương.
- Cắt giảm ít nhất 30 thủ tục nội bộ.
II. NHIỆM VỤ
1. Thể chế
- Rà soát văn bản. Bảo đảm 100% văn bản được tự kiểm tra trong năm.
- Trên 95% báo cáo được ký số.
- Tổng kết thi hành luật.
Nơi nhận:
- Giám đốc Sở;
- Lưu: VT.
KT. GIÁM ĐỐC
PHÓ GIÁM ĐỐC
Lê Thị Hạnh
"""


@pytest.fixture
def plan(rules: IntakeRules) -> DraftPlan:
    file = InputFile(name="ke-hoach.txt", data=BODY.encode())
    return read_plan([file], code="KH", year=2026, rules=rules)


def test_the_bases_are_kept_word_for_word_with_the_documents_they_name(plan: DraftPlan) -> None:
    assert [basis.text[:30] for basis in plan.bases] == [
        "Căn cứ Nghị quyết số 76/NQ-CP ",
        "Căn cứ Quyết định số 40/QĐ-UBN",
    ]
    assert [[one.number for one in basis.citations] for basis in plan.bases] == [
        ["76/NQ-CP"], ["40/QĐ-UBND"],
    ]  # fmt: skip


def test_the_office_of_the_signer_is_read_and_his_name_is_not(plan: DraftPlan) -> None:
    assert plan.signer == "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC"


def test_the_agency_of_the_letterhead_issues_where_the_preamble_names_nobody(
    plan: DraftPlan,
) -> None:
    assert (plan.issuer, plan.number, plan.date) == ("SỞ TƯ PHÁP", "12/KH-STP", date(2026, 1, 5))


def test_figures_among_the_goals_and_shares_among_the_tasks_are_targets(plan: DraftPlan) -> None:
    assert [(target.section, target.text) for target in plan.targets] == [
        ("I.1", "100% hồ sơ được tiếp nhận trực tuyến."),
        ("I.3", "Cắt giảm ít nhất 30 thủ tục nội bộ."),
        ("II.1.1", "Bảo đảm 100% văn bản được tự kiểm tra trong năm."),
        ("II.1.2", "Trên 95% báo cáo được ký số."),
    ]
    assert plan.targets[0].source.line == 9


def test_a_line_that_is_only_a_figure_is_no_task_and_the_plan_says_so(plan: DraftPlan) -> None:
    assert [item.code for item in plan.items] == ["II.1.1", "II.1.3"]
    assert [(remark.code, "II.1.2" in remark.message) for remark in plan.remarks] == [
        ("target_kept", True)
    ]


def test_a_letterhead_laid_out_as_a_table_is_read_like_one_in_lines(rules: IntakeRules) -> None:
    left = "UBND TỈNH HOÀ LÂM\nSỞ TƯ PHÁP\nSố: 7/KH-STP"
    right = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nHoà Lâm, ngày 09 tháng 02 năm 2026"
    blocks: list[Block] = [
        _table((left, right)),
        *_paragraphs("KẾ HOẠCH", "Kiểm tra năm 2026", "II. NHIỆM VỤ", "1. Kiểm tra một cửa"),
        _table(("Nơi nhận:\n- Lưu: VT.", "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\nTrần Văn An")),
    ]

    plan = plan_of([_document(*blocks)], key=PlanKey(code="KH", year=2026), rules=rules)

    assert (plan.issuer, plan.number, plan.date) == ("SỞ TƯ PHÁP", "7/KH-STP", date(2026, 2, 9))
    assert plan.title == "KẾ HOẠCH Kiểm tra năm 2026"
    assert plan.signer == "TM. ỦY BAN NHÂN DÂN CHỦ TỊCH"
    assert [item.title for item in plan.items] == ["Kiểm tra một cửa"]


def test_a_table_that_only_arranges_text_adds_nothing_to_the_task_above_it(
    rules: IntakeRules,
) -> None:
    blocks = [*_paragraphs("II. NHIỆM VỤ", "- Rà soát văn bản."), _table(("Biểu 01", "Số liệu"))]

    plan = plan_of([_document(*blocks)], key=PlanKey(code="KH", year=2026), rules=rules)

    assert [(item.title, item.warnings) for item in plan.items] == [("Rà soát văn bản.", ())]


def test_a_paragraph_of_a_word_document_below_an_item_is_told_and_not_its_title(
    rules: IntakeRules,
) -> None:
    blocks = _paragraphs("II. NHIỆM VỤ", "- Rà soát văn bản", "Việc này làm hai bước.")

    (item,) = plan_of([_document(*blocks)], key=PlanKey(code="KH", year=2026), rules=rules).items

    assert item.title == "Rà soát văn bản"
    assert [remark.code for remark in item.warnings] == ["loose_paragraph"]


def test_headings_known_only_by_their_style_get_numbers(rules: IntakeRules) -> None:
    text = "# Kế hoạch năm 2026\n\n## Nhiệm vụ\n\n### Thể chế\n\n- Rà soát văn bản\n- Tổng kết\n"
    file = InputFile(name="ke-hoach.md", data=text.encode())

    plan = read_plan([file], code="KH", year=2026, rules=rules)

    assert [(item.code, item.field) for item in plan.items] == [
        ("I.1.1", "Thể chế"), ("I.1.2", "Thể chế"),
    ]  # fmt: skip


def _document(*blocks: Block) -> Document:
    return Document(name="ke-hoach.docx", digest="0" * 64, format="docx", blocks=blocks)


def _paragraphs(*texts: str) -> list[Block]:
    return [Paragraph(text=text, place=Place(paragraph=n)) for n, text in enumerate(texts, start=1)]


def _table(*rows: tuple[str, ...]) -> Table:
    return Table(
        rows=tuple(
            Row(cells=tuple(Cell(text=text) for text in row), place=Place(table=1, row=n))
            for n, row in enumerate(rows, start=1)
        ),
        place=Place(table=1),
    )
