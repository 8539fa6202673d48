"""Evidence by name: a file, or the number of a document, and never one taken for the other."""

import pytest

from tests.support.terminal import Terminal

REPORT = ("task", "report", "KH-2014/T1", "--as", "cv", "--note", "xong", "--evidence")


@pytest.mark.parametrize("name", ["ke-hoach.pdf", "thu mục/Báo cáo.DOCX", "../12-KH.txt", "a.7z"])
def test_a_file_that_is_not_there_is_refused_and_not_taken_for_a_document_number(
    office: Terminal, name: str
) -> None:
    answer = office(*REPORT, name)

    assert answer.code == 77
    assert f"minh chứng (--evidence): không có tệp {name} ở đây" in answer.err


@pytest.mark.parametrize("name", ["12/KH-STTTT", "Công văn 15/3.2023", "Báo cáo số 4."])
def test_the_number_of_a_document_is_no_file_and_goes_on_to_the_task(
    office: Terminal, name: str
) -> None:
    answer = office(*REPORT, name)

    assert answer.code == 77
    assert "Không có nhiệm vụ nào là" in answer.err
    assert "không có tệp" not in answer.err
