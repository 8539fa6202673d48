"""Class of an item and what it lacks."""

from dataclasses import replace
from datetime import date

import pytest

from engine.draft import Citation, Deadline, DraftItem, Kind
from workflows.planfile import IntakeRules, class_of, missing_of, read_deadline, stated_class


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Tiếp tục rà soát thủ tục", "standing"),
        ("THƯỜNG XUYÊN cập nhật", "standing"),
        ("Duy trì cổng thông tin", "standing"),
        ("Nâng cao trách nhiệm", "standing"),
        ("Tăng cường kiểm tra", "standing"),
        ("Định kỳ báo cáo kết quả", "recurring"),
        ("Xây dựng quy chế", "task"),
        ("Tiếp tụcnhầm chữ", "task"),
        ("Tổng kết việc thường xuyên", "task"),
    ],
)
def test_first_words_decide_where_nothing_else_does(
    rules: IntakeRules, title: str, kind: Kind
) -> None:
    assert class_of(title, words=rules.classes) == kind


def test_a_deadline_overrules_first_words_and_a_decision_overrules_both(
    rules: IntakeRules,
) -> None:
    dated = read_deadline("Quý III/2023", year=2023, rules=rules)
    title = "Tăng cường kiểm tra công vụ"

    by_phrase = class_of(title, dated, words=rules.classes)
    by_decision = class_of(title, dated, decision="class recurring", words=rules.classes)

    assert (by_phrase, by_decision) == ("task", "recurring")


def test_an_item_with_children_is_a_heading_whatever_is_said(rules: IntakeRules) -> None:
    kind = class_of("Tiếp tục trình", decision="class task", has_children=True, words=rules.classes)

    assert kind == "heading"


@pytest.mark.parametrize("phrase", ["", "nt", "Kịp thời"])
def test_a_phrase_that_says_nothing_states_no_class(rules: IntakeRules, phrase: str) -> None:
    deadline = read_deadline(phrase, year=2023, rules=rules)

    assert stated_class(deadline, decision="keep", words=rules.classes) is None


EMPTY = DraftItem(code="II.1", parent=None, section="II", field="A", kind="task", title="Việc")


def test_a_bare_task_lacks_five_of_the_six_clear_things() -> None:
    assert missing_of(EMPTY) == ("lead", "due", "output", "verifier", "legal_basis")


def test_a_standing_duty_owes_no_day_and_no_output() -> None:
    assert missing_of(replace(EMPTY, kind="standing")) == ("lead", "verifier", "legal_basis")


def test_a_heading_lacks_nothing_but_its_text() -> None:
    assert missing_of(replace(EMPTY, kind="heading")) == ()
    assert missing_of(replace(EMPTY, kind="heading", title="")) == ("content",)


def test_a_complete_task_lacks_nothing() -> None:
    full = replace(
        EMPTY,
        lead="Văn phòng",
        verifier="cvp",
        output="Báo cáo",
        deadline=Deadline(phrase="30/6/2023", kind="fixed_date", due=(date(2023, 6, 30),)),
        citations=(Citation(number="1/KH-UBND"),),
    )

    assert missing_of(full) == ()


def test_a_phrase_without_a_day_leaves_the_day_missing() -> None:
    item = replace(EMPTY, deadline=Deadline(phrase="Cuối năm", kind="unresolved"))

    assert "due" in missing_of(item)
