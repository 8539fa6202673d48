"""The calendar of a year: days off and days worked instead, of the office and of a unit."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from config.holidays import seed_days
from dondoc.foundation import load_years
from dondoc.web.failures import Mistakes
from dondoc.web.office.doing import attempt, judged
from dondoc.web.office.weeks import MONTHS, Month, month_of, pattern_words
from dondoc.web.rendering import render
from dondoc.web.visit import SignedIn, Visit
from engine.calendar import WorkingCalendar
from engine.commands import calendars, unit_calendars
from engine.commands.calendars import MAY_EDIT
from engine.errors import Conflict, Refused, Unknown

router = APIRouter()

#: Years that the shipped holidays reach, and that a slip of the pen does not leave.
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A day that differs from its week, and who says so; `origin` is seed, office or unit."""

    day: date
    off: bool
    name: str
    source: str
    origin: str

    @property
    def is_expected(self) -> bool:
        """Whether the notice that settles it is still to come."""
        return any(word in self.source for word in ("dự kiến", "cần xác nhận"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Year:
    """A year as the page shows it."""

    year: int
    calendar: WorkingCalendar
    named: Sequence[Named]
    is_loaded: bool

    def months(self) -> list[Month]:
        """Return its months; a day that the list names is marked."""
        marks = {one.day: one for one in self.named}
        return [month_of(self.year, number, self.calendar, marks) for number in MONTHS]

    @property
    def working_days(self) -> int:
        """How many days are worked in it."""
        first, last = date(self.year, 1, 1), date(self.year, 12, 31)
        return sum(1 for _ in self.calendar.working_days(first, last))


@router.get("/lich")
def this_year(visit: SignedIn) -> Response:
    """Lead to the year that it is."""
    return RedirectResponse(f"/lich/{visit.today.year}", 303)


@router.get("/lich/{year}")
def show(visit: SignedIn, year: int, don_vi: str = "", xong: str = "") -> Response:
    """Show a year of the office, or of one unit."""
    return page(visit, year, unit=don_vi, done=xong)


@router.post("/lich/{year}/nap")
def load(visit: SignedIn, year: int) -> Response:
    """Load the holidays of a year; days that the office has set stay."""
    _require_year(year)
    by = visit.who.code
    refusal = attempt(
        visit, "calendar load",
        lambda tx: load_years(tx, (year,), at=visit.now, actor=by, rules=visit.app.rules),
        year=str(year),
    )  # fmt: skip
    if refusal is not None:
        return page(visit, year, wrong=refusal)
    return RedirectResponse(f"/lich/{year}?xong=nap", 303)


def page(
    visit: Visit,
    year: int,
    *,
    unit: str = "",
    done: str = "",
    wrong: Refused | Conflict | Mistakes | None = None,
    values: Mapping[str, Any] | None = None,
) -> Response:
    """Show a year, with what is wrong with an edit of it, and what was typed."""
    _require_year(year)
    found = _year(visit, year, unit)
    own = visit.rulebook.organisation.root
    units = [one for one in visit.rulebook.organisation.standing if one is not own]
    mistakes, status = judged(wrong, visit)
    return render(
        visit, "office/calendar.html", status=status, found=found, months=found.months(),
        unit=unit, units=[(one.code, one.name) for one in units], done=done, mistakes=mistakes,
        values=defaultdict(str, values or {}), pattern=pattern_words(found.calendar, visit),
        own_calendars={visit.rulebook.organisation.unit_by_id[one].code
                       for one in visit.rulebook.variations},
        hours=", ".join(f"{a:%H:%M}-{b:%H:%M}" for a, b in found.calendar.hours),
        weekend=_ticked(values, found.calendar),
        may_edit=bool(visit.who.roles & set(MAY_EDIT)) or bool(visit.who.principals),
        may_load=bool(visit.who.roles & set(MAY_EDIT)) or visit.who.is_administrator,
        before=year - 1 if year > FIRST_YEAR else None,
        after=year + 1 if year < LAST_YEAR else None,
    )  # fmt: skip


def _ticked(values: Mapping[str, Any] | None, calendar: WorkingCalendar) -> list[str]:
    """Return the days of the week that are ticked as off: as posted, else as they are."""
    if values is None or "can_cu_tuan" not in values:
        return [str(each) for each in calendar.weekend]
    posted = values.get("nghi", [])
    return [posted] if isinstance(posted, str) else list(posted)


def _year(visit: Visit, year: int, unit: str) -> _Year:
    rules = visit.app.rules
    with visit.read() as tx:
        stored, is_loaded = calendars.days_of(tx, year), calendars.is_loaded(tx, year)
        own = unit_calendars.own_days(tx, unit, rules=rules) if unit else ()
    calendar = visit.rulebook.calendar
    if unit:
        known = visit.rulebook.organisation.unit_by_code
        calendar = visit.rulebook.calendar_of(known[unit].id)
    named = {} if is_loaded else {one.day: _named(one, "seed") for one in seed_days(year)}
    named |= {one.day: _named(one, one.kind) for one in stored}
    named |= {one.day: _named(one, "unit") for one in own if one.day.year == year}
    if not is_loaded:
        off = {one.day for one in named.values() if one.off}
        worked = {one.day for one in named.values() if not one.off}
        calendar = calendar.edited(off=frozenset(off), worked=frozenset(worked))
    listed = [named[day] for day in sorted(named)]
    return _Year(year=year, calendar=calendar, named=listed, is_loaded=is_loaded)


def _named(one: Any, origin: str) -> Named:
    return Named(day=one.day, off=one.off, name=one.name, source=one.source, origin=origin)


def _require_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Unknown(what="year", name=str(year))
