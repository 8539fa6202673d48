"""The same thing done to many tasks: one load, one write, and one answer for each request.

Rules are judged task by task, by the functions that judge a single request; what a batch adds is
only that it reads and writes for all of them at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from engine.clock import require_aware
from engine.commands import cascade, effects, endings, inheritance, tasks, urging
from engine.commands.request import Outcome, Request
from engine.errors import Conflict, Refused
from engine.store import bulk, years
from engine.store import tasks as store
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.store.tasks import Loaded

#: Requests of one transaction, where each is answered for itself.
CHUNK = 1_000

Result = Literal["done", "refused", "conflict", "not_done"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of one request of a batch.

    Attributes:
        request: What was asked.
        address: The task's full address, or as it was asked where there is no such task.
        state: In which state the task stands now; None where there is none.
        outcome: What was done; None if nothing was.
        refusal: Why it was not done; None where it would have been, had the others.
        told: Codes of the people who are urged, or would be.
    """

    request: Request
    address: str
    state: str | None = None
    outcome: Outcome | None = None
    refusal: Refused | Conflict | None = None
    told: tuple[str, ...] = ()

    @property
    def result(self) -> Result:
        """What became of it, in a word."""
        if self.outcome is not None:
            return "done"
        if self.refusal is None:
            return "not_done"
        return "conflict" if isinstance(self.refusal, Conflict) else "refused"


def perform_all(
    tx: Transaction, requests: Sequence[Request], *, rules: Rules, at: datetime
) -> list[Answer]:
    """Carry out what can be carried out of some requests, as if they came one after the other.

    A refusal stops nothing: the caller, who commits, decides whether the rest is kept. A task that
    is named twice is judged the second time as the first time left it.

    Args:
        tx: The caller's transaction; two that share tasks wait for each other.
        requests: At most a few thousand: all of them are held in memory.
        rules: The cached rulebook.
        at: The instant of all the requests.

    Returns:
        One answer for each request, in their order.
    """
    at = require_aware(at).astimezone(UTC)
    answers: list[Answer] = []
    for start in range(0, len(requests), CHUNK):
        chunk = requests[start : start + CHUNK]
        found = store.load_all(tx, {one.task for one in chunk})
        for number, stretch in enumerate(_stretches(chunk, found)):
            if number:
                found = store.load_all(tx, {one.task for one in stretch})
            serve = _urge if _is_urging(stretch[0]) else _serve
            answers += serve(tx, stretch, found, rules=rules, at=at)
    return answers


def _stretches(
    requests: Sequence[Request], found: Mapping[str, Sequence[Loaded]]
) -> Iterator[Sequence[Request]]:
    """Yield the requests in runs that may be judged before any of the run is written.

    What one of them does must not bear on another: no task stands twice in a run, and what is
    judged by others, a heading or a task to which contributions are owed, begins one. What only
    urges stands in runs of its own.
    """
    stretch: list[Request] = []
    seen: set[str] = set()
    for request in requests:
        ids = {one.task.id for one in found.get(request.task, ())}
        waits = any(
            one.task.kind == "heading" or one.has_open_parts for one in found.get(request.task, ())
        )
        turns = bool(stretch) and _is_urging(stretch[0]) != _is_urging(request)
        if stretch and (waits or turns or ids & seen):
            yield stretch
            stretch, seen = [], set()
        stretch.append(request)
        seen |= ids
    if stretch:
        yield stretch


def _is_urging(request: Request) -> bool:
    return request.trigger == urging.TRIGGER


def _urge(
    tx: Transaction,
    requests: Sequence[Request],
    found: Mapping[str, Sequence[Loaded]],
    *,
    rules: Rules,
    at: datetime,
) -> list[Answer]:
    """Urge whom the requests of a stretch ask to be urged."""
    asked = [(one, found.get(one.task, ())) for one in requests]
    results = urging.urge_each(tx, asked, rules=rules, at=at)
    return [
        _answered(request, met, result)
        for (request, met), result in zip(asked, results, strict=True)
    ]


def _answered(request: Request, met: Sequence[Loaded], result: urging.Result) -> Answer:
    task = met[0].task if len(met) == 1 else None
    answer = Answer(
        request=request,
        address=task.address if task else request.task,
        state=task.state if task else None,
    )
    if isinstance(result, Outcome):
        return replace(answer, outcome=result, told=result.told)
    return replace(answer, refusal=result)


def _serve(
    tx: Transaction,
    requests: Sequence[Request],
    found: Mapping[str, Sequence[Loaded]],
    *,
    rules: Rules,
    at: datetime,
) -> list[Answer]:
    """Judge every request of a stretch, then write what was granted."""
    judged = [_judged(tx, one, found.get(one.task, ()), rules=rules, at=at) for one in requests]
    granted = [one for one in judged if isinstance(one, effects.Granted)]
    moved = _write(tx, granted, rules=rules, at=at)
    remarks = _remarks(tx, granted, rules=rules)
    return [
        _answer(tx, request, one, moved=moved, remarks=remarks)
        for request, one in zip(requests, judged, strict=True)
    ]


def _judged(
    tx: Transaction, request: Request, found: Sequence[Loaded], *, rules: Rules, at: datetime
) -> effects.Granted | Answer:
    address, state = request.task, None
    try:
        loaded = tasks.the_one(request.task, found)
        address, state = loaded.task.address, loaded.task.state
        tasks.refuse_requests(request, loaded.task)
        return tasks.judge(tx, request, loaded, rulebook=rules.at(tx, loaded.revision), at=at)
    except (Refused, Conflict) as refusal:
        return Answer(request=request, address=address, state=state, refusal=refusal)


def _write(
    tx: Transaction, granted: Sequence[effects.Granted], *, rules: Rules, at: datetime
) -> frozenset[str]:
    if not granted:
        return frozenset()
    rulebook = rules.at(tx, granted[-1].change.revision)
    changes = effects.with_notices(tx, granted, rulebook, office=rules.office, at=at)
    moved = bulk.write_all(tx, changes)
    written = [one for one in granted if one.task.id in moved]
    inheritance.settle(tx, written)
    cascade.close_parts(tx, written, rulebook, rules=rules, at=at)
    endings.settle(tx, written, rulebook, at=at)
    dated = [effects.after(one) for one in granted if one.is_dated and one.task.id in moved]
    if dated:
        years.foresee(tx, dated, rulebook, at=at)
    return moved


def _remarks(
    tx: Transaction, granted: Sequence[effects.Granted], *, rules: Rules
) -> dict[str, dict[str, Any]]:
    """Return what to say of each task beside its new state, by id: as of one task alone."""
    if not granted:
        return {}
    rulebook = rules.at(tx, granted[-1].change.revision)
    later = cascade.later_of_all(tx, granted, rulebook)
    return {
        one.task.id: {
            "later_parts": later.get(one.task.id, ()),
            "warnings": tasks.warnings(one, rulebook),
        }
        for one in granted
    }


def _answer(
    tx: Transaction,
    request: Request,
    judged: effects.Granted | Answer,
    *,
    moved: frozenset[str],
    remarks: Mapping[str, Mapping[str, Any]],
) -> Answer:
    if isinstance(judged, Answer):
        return judged
    task, outcome, refusal = judged.task, None, None
    state = task.state
    if task.id in moved:
        outcome = replace(tasks.outcome(judged), **remarks[task.id])
        state = outcome.to_state
    else:
        refusal = tasks.conflict(tx, task)
    return Answer(
        request=request, address=task.address, state=state, outcome=outcome, refusal=refusal
    )
