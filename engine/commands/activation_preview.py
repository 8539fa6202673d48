"""What activating a plan would do, worked out from the same parts and without writing anything."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.commands import activation, assignment, occurrences, report_rules, undecided
from engine.commands.activation import Activated
from engine.commands.calendars import SeedDay, with_years
from engine.commands.edits import as_they_are
from engine.errors import Undecided
from engine.notices import Notice
from engine.store.plans import Item
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.task import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What an activation would do, and what it would tell: each notice beside the code of its task.

    The notices are in the order of the document.
    """

    done: Activated
    notices: tuple[tuple[str, Notice], ...]


def foresee(
    tx: Transaction,
    plan_code: str,
    *,
    actor: str,
    years: Mapping[int, Sequence[SeedDay]],
    rules: Rules,
    at: datetime,
) -> Foreseen:
    """Return what activating a draft now would do; nothing is written, and nobody waits.

    Args:
        tx: The transaction.
        plan_code: The plan.
        actor: Who would activate it.
        years: The days of years that would be loaded with it.
        rules: The rulebook's keeper.
        at: Now.

    Raises:
        Refused: as `activation.activate` says.
    """
    rulebook = with_years(tx, rules.current(tx), years)
    plan, occasion = activation.begin(
        tx, plan_code, by=(actor, None), rulebook=rulebook, at=at, for_change=False
    )
    today = rulebook.calendar.local_date(at)
    items = [one.after for one in as_they_are(tx, plan, rulebook)]
    faults = undecided.faults(items, rulebook, on=today)
    if faults:
        raise Undecided(plan=plan.code, faults=faults)
    rows = sorted(occurrences.spread_out(items, plan, rulebook), key=lambda one: one.ordinal)
    tasks = assignment.foreseen(rows, plan, rulebook=rulebook, at=at)
    words = assignment.words(tx, tasks, office=rules.office, occasion=occasion)
    followed = report_rules.followed(tx, plan, rulebook, office=rules.office, on=today)
    done = Activated(
        assigned=len(tasks),
        people_told=len(words.people),
        warnings=(*activation.warnings(items, tasks, rulebook, on=today), *followed),
    )
    return Foreseen(done=done, notices=_in_order(words.notices, tasks, rows))


def _in_order(
    notices: Iterable[Notice], tasks: Iterable[Task], rows: Iterable[Item]
) -> tuple[tuple[str, Notice], ...]:
    codes = {one.id: one.code for one in tasks}
    places = {one.id: one.ordinal for one in rows}
    found = [(codes[one.task_id], one) for one in notices]
    return tuple(sorted(found, key=lambda one: (places[one[1].task_id], one[0])))
