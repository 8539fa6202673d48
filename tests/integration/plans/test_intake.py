"""Taking a plan in: rows by code, tables laid over them, and decisions that stay."""

import dataclasses
import threading
from datetime import date

import pytest

from engine import queries
from engine.commands import plans
from engine.draft import DraftPlan, ReportLine
from engine.errors import BadInput, Conflict, Invalid, NotPermitted, Unknown
from tests.support.calendars import day
from tests.support.drafts import CODE, deadline, item, plan, row, worksheet
from tests.support.intake import Intake

DRAFT = plan(
    item("II.1.1"), item("II.1.2", kind="heading"), item("II.1.2.1", parent="II.1.2"),
    item("II.1.3", kind="standing"),
)  # fmt: skip
TABLE = worksheet(
    row(2, "II.1.1", deadline=deadline("2014-06-30", phrase="Quý II/2014"), kind="task"),
    row(3, "II.1.2.1", deadline=deadline("2014-09-30"), coordinating=("VP", "Sở Nội vụ")),
    row(4, "II.1.3"),
)


def test_s66_importing_twice_changes_nothing(intake: Intake) -> None:
    first = intake.read(DRAFT)
    filled = intake.fill(TABLE)
    before, entries = intake.items(), intake.world.entries("plan:")

    again, refilled = intake.read(DRAFT), intake.fill(TABLE)

    assert first.summary == {"create": 4, "update": 0, "unchanged": 0, "needs_decision": 3}
    assert filled.summary == {"create": 0, "update": 3, "unchanged": 0, "needs_decision": 0}
    assert again.summary == {"create": 0, "update": 0, "unchanged": 4, "needs_decision": 0}
    assert refilled.summary == {"create": 0, "update": 0, "unchanged": 3, "needs_decision": 0}
    assert intake.items() == before
    assert intake.world.entries("plan:") == entries


def test_names_are_found_and_what_is_no_unit_of_ours_is_kept_as_text(intake: Intake) -> None:
    intake.read(DRAFT)

    intake.fill(TABLE)

    found = intake.items()["II.1.2.1"]
    assert (found.lead_unit_id, found.assignee_id) == (
        intake.world.ids["CNTT"], intake.world.ids["cv"],
    )  # fmt: skip
    assert found.intake["coordinating"] == ["VP", "Sở Nội vụ"]
    assert found.due == (day("2014-09-30"),)


def test_an_empty_cell_leaves_what_is_there(intake: Intake) -> None:
    intake.read(DRAFT)
    intake.fill(TABLE)

    intake.fill(worksheet(row(2, "II.1.1", lead=None, assignee="cv2", output=None)))

    found = intake.items()["II.1.1"]
    assert found.lead_unit_id == intake.world.ids["CNTT"]
    assert found.assignee_id == intake.world.ids["cv2"]
    assert (found.output, found.due) == ("Quyết định", (day("2014-06-30"),))


def test_every_mismatch_of_a_table_is_named_and_nothing_of_it_is_taken(intake: Intake) -> None:
    intake.read(DRAFT)
    before = intake.items()

    with pytest.raises(BadInput) as refused:
        intake.fill(
            worksheet(
                row(2, "II.1.1", assignee="cv2"),
                row(3, "II.1.9"),
                row(4, "II.1.3", title="Một việc khác hẳn"),
            )
        )

    assert [fault.place for fault in refused.value.faults] == ["dòng 3", "dòng 4"]
    assert "II.1.9" in refused.value.faults[0].problem
    assert "Nhiệm vụ II.1.3" in refused.value.faults[1].cure
    assert intake.items() == before


@pytest.mark.parametrize(
    "title", ["Nhiệm vụ II", "nhiệm  vụ II.1.1", "Nhie\u0323\u0302m vu\u0323 II.1.1"]
)
def test_titles_are_compared_by_their_beginning_after_folding_and_never_rewritten(
    intake: Intake, title: str
) -> None:
    intake.read(DRAFT)

    intake.fill(worksheet(row(2, "II.1.1", title=title)))

    assert intake.items()["II.1.1"].title == "Nhiệm vụ II.1.1"


def test_a_date_decided_by_the_office_survives_reading_the_table_again(intake: Intake) -> None:
    intake.read(DRAFT)
    intake.fill(TABLE)
    intake.decide("II.1.1", "due", day("2014-05-15"))

    again = intake.fill(TABLE)

    assert intake.items()["II.1.1"].due == (day("2014-05-15"),)
    assert again.summary["update"] == 0


def test_a_class_decided_by_the_office_survives_reading_both_files_again(intake: Intake) -> None:
    intake.read(DRAFT)
    intake.fill(TABLE)
    intake.decide("II.1.1", "class", "standing")

    intake.read(DRAFT)
    intake.fill(TABLE)

    assert intake.items()["II.1.1"].kind == "standing"


def test_what_a_person_keeps_is_not_dropped_by_a_column_read_before(intake: Intake) -> None:
    dropping = worksheet(row(2, "II.1.1", decision="drop"))
    intake.read(DRAFT)
    intake.fill(dropping)
    intake.decide("II.1.1", "keep")

    intake.fill(dropping)

    assert intake.items()["II.1.1"].decision == "keep"


def test_the_last_decision_of_a_person_counts(intake: Intake) -> None:
    intake.read(DRAFT)
    intake.decide("II.1.1", "drop")

    intake.decide("II.1.1", "keep")

    assert intake.items()["II.1.1"].is_dropped is False


@pytest.mark.parametrize(
    ("code", "choice", "value", "error"),
    [
        ("II.1.1", "throw", None, Invalid),
        ("II.1.1", "keep", "standing", Invalid),
        ("II.1.1", "class", "heading", Invalid),
        ("II.1.1", "due", "2014-05-15", Invalid),
        ("II.1.1", "due", None, Invalid),
        ("II.1.1", "due", date(9999, 12, 31), Invalid),
        ("II.1.1", "due", date(1, 1, 1), Invalid),
        ("II.1.2", "due", date(2014, 5, 15), Invalid),
        ("II.1.2", "class", "task", Invalid),
        ("II.9", "keep", None, Unknown),
    ],
)
def test_a_decision_that_is_none_of_those_offered_changes_nothing(
    intake: Intake, code: str, choice: str, value: str | date | None, error: type[Exception]
) -> None:
    intake.read(DRAFT)
    before = intake.items()

    with pytest.raises(error):
        intake.decide(code, choice, value)

    assert intake.items() == before


@pytest.mark.parametrize("by", ["gd", "tp", "cv"])
def test_only_the_monitoring_unit_imports_and_decides(intake: Intake, by: str) -> None:
    intake.read(DRAFT, by="vt")

    with pytest.raises(NotPermitted):
        intake.read(DRAFT, by=by)
    with pytest.raises(NotPermitted):
        intake.fill(TABLE, by=by)
    with pytest.raises(NotPermitted):
        intake.decide("II.1.1", "keep", by=by)


def test_a_newer_reading_of_the_text_updates_titles_and_adds_items(intake: Intake) -> None:
    intake.read(DRAFT)
    intake.fill(TABLE)
    newer = plan(item("II.1.1", title="Nhiệm vụ II.1.1 sửa đổi"), *DRAFT.items[1:], item("II.1.4"))

    done = intake.read(newer)

    assert (done.create, done.update, done.unchanged) == (1, 1, 3)
    found = intake.items()
    assert found["II.1.1"].title == "Nhiệm vụ II.1.1 sửa đổi"
    assert found["II.1.1"].due == (day("2014-06-30"),)
    assert list(found) == ["II.1.1", "II.1.2", "II.1.2.1", "II.1.3", "II.1.4"]


def test_an_active_plan_takes_the_same_file_again_and_refuses_another(intake: Intake) -> None:
    intake.read(DRAFT)
    intake.fill(TABLE)
    intake.activate()

    assert intake.read(DRAFT).summary["unchanged"] == 4
    with pytest.raises(BadInput, match=r"II\.1\.5"):
        intake.read(plan(*DRAFT.items, item("II.1.5")))
    with pytest.raises(BadInput, match=r"II\.1\.1"):
        intake.fill(worksheet(row(2, "II.1.1", assignee="cv2")))
    with pytest.raises(Invalid, match="active"):
        intake.decide("II.1.1", "keep")


@pytest.mark.parametrize(
    ("draft", "place"),
    [
        (plan(item("1"), code="K" * 65), "mã kế hoạch"),
        (plan(item("1"), code=" "), "mã kế hoạch"),
        (plan(item("1"), code="K\0"), "mã kế hoạch"),
        (plan(item("1"), code="KH/2014"), "mã kế hoạch"),
        (plan(item("1"), number="9" * 65), "số hiệu"),
        (plan(item("1" * 65)), "1" * 20),
        (plan(item("1", section="I" * 65)), "1"),
    ],
)
def test_codes_that_fit_nowhere_are_refused_in_words(
    intake: Intake, draft: DraftPlan, place: str
) -> None:
    with pytest.raises(BadInput) as refused:
        intake.read(draft)

    assert [fault.place for fault in refused.value.faults] == [place]


def test_a_file_read_for_another_year_than_the_plan_is_of_changes_nothing(intake: Intake) -> None:
    intake.read(DRAFT)
    before = intake.items()

    for again in (intake.read, intake.preview):
        with pytest.raises(BadInput) as refused:
            again(dataclasses.replace(DRAFT, year=2015))
        assert [fault.place for fault in refused.value.faults] == ["năm"]

    assert intake.items() == before


def test_a_document_read_after_its_table_brings_the_head_of_the_plan(intake: Intake) -> None:
    intake.read(plan(item("1"), title=CODE))
    line = ReportLine(period="quarter", recipient="Sở Nội vụ", phrase="báo cáo hằng quý")

    intake.read(plan(item("1"), title="Kế hoạch chuyển đổi số", report_lines=(line,)))

    with intake.world.database.read() as tx:
        page = queries.show_plan(tx, CODE, rules=intake.world.rules, at=intake.world.clock.now())
    assert page["plan"]["title"] == "Kế hoạch chuyển đổi số"
    assert [one["period"] for one in page["report_lines"]] == ["quarter"]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_of_two_first_imports_at_once_one_is_told_to_look_again(intake: Intake) -> None:
    world, draft = intake.world, plan(item("1"))
    with world.database.begin() as first:
        plans.import_plan(first, draft, actor="cvp", rules=world.rules, at=world.clock.now())
        second = threading.Thread(target=lambda: answers.append(_attempt(intake, draft)))
        answers: list[str] = []
        second.start()
        second.join(timeout=0.5)
    second.join()

    assert answers == ["conflict"]
    assert list(intake.items()) == ["1"]


def _attempt(intake: Intake, draft: DraftPlan) -> str:
    try:
        intake.read(draft)
    except Conflict as lost:
        return lost.code
    return "done"
