"""PDF files that cannot be read, or not all of them: what is said, where, and what helps."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import BadInput
from tests.support.documents.pdf import (
    NAME,
    encrypted_pdf,
    lines,
    pdf,
    table,
    text,
    with_objects,
)
from workflows.planfile.blocks import Document, Paragraph
from workflows.planfile.readers import InputFile
from workflows.planfile.readers.pdf import read
from workflows.planfile.rules import IntakeRules


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def problem(file: InputFile, rules: IntakeRules) -> str:
    with pytest.raises(BadInput) as caught:
        read(file, rules)
    return caught.value.faults[0].problem


def test_a_page_of_hidden_letters_only_is_refused(rules: IntakeRules) -> None:
    assert "chữ ẩn" in problem(pdf(text("KẾ HOẠCH", at=(85, 100), how="1 g")), rules)


def test_a_scan_is_refused_with_the_way_out(rules: IntakeRules) -> None:
    with pytest.raises(BadInput) as caught:
        read(pdf("", "", image=1), rules)

    (fault,) = caught.value.faults
    assert "hình ảnh" in fault.problem
    assert "OCR" in fault.cure
    assert "Word" in fault.cure


def test_a_scanned_page_among_others_is_named(rules: IntakeRules) -> None:
    document = read(pdf(lines("KẾ HOẠCH"), "", image=2), rules)

    assert [(note.code, note.place.page) for note in document.notes] == [("page_without_text", 2)]


def test_letters_that_a_machine_recognised_are_named(rules: IntakeRules) -> None:
    document = read(pdf(lines("KẾ HOẠCH"), image=1), rules)

    assert [(note.code, note.place.page) for note in document.notes] == [("recognised_text", 1)]
    assert texts(document) == ["KẾ HOẠCH"]


def test_a_file_with_a_password_is_refused(rules: IntakeRules) -> None:
    file = encrypted_pdf(lines("KẾ HOẠCH"), user="mo", owner="chu")

    assert problem(file, rules) == "tệp PDF có mật khẩu"


def test_a_file_that_is_only_protected_against_changes_is_read(rules: IntakeRules) -> None:
    document = read(encrypted_pdf(lines("KẾ HOẠCH"), user="", owner="chu"), rules)

    assert texts(document) == ["KẾ HOẠCH"]


def test_letters_of_an_old_font_are_refused_by_page_and_line(rules: IntakeRules) -> None:
    file = pdf(lines("KẾ HOẠCH", "C¶i c¸ch hµnh chÝnh n¨m 2026"))

    with pytest.raises(BadInput) as caught:
        read(file, rules)

    assert [fault.place for fault in caught.value.faults] == ["trang 1, dòng 2"]


def test_letters_without_a_meaning_are_refused_by_page_and_line(rules: IntakeRules) -> None:
    file = pdf(lines("KẾ HOẠCH"), lines("\uf801\uf802\uf803\uf804"))

    with pytest.raises(BadInput) as caught:
        read(file, rules)

    assert [fault.place for fault in caught.value.faults] == ["trang 2, dòng 1"]


def test_letters_of_an_old_font_are_refused_in_tables_too(rules: IntakeRules) -> None:
    drawn = table(("TT", "Nhiệm vụ"), ("1", "C¶i c¸ch hµnh chÝnh"), widths=(40, 200))

    with pytest.raises(BadInput) as caught:
        read(pdf(drawn), rules)

    assert [fault.place for fault in caught.value.faults] == ["trang 1, bảng 1, dòng 2"]


def test_a_file_with_more_pages_than_any_plan_is_refused(rules: IntakeRules) -> None:
    limits = rules.limits.model_copy(update={"pages": 2})

    assert "2 trang" in problem(pdf(*["q Q"] * 3), rules.model_copy(update={"limits": limits}))


def test_a_table_with_more_columns_than_any_plan_is_refused(rules: IntakeRules) -> None:
    limits = rules.limits.model_copy(update={"table_columns": 3})
    file = pdf(table(("a", "b", "c", "d"), widths=(40,) * 4))

    assert "4 cột" in problem(file, rules.model_copy(update={"limits": limits}))


@pytest.mark.parametrize(
    "objects",
    [
        {1: "<< /Type /Catalog /Pages 2 0 R >>", 2: "<< /Type /Pages /Count 1 /Kids [2 0 R] >>"},
        {1: "<< /Type /Catalog /Pages 1 0 R >>"},
        {1: "<< /Type /Catalog /Pages 9 0 R >>"},
        {1: "<< /Type /Catalog >>"},
        {1: "<< /Type /Catalog /Pages 2 0 R >>", 2: "<< /Type /Pages /Count 999999999 /Kids [] >>"},
        {
            1: "<< /Type /Catalog /Pages 2 0 R >>",
            2: "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 a b] /Contents 3 0 R >>",
        },
        {
            1: "<< /Type /Catalog /Pages 2 0 R >>",
            2: "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            3: "<< /Type /Page /Parent 3 0 R /Resources 3 0 R /Contents [3 0 R 4 0 R] >>",
            4: "<< /Length 999999999 >>\nstream\nBI /W 9 ID \xff\nendstream",
        },
    ],
    ids=["own-kid", "catalog-as-pages", "no-pages", "none-named", "count", "box", "own-parent"],
)
def test_broken_and_circular_files_are_refused(objects: dict[int, str], rules: IntakeRules) -> None:
    with pytest.raises(BadInput):
        read(with_objects(objects), rules)


@pytest.mark.parametrize("tenths", range(1, 10))
def test_a_file_cut_off_anywhere_is_refused_or_read(tenths: int, rules: IntakeRules) -> None:
    whole = pdf(lines("KẾ HOẠCH", "Cải cách hành chính")).data
    cut = InputFile(name=NAME, data=whole[: len(whole) * tenths // 10])

    try:
        found = texts(read(cut, rules))
    except BadInput as refused:
        found = [refused.source]

    assert found in ([NAME], ["KẾ HOẠCH", "Cải cách hành chính"])


@settings(max_examples=60)
@given(st.binary(max_size=400), st.booleans())
def test_arbitrary_bytes_are_refused_and_nothing_else_happens(
    rules: IntakeRules, tail: bytes, ends: bool
) -> None:
    data = b"%PDF-1.7\n" + tail + (b"\nstartxref\n9\n%%EOF" if ends else b"")

    with pytest.raises(BadInput) as caught:
        read(InputFile(name=NAME, data=data), rules)

    assert caught.value.faults


@settings(max_examples=40)
@given(st.integers(0, 5000), st.binary(min_size=1, max_size=8))
def test_a_file_with_some_bytes_changed_never_crashes(
    rules: IntakeRules, at: int, change: bytes
) -> None:
    whole = pdf(lines("KẾ HOẠCH") + table(("TT", "Việc"), ("1", "a"), widths=(40, 100))).data
    at %= len(whole)
    file = InputFile(name=NAME, data=whole[:at] + change + whole[at + len(change) :])

    try:
        outcome = read(file, rules).name
    except BadInput as refused:
        outcome = refused.source

    assert outcome == NAME
