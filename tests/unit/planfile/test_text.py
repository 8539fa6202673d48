"""Files as they come: encodings, formats, sizes; a clear answer to each."""

import codecs
import unicodedata

import pytest

from engine.errors import BadInput
from workflows.planfile import InputFile, IntakeRules, read_plan

PLAN = """KẾ HOẠCH
Cải cách hành chính năm 2023
Sở Nội vụ ban hành Kế hoạch như sau:
II. NHIỆM VỤ
1. Đơn giản hóa thủ tục
- Rà soát thủ tục về đường thủy nội địa;
- Tiếp tục công khai lệ phí.
"""
TITLES = ("Rà soát thủ tục về đường thủy nội địa;", "Tiếp tục công khai lệ phí.")


def titles(data: bytes, rules: IntakeRules, *, name: str = "ke-hoach.txt") -> list[str]:
    plan = read_plan([InputFile(name=name, data=data)], code="KH", year=2023, rules=rules)
    return [item.title for item in plan.items]


def refusal(data: bytes, rules: IntakeRules, *, name: str = "ke-hoach.txt") -> BadInput:
    with pytest.raises(BadInput) as caught:
        read_plan([InputFile(name=name, data=data)], code="KH", year=2023, rules=rules)
    return caught.value


@pytest.mark.parametrize(
    "encoded",
    [
        PLAN.encode(),
        codecs.BOM_UTF8 + PLAN.encode(),
        PLAN.encode("utf-16"),
        PLAN.encode("utf-16-le"),
        PLAN.encode("utf-16-be"),
        codecs.BOM_UTF16_BE + PLAN.encode("utf-16-be"),
        PLAN.replace("\n", "\r\n").encode(),
        PLAN.replace("\n", "\r").encode(),
        PLAN.replace("\n", "\u2028").encode(),
        unicodedata.normalize("NFD", PLAN).encode(),
        PLAN.replace("Đ", "\u00d0").encode(),
        PLAN.replace(" ", "\u00a0").encode(),
        PLAN.replace("t", "t\u200b").replace("a", "a\u00ad").encode(),
    ],
    ids=[
        "utf-8", "utf-8 with mark", "utf-16", "utf-16-le bare", "utf-16-be bare", "utf-16-be",
        "crlf", "cr", "line separators", "decomposed", "eth", "no-break spaces", "invisible marks",
    ],
)  # fmt: skip
def test_the_same_text_is_read_from_every_honest_encoding(
    rules: IntakeRules, encoded: bytes
) -> None:
    assert titles(encoded, rules) == list(TITLES)


def test_cp1258_is_refused_by_line_with_a_cure(rules: IntakeRules) -> None:
    data = unicodedata.normalize("NFD", PLAN).encode("cp1258", "replace")

    refused = refusal(data, rules)

    assert [fault.place for fault in refused.faults][:2] == ["dòng 1", "dòng 2"]
    assert all("UTF-8" in fault.cure for fault in refused.faults)


@pytest.mark.parametrize(
    "line",
    [
        "- TiÕp tôc c¶i c¸ch thñ tôc hµnh chÝnh",
        "- Tieáp tuïc caûi caùch thuû tuïc haønh chính",
        "- Tiếp tục cải cách".encode().decode("cp1252", "replace"),
    ],
    ids=["TCVN3", "VNI", "UTF-8 read as cp1252"],
)
def test_s60_broken_letters_are_refused_by_line_and_never_stored(
    rules: IntakeRules, line: str
) -> None:
    refused = refusal((PLAN + line + "\n").encode(), rules)

    assert [fault.place for fault in refused.faults] == ["dòng 8"]


def test_only_so_many_broken_lines_are_named_and_the_rest_counted(rules: IntakeRules) -> None:
    refused = refusal(("c¶i c¸ch hµnh chÝnh\n" * 50).encode(), rules)

    assert len(refused.faults) == rules.limits.faults_shown + 1
    assert refused.faults[-1].place == "và 30 dòng khác"


@pytest.mark.parametrize("data", [b"", b" \n\r\n\t", codecs.BOM_UTF8], ids=["", "blank", "mark"])
def test_an_empty_file_is_said_to_be_empty(rules: IntakeRules, data: bytes) -> None:
    assert refusal(data, rules).faults[0].problem == "tệp rỗng"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (bytes(range(256)) * 20, "nhị phân"),
        (b"\x00\x00\x00", "nhị phân"),
        (b"%PDF-1.7", "PDF"),
    ],
)
def test_a_file_that_is_no_text_is_named_for_what_it_is(
    rules: IntakeRules, data: bytes, what: str
) -> None:
    assert what in refusal(data, rules).faults[0].problem


def test_a_text_of_20_megabytes_is_refused(rules: IntakeRules) -> None:
    fault = refusal(b"x" * 20_000_000, rules).faults[0]

    assert "20.0 MB" in fault.problem
    assert "tối đa 5 MB" in fault.problem


@pytest.mark.parametrize("mark", ["MẬT", "TỐI MẬT", "TUYỆT MẬT", "Độ mật:\nTối mật"])
def test_a_document_marked_as_a_state_secret_never_enters(rules: IntakeRules, mark: str) -> None:
    refused = refusal(f"{mark}\n{PLAN}".encode(), rules)

    assert "độ mật" in refused.faults[0].problem


def test_a_plan_may_speak_of_secrecy_without_being_secret(rules: IntakeRules) -> None:
    text = PLAN + "- Bảo vệ bí mật nhà nước, không soạn văn bản mật trên máy nối mạng.\n"

    assert len(titles(text.encode(), rules)) == 3
