"""Units that work at other times than the office: their week, their hours, days of their own.

A unit without a calendar of its own has that of the nearest unit above it, else the office's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import Any

from engine.audit import Event, append
from engine.calendar import Variation, WorkingCalendar, layered
from engine.clock import require_aware
from engine.commands import rights
from engine.commands.calendar_moves import Edit, settle
from engine.commands.calendars import CalendarEdited, permitted, require_work, sourced
from engine.errors import Invalid, Unknown
from engine.organisation import Unit
from engine.rulebook import Rulebook
from engine.spelling import nearest
from engine.store import unit_calendars as store
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.store.unit_calendars import UnitDay, UnitHours

_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCalendarEdit:
    """When a unit works, as somebody of the office wants it; what is None stays as it is.

    Attributes:
        unit: Code of the unit.
        weekend: Days of the week off, Monday is 0; empty: none.
        hours: Working hours, local, in order, each (from, to).
        send_at: Local time of its slot.
        off: Local dates to be off for it.
        worked: Local dates to be worked by it.
        is_reset: Whether it first loses everything it had of its own.
        source: The decision or notice it rests on.
        by: Code of the person who edits, and of the person a substitute acts for.
        name: What each of the days is called, "" for a usual name.
    """

    unit: str
    weekend: frozenset[int] | None = None
    hours: tuple[tuple[time, time], ...] | None = None
    send_at: time | None = None
    off: tuple[date, ...] = ()
    worked: tuple[date, ...] = ()
    is_reset: bool = False
    source: str
    by: tuple[str, str | None]
    name: str = ""


def set_unit_calendar(
    tx: Transaction, edit: UnitCalendarEdit, *, rules: Rules, at: datetime
) -> CalendarEdited:
    """Have a unit work at other times than the unit above it.

    Raises:
        Unknown: the unit, the actor, or the person acted for.
        NotPermitted: he is neither the head of the monitoring unit nor the director.
        Invalid: no source; the unit is the agency itself; hours in disorder; no working day left;
            or nothing is asked for.
    """
    at = require_aware(at).astimezone(UTC)
    rulebook = rules.current(tx)
    who = permitted(rulebook, edit.by, what="calendar_unit", at=at)
    source = sourced(edit.source)
    unit = unit_of(rulebook, edit)
    known = rulebook.variations.get(unit.id, Variation())
    wanted = wanted_of(rulebook, edit)
    if wanted == known:
        return CalendarEdited()
    before = _shown(tx, unit.id)
    _store(tx, unit.id, edit, source=source)
    event = Event(
        subject=f"unit:{unit.id}",
        action="calendar.unit_changed",
        actor=who.actor.code,
        on_behalf_of=who.on_behalf_of,
        delegation=who.delegation_id,
        cause=source,
        before={"unit": unit.code, **before},
        after={"unit": unit.code, **_shown(tx, unit.id)},
    )
    append(tx, event, at=at)
    told_of = Edit(
        subject=f"unit:{unit.id}",
        source=source,
        actor=who.actor.code,
        on_behalf_of=who.on_behalf_of,
    )
    moves = settle(tx, rulebook, told_of, rules=rules, at=at)
    days = {*(known.off ^ wanted.off), *(known.worked ^ wanted.worked)}
    return CalendarEdited(is_changed=True, changed=tuple(sorted(days)), moves=moves)


def wanted_of(rulebook: Rulebook, edit: UnitCalendarEdit) -> Variation:
    """Return in what a unit would differ from the unit above it.

    Raises:
        Unknown: there is no such unit.
        Invalid: as `set_unit_calendar` says.
    """
    unit = unit_of(rulebook, edit)
    _judge(edit)
    known = Variation() if edit.is_reset else rulebook.variations.get(unit.id, Variation())
    off, worked = frozenset(edit.off) - frozenset(edit.worked), frozenset(edit.worked)
    wanted = Variation(
        weekend=known.weekend if edit.weekend is None else edit.weekend,
        hours=edit.hours or known.hours,
        send_at=edit.send_at or known.send_at,
        off=(known.off | off) - worked,
        worked=(known.worked | worked) - off,
    )
    years = {day.year for day in off} | set(rulebook.calendar.loaded_years)
    require_work(_calendar(rulebook, unit, wanted), years)
    return wanted


def unit_of(rulebook: Rulebook, edit: UnitCalendarEdit) -> Unit:
    """Return the unit an edit is about.

    Raises:
        Unknown: there is none of that code.
        Invalid: it is the agency itself, whose calendar is the office's.
    """
    units = rulebook.organisation.unit_by_code
    found = units.get(edit.unit)
    if found is None:
        raise Unknown(what="unit", name=edit.unit, hint=nearest(edit.unit, units))
    if found.parent_id is None:
        problem = "lịch của cả cơ quan đặt bằng calendar set và trong cấu hình [calendar]"
        raise Invalid(field="unit", problem=problem)
    rights.require_standing(found)
    return found


def unit_calendar_of(tx: Transaction, code: str, *, rules: Rules) -> WorkingCalendar:
    """Return the calendar that a unit works by.

    Raises:
        Unknown: there is no such unit.
    """
    rulebook = rules.current(tx)
    units = rulebook.organisation.unit_by_code
    if code not in units:
        raise Unknown(what="unit", name=code, hint=nearest(code, units))
    return rulebook.calendar_of(units[code].id)


def own_days(tx: Transaction, code: str, *, rules: Rules) -> Sequence[UnitDay]:
    """Return the days that a unit, or one above it, has of its own, in order.

    Raises:
        Unknown: there is no such unit.
    """
    organisation = rules.current(tx).organisation
    unit_calendar_of(tx, code, rules=rules)
    line: list[str] = []
    at: str | None = organisation.unit_by_code[code].id
    while at is not None and at not in line:
        line.append(at)
        at = organisation.unit_by_id[at].parent_id
    found = {one.day: one for unit_id in reversed(line) for one in _of_unit(tx, unit_id)}
    return [found[day] for day in sorted(found)]


def _judge(edit: UnitCalendarEdit) -> None:
    asked = (edit.weekend, edit.hours, edit.send_at)
    if not any((*(one is not None for one in asked), edit.off, edit.worked, edit.is_reset)):
        raise Invalid(field="unit", problem="chưa nói đổi gì trong lịch của đơn vị")
    if edit.weekend is not None and len(edit.weekend) >= _WEEK:
        raise Invalid(field="weekend", problem="phải còn ít nhất một ngày làm việc trong tuần")
    hours = edit.hours or ()
    is_backward = any(start >= end for start, end in hours)
    if is_backward or any(later[0] < earlier[1] for earlier, later in pairwise(hours)):
        raise Invalid(field="hours", problem="các khoảng giờ chồng nhau hoặc sai thứ tự")


def _calendar(rulebook: Rulebook, unit: Unit, wanted: Variation) -> WorkingCalendar:
    parents = {one.id: one.parent_id for one in rulebook.organisation.units}
    found = layered(rulebook.calendar, {**rulebook.variations, unit.id: wanted}, parents)
    return found.get(unit.id, rulebook.calendar)


def _store(tx: Transaction, unit_id: str, edit: UnitCalendarEdit, *, source: str) -> None:
    if edit.is_reset:
        store.forget_all(tx, unit_id)
    if (edit.weekend, edit.hours, edit.send_at) != (None, None, None):
        known = store.hours(tx).get(unit_id)
        weekend = known.weekend if known is not None else None
        store.put_hours(
            tx,
            UnitHours(
                unit_id=unit_id,
                weekend=weekend if edit.weekend is None else tuple(sorted(edit.weekend)),
                hours=edit.hours or (known.hours if known is not None else None),
                send_at=edit.send_at or (known.send_at if known is not None else None),
                source=source,
            ),
        )
    wanted = [(day, True) for day in sorted(frozenset(edit.off) - frozenset(edit.worked))]
    wanted += [(day, False) for day in sorted(frozenset(edit.worked))]
    store.put_days(
        tx,
        [
            UnitDay(unit_id=unit_id, day=day, off=off, source=source, name=_name(edit, off=off))
            for day, off in wanted
        ],
    )


def _name(edit: UnitCalendarEdit, *, off: bool) -> str:
    usual = "Ngày nghỉ riêng của đơn vị" if off else "Ngày làm việc riêng của đơn vị"
    return edit.name.strip() or usual


def _of_unit(tx: Transaction, unit_id: str) -> list[UnitDay]:
    return [one for one in store.days(tx) if one.unit_id == unit_id]


def _shown(tx: Transaction, unit_id: str) -> Mapping[str, Any]:
    pattern = store.hours(tx).get(unit_id)
    days = [
        {"day": one.day, "off": one.off, "name": one.name, "source": one.source}
        for one in _of_unit(tx, unit_id)
    ]
    if pattern is None:
        return {"days": days}
    spans = pattern.hours
    return {
        "weekend": None if pattern.weekend is None else list(pattern.weekend),
        "hours": None if spans is None else [f"{a:%H:%M}-{b:%H:%M}" for a, b in spans],
        "send_at": f"{pattern.send_at:%H:%M}" if pattern.send_at is not None else None,
        "source": pattern.source,
        "days": days,
    }
