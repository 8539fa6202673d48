"""Files read again: what is new in them comes in, what was settled since stays."""

import threading
from dataclasses import replace
from typing import Any

import pytest

from engine.commands import plans
from engine.draft import Basis, Citation, Source, Target
from engine.errors import BadInput
from engine.review import FieldChange, Proposal
from engine.store import plans as store
from tests.support.calendars import day
from tests.support.drafts import CODE, deadline, item, plan, row, worksheet
from tests.support.intake import Intake

JUNE = deadline("2014-06-30", phrase="Quý II/2014")
ALL_YEAR = deadline(phrase="Thường xuyên", kind="standing")
UNRESOLVED = deadline(phrase="Cuối năm", kind="unresolved", confidence="confirm")
READY: dict[str, Any] = {"lead": "CNTT", "deadline": JUNE, "output": "Báo cáo"}


def _rows(found: tuple[Proposal, ...]) -> dict[str, Proposal]:
    return {one.code: one for one in found}


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


def test_a_table_that_repeats_an_old_phrase_says_nothing_against_the_date_decided(
    intake: Intake,
) -> None:
    intake.read(plan(item("1", **{**READY, "deadline": deadline(phrase="Cuối năm")})))
    intake.decide("1", "due", day("2014-12-15"))

    done = intake.fill(worksheet(row(2, "1", deadline=deadline(phrase="Cuối năm"))))

    assert intake.items()["1"].due == (day("2014-12-15"),)
    assert [one.code for one in done.review.rows[0].warnings] == ["no_basis"]


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
