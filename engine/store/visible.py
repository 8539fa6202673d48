"""Which tasks somebody may see, as a condition of SQL: `engine.visibility.may_see`, for lists.

Every read on somebody's behalf goes through it; what it leaves out does not exist for him.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from engine.organisation import Organisation, is_in_field
from engine.store import counters
from engine.store.record import contribution, notice, task
from engine.store.session import Transaction

_part = task.alias("visible_part")
_whole = task.alias("visible_whole")


def visible_to(
    tx: Transaction, organisation: Organisation, people: Sequence[str], *, on: date
) -> ColumnElement[bool]:
    """Return the condition on `task` that lets through what any of some people may see.

    Args:
        tx: The transaction.
        organisation: Everybody.
        people: Ids of the reader and of those he stands in for.
        on: The local day.
    """
    present = [
        each
        for each in people
        if each in organisation.person_by_id and not organisation.person_by_id[each].is_disabled
    ]
    if not present:
        return false()
    if any(_sees_all(organisation, each, on) for each in present):
        return true()
    return or_(*(one for each in present for one in _conditions(tx, organisation, each, on)))


def _sees_all(organisation: Organisation, person_id: str, on: date) -> bool:
    monitor = organisation.monitor
    return (
        person_id in organisation.directors(on)
        or person_id in organisation.holders("deputy_director", on)
        or person_id in organisation.holders("auditor", on)
        or (monitor is not None and person_id in organisation.members(monitor.id, on))
    )


def _conditions(
    tx: Transaction, organisation: Organisation, person_id: str, on: date
) -> Iterator[ColumnElement[bool]]:
    yield task.c.assignee_id == person_id
    yield task.c.verifier_id == person_id
    yield task.c.leader_id == person_id
    reporters = or_(task.c.reported_by_id == person_id, task.c.reported_for_id == person_id)
    yield and_(task.c.state == "reported", reporters)
    yield _told(person_id)
    units = organisation.units
    member_of = [one.id for one in units if person_id in organisation.members(one.id, on)]
    head_of = {
        one.id
        for one in units
        if person_id in organisation.holders("unit_head", on, unit_id=one.id)
    }
    below = [one.id for one in units if head_of & set(organisation.upwards(one.id))]
    yield task.c.lead_unit_id.in_([*dict.fromkeys([*member_of, *below])])
    yield from _asked_for(member_of, sorted(head_of))
    yield in_charge(tx, organisation, person_id, on=on)


def _told(person_id: str) -> ColumnElement[bool]:
    """Whoever was told of a task, or of what hangs on it, may look it up."""
    is_his = and_(notice.c.recipient_id == person_id, notice.c.status != "superseded")
    of_parts = (
        select(_part.c.parent_id)
        .join(notice, notice.c.task_id == _part.c.id)
        .where(is_his, _part.c.parent_id.is_not(None))
    )
    return or_(task.c.id.in_(select(notice.c.task_id).where(is_his)), task.c.id.in_(of_parts))


def _asked_for(member_of: Sequence[str], head_of: Sequence[str]) -> Iterator[ColumnElement[bool]]:
    if head_of:
        asked = select(contribution.c.task_id).where(contribution.c.unit_id.in_(head_of))
        yield task.c.id.in_(asked)
    if member_of:
        # Whoever leads a task sees what others contribute to it.
        led = select(_whole.c.id).where(_whole.c.lead_unit_id.in_(member_of))
        yield and_(task.c.kind == "contribution", task.c.parent_id.in_(led))


def in_charge(
    tx: Transaction, organisation: Organisation, person_id: str, *, on: date
) -> ColumnElement[bool]:
    """Return the condition on `task` that a leader in charge answers for it, without being named.

    Fields are words, so they are compared here and not by the database.
    """
    if person_id not in leaders(organisation):
        return false()
    charged = [one.field for one in organisation.charges if one.field and one.covers(on)]
    headings = counters.headings(tx) if charged else frozenset()
    apart = [one for one in headings if any(is_in_field(one, field) for field in charged)]
    whole = task.c.lead_unit_id.in_(_led(organisation, person_id, field="", on=on))
    return and_(
        task.c.leader_id.is_(None),
        or_(
            and_(whole, task.c.field.not_in(apart)),
            *(and_(task.c.field == one, _of_field(organisation, person_id, field=one, on=on))
              for one in apart),
        ),
    )  # fmt: skip


def leaders(organisation: Organisation) -> set[str]:
    """Return who is in charge of anything, whenever."""
    named = {one.leader_id for one in organisation.units if one.leader_id is not None}
    return named | {one.leader_id for one in organisation.charges}


def _led(organisation: Organisation, person_id: str, *, field: str, on: date) -> list[str]:
    return [
        one.id
        for one in organisation.units
        if organisation.leader_in_charge(one.id, field=field, on=on) == person_id
    ]


def _of_field(
    organisation: Organisation, person_id: str, *, field: str, on: date
) -> ColumnElement[bool]:
    led = task.c.lead_unit_id.in_(_led(organisation, person_id, field=field, on=on))
    if organisation.leader_in_charge(None, field=field, on=on) != person_id:
        return led
    # Of the agency's field are also the tasks that no unit leads.
    return or_(led, task.c.lead_unit_id.is_(None))
