"""Which numbers in a text are documents, and what is said of them."""

from datetime import date

import pytest

from engine.draft import Citation
from workflows.planfile import IntakeRules
from workflows.planfile.citations import find_citations


def numbers(text: str, rules: IntakeRules) -> list[str]:
    return [citation.number for citation in find_citations(text, words=rules.citations)]


@pytest.mark.parametrize(
    "number",
    [
        "1578/QĐ-UBND", "76/NQ-CP", "30c/NQ-CP", "12729/VPCP-KGVX", "4039/STC-HCSN",
        "34/2016/NĐ-CP", "01/2018/TT-VPCP", "66.22/2026/NQ-CP", "15/2014/TTLT-BTP-BNV",
        "54/2014/QH13", "686/NQ-UBTVQH15", "17-NQ/TU", "28-KL/TW", "3260-KH/ĐĐQH15",
        "402-CV/VPĐU", "02-KH/BCĐTW", "866/QĐ-Tg", "3403/QĐ-BKH&CN", "01/2014/TTLT/CP-UBTƯMTTQVN",
        "05/VBHN-BNV", "19-QĐi/TW", "190/2025/NQ-QH15",
    ],
)  # fmt: skip
def test_every_way_of_numbering_is_found_whole(rules: IntakeRules, number: str) -> None:
    assert numbers(f"Thực hiện văn bản số {number} ngày 02/3/2021 về việc chung.", rules) == [
        number
    ]


@pytest.mark.parametrize(
    "text",
    [
        "trước ngày 30/6/2026, trực 24/7 và ngày 15/12", "TCVN ISO 9001 : 2015",
        "TCVN ISO 9001:2015", "văn bản 05/2026/VLN/CV-LV của công ty",
        "259/SNV-XDCQ,CTTN&BĐG", "giai đoạn 2021 - 2030", "đạt 85/100 điểm", "Số:      /KH-UBND",
        "01/2018/ABC", "https://vidu.example/12/QĐ-UBND", "theo Mẫu số 03/BC-CCHC",
        "Biểu 01/KH-UBND", "63/63 xã", "12/2026/HĐS-ABC", "5-10/9/2026", "ISO/IEC 27001:2022",
        "30/6/2026-UBND tỉnh",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_number_of_a_document_is_left_alone(
    rules: IntakeRules, text: str
) -> None:
    assert numbers(text, rules) == []


@pytest.mark.parametrize("text", ["93 /QĐ-UBND", "93/ QĐ-UBND", "93/QĐ -UBND", "93/QĐ- UBND"])
def test_white_space_inside_a_number_is_taken_out(rules: IntakeRules, text: str) -> None:
    assert numbers(f"Quyết định số {text} ngày 01/02/2022", rules) == ["93/QĐ-UBND"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Nghị định số 34/2016/NĐ-CP ngày 14/5/2016 của Chính phủ quy định",
            Citation(
                number="34/2016/NĐ-CP", type="Nghị định", issuer="Chính phủ",
                date=date(2016, 5, 14),
            ),
        ),
        (
            "Quyết định số 12/QĐ-UBND ngày 06 tháng 9 năm 2021 của Ủy ban nhân dân (UBND) tỉnh về",
            Citation(
                number="12/QĐ-UBND", type="Quyết định", issuer="UBND tỉnh", date=date(2021, 9, 6)
            ),
        ),
        (
            "Quyết định 32/2018/QĐ-UBND ngày 04/9/2018 của UBND tỉnh Trường Giang;",
            Citation(
                number="32/2018/QĐ-UBND", type="Quyết định", issuer="UBND tỉnh Trường Giang",
                date=date(2018, 9, 4),
            ),
        ),
        (
            "Đề án 08-ĐA/TU của Tỉnh ủy Trường Giang ngày 29/12/2025 về",
            Citation(
                number="08-ĐA/TU", type="Đề án", issuer="Tỉnh ủy Trường Giang",
                date=date(2025, 12, 29),
            ),
        ),
        (
            "Quy định số 70-QĐ/TW ngày 18/7/2022 của Bộ Chính trị về",
            Citation(
                number="70-QĐ/TW", type="Quy định", issuer="Bộ Chính trị", date=date(2022, 7, 18)
            ),
        ),
        (
            "Luật số 54/2014/QH13 ngày 23/6/2014",
            Citation(
                number="54/2014/QH13", type="Luật", issuer="Quốc hội", date=date(2014, 6, 23)
            ),
        ),
        (
            "theo 4039/STC-HCSN",
            Citation(number="4039/STC-HCSN", type="Công văn"),
        ),
        (
            "Thông tư 02/2023/TT-BNV ngày 31/6/2023 của Bộ Nội vụ hướng dẫn",
            Citation(number="02/2023/TT-BNV", type="Thông tư", issuer="Bộ Nội vụ"),
        ),
    ],
)  # fmt: skip
def test_type_issuer_and_date_are_read_from_the_words_around_a_number(
    rules: IntakeRules, text: str, expected: Citation
) -> None:
    assert find_citations(text, words=rules.citations) == (expected,)


def test_a_second_mention_takes_date_and_issuer_from_the_first(rules: IntakeRules) -> None:
    text = (
        "Kế hoạch số 7/KH-UBND ngày 05/02/2021 của UBND huyện về số hóa; "
        "báo cáo theo Kế hoạch số 7/KH-UBND."
    )

    first, second = find_citations(text, words=rules.citations)

    assert first == second
    assert (second.issuer, second.date) == ("UBND huyện", date(2021, 2, 5))


def test_a_later_mention_with_more_to_say_helps_the_earlier_one(rules: IntakeRules) -> None:
    text = "Theo 7/KH-UBND. Kế hoạch số 7/KH-UBND ngày 05/02/2021 của UBND xã."

    first, _ = find_citations(text, words=rules.citations)

    assert (first.issuer, first.date) == ("UBND xã", date(2021, 2, 5))


@pytest.mark.parametrize(
    "text",
    [
        "Quyết định số 12/QÐ-UBND", "Quyết định số 12/QĐ–UBND", "Quyết định số 12/QĐ-\nUBND",
        "Quyết định số 12/\nQĐ-UBND", "Quyết định số 12\n/QĐ-UBND", "quyết định số: 12/QĐ-UBND",
        "QUYẾT ĐỊNH SỐ 12/QĐ-UBND", "Quyê\u0301t đi\u0323nh số 12/QĐ-UBND",
    ],
)  # fmt: skip
def test_one_number_is_one_number_however_it_was_set(rules: IntakeRules, text: str) -> None:
    (found,) = find_citations(text, words=rules.citations)

    assert (found.number, found.type) == ("12/QĐ-UBND", "Quyết định")


def test_numbers_in_a_row_are_found_one_by_one(rules: IntakeRules) -> None:
    text = "Các kế hoạch: 5/KH-UBND,6/KH-UBND; 7/KH-UBND và 8/KH-UBND."

    assert numbers(text, rules) == ["5/KH-UBND", "6/KH-UBND", "7/KH-UBND", "8/KH-UBND"]


@pytest.mark.parametrize(
    "signed", ["NGÀY 02/3/2022", "ngày 02 tháng 3 năm 2022", "nga\u0300y 2.3.2022"]
)
def test_the_date_behind_a_number_is_its_date(rules: IntakeRules, signed: str) -> None:
    (found,) = find_citations(f"Quyết định số 12/QĐ-UBND {signed}", words=rules.citations)

    assert found.date == date(2022, 3, 2)
