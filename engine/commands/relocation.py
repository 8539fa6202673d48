"""Moving the work of units when the organisation changes: tasks, parts, notices that wait.

Ladders go on as they ran: what was told stays told, and what was not is owed to whoever answers
now (rule 13). The caller keeps every other writer of tasks out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from engine.addressees import doers
from engine.audit import Event, append
from engine.commands import effects
from engine.commands.allotment import Allotment, TaskMove
from engine.commands.regrouping import Deed
from engine.commands.request import Request
from engine.freshness import outdated
from engine.machine import ending, following
from engine.notices import Notice
from engine.organisation import Organisation
from engine.review import FieldChange
from engine.rulebook import Rulebook
from engine.store import bulk, claims, departures, ledger, outbox
from engine.store import reorganisations as store
from engine.store import tasks as task_store
from engine.store.change import Change
from engine.store.ledger import MOVED
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.task import Task
from engine.telling import News, caused

_ONE_DAY = timedelta(days=1)
_LABEL = "Chuyển đơn vị"
#: What people are told of it.
NOTICE = "unit_changed"
#: Subjects that travel with the task they are about, without a word of their own.
_SILENT = ("obstacle", "extension", "report")


@dataclass(frozen=True, slots=True, kw_only=True)
class Relocation:
    """What moving work needs at hand.

    Attributes:
        before: The organisation as it was.
        after: The rules, with the organisation as it is now, under the new revision.
        ids: Id of every unit by code.
        rules: Whose office decides when a notice leaves.
    """

    allotment: Allotment
    before: Organisation
    after: Rulebook
    ids: Mapping[str, str]
    deed: Deed
    rules: Rules


def relocate(tx: Transaction, moving: Relocation) -> frozenset[str]:
    """Write who answers for what from now on; return the people who are told of it."""
    allotment, ids = moving.allotment, moving.ids
    granted = [_granted(one, moving) for one in allotment.tasks]
    notices = _notices(tx, moving)
    changes = [
        replace(one.change, notices=(*one.change.notices, *notices.get(one.task.id, ())))
        for one in granted
    ]
    _write(tx, changes)
    store.set_leads(tx, {one.loaded.task.id: ids[one.to] for one in allotment.tasks})
    _parts(tx, moving)
    for row, to in allotment.series:
        store.set_series(tx, row.id, lead_unit_id=ids[to])
    store.set_leads(tx, {row.id: ids[to] if to else None for row, to in allotment.drafts})
    _record_rows(tx, moving)
    owed = _withdraw(tx, moving)
    woken = owed | {one.task.id for one in granted if moving.after.run(one.task) is not None}
    if woken:
        slot = moving.after.next_slot(moving.deed.at)
        claims.bring_forward(tx, sorted(woken), slot=slot)
    told = {each.recipient_id for ones in notices.values() for each in ones}
    return frozenset(one for one in told if one is not None)


def _write(tx: Transaction, changes: Sequence[Change]) -> None:
    moved = bulk.write_all(tx, changes)
    lost = [one.task_id for one in changes if one.task_id not in moved]
    # Everybody else was kept out, so this is no conflict but a fault of ours.
    if lost:
        message = f"{len(lost)} tasks moved while the organisation changed"
        raise RuntimeError(message)


def _granted(move: TaskMove, moving: Relocation) -> effects.Granted:
    """Return everything that a task's history and record say of its new unit."""
    task, state = move.loaded.task, move.loaded.task.state or ""
    old = moving.before.unit_by_id[task.lead_unit_id or ""].code
    arrow = following(MOVED, _LABEL, state, ladder=moving.after.machine(task).ladder(state))
    rewrite = effects.Rewrite(
        task=replace(task, lead_unit_id=moving.ids[move.to], assignee_id=move.assignee_id),
        before={"lead": old},
        after={"lead": move.to},
        told=(FieldChange(field="lead", old=old, new=move.to),),
    )
    scene = _scene(move.loaded, moving)
    return effects.describe(_request(task, moving), arrow, scene, rewrite=rewrite)


def _scene(loaded: task_store.Loaded, moving: Relocation) -> effects.Scene:
    return effects.Scene(
        loaded=replace(loaded, revision=moving.after.revision),
        rulebook=moving.after,
        who=moving.deed.who,
        at=moving.deed.at,
        said={"reorganisation": moving.deed.id},
    )


def _request(task: Task, moving: Relocation) -> Request:
    shape, who = moving.allotment.shape, moving.deed.who
    return Request(
        actor=who.actor.code,
        trigger=MOVED,
        task=task.address,
        on_behalf_of=who.on_behalf_of,
        note=shape.note or None,
        decision=shape.decision or None,
    )


def _notices(tx: Transaction, moving: Relocation) -> Mapping[str, list[Notice]]:
    """Return by task what its people are told, each once, all of it leaving together."""
    told = [
        (one, *_recipients(one, moving))
        for one in moving.allotment.tasks
        if one.loaded.task.kind not in _SILENT
    ]
    people = {person for _, ours, lost in told for person in (*ours, *lost)}
    if not people:
        return {}
    office = moving.rules.office
    leave = ledger.leave_times(tx, people, at=moving.deed.at, office=office, rulebook=moving.after)
    return {
        one.loaded.task.id: [
            *caused(one.loaded.task, _news(one, moving), told=ours, leave=leave),
            *caused(one.loaded.task, _news(one, moving, is_lost=True), told=lost, leave=leave),
        ]
        for one, ours, lost in told
    }


def _news(move: TaskMove, moving: Relocation, *, is_lost: bool = False) -> News:
    task, shape = move.loaded.task, moving.allotment.shape
    old = moving.before.unit_by_id[task.lead_unit_id or ""].code
    detail = {
        "actor": moving.deed.who.actor.code,
        "note": shape.note or None,
        "decision": shape.decision or None,
        "changes": [["lead", old, move.to]],
    }
    return News(
        rung=NOTICE,
        occurrence=task.version + 1,
        at=moving.deed.at,
        detail={**detail, "is_lost": True} if is_lost else detail,
    )


def _recipients(move: TaskMove, moving: Relocation) -> tuple[dict[str, str], dict[str, str]]:
    """Return who is told of a moved task, by his position, and those whose it is no more."""
    task, on = move.loaded.task, moving.allotment.shape.effective_on
    organisation = moving.after.organisation
    new = replace(task.answerable, lead_unit_id=moving.ids[move.to], assignee_id=move.assignee_id)
    told = doers(organisation, new, on=on)
    lost: dict[str, str] = {}
    former = moving.before.head(task.lead_unit_id, on - _ONE_DAY)
    # Who heads the heir as well has lost nothing.
    has_lost = former is not None and former != organisation.head(moving.ids[move.to], on)
    bereft = task.assignee_id if move.is_bereft else None
    for person, position in ((former if has_lost else None, "unit_head"), (bereft, "assignee")):
        present = organisation.present(person, on) if person is not None else None
        if present is None or present in told or not organisation.can_be_told(present):
            continue
        lost.setdefault(present, position)
    return told, lost


def _parts(tx: Transaction, moving: Relocation) -> None:
    """Move what units contribute; a unit that leads now contributes no more (domain.md 7.2)."""
    units = moving.after.organisation.unit_by_id
    gone: list[str] = []
    for row, to in moving.allotment.contributions:
        if to is not None:
            unit_id = moving.ids[to]
            store.set_contribution(tx, row.id, unit_id=unit_id, name=units[unit_id].name)
        else:
            gone += [row.subject_id] if row.subject_id else []
            store.drop_contribution(tx, row.id)
    if gone:
        _write(tx, list(_given_up(task_store.load_by_ids(tx, gone), moving)))


def _given_up(loaded: Iterable[task_store.Loaded], moving: Relocation) -> Iterator[Change]:
    """Yield the end of contributions that a unit would owe itself."""
    for one in loaded:
        state = one.task.state or ""
        states = moving.after.machine(one.task).states
        if states[state].final or "cancelled" not in states:
            continue
        arrow = ending(MOVED, _LABEL, state, target="cancelled")
        yield effects.describe(_request(one.task, moving), arrow, _scene(one, moving)).change


def _record_rows(tx: Transaction, moving: Relocation) -> None:
    """Record what moved without a history of its own: drafts, parts, and work that comes back."""
    allotment, deed = moving.allotment, moving.deed
    rows: list[tuple[str, str, str, str | None]] = []
    rows += [(row.plan_code, "items", row.code, to) for row, to in allotment.drafts]
    rows += [(row.plan_code, "series", row.code, to) for row, to in allotment.series]
    units = moving.before.unit_by_id
    rows += [
        (row.plan_code, "contributions", f"{row.code}:{units[row.unit_id].code}", to)
        for row, to in allotment.contributions
    ]
    by_plan: dict[str, dict[str, list[list[str | None]]]] = {}
    for plan_code, what, code, to in rows:
        by_plan.setdefault(plan_code, {}).setdefault(what, []).append([code, to])
    for plan_code, moved in by_plan.items():
        event = Event(
            subject=f"reorganisation:{deed.id}",
            action="plan.items_moved",
            actor=deed.who.actor.code,
            on_behalf_of=deed.who.on_behalf_of,
            delegation=deed.who.delegation_id,
            cause=allotment.shape.decision or None,
            after={"plan": plan_code, **moved},
        )
        append(tx, event, at=deed.at)


def _withdraw(tx: Transaction, moving: Relocation) -> set[str]:
    """Withdraw what waits for people who answer no more; return the tasks that owe it to others.

    What a relay holds at this instant it judges again itself before anything leaves.
    """
    on = moving.after.calendar.local_date(moving.deed.at)
    stale = []
    for one in departures.unsent_to(tx, _concerned(moving.allotment)):
        why = outdated(one.notice, one.task, moving.after, plan_state=one.plan_state, on=on)
        if why is not None and why.cause == "recipient":
            stale.append(one)
    if not stale:
        return set()
    values = {"status": "superseded", "superseded_by": MOVED, "reason": MOVED}
    outbox.set_notices(tx, [one.id for one in stale], values)
    event = Event(
        subject=f"reorganisation:{moving.deed.id}",
        action="notice.superseded",
        actor="system",
        after={"notices": [[one.label, MOVED, MOVED] for one in stale]},
    )
    append(tx, event, at=moving.deed.at)
    return {one.task.id for one in stale if one.notice.is_planned}


def _concerned(allotment: Allotment) -> list[str]:
    """Return the people for whom something may wait that is theirs no more."""
    found = {one.row.person_id for one in allotment.posts}
    found |= {row.person_id for row in allotment.ending}
    found |= {one.loaded.task.assignee_id for one in allotment.tasks if one.is_bereft} - {None}
    return sorted(found)
