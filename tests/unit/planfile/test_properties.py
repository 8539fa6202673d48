"""What holds for every plan: how its lines were broken and its letters composed changes nothing."""

import textwrap
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from config.defaults import reading_rules
from engine.draft import DraftPlan
from engine.errors import BadInput
from workflows.planfile import (
    InputFile,
    IntakeRules,
    intake_rules,
    read_deadline,
    read_plan,
    read_worksheet,
)

RULES: IntakeRules = intake_rules(reading_rules("intake"))

_WORDS = (
    "rà", "soát", "quy", "chế", "họp", "đường", "thủy", "năm", "2023", "giai", "đoạn", "2021", "-",
    "2030", "kinh", "tế", "xã", "hội", "khoản 3. Điều", "điểm a) Phòng", "Bưu", "chính", "Viễn",
    "thông", "+", "(CCHC)", "100%", "34/2016/NĐ-CP", "ngày", "14/5/2016", "24/7", "6",
    "quý I. Phòng",
)  # fmt: skip
_VERBS = ("Xây dựng", "Tiếp tục", "Ban hành", "Nâng cao", "Đào tạo")
# Long enough to show at which width a text was broken: from a few short lines nobody can tell.
sentences = st.builds(
    lambda verb, words, end: f"{verb} {' '.join(words)} trọn vẹn{end}",
    st.sampled_from(_VERBS),
    st.lists(st.sampled_from(_WORDS), min_size=20, max_size=50),
    st.sampled_from((".", ";")),
)
fields = st.lists(st.lists(sentences, min_size=1, max_size=4), min_size=1, max_size=4)


def paragraphs(tasks: Sequence[Sequence[str]]) -> list[str]:
    text = ["KẾ HOẠCH", "Cải cách hành chính", "II. NHIỆM VỤ CẢI CÁCH HÀNH CHÍNH"]
    for n, titles in enumerate(tasks, start=1):
        text += [f"{n}. Lĩnh vực công tác của năm", *(f"- {title}" for title in titles)]
    return text


def read(text: str) -> DraftPlan:
    return read_plan(
        [InputFile(name="ke-hoach.txt", data=text.encode())], code="KH", year=2023, rules=RULES
    )


def items(plan: DraftPlan) -> list[tuple[str, str, str]]:
    return [(item.code, item.field, item.title) for item in plan.items]


def answer_of(reading: Callable[[], Sequence[object]]) -> Sequence[object]:
    """What was read, or the faults for which it was refused; nothing else may come out."""
    try:
        return reading()
    except BadInput as refused:
        return refused.faults


@given(fields, st.integers(min_value=36, max_value=90), st.integers(min_value=0, max_value=2))
def test_a_text_broken_at_the_width_of_any_page_has_the_same_items(
    tasks: list[list[str]], width: int, blank_lines: int
) -> None:
    lines = [
        line
        for paragraph in paragraphs(tasks)
        for line in textwrap.wrap(paragraph, width, break_long_words=False)
    ]
    # From a few full lines among short ones nobody can tell that a text was broken.
    assume(sum(len(line) > width * 0.75 for line in lines) > len(lines) * 0.35)

    broken = read(("\n" * (blank_lines + 1)).join(lines))

    expected = [
        (f"II.{n}.{k}", "Lĩnh vực công tác của năm", " ".join(title.split()))
        for n, titles in enumerate(tasks, start=1)
        for k, title in enumerate(titles, start=1)
    ]
    assert items(broken) == expected


@given(fields)
def test_composed_and_decomposed_letters_read_alike(tasks: list[list[str]]) -> None:
    text = "\n".join(paragraphs(tasks))

    composed, decomposed = (read(unicodedata.normalize(form, text)) for form in ("NFC", "NFD"))

    assert composed.items == decomposed.items


@given(fields)
def test_reading_twice_gives_equal_plans(tasks: list[list[str]]) -> None:
    text = "\n".join(paragraphs(tasks))

    assert read(text) == read(text)


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
@pytest.mark.parametrize("name", ["ke-hoach.txt", "bang.csv"])
def test_whatever_bytes_come_the_answer_is_a_plan_or_a_refusal(name: str, data: bytes) -> None:
    def read_items() -> Sequence[object]:
        return read_plan([InputFile(name=name, data=data)], code="KH", year=2023, rules=RULES).items

    assert answer_of(read_items)


@given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=5), max_size=5))
def test_whatever_cells_come_the_answer_is_a_table_or_a_refusal(rows: list[list[str]]) -> None:
    text = "\n".join(["Mã,Nhiệm vụ,Đơn vị,Thời hạn,Khẩn", *(",".join(cells) for cells in rows)])

    def read_rows() -> Sequence[object]:
        return read_worksheet(
            InputFile(name="bang.csv", data=text.encode()), year=2023, rules=RULES
        ).rows

    assert answer_of(read_rows)


@given(st.text(max_size=60), st.integers(min_value=1990, max_value=2100))
def test_no_phrase_breaks_the_grammar(phrase: str, year: int) -> None:
    got = read_deadline(phrase, year=year, rules=RULES)

    assert got.phrase == phrase
    assert list(got.due) == sorted(set(got.due))


_PIECES = (
    "trước", "ngày", "31", "tháng", "6", "quý", "II", "năm", "2023", "-", "/", ",", "và", "đến",
    "hằng", "đầu", "cuối", "sau", "kể từ", "làm việc", "Tết", "hết", "15/9", "0", "99", "nt",
)  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=9).map(" ".join))
def test_no_jumble_of_the_grammars_own_words_breaks_it(phrase: str) -> None:
    got = read_deadline(phrase, year=2023, rules=RULES)

    assert all(isinstance(day, date) for day in got.due)


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)))
@pytest.mark.parametrize("form", ["%d/%m/%Y", "%Y-%m-%d", "ngày %d tháng %m năm %Y"])
def test_every_day_of_the_calendar_is_read_as_itself(form: str, day: date) -> None:
    got = read_deadline(day.strftime(form), year=2023, rules=RULES)

    assert (got.kind, got.due, got.confidence) == ("fixed_date", (day,), "auto")
