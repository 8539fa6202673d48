"""Read models: what somebody was told by an escalation that still stands, and why nothing moves."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from engine.rulebook import Rulebook
from engine.store import escalated, requests
from engine.store.escalated import Told
from engine.store.record import REQUEST_STATES
from engine.store.session import Transaction
from engine.views import TaskView


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """How a task came up to somebody.

    Attributes:
        rung: The last rung that reached him.
        occurrence: For the how-manieth time.
        position: As what he was told.
        since: The local day on which the first reached him.
        obstacles: What was said to stand in its way and waits for an answer.
    """

    rung: str
    occurrence: int
    position: str
    since: date
    obstacles: tuple[str, ...]


def of(
    tx: Transaction, lines: Sequence[TaskView], person_id: str, *, rulebook: Rulebook
) -> Mapping[str, Escalation]:
    """Return how tasks came up to somebody, by address.

    Args:
        tx: The transaction.
        lines: The tasks, as their reader may see them.
        person_id: Whom the escalations reached.
        rulebook: The rules of the moment.
    """
    if not lines:
        return {}
    found: dict[str, list[Told]] = defaultdict(list)
    for one in escalated.rungs(tx, person_id, [line.address for line in lines]):
        found[one.address].append(one)
    in_the_way: dict[str, list[str]] = defaultdict(list)
    for asked in requests.of_tasks(tx, {told[0].task_id for told in found.values()}):
        if asked.kind == "obstacle" and asked.state in REQUEST_STATES:
            in_the_way[asked.about].append(str(asked.says["reason"]))
    day = rulebook.calendar.local_date
    return {
        address: Escalation(
            rung=told[-1].rung,
            occurrence=told[-1].occurrence,
            position=told[-1].position,
            since=day(told[0].told_at or told[0].created_at),
            obstacles=tuple(in_the_way[told[0].task_id]),
        )
        for address, told in found.items()
    }
