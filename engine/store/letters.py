"""Fills letters: everything the wording of a message needs, read at the moment it leaves."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, NamedTuple, TypeAlias

from sqlalchemy import select

from engine.addressees import complained_about, resolve
from engine.notices import Answer, Deed, LetterItem, Meanwhile, Told
from engine.organisation import Organisation
from engine.outlook import escalations_ahead
from engine.review import FieldChange
from engine.rulebook import Rulebook
from engine.store import ledger, quoted_parts
from engine.store.departures import Waiting
from engine.store.driver import Among, Prepared
from engine.store.letter_requests import Asked, asked
from engine.store.quoted_parts import QuotedParts
from engine.store.record import notice, plan, task
from engine.store.session import Transaction
from engine.store.urgings import URGED
from engine.task import Task
from engine.telling import Past

#: Events by which something is asked of a leader.
_ASKED = ("raised", "requested")
#: Events told of together with what the ladder does next.
_WITH_NEXT = (*_ASKED, URGED)

#: (task id, ladder, arming)
_Arming: TypeAlias = tuple[str, str, int]


class _Origin(NamedTuple):
    """What the plan says of a task, beyond what the rules need."""

    id: str
    ordinal: int
    section: str
    field: str
    output: str | None
    due_time: str | None
    changed_at: datetime | None
    plan_title: str
    plan_number: str | None
    plan_issued_on: date | None


class _ToldBefore(NamedTuple):
    """Who was told of a task, and when."""

    task_id: str
    ladder: str
    arming: int
    told_at: datetime
    rung: str
    kind: str
    position: str
    recipient_id: str


_ORIGINS: Final = Prepared(
    select(
        task.c.id, task.c.ordinal, task.c.section, task.c.field, task.c.output, task.c.due_time,
        task.c.changed_at, plan.c.title, plan.c.number, plan.c.issued_on,
    )
    .join(plan, plan.c.id == task.c.plan_id)
    .where(Among(task.c.id, "ids"))
)  # fmt: skip
_TOLD: Final = Prepared(
    select(*(notice.c[name] for name in _ToldBefore._fields))
    .where(
        Among(notice.c.task_id, "ids"),
        notice.c.told_at.is_not(None),
        notice.c.recipient_id.is_not(None),
    )
    .order_by(notice.c.told_at, notice.c.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """What one letter is written from."""

    rulebook: Rulebook
    today: date
    origins: Mapping[str, "_Origin"]
    facts: Mapping[str, Past]
    told: Mapping[_Arming, list["_ToldBefore"]]
    asked: Asked
    parts: QuotedParts

    @property
    def organisation(self) -> Organisation:
        return self.rulebook.organisation


def items(
    tx: Transaction, held: Sequence[Waiting], rulebook: Rulebook, *, at: datetime
) -> tuple[LetterItem, ...]:
    """Return one item per notice, in the order of the plan, with numbers true at that instant."""
    source = _source(tx, held, rulebook, at=at)
    in_order = sorted(
        held,
        key=lambda one: (
            one.task.plan_code,
            source.origins[source.asked.task_of(one.task).id].ordinal,
        ),
    )
    return tuple(_item(one, source) for one in in_order)


def _source(
    tx: Transaction, held: Sequence[Waiting], rulebook: Rulebook, *, at: datetime
) -> _Source:
    stand = {one.task.id: one.task for one in held}
    armings = {
        one.id: (rulebook.ladder_of(one) or "", rulebook.arming(one)) for one in stand.values()
    }
    asks = asked(tx, held, organisation=rulebook.organisation, calendar=rulebook.calendar)
    ids = sorted({*stand, *(one.id for one in asks.about.values())})
    return _Source(
        parts=quoted_parts.quoted(
            tx, held, organisation=rulebook.organisation, calendar=rulebook.calendar
        ),
        asked=asks,
        rulebook=rulebook,
        today=rulebook.calendar.local_date(at),
        origins={row[0]: _Origin._make(row) for row in _ORIGINS.rows(tx, {"ids": ids})},
        facts=ledger.facts(tx, armings, calendar=rulebook.calendar),
        told=_told_so_far(tx, stand),
    )


def _told_so_far(tx: Transaction, tasks: Iterable[str]) -> Mapping[_Arming, list[_ToldBefore]]:
    told: dict[_Arming, list[_ToldBefore]] = defaultdict(list)
    for row in map(_ToldBefore._make, _TOLD.rows(tx, {"ids": list(tasks)})):
        told[row.task_id, row.ladder, row.arming].append(row)
    return told


def _item(one: Waiting, source: _Source) -> LetterItem:
    item = _of_task(one, source)
    told = one.notice
    item = replace(item, **_of_event(told.detail, source.organisation))
    if told.kind == "escalation":
        item = replace(item, told=_told(one, source), answers=_answers(one, source))
    if one.task.id in source.asked.requests:
        # The words of an answer are those of the request, whenever the message is written.
        item = replace(item, note=None, request=source.asked.requests[one.task.id])
    if told.ladder or told.kind == "assignment" or told.rung in _WITH_NEXT:
        item = replace(item, next_steps=_ahead(one, source))
    return item


def _of_task(one: Waiting, source: _Source) -> LetterItem:
    stands, told = source.asked.task_of(one.task), one.notice
    row = source.origins[stands.id]
    office, people = source.rulebook.calendar, source.organisation.person_by_id
    calendar = source.rulebook.calendar_of(stands.lead_unit_id)
    due = stands.effective_due(calendar)
    reported = calendar.local_date(stands.reported_at) if stands.reported_at else None
    since = _waits_since(one, reported, source)
    return LetterItem(
        kind=told.kind,
        ladder=told.ladder,
        rung=told.rung,
        position=_position(one, source),
        plan_code=stands.plan_code,
        plan_title=row.plan_title,
        plan_number=row.plan_number,
        plan_issued_on=row.plan_issued_on,
        section=row.section,
        field=row.field,
        code=stands.code,
        title=stands.title,
        output=row.output,
        state=stands.state,
        state_label=_state_label(stands, source.rulebook),
        state_since=calendar.local_date(row.changed_at) if row.changed_at else None,
        due_on=stands.due_on,
        effective_due_on=due,
        due_time=row.due_time,
        working_days_left=calendar.signed_count(source.today, due) if due else None,
        working_days_waiting=office.count(since, source.today) if since else None,
        lead_unit=_unit(stands.lead_unit_id, source.organisation),
        assignee=people[stands.assignee_id].name if stands.assignee_id in people else None,
        reported_on=reported if stands.state == "reported" else None,
        is_urgent=told.is_urgent,
        is_paused=any(one.deadline_version == stands.deadline_version for one in stands.pauses),
        obstacles=source.asked.obstacles.get(stands.id, ()),
        part=source.parts.of.get(one.task.id),
        parts=source.parts.owed.get(one.task.id, ()),
    )


def _waits_since(one: Waiting, reported: date | None, source: _Source) -> date | None:
    """Return the day since which somebody waits for the verifier, or for a leader."""
    if one.notice.ladder == "verifier":
        return reported
    running = one.task.running_since
    is_asked = one.notice.ladder == "leader" and running is not None
    return source.rulebook.calendar.local_date(running) if is_asked and running else None


def _of_event(detail: Mapping[str, Any], organisation: Organisation) -> dict[str, Any]:
    actor, principal = (
        organisation.person_by_code.get(detail.get(name) or "")
        for name in ("actor", "on_behalf_of")
    )
    due_from, due_to = detail.get("due_from"), detail.get("due_to")
    decided_on, promise = detail.get("decided_on"), detail.get("promise")
    return {
        "note": detail.get("note"),
        "decision": detail.get("decision"),
        "actor": actor.name if actor else None,
        "acted_for": principal.name if principal else None,
        "due_from": date.fromisoformat(due_from) if due_from and due_from != due_to else None,
        "decided_on": date.fromisoformat(decided_on) if decided_on else None,
        "changes": tuple(
            _named(FieldChange(field=field, old=old, new=new), organisation)
            for field, old, new in detail.get("changes", ())
        ),
        "is_lost": bool(detail.get("is_lost")),
        "promise": date.fromisoformat(promise) if promise else None,
        "meanwhile": _meanwhile(detail.get("absence"), organisation),
    }


def _meanwhile(absence: Mapping[str, Any] | None, organisation: Organisation) -> Meanwhile | None:
    if absence is None:
        return None
    people = organisation.person_by_code
    done = (
        Deed(label=label, on=date.fromisoformat(on), name=people[code].name)
        for label, on, code in absence["done"]
    )
    told = (
        Told(on=date.fromisoformat(on), rung=rung, kind=kind, name=people[code].name)
        for rung, kind, on, code in absence["missed"]
    )
    return Meanwhile(
        from_on=date.fromisoformat(absence["from"]),
        to_on=date.fromisoformat(absence["to"]),
        done=tuple(done),
        told=tuple(told),
    )


def _named(change: FieldChange, organisation: Organisation) -> FieldChange:
    """Return a change with the names of units and people in place of their codes."""
    named: Mapping[str, Any] = {}
    if change.field in ("lead", "coordinating"):
        named = organisation.unit_by_code
    elif change.field in ("assignee", "verifier"):
        named = organisation.person_by_code

    def words(value: str | None) -> str | None:
        codes = value.split("; ") if value else []
        return "; ".join(named[one].name if one in named else one for one in codes) or None

    return FieldChange(field=change.field, old=words(change.old), new=words(change.new))


def _position(one: Waiting, source: _Source) -> str:
    """Return the position in which the recipient is written to, as he would understand it."""
    position = one.notice.position
    head = source.organisation.head(one.task.lead_unit_id, source.today)
    if position != "unit_head" or head is None or head == one.notice.recipient_id:
        return position
    coordinating = {
        source.organisation.head(unit_id, source.today) for unit_id in one.task.coordinating_ids
    }
    return "coordinating_units" if one.notice.recipient_id in coordinating else position


def _told(one: Waiting, source: _Source) -> tuple[Told, ...]:
    people, calendar = source.organisation.person_by_id, source.rulebook.calendar
    same = (one.task.id, one.notice.ladder, one.notice.arming)
    return tuple(
        Told(
            on=calendar.local_date(row.told_at),
            rung=row.rung,
            kind=row.kind,
            name=people[row.recipient_id].name,
            position=row.position,
        )
        for row in source.told.get(same, ())
    )


def _answers(one: Waiting, source: _Source) -> tuple[Answer, ...]:
    people = source.organisation.person_by_code
    return tuple(
        Answer(
            on=hold.on,
            name=people[hold.by].name if hold.by in people else hold.by,
            note=hold.note,
            promise=hold.through,
            is_over=hold.through < source.today,
        )
        for hold in one.task.holds
        if one.notice.ladder == "unit" and hold.arming == one.notice.arming
    )


def _ahead(one: Waiting, source: _Source) -> tuple[tuple[str, date], ...]:
    """Return the escalations ahead, without those that would tell the reader himself."""
    run = source.rulebook.run(one.task, source.facts[one.task.id].marks)
    if run is None:
        return ()
    steps = escalations_ahead(run, source.rulebook.calendar, today=source.today)
    return tuple(
        (position, day)
        for position, day in steps
        if _would_tell(position, run.ladder.name, one, source) != {one.notice.recipient_id}
    )


def _would_tell(position: str, ladder: str, one: Waiting, source: _Source) -> set[str | None]:
    organisation, answers, on = source.organisation, one.task.answerable, source.today
    complained = complained_about(organisation, ladder, answers, on=on)
    told = resolve(organisation, position, answers, on=on, complained=complained)
    return {addressee.person_id for addressee in told}


def _state_label(stands: Task, rulebook: Rulebook) -> str:
    return rulebook.machine(stands).states[stands.state].label if stands.state else ""


def _unit(unit_id: str | None, organisation: Organisation) -> str | None:
    return organisation.unit_by_id[unit_id].name if unit_id in organisation.unit_by_id else None
