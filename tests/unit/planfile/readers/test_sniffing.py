"""What a file is, by content; every other file is named, with what to do about it."""

from collections.abc import Sequence

import pytest

from engine.errors import BadInput
from tests.support.corpus import disguises, office, pdfs
from tests.support.corpus.specimen import Odd
from workflows.planfile import InputFile, IntakeRules
from workflows.planfile.readers.sniffing import format_of, most_bytes

DISGUISES: Sequence[Odd] = list(disguises.made())
REFUSED = [odd for odd in DISGUISES if odd.refused]


@pytest.mark.parametrize("odd", REFUSED, ids=[odd.name for odd in REFUSED])
def test_g19_what_is_not_what_its_name_says_is_refused_with_its_cure(
    rules: IntakeRules, odd: Odd
) -> None:
    with pytest.raises(BadInput) as refused:
        format_of(InputFile(name=odd.name, data=odd.data), rules=rules)

    (fault,) = refused.value.faults
    assert odd.refused is not None
    assert odd.refused in str(refused.value)
    assert fault.cure


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.docx", office.word(), "docx"),
        ("A.DOCX", office.word(), "docx"),
        ("a.xlsx", office.excel(), "xlsx"),
        ("a.pdf", pdfs.paper(), "pdf"),
        ("a.txt", "kế hoạch".encode(), "txt"),
        ("a.txt", "kế hoạch".encode("utf-16"), "txt"),
        ("a.csv", b"TT;\n1;\n", "csv"),
        ("a.md", b"# BM25, MZ and Rar! are words here", "md"),
        ("BMTE.txt", b"BM: b\xc3\xa1o c\xc3\xa1o", "txt"),
        ("a.md", b"II. <b>NHI\xe1\xbb\x86M V\xe1\xbb\xa4</b>", "md"),
        ("a.txt", b"See %PDF-1.7 in the annex", "txt"),
    ],
)
def test_a_file_that_is_what_its_name_says_is_taken(
    rules: IntakeRules, name: str, data: bytes, kind: str
) -> None:
    assert format_of(InputFile(name=name, data=data), rules=rules) == kind


@pytest.mark.parametrize(
    ("name", "data", "limit"),
    [
        ("a.txt", b"x" * 101, {"text_bytes": 100}),
        ("a.docx", office.word(), {"office_bytes": 100}),
        ("a.pdf", pdfs.paper(), {"pdf_bytes": 100}),
    ],
)
def test_each_format_has_a_size_of_its_own(
    rules: IntakeRules, name: str, data: bytes, limit: dict[str, int]
) -> None:
    small = rules.model_copy(update={"limits": rules.limits.model_copy(update=limit)})

    with pytest.raises(BadInput, match="tệp quá lớn"):
        format_of(InputFile(name=name, data=data), rules=small)


def test_of_a_file_no_more_is_read_than_its_format_may_hold(rules: IntakeRules) -> None:
    most = {name: most_bytes(name, rules=rules) for name in ("a.txt", "a.PDF", "a.docx", "a")}

    assert most == {
        "a.txt": rules.limits.text_bytes,
        "a.PDF": rules.limits.pdf_bytes,
        "a.docx": rules.limits.office_bytes,
        "a": 30_000_000,
    }
