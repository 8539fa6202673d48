"""What ends with a task: contributions that are still owed when it is cancelled or verified."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from engine.commands import effects, rights
from engine.commands.effects import Granted, Scene
from engine.commands.request import Request
from engine.errors import Conflict, Fault
from engine.machine import ending
from engine.rulebook import Rulebook
from engine.store import bulk
from engine.store import tasks as store
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.store.tasks import Loaded

#: What becomes of them, as history and the mail call it.
TRIGGER, STATE, NOTICE = "cancel", "cancelled", "cancelled"


def close_parts(
    tx: Transaction, granted: Sequence[Granted], rulebook: Rulebook, *, rules: Rules, at: datetime
) -> None:
    """Cancel what is still owed to tasks that were closed just now; nothing is read if nothing is.

    Args:
        tx: The transaction that closed them.
        granted: What was written.
        rulebook: The rules it was granted by.
        rules: The rulebook's keeper.
        at: The instant.

    Raises:
        Conflict: one of them moved on in this very moment; the transaction must be given up.
    """
    closing = {one.task.id: one for one in granted if one.has_open_parts and one.arrow.is_final}
    if not closing:
        return
    found = store.load_open_parts(tx, sorted(closing))
    following = [_cancelled(one, closing, rulebook, at=at) for one in found]
    changes = effects.with_notices(tx, following, rulebook, office=rules.office, at=at)
    moved = bulk.write_all(tx, changes)
    for one in following:
        if one.task.id not in moved:
            raise Conflict(
                what=one.task.address,
                expected=f"version {one.task.version}, {one.task.state}",
                found="another version",
            )


def later_parts(tx: Transaction, granted: Granted, rulebook: Rulebook) -> tuple[str, ...]:
    """Return codes of the units whose contributions are now due after the task they are for."""
    return later_of_all(tx, [granted], rulebook).get(granted.task.id, ())


def later_of_all(
    tx: Transaction, granted: Sequence[Granted], rulebook: Rulebook
) -> dict[str, tuple[str, ...]]:
    """Return the same of several tasks, by their ids; nothing is read where nothing is owed."""
    dates = {
        one.task.id: due_on
        for one in granted
        if one.has_open_parts and one.is_dated
        if (due_on := one.change.standing.due_on) is not None
    }
    found: dict[str, tuple[str, ...]] = {}
    for task_id, unit in _later(tx, dates, rulebook) if dates else ():
        found[task_id] = (*found.get(task_id, ()), unit)
    return found


def later_than(
    tx: Transaction, moved: Mapping[str, tuple[str, date]], rulebook: Rulebook
) -> Iterator[Fault]:
    """Yield a remark on each contribution that is due after the task it is for.

    Args:
        tx: The transaction.
        moved: By id of a task, its code and its new date; nothing is read if it is empty.
        rulebook: The rules of the moment.
    """
    dates = {task_id: due_on for task_id, (_, due_on) in moved.items()}
    for task_id, unit in _later(tx, dates, rulebook) if dates else ():
        code, due_on = moved[task_id]
        yield Fault(
            place=code,
            problem=f"phần phối hợp của {unit} có hạn sau hạn mới {due_on:%d/%m/%Y}",
            cure="đặt lại hạn của phần phối hợp",
        )


def _later(
    tx: Transaction, dates: Mapping[str, date], rulebook: Rulebook
) -> Iterator[tuple[str, str]]:
    units = rulebook.organisation.unit_by_id
    for one in store.load_open_parts(tx, sorted(dates)):
        part, due_on = one.task, dates[one.task.parent_id or ""]
        if part.due_on is not None and part.due_on > due_on and part.lead_unit_id in units:
            yield part.parent_id or "", units[part.lead_unit_id].code


def _cancelled(
    loaded: Loaded, closing: Mapping[str, Granted], rulebook: Rulebook, *, at: datetime
) -> Granted:
    part, cause = loaded.task, closing[loaded.task.parent_id or ""].change
    who = rights.standpoint(
        rulebook.organisation, cause.actor, cause.on_behalf_of, on=rulebook.calendar.local_date(at)
    )
    request = Request(
        actor=cause.actor,
        trigger=TRIGGER,
        task=part.address,
        on_behalf_of=cause.on_behalf_of,
        note=cause.note,
        decision=cause.decision,
    )
    scene = Scene(loaded=loaded, rulebook=rulebook, who=who, at=at)
    # An office's own workflow may have no way that leads there.
    told = (("assignee", "unit_head"), NOTICE)
    arrow = ending(TRIGGER, "Hủy cùng nhiệm vụ", part.state or "", target=STATE, told=told)
    return effects.describe(request, arrow, scene)
