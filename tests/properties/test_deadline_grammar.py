"""Phrases made from the grammar are read back as what they were made of; all others are doubted."""

import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from config.defaults import reading_rules
from engine.draft import Deadline
from tests.support.deadline_grammar import PLAN_YEAR, Said, as_typed, phrases
from workflows.planfile import contradictions, intake_rules, read_deadline

RULES = intake_rules(reading_rules("intake"))


def read(phrase: str, *, context: str = "") -> Deadline:
    return read_deadline(phrase, year=PLAN_YEAR, rules=RULES, context=context)


def meaning(got: Deadline | Said) -> tuple[object, ...]:
    return (
        got.kind, got.due, got.start, got.inclusive, got.period, got.n, got.unit, got.confidence,
    )  # fmt: skip


@settings(max_examples=2_000, derandomize=True)
@given(phrases.flatmap(as_typed))
def test_what_the_grammar_says_is_read_back_as_it_was_meant(said: Said) -> None:
    got = read(said.phrase)

    assert meaning(got) == meaning(said)


@settings(max_examples=500, derandomize=True)
@given(phrases, st.sampled_from(["Dự kiến", "khoảng", "ước"]))
def test_what_is_only_expected_is_read_and_not_believed(said: Said, word: str) -> None:
    assume(said.due and said.kind != "recurring")

    got = read(f"{word} {said.phrase}")

    assert (got.due, got.tentative, got.confidence) == (said.due, True, "confirm")


@settings(max_examples=500, derandomize=True)
@given(phrases, st.sampled_from(["nghiệm thu", "Sở Nội vụ", "50%", "bản 2", "hội nghị"]))
def test_a_word_from_outside_the_grammar_asks_for_confirmation(said: Said, word: str) -> None:
    assume(said.due)

    got = read(f"{said.phrase} {word}")

    assert got.confidence == "confirm"


@settings(max_examples=500, derandomize=True)
@given(phrases, phrases, st.sampled_from(["; ", " ; ", ";\n"]))
def test_two_phrases_in_one_cell_are_never_believed_to_be_one(
    one: Said, other: Said, between: str
) -> None:
    assume(one.due and other.due and one.due != other.due)

    got = read(f"{one.phrase}{between}{other.phrase}")

    assert got.confidence == "confirm"


@settings(max_examples=500, derandomize=True)
@given(phrases.flatmap(as_typed))
def test_a_phrase_of_the_grammar_never_contradicts_itself(said: Said) -> None:
    got = read(said.phrase)

    found = contradictions(got, phrase=said.phrase, year=PLAN_YEAR, rules=RULES)

    assert [remark.code for remark in found] == []


@settings(max_examples=500, derandomize=True)
@given(st.text(max_size=80))
def test_arbitrary_text_is_never_believed_to_be_a_date(text: str) -> None:
    assume(not any(character.isdecimal() for character in text))

    got = read(text)

    assert not (got.due and got.confidence == "auto")


@settings(max_examples=300, derandomize=True)
@given(st.text(max_size=60), st.text(max_size=200), st.text(max_size=60))
def test_no_text_in_any_place_breaks_a_reading(phrase: str, output: str, context: str) -> None:
    got = read(phrase, context=context)

    found = contradictions(
        got, phrase=phrase, output=output, context=context, year=PLAN_YEAR, rules=RULES
    )

    assert got.phrase == phrase
    assert all(remark.message for remark in found)


@pytest.mark.parametrize(
    "piece",
    ["trước ngày 15/9/2026 ", "1/2 ", "quý ii, ", "hằng tháng ngày ", "5 ngày trước ", "a",
     "(nhằm ngày ", "ngày 1, 2, ", "12/QĐ-UBND ", "0", " ", "trước ", "không quá ", "\u0301"],
)  # fmt: skip
def test_g19_a_long_cell_costs_no_more_than_a_moment(piece: str) -> None:
    cell = (piece * 10_000)[:10_000]
    started = time.process_time()

    got = read(cell, context=cell)

    assert time.process_time() - started < 0.5
    assert got.confidence == "confirm" or not got.due
