"""Who may see a task by what he is in the organisation, and who is let see it by being told (S31).

Whoever a rung reaches may see that task, wherever he sits: an escalation that its reader could not
look up would end nowhere. That is recorded where the organisation alone would not let him.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date

from engine.notices import Notice
from engine.organisation import Organisation
from engine.task import Task


def may_see(
    organisation: Organisation,
    person_id: str,
    task: Task,
    *,
    on: date,
    told: Collection[str] = (),
) -> bool:
    """Return whether somebody may see a task on a day.

    Its people and everybody of its lead unit, the heads of its coordinating units and of the units
    above, the unit that follows the plan, the leaders of the agency and auditors; and whoever was
    told of it.

    Args:
        organisation: Everybody.
        person_id: Who looks.
        task: What he looks at.
        on: The local day.
        told: Ids of the people told of this task.
    """
    person = organisation.person_by_id.get(person_id)
    if person is None or person.is_disabled:
        return False
    return person_id in told or any(person_id in each for each in _circles(organisation, task, on))


def granted(
    notices: Iterable[Notice],
    tasks: Mapping[str, Task],
    organisation: Organisation,
    *,
    on: date,
) -> list[list[str]]:
    """Return address and code of each task and person where only being told lets him see it."""
    found = {
        (tasks[one.task_id].address, organisation.person_by_id[one.recipient_id].code)
        for one in notices
        if one.recipient_id is not None
        and one.status == "pending"
        and not may_see(organisation, one.recipient_id, tasks[one.task_id], on=on)
    }
    return [list(each) for each in sorted(found)]


def _circles(organisation: Organisation, task: Task, on: date) -> Iterator[Collection[str | None]]:
    """Yield the people who may see a task, the likeliest readers first."""
    yield (task.assignee_id, task.verifier_id, task.leader_id)
    if task.lead_unit_id is not None:
        yield organisation.members(task.lead_unit_id, on)
    for unit_id in (*task.coordinating_ids, *organisation.upwards(task.lead_unit_id)):
        yield organisation.holders("unit_head", on, unit_id=unit_id)
    yield organisation.directors(on)
    yield organisation.holders("deputy_director", on)
    answerable = task.answerable
    yield (organisation.leader_of(answerable, on), *answerable.reported_by_ids)
    if organisation.monitor is not None:
        yield organisation.members(organisation.monitor.id, on)
    yield organisation.holders("auditor", on)
    side = task.lead_side
    if side is not None and side.unit_id is not None:
        yield organisation.members(side.unit_id, on)


def sees_all(organisation: Organisation, person_id: str, on: date) -> bool:
    """Return whether somebody may see every task of the agency on a day."""
    person = organisation.person_by_id.get(person_id)
    if person is None or person.is_disabled:
        return False
    monitor = organisation.monitor
    circles = [
        organisation.directors(on),
        organisation.holders("deputy_director", on),
        organisation.holders("auditor", on),
    ]
    if monitor is not None:
        circles.append(organisation.members(monitor.id, on))
    return any(person_id in each for each in circles)


def seen_units(organisation: Organisation, person_id: str, on: date) -> tuple[str, ...]:
    """Return the ids of the units all of whose tasks somebody may see on a day, in their order.

    Those he belongs to, and those that he heads with all below them.
    """
    units = organisation.units
    if sees_all(organisation, person_id, on):
        return tuple(one.id for one in units)
    person = organisation.person_by_id.get(person_id)
    if person is None or person.is_disabled:
        return ()
    headed = {
        one.id
        for one in units
        if person_id in organisation.holders("unit_head", on, unit_id=one.id)
    }
    return tuple(
        one.id
        for one in units
        if person_id in organisation.members(one.id, on)
        or headed & set(organisation.upwards(one.id))
    )
