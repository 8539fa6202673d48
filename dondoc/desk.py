"""Where requests about tasks are handed in: one transaction for the deed, one for a refusal."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NoReturn

from engine.commands import acknowledgements, batches, refusals, tasks, urging
from engine.commands.acknowledgements import Acknowledged, Answered
from engine.commands.batches import CHUNK, Answer
from engine.commands.request import Outcome, Request
from engine.database import Database, Rules
from engine.errors import Conflict, Refused


def pull(database: Database, request: Request, *, rules: Rules, at: datetime) -> Outcome:
    """Carry a request out and commit it; keep a record of its refusal if it is refused.

    Raises:
        Refused: as `engine.commands.tasks.perform`, or `urging.urge` where that is all it asks; the
            refusal is in the audit record.
        Conflict: somebody was faster; so is that.
    """
    perform = urging.urge if request.trigger == urging.TRIGGER else tasks.perform
    try:
        with database.begin() as tx:
            return perform(tx, request, rules=rules, at=at)
    except (Refused, Conflict) as refusal:
        with database.begin() as tx:
            refusals.record(tx, request, refusal, at=at)
        raise


def acknowledge(
    database: Database,
    asked: Acknowledged,
    *,
    by: tuple[str, str | None],
    rules: Rules,
    at: datetime,
) -> Answered:
    """Keep an answer and commit it; keep a record of its refusal if it is refused.

    Raises:
        Refused: as `engine.commands.acknowledgements.acknowledge`; so recorded as that of a task.
        Conflict: somebody was faster; so is that.
    """
    # Made first: it refuses what no database keeps.
    request = Request(
        actor=by[0], trigger="acknowledge", task=asked.task, on_behalf_of=by[1], note=asked.note,
        due=asked.promise, expected_version=asked.expected_version,
    )  # fmt: skip
    try:
        with database.begin() as tx:
            return acknowledgements.acknowledge(tx, asked, by=by, rules=rules, at=at)
    except (Refused, Conflict) as refusal:
        with database.begin() as tx:
            refusals.record(tx, request, refusal, at=at)
        raise


def pull_each(
    database: Database, requests: Sequence[Request], *, rules: Rules, at: datetime
) -> list[Answer]:
    """Carry out whichever requests can be, a chunk a transaction; one answer each, in order.

    What is refused is recorded with what is done, and stops nothing.
    """
    answers: list[Answer] = []
    for start in range(0, len(requests), CHUNK):
        with database.begin() as tx:
            chunk = batches.perform_all(tx, requests[start : start + CHUNK], rules=rules, at=at)
            refusals.record_all(tx, _refused(chunk), at=at)
        answers += chunk
    return answers


def pull_all(
    database: Database, requests: Sequence[Request], *, rules: Rules, at: datetime
) -> list[Answer]:
    """Carry out all requests or none, in one transaction; one answer each, in order.

    Where one is refused nothing is done: what would have been done is answered as `not_done`, and
    the refusals are recorded in a transaction of their own.
    """
    try:
        with database.begin() as tx:
            answers = batches.perform_all(tx, requests, rules=rules, at=at)
            _take_back_if_refused(answers)
    except _TakenBackError as taken_back:
        answers = _undone(taken_back.answers)
        with database.begin() as tx:
            refusals.record_all(tx, _refused(answers), at=at)
    return answers


class _TakenBackError(Exception):
    """Ends a transaction in which some requests were refused."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        super().__init__()
        self.answers = answers


def _undone(answers: Sequence[Answer]) -> list[Answer]:
    """Return the answers as they are once nothing of them was done."""
    standing: dict[str, str | None] = {}
    for one in answers:
        standing.setdefault(one.address, one.outcome.from_state if one.outcome else one.state)
    return [replace(one, outcome=None, state=standing[one.address]) for one in answers]


def _take_back(answers: Sequence[Answer]) -> NoReturn:
    raise _TakenBackError(answers)


def _take_back_if_refused(answers: Sequence[Answer]) -> None:
    if _refused(answers):
        raise _TakenBackError(answers)


def _refused(answers: Sequence[Answer]) -> list[tuple[Request, Refused | Conflict]]:
    return [(one.request, one.refusal) for one in answers if one.refusal is not None]


def rehearse(
    database: Database, requests: Sequence[Request], *, rules: Rules, at: datetime
) -> list[Answer]:
    """Return what would become of each request, in order; nothing of it is kept.

    What would be done is answered as `not_done`, what would be refused as that.
    """
    try:
        with database.begin() as tx:
            _take_back(batches.perform_all(tx, requests, rules=rules, at=at))
    except _TakenBackError as taken_back:
        return _undone(taken_back.answers)
