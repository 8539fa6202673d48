"""Units merged, split, renamed, dissolved, and functions handed over, from a local day on.

A change decided for a later day waits; until the one transaction that carries it out the units
stand as they are, so that nothing is without an owner at any instant. It never commits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from engine.audit import Event, append
from engine.clock import require_aware
from engine.commands import rights, shaping
from engine.commands.allotment import Allotment, allot
from engine.commands.regrouping import Deed, regroup
from engine.commands.relocation import Relocation, relocate
from engine.commands.rights import Standpoint
from engine.commands.shaping import Dissolve, Merge, Rename, Split, Transfer, Wish
from engine.errors import BadInput, Invalid, Refused, Unknown
from engine.reshaping import Allocation, Heir, Reshaping, reshaping_from
from engine.rulebook import Rulebook
from engine.spelling import nearest
from engine.store import alerts
from engine.store import reorganisations as store
from engine.store import tasks as task_store
from engine.store.reorganisations import Stored
from engine.store.rulebooks import Rules, bump
from engine.store.session import Transaction

__all__ = [
    "Allocation", "Dissolve", "Heir", "Merge", "Moved", "Rename", "Reorganised", "Split",
    "Transfer", "abandon", "belongings", "dissolve", "listed", "merge", "rename", "settle", "split",
    "transfer", "withdraw",
]  # fmt: skip

#: Who may change the organisation (rule 18).
MAY_CHANGE = ("monitor", "director")
#: Stands for who gets something, as long as nobody has said so.
_SOMEBODY = "?"

By = tuple[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One thing that gets another unit: a task, a part of one, a series, a draft, a person.

    Attributes:
        what: `task`, `contribution`, `series`, `draft`, `person`, or `children`: a unit below it.
        name: Its address or code.
        to: Code of the unit; None where it ends with nothing after it.
        detail: The position of a person, `lost` where a task loses whoever did it, else "".
    """

    what: str
    name: str
    origin: str
    to: str | None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reorganised:
    """What a change moved, or is going to move; `is_planned` while its day lies ahead."""

    id: str
    kind: str
    effective_on: date
    is_planned: bool
    ended: tuple[str, ...]
    heirs: tuple[str, ...]
    moved: tuple[Moved, ...]
    told: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def merge(tx: Transaction, wanted: Merge, *, by: By, rules: Rules, at: datetime) -> Reorganised:
    """Let units become one, from a local day on.

    Raises:
        Unknown: a unit or a person does not exist.
        NotPermitted: the actor is neither the head of the monitoring unit nor the director.
        Invalid: the change makes no sense, or leaves open what cannot be inherited.
        BadInput: something would have no owner; every fault is named.
    """
    return _decide(tx, wanted, by=by, rules=rules, at=at)


def split(tx: Transaction, wanted: Split, *, by: By, rules: Rules, at: datetime) -> Reorganised:
    """Let a unit become several; everything it has is allocated. Raises as `merge` does."""
    return _decide(tx, wanted, by=by, rules=rules, at=at)


def rename(tx: Transaction, wanted: Rename, *, by: By, rules: Rules, at: datetime) -> Reorganised:
    """Call a unit otherwise from a local day on. Raises as `merge` does."""
    return _decide(tx, wanted, by=by, rules=rules, at=at)


def dissolve(
    tx: Transaction, wanted: Dissolve, *, by: By, rules: Rules, at: datetime
) -> Reorganised:
    """End a unit and give what it has to units that stand. Raises as `merge` does."""
    return _decide(tx, wanted, by=by, rules=rules, at=at)


def transfer(
    tx: Transaction, wanted: Transfer, *, by: By, rules: Rules, at: datetime
) -> Reorganised:
    """Hand a function over from one unit that stands to another. Raises as `merge` does."""
    return _decide(tx, wanted, by=by, rules=rules, at=at)


def withdraw(
    tx: Transaction, identity: str, *, note: str, by: By, rules: Rules, at: datetime
) -> None:
    """Give up a change that waits for its day.

    Raises:
        Unknown: no change waits under that id, or the end of one.
        NotPermitted: as `merge`.
    """
    at = require_aware(at).astimezone(UTC)
    waiting = [one for one in store.planned(tx) if identity and one.id.endswith(identity)]
    if len(waiting) != 1:
        raise Unknown(what="reorganisation", name=identity,
                      hint=nearest(identity, [one.id for one in store.planned(tx)]))  # fmt: skip
    who = _permitted(rules.current(tx), by, at=at)
    _give_up(tx, waiting[0], action="unit.change_withdrawn", actor=who, cause=note or None, at=at)


def belongings(tx: Transaction, code: str, *, rules: Rules, at: datetime) -> tuple[Moved, ...]:
    """Return everything that somebody has to get when a unit ends today; nothing is written.

    Raises:
        Unknown: there is no such unit.
    """
    rulebook = rules.current(tx)
    if code not in rulebook.organisation.unit_by_code:
        raise Unknown(what="unit", name=code)
    shape = Reshaping(
        kind="split", effective_on=rulebook.calendar.local_date(at), decision="",
        sources=(code,), ends=(code,), heirs=(Heir(code=_SOMEBODY),), rest=_SOMEBODY,
    )  # fmt: skip
    return _moved(allot(tx, shape, rulebook), rulebook)


def listed(tx: Transaction) -> list[Stored]:
    """Return every change of the organisation, the one decided last at the end."""
    return store.changes(tx)


def settle(tx: Transaction, *, rules: Rules, at: datetime) -> int:
    """Carry out every change whose day has come; return how many.

    One that cannot be carried out any more, because something appeared that nobody allocated, is
    given up with an alert: its units go on as they are until somebody decides anew.
    """
    at = require_aware(at).astimezone(UTC)
    rulebook = rules.current(tx)
    today, first = rulebook.calendar.local_date(at), rulebook.organisation.changes_on
    if first is None or first > today:
        return 0
    task_store.let_writers_finish(tx)
    done = 0
    for one in store.planned(tx, until=today):
        try:
            _carry_out(tx, one, rules=rules, at=at)
        except Refused as refusal:
            abandon(tx, one, refusal, at=at)
        else:
            done += 1
    return done


def abandon(tx: Transaction, one: Stored, problem: Exception, *, at: datetime) -> None:
    """Give up a change whose day has come and that cannot be carried out, and say so."""
    said = _why(problem)
    _give_up(tx, one, action="unit.change_failed", actor=None, cause=said, at=at)
    trouble = alerts.Alert(
        code="reorganisation_failed",
        message=f"quyết định {one.decision or one.kind} hiệu lực {one.effective_on:%d/%m/%Y} không "
        f"thực hiện được, các đơn vị giữ nguyên: {said}",
        key=f"reorganisation_failed:{one.id}",
    )
    alerts.raise_alert(tx, trouble, at=at)


def _why(problem: Exception) -> str:
    """Return what keeps a change from being carried out, for people."""
    match problem:
        case BadInput():
            return "; ".join(str(each) for each in problem.faults)
        case Invalid():
            return problem.problem
        case _:
            return str(problem) or type(problem).__name__


def _decide(tx: Transaction, wanted: Wish, *, by: By, rules: Rules, at: datetime) -> Reorganised:
    at = require_aware(at).astimezone(UTC)
    settle(tx, rules=rules, at=at)
    rulebook = rules.current(tx)
    shaping.require_known(wanted, rulebook.organisation)
    who = _permitted(rulebook, by, at=at)
    shape = shaping.shape_of(wanted, rulebook.organisation)
    _require_free(tx, shape)
    is_planned = shape.effective_on > rulebook.calendar.local_date(at)
    begins = datetime.combine(shape.effective_on, time.min, tzinfo=rules.office.zone)
    values = {
        "kind": shape.kind,
        "effective_on": shape.effective_on,
        "decision": shape.decision,
        "note": shape.note,
        "content": {**shape.as_content(), "begins_at": begins.astimezone(UTC).isoformat()},
        "state": "planned",
        "actor": who.actor.code,
        "on_behalf_of": who.on_behalf_of,
        "created_at": at,
    }
    if is_planned:
        # Judged now, so that whoever decides learns now what is missing.
        allotment = allot(tx, shape, rulebook)
        identity = store.insert_change(tx, values)
        _record(tx, identity, shape, action="unit.change_planned", who=who, at=at)
        bump(tx)
        return _reorganised(identity, allotment, rulebook, is_planned=True)
    task_store.let_writers_finish(tx)
    identity = store.insert_change(tx, values)
    stored = next(one for one in store.planned(tx) if one.id == identity)
    return _carry_out(tx, stored, rules=rules, at=at)


def _carry_out(tx: Transaction, one: Stored, *, rules: Rules, at: datetime) -> Reorganised:
    """Change the organisation; writers of tasks are kept out already.

    Raises:
        Refused: something would have no owner; nothing was written.
    """
    revision = bump(tx)
    rulebook = rules.read(tx, revision)
    shape = reshaping_from(one.content, kind=one.kind, effective_on=one.effective_on,
                           decision=one.decision, note=one.note)  # fmt: skip
    shaping.require_standing(shape, rulebook.organisation)
    allotment = allot(tx, shape, rulebook)
    on = rulebook.calendar.local_date(at)
    who = rights.standpoint(rulebook.organisation, one.actor, one.on_behalf_of, on=on)
    deed = Deed(id=one.id, who=who, at=at)
    ids = regroup(tx, allotment, rulebook.organisation, deed=deed)
    store.set_change(tx, one.id, state="done", done_at=at)
    after = rules.read(tx, revision)
    moving = Relocation(allotment=allotment, before=rulebook.organisation, after=after, ids=ids,
                        deed=deed, rules=rules)  # fmt: skip
    told = relocate(tx, moving)
    _record(tx, one.id, shape, action="unit.change_done", who=who, at=at)
    codes = sorted(rulebook.organisation.person_by_id[person].code for person in told)
    return _reorganised(one.id, allotment, rulebook, is_planned=False, told=codes)


def _permitted(rulebook: Rulebook, by: By, *, at: datetime) -> Standpoint:
    organisation, today = rulebook.organisation, rulebook.calendar.local_date(at)
    who = rights.standpoint(organisation, *by, on=today)
    rights.require(organisation, who, None, on=today, what="unit_change", any_of=MAY_CHANGE)
    return who


def _require_free(tx: Transaction, shape: Reshaping) -> None:
    """Return if no other change of the same units waits for its day."""
    for one in store.planned(tx):
        taken = {*one.content["sources"], *(heir["code"] for heir in one.content["heirs"])}
        both = sorted(taken & {*shape.sources, *(heir.code for heir in shape.heirs)})
        if both:
            raise Invalid(
                field="unit",
                problem=f"{', '.join(both)} đã có thay đổi chờ ngày {one.effective_on:%d/%m/%Y} "
                f"({one.id[-8:]}); rút lại trước (unit withdraw)",
            )


def _give_up(
    tx: Transaction,
    one: Stored,
    *,
    action: str,
    actor: Standpoint | None,
    cause: str | None,
    at: datetime,
) -> None:
    store.set_change(tx, one.id, state="withdrawn", done_at=at)
    event = Event(
        subject=f"reorganisation:{one.id}",
        action=action,
        actor=actor.actor.code if actor else "system",
        on_behalf_of=actor.on_behalf_of if actor else None,
        cause=cause,
        before={"state": "planned"},
        after={"state": "withdrawn", "kind": one.kind, "decision": one.decision},
    )
    append(tx, event, at=at)
    bump(tx)


def _record(
    tx: Transaction, identity: str, shape: Reshaping, *, action: str, who: Standpoint, at: datetime
) -> None:
    event = Event(
        subject=f"reorganisation:{identity}",
        action=action,
        actor=who.actor.code,
        on_behalf_of=who.on_behalf_of,
        delegation=who.delegation_id,
        cause=shape.note or None,
        after={
            "kind": shape.kind,
            "decision": shape.decision,
            "effective_on": shape.effective_on,
            **shape.as_content(),
        },
    )
    append(tx, event, at=at)


def _reorganised(
    identity: str,
    allotment: Allotment,
    rulebook: Rulebook,
    *,
    is_planned: bool,
    told: Sequence[str] = (),
) -> Reorganised:
    shape = allotment.shape
    return Reorganised(
        id=identity,
        kind=shape.kind,
        effective_on=shape.effective_on,
        is_planned=is_planned,
        ended=shape.ends,
        heirs=tuple(heir.code for heir in shape.heirs),
        moved=_moved(allotment, rulebook),
        told=tuple(told),
        warnings=tuple(allotment.warnings),
    )


def _moved(allotment: Allotment, rulebook: Rulebook) -> tuple[Moved, ...]:
    units = rulebook.organisation.unit_by_id
    people = rulebook.organisation.person_by_id

    def code(unit_id: str | None) -> str:
        return units[unit_id].code if unit_id else ""

    posts = [
        Moved(what="person", name=one.person, origin=code(one.row.unit_id), to=one.to,
              detail=one.kind)
        for one in allotment.posts
    ]  # fmt: skip
    ending = [
        Moved(what="person", name=people[row.person_id].code, origin=code(row.unit_id), to=None)
        for row in allotment.ending
    ]
    tasks = [
        Moved(what="task", name=one.loaded.task.address, to=one.to,
              origin=code(one.loaded.task.lead_unit_id), detail="lost" if one.is_bereft else "")
        for one in allotment.tasks
    ]  # fmt: skip
    parts = [
        Moved(what="contribution", name=f"{row.plan_code}/{row.code}", origin=code(row.unit_id),
              to=to)
        for row, to in allotment.contributions
    ]  # fmt: skip
    rows: list[tuple[str, Sequence[tuple[object, str | None]]]] = [
        ("series", allotment.series), ("draft", allotment.drafts),
    ]  # fmt: skip
    others = [
        Moved(what=what, name=f"{row.plan_code}/{row.code}", origin=code(row.lead_unit_id), to=to)  # type: ignore[attr-defined]
        for what, found in rows
        for row, to in found
    ]
    children = [Moved(what="children", name=unit.code, origin=code(unit.parent_id), to=to)
                for unit, to in allotment.children]  # fmt: skip
    return (*children, *posts, *ending, *tasks, *parts, *others)
