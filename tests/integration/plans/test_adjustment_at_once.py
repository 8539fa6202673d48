"""A decision about a plan, and somebody who moves one of its tasks in the same moment."""

import pytest

from engine.adjustment import entries_of_worksheet
from engine.audit import replay
from engine.commands import adjustments, tasks
from engine.commands.request import Request
from engine.errors import Conflict
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from tests.support.adjusting import SEPTEMBER, adjust, change, decision
from tests.support.calendars import day
from tests.support.drafts import worksheet
from tests.support.office import World
from tests.support.queueing import while_open

DOCUMENT = worksheet(change("1", deadline=SEPTEMBER), change("2", deadline=SEPTEMBER))

pytestmark = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)


def test_whoever_moves_a_task_while_it_is_adjusted_is_told_that_it_changed(
    running: World,
) -> None:
    def decide(tx: Transaction) -> None:
        made = decision(entries_of_worksheet(DOCUMENT))
        at = running.clock.now()
        adjustments.adjust(tx, made, actor="cvp", rules=Rules(running.rules.office), at=at)

    raised = while_open(running, decide, lambda: running.do("cv", "start", "1"))

    assert [type(one) for one in raised] == [Conflict]
    assert (running.row("1").state, running.row("1").due_on) == ("assigned", day("2014-09-30"))
    assert running.row("1").version == 2
    assert list(replay.astray(running.database)) == []


def test_a_decision_waits_for_whoever_is_moving_a_task_and_takes_it_as_he_left_it(
    running: World,
) -> None:
    def start(tx: Transaction) -> None:
        request = Request(actor="cv", trigger="start", task="1")
        tasks.perform(tx, request, rules=Rules(running.rules.office), at=running.clock.now())

    raised = while_open(running, start, lambda: adjust(running, DOCUMENT))

    first = running.row("1")
    assert raised == []
    assert (first.state, first.due_on, first.version) == ("in_progress", day("2014-09-30"), 3)
    assert running.row("2").due_on == day("2014-09-30")
    assert list(replay.astray(running.database)) == []


def test_two_decisions_at_once_make_two_versions_one_after_the_other(running: World) -> None:
    def decide(tx: Transaction) -> None:
        made = decision(entries_of_worksheet(DOCUMENT))
        at = running.clock.now()
        adjustments.adjust(tx, made, actor="cvp", rules=Rules(running.rules.office), at=at)

    later = worksheet(change("1", output="Đề án"))
    raised = while_open(running, decide, lambda: adjust(running, later, decision="16/QĐ-STTTT"))

    assert raised == []
    newest = running.entries("plan:")[-1]
    assert '"version":3' in newest.body
    assert (running.row("1").due_on, running.row("1").output) == (day("2014-09-30"), "Đề án")
