"""What a preview of an activation says is what the activation then does; it writes nothing."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from config.defaults import default_policy
from dondoc import intake as door
from engine import plan_pages
from engine.commands import activation, activation_preview
from engine.commands.calendars import load_year
from engine.draft import ReportLine
from engine.errors import NotPermitted, Undecided
from engine.report_lines import lines_from_mapping
from engine.store.rulebooks import Rules
from engine.store.tables import metadata
from tests.support.calendars import Closed
from tests.support.drafts import CODE, deadline, item, plan, row, worksheet
from tests.support.intake import Intake

JUNE = deadline("2014-06-30")


@pytest.fixture
def mixed(intake: Intake) -> Intake:
    """A draft with one of everything that an activation treats in a way of its own."""
    reports = lines_from_mapping(default_policy().report_lines)
    intake.world.rules = Rules(replace(intake.world.rules.office, reports=reports))
    quarterly = deadline("2014-03-31", "2014-06-30", "2014-09-30", "2014-12-31", period="quarter")
    drafted = plan(
        item("1"),
        item("2", kind="recurring", coordinating=("VP",)),
        item("3", kind="standing"),
        item("4", kind="heading"), item("4.1", parent="4", urgent=True),
        item("5"), item("6"), item("7", lead="Đơn vị MOI"),
    )  # fmt: skip
    lines = (ReportLine(period="month", recipient="UBND", phrase="hằng tháng"),)
    intake.read(replace(drafted, report_lines=lines))
    intake.fill(
        worksheet(
            row(2, "1", deadline=JUNE), row(3, "2", deadline=quarterly),
            row(4, "3", lead="VP", assignee=None),
            row(5, "4.1", deadline=JUNE, lead="VP", assignee="vt"),
            row(6, "5", deadline=deadline("2014-01-02")), row(7, "6", deadline=JUNE),
            row(8, "7", lead="Đơn vị MOI", assignee=None, deadline=JUNE),
        )
    )  # fmt: skip
    intake.decide("6", "drop")
    intake.world.unit("MOI")
    intake.world.amend("cv", email="cv@example.test")
    intake.world.delegate("cv", "cv2", first="2014-06-20", last="2014-07-10")
    return intake


def test_g7_a_preview_of_an_activation_says_what_it_then_does(mixed: Intake) -> None:
    rules, at = mixed.world.rules, mixed.world.clock.now()
    before = _rows(mixed)
    with mixed.world.database.read() as tx:
        foreseen = door.foresee(tx, CODE, actor="cvp", rules=rules, at=at)
        said = plan_pages.foretold(foreseen.notices, rules.current(tx).organisation)
    assert _rows(mixed) == before

    with mixed.world.database.begin() as tx:
        done = door.activate(tx, CODE, by=("cvp", None), operator="operator:x", rules=rules, at=at)
        told = plan_pages.told(tx, CODE, at=at, rules=rules)

    assert foreseen.done == done
    assert said == told
    assert done.assigned == 9
    assert len(done.warnings) > 5
    assert done.warnings[-1].place == "BC-thang"


def test_g7_a_preview_counts_with_the_years_that_would_be_loaded_first(mixed: Intake) -> None:
    rules, at = mixed.world.rules, mixed.world.clock.now()
    days = [Closed(at.astimezone(rules.office.zone).date())]
    with mixed.world.database.read() as tx:
        foreseen = activation_preview.foresee(
            tx, CODE, actor="cvp", years={2014: days}, rules=rules, at=at
        )

    with mixed.world.database.begin() as tx:
        load_year(tx, 2014, days, at=at, actor="system", rules=rules)
        done = activation.activate(tx, CODE, actor="cvp", rules=rules, at=at)
        told = plan_pages.told(tx, CODE, at=at, rules=rules)
        said = plan_pages.foretold(foreseen.notices, rules.current(tx).organisation)

    assert foreseen.done == done
    assert said == told
    assert max(one["leave_at"] for one in said).date() > days[0].day


def test_a_preview_is_refused_where_the_activation_would_be(intake: Intake) -> None:
    intake.read(plan(item("1")))
    rules, at = intake.world.rules, intake.world.clock.now()

    with intake.world.database.read() as tx:
        with pytest.raises(Undecided) as undecided:
            door.foresee(tx, CODE, actor="cvp", rules=rules, at=at)
        with pytest.raises(NotPermitted):
            door.foresee(tx, CODE, actor="cv", rules=rules, at=at)

    assert [one.place for one in undecided.value.faults] == ["1", "1"]


def _rows(intake: Intake) -> dict[str, int]:
    with intake.world.database.read() as tx:
        return {
            table.name: tx.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }
