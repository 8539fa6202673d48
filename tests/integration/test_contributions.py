"""What a coordinating unit owes to a task: asked for, delivered, accepted or gone without (S37)."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.commands import batches, contributions
from engine.commands.request import Request
from engine.errors import (
    ChildrenOpen,
    Conflict,
    DondocError,
    FourEyes,
    Invalid,
    NoteRequired,
    NotPermitted,
    TransitionRefused,
    Unknown,
)
from engine.store import plans
from engine.store.change import Evidence
from engine.store.record import contribution
from tests.support.calendars import day
from tests.support.contributing import ask, parts, people_told, shared_work
from tests.support.office import World


@pytest.fixture
def office(world: World) -> World:
    """T1 of CNTT, due on 14 February; TC and HC each have a head, TC one officer too."""
    return shared_work(world)


def test_s37_each_unit_owes_by_a_date_and_in_a_state_of_its_own(office: World) -> None:
    ask(office, unit="TC", due="2014-02-07")
    ask(office, unit="HC", due="2014-02-10")

    office.do("ttc", "report", "T1:TC", note="đã gửi số liệu")

    assert [(one["unit"], one["state"], one["due"]) for one in parts(office)] == [
        ("TC", "reported", day("2014-02-07")),
        ("HC", "assigned", day("2014-02-10")),
    ]


def test_s37_the_task_is_not_reported_while_a_unit_still_owes_its_part(office: World) -> None:
    ask(office, unit="TC")
    ask(office, unit="HC")

    with pytest.raises(ChildrenOpen) as refused:
        office.do("cv", "report")

    assert refused.value.open_children == ("T1:TC", "T1:HC")
    assert office.row().state == "in_progress"


def test_s37_what_was_delivered_but_not_accepted_is_still_owed(office: World) -> None:
    ask(office)
    office.do("ttc", "report", "T1:TC")

    with pytest.raises(ChildrenOpen):
        office.do("cv", "report")

    office.do("cv", "verify", "T1:TC")
    assert office.do("cv", "report").to_state == "reported"


def test_s37_the_task_is_reported_once_the_lead_says_that_a_part_was_not_delivered(
    office: World,
) -> None:
    ask(office)
    office.do("cv", "waive", "T1:TC", note="TC không giao, lấy số liệu của Cục Thống kê")

    done = office.do("cv", "report")

    assert done.to_state == "reported"
    (part,) = parts(office)
    assert (part["state"], part["note"]) == (
        "waived", "TC không giao, lấy số liệu của Cục Thống kê"
    )  # fmt: skip
    assert people_told(office, "T1:TC", "waived") == {"ttc"}


def test_s37_going_without_a_part_needs_a_word_why(office: World) -> None:
    ask(office)

    with pytest.raises(NoteRequired):
        office.do("cv", "waive", "T1:TC")

    assert office.row("T1:TC").state == "assigned"


def test_s37_an_overdue_part_is_told_to_its_own_head_and_never_to_that_of_the_lead(
    office: World,
) -> None:
    ask(office)
    office.do("ttc", "reassign", "T1:TC", to="cvtc")
    office.deliver()

    office.slots("2014-01-16", "2014-02-26")

    assert office.told("T1:TC") == [
        ("2014-01-25", "remind-3", "cvtc"),
        ("2014-02-07", "remind-0", "cvtc"),
        ("2014-02-10", "escalate-1", "ttc"),
        ("2014-02-13", "escalate-2", "pgd"),
        ("2014-02-17", "escalate-3", "gd"),
        ("2014-02-24", "escalate-3", "gd"),
    ]


def test_s37_a_delivery_that_waits_is_told_to_who_does_the_task(office: World) -> None:
    ask(office)
    office.do("ttc", "report", "T1:TC")

    office.slots("2014-01-16", "2014-01-20")

    assert people_told(office, "T1:TC", "delivered") == {"cv"}
    assert office.told("T1:TC") == [("2014-01-17", "verify-2", "cv")]


def test_the_unit_that_is_asked_is_told_at_once(office: World) -> None:
    asked = ask(office)

    assert asked.address == "KH-2014/T1:TC"
    assert asked.people_told == 1
    assert people_told(office, "T1:TC", "assigned") == {"ttc"}


def test_whoever_takes_the_task_over_accepts_what_is_delivered(office: World) -> None:
    ask(office)
    office.do("tp", "reassign", to="cv2")
    office.do("ttc", "report", "T1:TC")

    with pytest.raises(NotPermitted):
        office.do("cv", "verify", "T1:TC")

    assert office.do("cv2", "verify", "T1:TC").to_state == "verified"


def test_the_head_of_the_lead_unit_accepts_as_well(office: World) -> None:
    ask(office)
    office.do("ttc", "report", "T1:TC")

    done = office.do("tp", "verify", "T1:TC")

    assert done.to_state == "verified"


def test_nobody_accepts_what_he_delivered_himself(office: World) -> None:
    office.appoint("tp", "TC", "unit_head")
    ask(office)
    office.do("tp", "report", "T1:TC")

    with pytest.raises(FourEyes):
        office.do("tp", "verify", "T1:TC")

    assert office.row("T1:TC").state == "reported"


def test_what_is_not_good_enough_goes_back_with_a_reason(office: World) -> None:
    ask(office)
    office.do("ttc", "report", "T1:TC")

    office.do("cv", "return", "T1:TC", note="thiếu quý IV")

    assert office.row("T1:TC").state == "in_progress"
    assert people_told(office, "T1:TC", "returned") == {"ttc"}


@pytest.mark.parametrize(
    ("person", "code"),
    [("cv", None), ("tp", None), ("cvp", None), ("gd", None), ("cv2", NotPermitted),
     ("pgd", NotPermitted), ("ttc", NotPermitted), ("thc", NotPermitted)],
)  # fmt: skip
def test_who_leads_or_follows_the_task_may_ask(
    office: World, person: str, code: type[DondocError] | None
) -> None:
    refused = None

    try:
        ask(office, person)
    except DondocError as error:
        refused = type(error)

    assert refused is code
    assert len(parts(office)) == (0 if code else 1)


def test_a_task_that_is_cancelled_takes_what_is_owed_to_it_along(office: World) -> None:
    ask(office, unit="TC")
    ask(office, unit="HC")
    office.do("thc", "report", "T1:HC")
    office.do("cv", "verify", "T1:HC")

    office.do("gd", "cancel", note="không cần nữa", decision="7/QĐ")

    assert [(one["unit"], one["state"]) for one in parts(office)] == [
        ("TC", "cancelled"), ("HC", "verified")
    ]  # fmt: skip
    assert office.row("T1:TC").next_at is None
    assert people_told(office, "T1:TC", "cancelled") == {"ttc"}
    assert office.history("T1:TC")[-1].decision == "7/QĐ"


def test_a_batch_that_cancels_takes_what_is_owed_along(office: World) -> None:
    ask(office)
    request = Request(actor="gd", trigger="cancel", task="T1", note="thôi", decision="8/QĐ")

    with office.database.begin() as tx:
        batches.perform_all(tx, [request], rules=office.rules, at=office.clock.now())

    assert office.row("T1:TC").state == "cancelled"


def test_a_batch_reports_a_task_after_it_accepted_what_was_owed(office: World) -> None:
    ask(office)
    office.do("ttc", "report", "T1:TC")
    proof = (Evidence(name="1/BC"),)
    wanted = [
        Request(actor="cv", trigger="verify", task="T1:TC"),
        Request(actor="cv", trigger="report", task="T1", note="xong", evidence=proof),
    ]

    with office.database.begin() as tx:
        answers = batches.perform_all(tx, wanted, rules=office.rules, at=office.clock.now())

    assert [one.result for one in answers] == ["done", "done"]


def test_a_date_after_that_of_the_task_is_remarked_on(office: World) -> None:
    asked = ask(office, due="2014-02-20")

    assert [one.place for one in asked.warnings] == ["TC"]


def test_a_task_that_is_moved_before_what_it_waits_for_says_so(office: World) -> None:
    ask(office, unit="TC", due="2014-02-07")
    ask(office, unit="HC", due="2014-02-12")

    moved = office.do("cvp", "set_due", due=day("2014-02-10"), note="sớm hơn")

    assert moved.later_parts == ("HC",)


def test_a_unit_the_plan_does_not_name_is_asked_as_well_and_the_plan_stays_as_it_is(
    office: World,
) -> None:
    ask(office, unit="HC", task="T2")

    with office.database.read() as tx:
        plan = plans.get(tx, "KH-2014")
        stated = plans.contributions(tx, plan.id)
    assert [one["unit"] for one in parts(office, "T2")] == ["HC"]
    assert office.ids["T2"] not in stated


def test_what_was_asked_stays_when_the_plan_names_other_units(office: World) -> None:
    ask(office, unit="TC")

    with office.database.begin() as tx:
        plans.replace_contributions(tx, office.ids["T1"], [("HC", office.ids["HC"])])

    with office.database.read() as tx:
        rows = tx.execute(
            select(contribution.c.unit_id, contribution.c.subject_id)
            .where(contribution.c.task_id == office.ids["T1"])
            .order_by(contribution.c.ordinal)
        ).all()
    assert [tuple(row) for row in rows] == [
        (office.ids["HC"], None), (office.ids["TC"], office.ids["T1:TC"])
    ]  # fmt: skip


def test_a_unit_is_asked_again_after_the_lead_went_without(office: World) -> None:
    ask(office)
    office.do("cv", "waive", "T1:TC", note="chưa có")

    again = ask(office, due="2014-02-10")

    assert again.address == "KH-2014/T1:TC-2"
    with office.database.read() as tx:
        meant = contributions.address_of(tx, "T1", "TC", rules=office.rules)
    assert meant == "KH-2014/T1:TC-2"


@pytest.mark.parametrize(
    ("more", "error"),
    [({"unit": "CNTT"}, Invalid), ({"unit": "KHONG"}, Unknown), ({"task": "T9"}, Unknown),
     ({"due": "2014-01-10"}, Invalid), ({"due": "9999-12-31"}, Invalid),
     ({"expected_version": 1}, Conflict),
     ({"by": "ma"}, Unknown)],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_and_nothing_is_kept(
    office: World, more: dict[str, Any], error: type[DondocError]
) -> None:
    with pytest.raises(error):
        ask(office, **more)

    assert parts(office) == []
    assert office.row().version == 2


def test_a_unit_is_not_asked_twice_at_once(office: World) -> None:
    ask(office)

    with pytest.raises(Invalid):
        ask(office, due="2014-02-10")

    assert len(parts(office)) == 1


def test_nothing_is_contributed_to_a_task_that_is_reported(office: World) -> None:
    office.do("cv", "report")

    with pytest.raises(TransitionRefused):
        ask(office)

    assert parts(office) == []


def test_the_record_holds_who_asked_whom_for_what(office: World) -> None:
    ask(office)

    (entry,) = office.entries(f"task:{office.ids['T1:TC']}")
    assert entry.action == "contribution.asked"
    assert entry.actor == "cv"
    assert "Số liệu năm 2013" in entry.body
    assert office.history()[-1].trigger == "ask_contribution"
