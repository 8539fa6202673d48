"""What an import would do, row by row: what is created, what changes, what somebody is asked."""

import threading
from dataclasses import replace
from typing import Any

import pytest

from config.defaults import reading_rules
from dondoc.bootstrap import name_words
from engine.commands import plans
from engine.draft import Basis, Citation, Remark, Source, Target
from engine.errors import BadInput
from engine.office import Office
from engine.review import FieldChange, Proposal
from engine.store import plans as store
from engine.store.rulebooks import Rules
from tests.support.calendars import day
from tests.support.drafts import CODE, deadline, item, plan, row, worksheet
from tests.support.intake import Intake
from tests.support.office import ZONE, World
from workflows.planfile import InputFile, intake_rules, read_worksheet
from workflows.planfile.worksheet_file import worksheet_file

JUNE = deadline("2014-06-30", phrase="Quý II/2014")
ALL_YEAR = deadline(phrase="Thường xuyên", kind="standing")
UNRESOLVED = deadline(phrase="Cuối năm", kind="unresolved", confidence="confirm")
READY: dict[str, Any] = {"lead": "CNTT", "deadline": JUNE, "output": "Báo cáo"}


@pytest.fixture
def intake(world: World) -> Intake:
    """The office, with the words by which plans call its units."""
    world.person("vt", "VP")
    world.rules = Rules(Office(zone=ZONE, names=name_words()))
    return Intake(world)


def _rows(found: tuple[Proposal, ...]) -> dict[str, Proposal]:
    return {one.code: one for one in found}


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ({"lead": None}, {"no_lead": ()}),
        ({"lead": "Phòng Công nghệ thông tn"}, {"lead_unknown": ("CNTT",)}),
        ({"lead": "Phong Cong nghe thong tin"}, {"lead_unknown": ("CNTT",)}),
        ({"lead": "cv2"}, {"lead_unknown": ("CNTT",)}),
        ({"lead": "Sở Nội vụ"}, {"lead_outside": ()}),
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


def test_s66_one_deadline_that_changed_is_one_update_with_the_old_and_the_new(
    intake: Intake,
) -> None:
    first = plan(item("1", **READY), item("2", **READY))
    intake.read(first)
    later = replace(JUNE, phrase="Quý III/2014", due=(day("2014-09-30"),))

    done = intake.read(plan(item("1", **READY), item("2", **{**READY, "deadline": later})))

    assert done.summary == {"create": 0, "update": 1, "unchanged": 1, "needs_decision": 0}
    assert _rows(done.review.rows)["2"].changes == (
        FieldChange(field="deadline", old="Quý II/2014", new="Quý III/2014"),
        FieldChange(field="due", old="2014-06-30", new="2014-09-30"),
    )
    assert intake.items()["2"].due == (day("2014-09-30"),)


def test_a_document_read_again_leaves_what_a_table_changed_since(intake: Intake) -> None:
    draft = plan(item("1", coordinating=("VP",), **READY))
    intake.read(draft)
    intake.fill(worksheet(row(2, "1", lead="VP", assignee=None, output="Quyết định")))

    again = intake.read(draft)

    found = intake.items()["1"]
    assert again.summary["unchanged"] == 1
    assert (found.lead_unit_id, found.output) == (intake.world.ids["VP"], "Quyết định")


def test_a_document_that_says_less_than_before_takes_nothing_away(intake: Intake) -> None:
    intake.read(plan(item("1", coordinating=("VP",), assignee="cv", **READY)))

    done = intake.read(plan(item("1")))

    assert done.summary["unchanged"] == 1
    assert intake.asked("1") == {}


def test_an_item_the_newer_file_leaves_out_is_told_and_stays(intake: Intake) -> None:
    intake.read(plan(item("1", **READY), item("2", **READY), item("3", **READY)))

    done = intake.read(plan(item("1", **READY), item("3", **READY)))

    assert [(one.code, one.action) for one in done.review.rows] == [
        ("1", "unchanged"), ("2", "absent"), ("3", "unchanged"),
    ]  # fmt: skip
    assert list(intake.items()) == ["1", "2", "3"]


def test_what_comes_in_between_stands_between(intake: Intake) -> None:
    intake.read(plan(item("1"), item("3")))

    intake.read(plan(item("1"), item("2"), item("2a"), item("3")))

    assert list(intake.items()) == ["1", "2", "2a", "3"]


def test_an_item_that_gets_parts_becomes_a_heading(intake: Intake) -> None:
    intake.read(plan(item("1", **READY)))

    intake.read(plan(item("1", kind="heading"), item("1.1", parent="1", **READY)))

    found = intake.items()
    assert (found["1"].kind, found["1.1"].parent_id) == ("heading", found["1"].id)
    assert intake.asked("1") == {}


def test_places_that_moved_in_the_file_are_no_change_and_are_kept(intake: Intake) -> None:
    intake.read(plan(item("1", source=Source(page=1, line=3, passage="- Việc 1"), **READY)))

    done = intake.read(plan(item("1", source=Source(page=2, line=9), **READY)))

    assert done.summary["unchanged"] == 1
    assert intake.review().rows[0].source == Source(page=2, line=9)


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


def test_a_table_that_repeats_an_old_phrase_says_nothing_against_the_date_decided(
    intake: Intake,
) -> None:
    intake.read(plan(item("1", **{**READY, "deadline": deadline(phrase="Cuối năm")})))
    intake.decide("1", "due", day("2014-12-15"))

    done = intake.fill(worksheet(row(2, "1", deadline=deadline(phrase="Cuối năm"))))

    assert intake.items()["1"].due == (day("2014-12-15"),)
    assert [one.code for one in done.review.rows[0].warnings] == ["no_basis"]


def test_several_days_of_an_item_that_comes_back_can_be_decided(intake: Intake) -> None:
    unsure = replace(deadline("2014-03-31", "2014-06-30", phrase="Hằng quý"), confidence="confirm")
    intake.read(plan(item("1", **{**READY, "deadline": unsure, "kind": "recurring"})))

    intake.decide("1", "due", (day("2014-06-20"), day("2014-03-20")))

    found = intake.items()["1"]
    assert (found.kind, found.due) == ("recurring", (day("2014-03-20"), day("2014-06-20")))
    assert intake.asked("1") == {}


def test_rows_without_codes_find_their_items_by_title(intake: Intake) -> None:
    titles = ("Ban hành Kế hoạch kiểm soát thủ tục hành chính", "Rà soát quy chế làm việc của Sở")
    intake.read(plan(item("1", title=titles[0]), item("2", title=titles[1])))

    done = intake.fill(
        worksheet(
            row(2, "", title=titles[1].upper(), deadline=JUNE, kind="task"),
            row(3, "", title="Ban hành kế hoạch kiểm soát các thủ tục hành chính"),
        )
    )

    rows = _rows(done.review.rows)
    assert (done.update, intake.items()["2"].due) == (2, JUNE.due)
    assert rows["2"].source == Source(file="phan-cong.csv", row=2)
    assert "joined_by_title" in [one.code for one in rows["1"].warnings]


def test_a_row_that_is_no_item_of_the_plan_is_named_with_its_title(intake: Intake) -> None:
    intake.read(plan(item("1")))

    with pytest.raises(BadInput) as refused:
        intake.fill(worksheet(row(2, "", title="Một việc khác hẳn")))

    (fault,) = refused.value.faults
    assert fault.place == "dòng 2"
    assert "Một việc khác hẳn" in fault.problem


def test_a_phrase_without_a_figure_may_mean_another_row_by_now(intake: Intake) -> None:
    intake.read(plan(item("1", **{**READY, "deadline": replace(JUNE, phrase="như trên")})))
    later = deadline("2014-09-30", phrase="như trên")

    intake.fill(worksheet(row(2, "1", deadline=later)))

    assert intake.items()["1"].due == (day("2014-09-30"),)


def test_urgency_is_taken_back_by_a_word_and_left_by_an_empty_cell(intake: Intake) -> None:
    intake.read(plan(item("1", urgent=True, **READY)))

    intake.fill(worksheet(row(2, "1")))
    left = intake.items()["1"].is_urgent
    intake.fill(worksheet(row(2, "1", urgent=False)))

    assert (left, intake.items()["1"].is_urgent) == (True, False)


def test_a_clean_date_of_a_table_ends_what_was_doubted_of_the_old_one(intake: Intake) -> None:
    doubt = Remark(code="weekday_mismatch", message="ghi thứ Ba")
    kept = Remark(code="label_line", message="có dòng ghi chú")
    unsure = replace(JUNE, confidence="confirm")
    intake.read(plan(item("1", **{**READY, "deadline": unsure}, warnings=(doubt, kept))))

    intake.fill(worksheet(row(2, "1", deadline=deadline("2014-06-27", phrase="27/6/2014"))))

    assert intake.asked("1") == {}
    assert "weekday_mismatch" not in [one.code for one in intake.review().rows[0].warnings]
    assert "label_line" in [one.code for one in intake.review().rows[0].warnings]


def test_a_newer_document_brings_its_head_and_says_so(intake: Intake) -> None:
    intake.read(plan(item("1", **READY), title="Kế hoạch cũ", signer="GIÁM ĐỐC"))
    cited = Citation(number="57-NQ/TW", type="Nghị quyết", issuer="Bộ Chính trị")
    newer = plan(
        item("1", **READY), title="Kế hoạch mới", number="12/KH-SCT", signer="PHÓ GIÁM ĐỐC",
        bases=(Basis(text="Căn cứ Nghị quyết 57-NQ/TW;", citations=(cited,)),),
        targets=(Target(text="100% văn bản điện tử", section="II"),),
    )  # fmt: skip
    seen = intake.preview(newer)

    done = intake.read(newer)
    again = intake.read(newer)

    with intake.world.database.read() as tx:
        head = store.head(tx, store.get(tx, CODE).id)
    assert (head["title"], head["number"], head["signer"]) == (
        "Kế hoạch mới", "12/KH-SCT", "PHÓ GIÁM ĐỐC",
    )  # fmt: skip
    assert head["bases"][0]["citations"][0]["number"] == "57-NQ/TW"
    assert head["targets"][0]["text"] == "100% văn bản điện tử"
    assert [one.code for one in done.review.remarks] == ["head_changed"] * 3
    assert (seen.review.remarks, again.review.remarks) == (done.review.remarks, ())


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


def test_an_activated_plan_read_again_has_nothing_to_say_of_its_series(intake: Intake) -> None:
    dates = deadline("2014-03-31", "2014-06-30", phrase="Hằng quý")
    draft = plan(item("1", **{**READY, "deadline": dates, "kind": "recurring"}))
    intake.read(draft)
    intake.activate()

    assert [one.action for one in intake.read(draft).review.rows] == ["unchanged"]


def test_a_unit_imported_later_is_found_among_those_that_contribute(intake: Intake) -> None:
    draft = plan(item("1", coordinating=("Đơn vị TCKT",), **READY))
    intake.read(draft)
    intake.world.unit("TCKT")

    intake.read(draft)

    assert intake.coordinating("1") == [("Đơn vị TCKT", "TCKT")]


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


def test_of_two_imports_into_one_draft_the_second_finds_it_done(intake: Intake) -> None:
    world = intake.world
    intake.read(plan(item("1")))
    newer = plan(item("1"), item("2"))
    counts: list[int] = []
    with world.database.begin() as tx:
        plans.import_plan(tx, newer, actor="cvp", rules=world.rules, at=world.clock.now())
        second = threading.Thread(target=lambda: counts.append(intake.read(newer).unchanged))
        second.start()
        second.join(timeout=0.3)
    second.join()

    assert counts == [2]
    assert list(intake.items()) == ["1", "2"]
