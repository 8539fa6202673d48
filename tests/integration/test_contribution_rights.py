"""Who may do what to a contribution, cell by cell; and nothing passes between two at once."""

from typing import Any

import pytest

from engine.commands import batches, tasks
from engine.commands.request import Request
from engine.store import change as changes
from engine.store.change import Evidence
from tests.support.calendars import day
from tests.support.contributing import ask, shared_work
from tests.support.office import World


@pytest.fixture
def office(world: World) -> World:
    """T1 of CNTT, due on 14 February; TC and HC each have a head, TC one officer too."""
    return shared_work(world)


#: What each may do to a part that was asked for, then to one that was delivered by ttc.
RIGHTS = {
    "cv": "n n n y y y | y y n y",
    "tp": "n n n y y y | y y n y",
    "cvtc": "y y n n n n | n n n n",
    "ttc": "y y y n n n | n n y n",
    "thc": "n n n n n n | n n n n",
    "pgd": "n n n n n n | n n n n",
    "cvp": "n n y n y y | n n n y",
    "gd": "n n y n y y | n n n y",
}
ASKED = ("start", "report", "reassign", "waive", "set_due", "cancel")
DELIVERED = ("verify", "return", "withdraw", "cancel")


@pytest.mark.parametrize("person", sorted(RIGHTS))
def test_rights_to_a_contribution_are_those_of_the_table(office: World, person: str) -> None:
    ask(office)
    office.do("ttc", "reassign", "T1:TC", to="cvtc")

    asked = [_may(office, person, trigger) for trigger in ASKED]
    office.do("ttc", "report", "T1:TC")
    delivered = [_may(office, person, trigger) for trigger in DELIVERED]

    assert f"{' '.join(asked)} | {' '.join(delivered)}" == RIGHTS[person]


def _may(world: World, person: str, trigger: str) -> str:
    by_trigger: dict[str, dict[str, Any]] = {
        "report": {"evidence": (Evidence(name="1/BC"),)},
        "reassign": {"to": "ttc"},
        "set_due": {"due": day("2014-02-10")},
    }
    fields = by_trigger.get(trigger, {})
    request = Request(actor=person, trigger=trigger, task="T1:TC", note="vì sao", **fields)
    with world.database.begin() as tx:
        (answer,) = batches.perform_all(tx, [request], rules=world.rules, at=world.clock.now())
        tx.rollback()
    if answer.refusal is not None:
        assert answer.refusal.code == "not_permitted"
    return "y" if answer.outcome else "n"


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_report_that_was_judged_before_a_unit_was_asked_is_not_written(office: World) -> None:
    proof = (Evidence(name="1/BC"),)
    report = Request(actor="cv", trigger="report", task="T1", note="xong", evidence=proof)
    with office.database.begin() as tx:
        loaded = tasks.find(tx, "T1")
        rulebook = office.rules.at(tx, loaded.revision)
        judged = tasks.judge(tx, report, loaded, rulebook=rulebook, at=office.clock.now())
        ask(office)

        written = changes.write(tx, judged.change)

    assert not written
    assert office.row().state == "in_progress"
