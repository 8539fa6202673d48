"""Edits of a calendar that happen in a town: the office's, and those of a unit."""

from typing import TYPE_CHECKING, Any

from engine.commands import calendars
from engine.commands.unit_calendars import UnitCalendarEdit, set_unit_calendar

if TYPE_CHECKING:
    from tests.support.town import Town


def edit_calendar(town: "Town", **how: Any) -> None:
    """Have the director edit a day of the office, or the calendar of a `unit`."""
    if "unit" in how:
        vary(town, **how)
        return
    town.calendar_edits += 1
    edit = calendars.DayEdit(day=how["day"], off=how["off"], source="x", actor="gd")
    with town.database.begin() as tx:
        calendars.set_day(tx, edit, at=town.clock.now(), rules=town.world.rules)


def vary(town: "Town", unit: str, **varied: Any) -> None:
    """Have a unit work at other times."""
    edit = UnitCalendarEdit(unit=unit, source="x", by=("gd", None), **varied)
    with town.database.begin() as tx:
        set_unit_calendar(tx, edit, rules=town.world.rules, at=town.clock.now())
