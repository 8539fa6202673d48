"""What an import would do, row by row: what is created, what changes, what somebody is asked."""

from dataclasses import replace
from typing import Any

import pytest

from config.defaults import reading_rules
from engine.draft import Remark
from engine.errors import BadInput
from tests.support.calendars import day
from tests.support.drafts import deadline, item, plan, row, worksheet
from tests.support.intake import Intake
from workflows.planfile import InputFile, intake_rules, read_worksheet
from workflows.planfile.worksheet_file import worksheet_file

JUNE = deadline("2014-06-30", phrase="Quý II/2014")
ALL_YEAR = deadline(phrase="Thường xuyên", kind="standing")
UNRESOLVED = deadline(phrase="Cuối năm", kind="unresolved", confidence="confirm")
READY: dict[str, Any] = {"lead": "CNTT", "deadline": JUNE, "output": "Báo cáo"}


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ({"lead": None}, {"no_lead": ()}),
        ({"lead": "Phòng Công nghệ thông tn"}, {"lead_unknown": ("CNTT",)}),
        ({"lead": "Phong Cong nghe thong tin"}, {"lead_unknown": ("CNTT",)}),
        ({"lead": "cv2"}, {"lead_unknown": ("CNTT",)}),
        ({"lead": "Sở Nội vụ"}, {"lead_outside": ()}),
        ({"lead": "Nguyễn Thị Không Rõ"}, {"lead_unknown": ()}),
        ({"lead": "Các phòng, đơn vị"}, {"lead_is_group": ()}),
        ({"lead": "CNTT; VP", "leads": ("CNTT", "VP")}, {"several_leads": ("CNTT", "VP")}),
        (
            {"lead": "Sở Nội vụ; VP", "leads": ("Sở Nội vụ", "VP")},
            {"several_leads": ("VP",)},
        ),
        ({"deadline": None}, {"no_date": ()}),
        ({"deadline": deadline(phrase="Cuối năm")}, {"date_unresolved": ()}),
        (
            {"deadline": replace(JUNE, confidence="confirm")},
            {"date_unconfirmed": ("2014-06-30",)},
        ),
        (
            {
                "deadline": replace(JUNE, confidence="confirm"),
                "warnings": (Remark(code="weekday_mismatch", message="ghi thứ Ba"),),
            },
            {"weekday_mismatch": ("2014-06-30",)},
        ),
        (
            {
                "kind": "standing",
                "deadline": deadline(phrase="Thường xuyên", confidence="confirm"),
                "warnings": (
                    Remark(code="deadline_contradicts_output", message="sản phẩm ghi 30/6"),
                ),
            },
            {"deadline_contradicts_output": ("class standing",)},
        ),
        ({"assignee": "cv3"}, {"assignee_unknown": ("cv", "cvp", "cv2")}),
        ({"assignee": "cvp"}, {"assignee_elsewhere": ("tp", "cv", "cv2")}),
        ({"verifier": "Không Ai Biết"}, {"verifier_unknown": ()}),
        ({}, {}),
    ],
)
def test_every_doubt_is_a_question_with_a_code_and_the_answers_that_would_do(
    intake: Intake, said: dict[str, Any], asked: dict[str, tuple[str, ...]]
) -> None:
    intake.read(plan(item("1", **{**READY, **said})))

    assert intake.asked("1") == asked


@pytest.mark.parametrize("lead", ["Nguyễn Thị Không Rõ", "Tổ phụng vụ"])
def test_a_lead_that_is_nobody_we_know_is_not_said_to_be_outside(intake: Intake, lead: str) -> None:
    intake.read(plan(item("1", **{**READY, "lead": lead})))

    (asked,) = intake.review().rows[0].questions
    assert asked.problem == f"không tìm thấy đơn vị chủ trì {lead!r} trong cơ quan"
    assert "chọn một đơn vị của cơ quan" in asked.cure
    assert "nếu là đơn vị ngoài cơ quan" in asked.cure


def test_two_rows_that_are_nearly_one_are_asked_about_until_somebody_decides(
    intake: Intake,
) -> None:
    intake.read(
        plan(item("1", near_duplicates=("2",), **READY), item("2", near_duplicates=("1",), **READY))
    )
    asked = intake.asked("1")

    intake.decide("2", "drop")

    assert asked == {"near_duplicate": ("keep", "drop")}
    assert intake.asked("1") == {}


def test_a_dry_run_says_exactly_what_the_import_then_does_and_writes_nothing(
    intake: Intake,
) -> None:
    draft = plan(item("1", **READY), item("2", lead="Ai đó"), remarks=(_REMARK,))
    seen = intake.preview(draft)
    entries = intake.world.entries("plan:")

    done = intake.read(draft)

    assert entries == []
    assert seen.review == done.review
    assert seen.summary == done.summary == {
        "create": 2, "update": 0, "unchanged": 0, "needs_decision": 1,
    }  # fmt: skip
    assert done.review.remarks == (_REMARK,)


_REMARK = Remark(code="tracked_changes", message="đã lấy bản sau khi sửa")


def test_a_dry_run_of_a_table_says_what_merging_it_does(intake: Intake) -> None:
    intake.read(plan(item("1"), item("2")))
    before = intake.items()
    table = worksheet(row(2, "1", deadline=JUNE, kind="task"))

    seen = intake.preview_table(table)

    assert intake.items() == before
    assert intake.fill(table).review == seen.review


def test_each_unit_contributes_once_and_the_lead_unit_never_to_itself(intake: Intake) -> None:
    names = ("P. CNTT", "CNTT", "VP", "vp", "Sở Nội vụ", "các đơn vị liên quan", "Sở  nội vụ")

    intake.read(plan(item("1", coordinating=names, **READY)))

    assert intake.coordinating("1") == [
        ("VP", "VP"), ("Sở Nội vụ", None), ("các đơn vị liên quan", None),
    ]  # fmt: skip
    assert intake.review().rows[0].groups == ("các đơn vị liên quan",)


def test_a_coordinating_unit_that_is_perhaps_ours_is_remarked(intake: Intake) -> None:
    intake.read(
        plan(item("1", coordinating=("Phong Cong nghe thong tin",), **{**READY, "lead": "VP"}))
    )

    (found,) = intake.review().rows
    assert [one.code for one in found.warnings] == ["no_basis", "coordinating_unknown"]


def test_the_one_lead_named_in_a_cell_with_other_words_is_found(intake: Intake) -> None:
    cell = "Chủ trì: P. CNTT\nPhối hợp: Văn phòng"

    intake.read(plan(item("1", **{**READY, "lead": cell, "leads": ("P. CNTT",)})))

    assert intake.items()["1"].lead_unit_id == intake.world.ids["CNTT"]
    assert intake.asked("1") == {}


def test_choosing_between_several_leads_makes_the_others_contribute(intake: Intake) -> None:
    leads = ("CNTT", "VP", "Sở Nội vụ")
    draft = plan(
        item("1", coordinating=("SO",), **{**READY, "lead": "; ".join(leads), "leads": leads})
    )
    intake.read(draft)

    intake.decide("1", "lead", "VP")

    assert intake.items()["1"].lead_unit_id == intake.world.ids["VP"]
    assert intake.coordinating("1") == [
        ("SO", "SO"), ("CNTT", "CNTT"), ("Sở Nội vụ", None),
    ]  # fmt: skip
    assert intake.asked("1") == {}
    assert intake.read(draft).summary["unchanged"] == 1
    assert intake.items()["1"].lead_unit_id == intake.world.ids["VP"]


@pytest.mark.parametrize(
    ("stated", "contributing"),
    [((), ["SO", "VP"]), (("SO",), ["SO", "VP"]), (("Sở Nội vụ",), ["Sở Nội vụ"])],
)
def test_a_table_that_chooses_a_lead_leaves_the_others_unless_it_states_who_contributes(
    intake: Intake, stated: tuple[str, ...], contributing: list[str]
) -> None:
    leads = {"lead": "CNTT; VP", "leads": ("CNTT", "VP")}
    intake.read(plan(item("1", coordinating=("SO",), **{**READY, **leads})))

    intake.fill(worksheet(row(2, "1", lead="CNTT", coordinating=stated)))

    assert [name for name, _ in intake.coordinating("1")] == contributing
    assert intake.asked("1") == {}


def test_what_a_person_decided_of_who_and_what_stands_against_every_file(intake: Intake) -> None:
    intake.read(plan(item("1", **READY)))
    intake.decide("1", "lead", "CNTT")
    intake.decide("1", "assignee", "cv2")
    intake.decide("1", "verifier", "gd")
    intake.decide("1", "output", "Nghị quyết")

    done = intake.fill(
        worksheet(row(2, "1", lead="VP", assignee="cv", verifier="pgd", output="Sổ tay"))
    )

    found, ids = intake.items()["1"], intake.world.ids
    assert (found.lead_unit_id, found.assignee_id) == (ids["CNTT"], ids["cv2"])
    assert (found.verifier_id, found.output) == (ids["gd"], "Nghị quyết")
    assert done.summary["unchanged"] == 1
    assert "decided_otherwise" in [one.code for one in done.review.rows[0].warnings]


def test_several_days_of_an_item_that_comes_back_can_be_decided(intake: Intake) -> None:
    unsure = replace(deadline("2014-03-31", "2014-06-30", phrase="Hằng quý"), confidence="confirm")
    intake.read(plan(item("1", **{**READY, "deadline": unsure, "kind": "recurring"})))

    intake.decide("1", "due", (day("2014-06-20"), day("2014-03-20")))

    found = intake.items()["1"]
    assert (found.kind, found.due) == ("recurring", (day("2014-03-20"), day("2014-06-20")))
    assert intake.asked("1") == {}


def test_a_clean_date_of_a_table_ends_what_was_doubted_of_the_old_one(intake: Intake) -> None:
    doubt = Remark(code="weekday_mismatch", message="ghi thứ Ba")
    kept = Remark(code="label_line", message="có dòng ghi chú")
    unsure = replace(JUNE, confidence="confirm")
    intake.read(plan(item("1", **{**READY, "deadline": unsure}, warnings=(doubt, kept))))

    intake.fill(worksheet(row(2, "1", deadline=deadline("2014-06-27", phrase="27/6/2014"))))

    assert intake.asked("1") == {}
    assert "weekday_mismatch" not in [one.code for one in intake.review().rows[0].warnings]
    assert "label_line" in [one.code for one in intake.review().rows[0].warnings]


def test_changes_of_an_active_plan_are_shown_by_a_dry_run_and_refused_by_an_import(
    intake: Intake,
) -> None:
    intake.read(plan(item("1", **READY)))
    intake.activate()
    changed = plan(item("1", **{**READY, "output": "Sổ tay"}))

    seen = intake.preview(changed)

    assert seen.summary["update"] == 1
    with pytest.raises(BadInput, match="plan adjust"):
        intake.read(changed)


def test_s66_a_plan_that_went_out_as_a_worksheet_comes_back_unchanged(intake: Intake) -> None:
    leads = ("CNTT", "VP")
    intake.read(
        plan(
            item("1", kind="heading"),
            item("1.1", parent="1", assignee="cv", urgent=True, coordinating=("VP",), **READY),
            item("1.2", parent="1", lead="CNTT; VP", leads=leads, deadline=JUNE),
            item("2", kind="standing", deadline=ALL_YEAR, lead="Ai đó"),
            item("3", lead="CNTT; VP", leads=leads, deadline=UNRESOLVED),
            item("4", near_duplicates=("3",), decision="keep", verifier="gd", **READY),
        )
    )
    intake.decide("3", "lead", "VP")
    intake.decide("3", "due", day("2014-12-15"))
    intake.decide("2", "class", "task")
    rules = intake_rules(reading_rules("intake"))
    sheet = worksheet_file(intake.review(), units=[("VP", "VP")], people=[], rules=rules)
    before = intake.items()

    table = read_worksheet(InputFile(name="b.xlsx", data=sheet), year=2014, rules=rules)
    done = intake.fill(table)

    assert [(one.code, one.changes) for one in done.review.rows if one.changes] == []
    assert (done.create, done.update, done.unchanged) == (0, 0, 6)
    assert intake.items() == before


def test_a_standing_duty_with_a_date_is_told_that_nobody_is_reminded_of_it(intake: Intake) -> None:
    duty = item("II.1", kind="standing", lead="CNTT", deadline=JUNE, decision="class standing")

    (found,) = intake.preview(plan(duty)).review.rows

    assert "date_not_followed" in {remark.code for remark in found.warnings}
    assert found.questions == ()
