"""Word files that a converter made line by line, and those that only look a little like it."""

import pytest

from tests.support.documents import word as doc
from workflows.planfile import read_plan
from workflows.planfile.blocks import Document, Paragraph
from workflows.planfile.readers import InputFile, word
from workflows.planfile.rules import IntakeRules

PRINTED = """KẾ HOẠCH
Cải cách hành chính năm 2024 của Sở Ngoại vụ
II. NHIỆM VỤ
1. Cải cách thể chế
- Rà soát quy chế tiếp khách nước ngoài của các cơ quan trong tỉnh,
trình Ủy ban nhân dân tỉnh ban hành quy chế mới thay cho quy chế đã
hết hiệu lực, trước ngày 15/7/2024;
- Phổ biến pháp luật về lãnh sự cho công chức làm công tác đối ngoại
của các xã biên giới và của các phòng, mỗi quý một lần;
- Tổ chức hai lớp bồi dưỡng.
III. TỔ CHỨC THỰC HIỆN"""


def read(text: str, rules: IntakeRules) -> Document:
    data = doc.document(*text.split("\n"))
    return word.read(InputFile(name="ke-hoach.docx", data=data), rules)


def going_on(document: Document) -> list[str]:
    return [
        block.text for block in document.blocks if isinstance(block, Paragraph) and block.continues
    ]


def test_lines_that_became_paragraphs_go_on_with_the_one_before(rules: IntakeRules) -> None:
    assert going_on(read(PRINTED, rules)) == [
        "trình Ủy ban nhân dân tỉnh ban hành quy chế mới thay cho quy chế đã",
        "hết hiệu lực, trước ngày 15/7/2024;",
        "của các xã biên giới và của các phòng, mỗi quý một lần;",
    ]


def test_the_tasks_of_such_a_document_are_whole(rules: IntakeRules) -> None:
    file = InputFile(name="ke-hoach.docx", data=doc.document(*PRINTED.split("\n")))

    plan = read_plan([file], code="KH", year=2024, rules=rules)

    assert [item.title.rpartition(", ")[2] for item in plan.items] == [
        "trước ngày 15/7/2024;",
        "mỗi quý một lần;",
        "Tổ chức hai lớp bồi dưỡng.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(["Rà soát quy chế tiếp khách nước ngoài của tỉnh"] * 9),
        "Rà soát quy chế tiếp khách,\ntrình Giám đốc\n" + "- Công bố danh mục;\n" * 9,
        "\n".join(["Rà soát và trình ban hành " * 8, "công khai trên trang tin " * 8] * 3),
        "Mục tiêu",
    ],
    ids=["equal lines", "one sentence in two", "paragraphs of several lines", "one line"],
)
def test_a_document_that_was_written_in_word_has_whole_paragraphs(
    rules: IntakeRules, text: str
) -> None:
    assert going_on(read(text, rules)) == []
