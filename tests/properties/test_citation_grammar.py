"""Numbers of documents made from their grammar are found whole; dates and shares never are."""

import unicodedata
from datetime import date
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from config.defaults import reading_rules
from workflows.planfile import intake_rules
from workflows.planfile.citations import find_citations

WORDS = intake_rules(reading_rules("intake")).citations
_SYMBOLS = st.sampled_from(sorted(set(WORDS.types) - {"QH"}))
_OFFICES = st.sampled_from(
    ["UBND", "CP", "TTg", "BNV", "STTTT", "SNV", "HĐND", "VPCP", "BTP-BNV", "UBND-NC", "SKH&CN"]
)
_NUMBERS = st.one_of(st.integers(1, 99_999).map(str), st.integers(1, 9).map(lambda n: f"0{n}"))
_YEARS = st.integers(1990, 2030)
_PARTY = st.sampled_from(["TU", "TW", "ĐU", "BTCTW", "VPĐU", "BCĐTW"])
_DATES = st.dates(date(2000, 1, 1), date(2030, 12, 31))

documents = st.one_of(
    st.builds("{}/{}-{}".format, _NUMBERS, _SYMBOLS, _OFFICES),
    st.builds("{}/{}/{}-{}".format, _NUMBERS, _YEARS, _SYMBOLS, _OFFICES),
    st.builds("{}-{}/{}".format, _NUMBERS, _SYMBOLS, _PARTY),
    st.builds("{}/{}/QH{}".format, _NUMBERS, _YEARS, st.integers(9, 16)),
    st.builds("{}/{}-{}".format, _NUMBERS, _OFFICES.filter(str.isalpha), _OFFICES),
)
figures = st.one_of(
    _DATES.map(lambda day: day.strftime("%d/%m/%Y")),
    _DATES.map(lambda day: f"{day.day}/{day.month}"),
    _DATES.map(lambda day: f"ngày {day.day} tháng {day.month} năm {day.year}"),
    st.builds("{}/{}".format, st.integers(1, 400), st.integers(1, 400)),
    st.builds("{}-{}%".format, st.integers(1, 50), st.integers(51, 100)),
    st.builds("{} - {}".format, _YEARS, _YEARS),
    st.sampled_from(
        ["24/7", "ISO 9001:2015", "TCVN ISO 9001 : 2015", "số ...../KH-UBND", "Q1/2026"]
    ),
)
_WORDS_BETWEEN = st.sampled_from([" ", "; ", ", ", " và ", " của UBND tỉnh, ", "\n"])


@settings(max_examples=500, derandomize=True)
@given(st.lists(documents, min_size=1, max_size=4), _WORDS_BETWEEN, st.sampled_from(["NFC", "NFD"]))
def test_every_number_of_the_grammar_is_found_whole(
    written: list[str], between: str, form: Literal["NFC", "NFD"]
) -> None:
    text = unicodedata.normalize(form, "Thực hiện " + between.join(written) + ".")

    found = [citation.number for citation in find_citations(text, words=WORDS)]

    assert found == [unicodedata.normalize("NFC", number) for number in written]


@settings(max_examples=500, derandomize=True)
@given(documents, st.sampled_from(["/", "-"]))
def test_a_number_broken_at_a_sign_by_the_end_of_a_line_is_whole(number: str, sign: str) -> None:
    broken = number.replace(sign, f"{sign}\n", 1)

    (found,) = find_citations(f"Theo văn bản số {broken} về việc chung", words=WORDS)

    assert found.number == number


@settings(max_examples=500, derandomize=True)
@given(st.lists(figures, min_size=1, max_size=5), _WORDS_BETWEEN)
def test_dates_and_shares_are_no_documents(written: list[str], between: str) -> None:
    found = find_citations("Đạt " + between.join(written) + " trong kỳ.", words=WORDS)

    assert found == ()


@settings(max_examples=300, derandomize=True)
@given(documents, _DATES)
def test_the_date_of_a_document_is_read_with_it(number: str, day: date) -> None:
    (found,) = find_citations(f"số {number} ngày {day:%d/%m/%Y} về việc chung", words=WORDS)

    assert found.date == day
