"""The office's calendar: loading the days of a year, and the office's own edits.

Each edit moves what is not told yet: every task with a running ladder is looked at again in the
next slot (rule 13). What was told stays told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Protocol

from engine import years as year_rules
from engine.audit import Event, append
from engine.calendar import WorkingCalendar
from engine.clock import require_aware
from engine.commands import alerts, rights
from engine.commands.calendar_moves import Edit, settle
from engine.commands.rights import Standpoint
from engine.errors import Invalid
from engine.preview import DueMove
from engine.rulebook import Rulebook
from engine.store import calendars as store
from engine.store import examination, years
from engine.store.alerts import standing
from engine.store.calendars import Day
from engine.store.rulebooks import Rules
from engine.store.session import Transaction

#: Who may edit the calendar (rule 18).
MAY_EDIT = ("monitor", "director")

#: Width of the column in which it is kept.
_LONGEST_SOURCE = 300


class SeedDay(Protocol):
    """A day as the seed of a year names it."""

    @property
    def day(self) -> date:
        """The local date."""

    @property
    def off(self) -> bool:
        """Whether it is a day off; False is a day of the weekend that is worked."""

    @property
    def name(self) -> str:
        """What the day is called."""

    @property
    def source(self) -> str:
        """The notice or the package that says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayEdit:
    """One day as somebody of the office wants it.

    Attributes:
        source: The decision or notice it rests on.
        actor: Code of the person who edits.
        on_behalf_of: Code of the person a substitute acts for.
        name: What the day is called, "" for a usual name.
    """

    day: date
    off: bool
    source: str
    actor: str
    on_behalf_of: str | None = None
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysEdit:
    """Days as somebody of the office wants them; people are told once of all of them.

    Attributes:
        off: Local dates to be off.
        worked: Local dates to be worked; a date of both is worked (rule 3).
        source: The decision or notice they rest on.
        by: Code of the person who edits, and of the person a substitute acts for.
        name: What each of the days is called, "" for a usual name.
    """

    off: tuple[date, ...] = ()
    worked: tuple[date, ...] = ()
    source: str
    by: tuple[str, str | None]
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEdited:
    """What an edit did: days that are not what they were, and tasks whose date moved."""

    is_changed: bool = False
    changed: tuple[date, ...] = ()
    moves: tuple[DueMove, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class YearLoaded:
    """What loading a year changed: days put, days that are no longer said, office days kept."""

    year: int
    changed: tuple[date, ...] = ()
    removed: tuple[date, ...] = ()
    kept: tuple[date, ...] = ()


def load_year(
    tx: Transaction,
    year: int,
    seed: Sequence[SeedDay],
    *,
    at: datetime,
    actor: str,
    rules: Rules,
) -> YearLoaded:
    """Store the seed of a year beside the office's own days, which stay as they are.

    Loading the same seed again changes nothing.

    Raises:
        NotPermitted: the actor is a person who neither runs the machine nor may edit the calendar.
    """
    at, rulebook = require_aware(at).astimezone(UTC), rules.current(tx)
    if not rights.runs_the_machine(tx, actor):
        permitted(rulebook, (actor, None), what="calendar_load", at=at)
    stored = {one.day: one for one in store.days_of(tx, year)}
    office = {day for day, one in stored.items() if one.kind == store.OFFICE}
    wanted = {one.day: _seeded(one) for one in seed if one.day.year == year}
    changed, removed = _differing(stored, wanted)
    result = YearLoaded(
        year=year,
        changed=tuple(one.day for one in changed),
        removed=tuple(removed),
        kept=tuple(sorted(office)),
    )
    known = store.is_loaded(tx, year)
    if known and not changed and not removed:
        return result
    store.put(tx, changed)
    store.remove(tx, removed)
    sources = "; ".join(sorted({one.source for one in wanted.values()})) or "không có"
    store.mark_loaded(tx, year, source=sources[:300], at=at)
    before = [stored[one.day] for one in changed if one.day in stored]
    before += [stored[day] for day in removed]
    append(tx, _loaded(year, sources, before=before, after=changed, actor=actor), at=at)
    edit = Edit(subject="calendar:office", source=sources[:_LONGEST_SOURCE], actor=actor)
    settle(tx, rulebook, edit, rules=rules, at=at)
    _forget_alert(tx, year, actor=actor, at=at)
    return result


def with_years(
    tx: Transaction, rulebook: Rulebook, years: Mapping[int, Sequence[SeedDay]]
) -> Rulebook:
    """Return the rules as `load_year` would leave them, year by year; nothing is written."""
    calendar = rulebook.calendar
    off, worked = set(calendar.days_off), set(calendar.work_days)
    for year, seed in years.items():
        stored = {one.day: one for one in store.days_of(tx, year)}
        wanted = {one.day: _seeded(one) for one in seed if one.day.year == year}
        changed, removed = _differing(stored, wanted)
        moved = {*removed, *(one.day for one in changed)}
        off = (off - moved) | {one.day for one in changed if one.off}
        worked = (worked - moved) | {one.day for one in changed if not one.off}
    then = replace(
        calendar, days_off=frozenset(off), work_days=frozenset(worked),
        loaded_years=calendar.loaded_years | set(years),
    )  # fmt: skip
    return rulebook if then == calendar else replace(rulebook, calendar=then)


def _differing(
    stored: Mapping[date, Day], wanted: Mapping[date, Day]
) -> tuple[list[Day], list[date]]:
    """Return the days of a seed that are to be stored, and those to be forgotten."""
    office = {day for day, one in stored.items() if one.kind == store.OFFICE}
    changed = [one for day, one in wanted.items() if day not in office and stored.get(day) != one]
    return changed, [day for day in stored if day not in office and day not in wanted]


def set_day(tx: Transaction, edit: DayEdit, *, at: datetime, rules: Rules) -> bool:
    """Make a local date a day off or a working day; return whether that changed anything.

    Raises:
        Refused: as `set_days` says.
    """
    days = (edit.day,)
    wanted = DaysEdit(
        off=days if edit.off else (),
        worked=() if edit.off else days,
        source=edit.source,
        by=(edit.actor, edit.on_behalf_of),
        name=edit.name,
    )
    return set_days(tx, wanted, rules=rules, at=at).is_changed


def set_days(tx: Transaction, edit: DaysEdit, *, rules: Rules, at: datetime) -> CalendarEdited:
    """Make local dates days off or working days.

    Raises:
        Unknown: the actor, or the person acted for, is nobody.
        NotPermitted: he is neither the head of the monitoring unit nor the director.
        Invalid: no source is named, or one too long; or a year would have no working day left.
    """
    at = require_aware(at).astimezone(UTC)
    rulebook = rules.current(tx)
    who = permitted(rulebook, edit.by, what="calendar_set", at=at)
    source = sourced(edit.source)
    worked = frozenset(edit.worked)
    wanted = [_edited(day, off=True, edit=edit) for day in frozenset(edit.off) - worked]
    wanted += [_edited(day, off=False, edit=edit) for day in worked]
    require_work(rulebook.calendar.edited(off=frozenset(edit.off), worked=frozenset(edit.worked)),
                 {one.day.year for one in wanted if one.off})  # fmt: skip
    known = {one.day: store.find(tx, one.day) for one in wanted}
    changed = sorted((one for one in wanted if known[one.day] != one), key=lambda one: one.day)
    if not changed:
        return CalendarEdited()
    store.put(tx, changed)
    for one in changed:
        append(tx, _changed(known[one.day], one, who), at=at)
    moves = settle(tx, rulebook, _told_of(source, who), rules=rules, at=at)
    return CalendarEdited(is_changed=True, changed=tuple(one.day for one in changed), moves=moves)


def permitted(
    rulebook: Rulebook, by: tuple[str, str | None], *, what: str, at: datetime
) -> Standpoint:
    """Return who edits a calendar.

    Raises:
        Unknown: one of the codes is nobody's.
        NotPermitted: neither the head of the monitoring unit nor the director.
    """
    organisation, today = rulebook.organisation, rulebook.calendar.local_date(at)
    who = rights.standpoint(organisation, *by, on=today)
    rights.require(organisation, who, None, on=today, what=what, any_of=MAY_EDIT)
    return who


def sourced(text: str) -> str:
    """Return the decision or notice that an edit rests on.

    Raises:
        Invalid: none is named, or one too long.
    """
    source = text.strip()
    if not source:
        raise Invalid(field="source", problem="phải nêu văn bản hoặc quyết định làm căn cứ")
    if len(source) > _LONGEST_SOURCE:
        raise Invalid(field="source", problem=f"dài quá {_LONGEST_SOURCE} ký tự")
    return source


def require_work(calendar: WorkingCalendar, years: Iterable[int]) -> None:
    """Return if each of some years has a working day left.

    Raises:
        Invalid: one has none.
    """
    for year in sorted(years):
        if next(calendar.working_days(date(year, 1, 1), date(year, 12, 31)), None) is None:
            raise Invalid(field="day", problem=f"năm {year} không còn ngày làm việc nào")


def days_of(tx: Transaction, year: int) -> list[Day]:
    """Return the stored days of a year in order of date."""
    return store.days_of(tx, year)


def is_loaded(tx: Transaction, year: int) -> bool:
    """Return whether the days of a year are known."""
    return store.is_loaded(tx, year)


def not_loaded(tx: Transaction, days: Iterable[date], *, rules: Rules) -> tuple[int, ...]:
    """Return the years of some days that count as ordinary weeks because nobody loaded them."""
    return year_rules.unloaded(days, rules.current(tx).calendar)


def due_years_not_loaded(tx: Transaction, *, rules: Rules) -> tuple[int, ...]:
    """Return such years in which open tasks have their dates."""
    firsts = [date(year, 1, 1) for year in examination.years_of_tasks(tx)]
    return not_loaded(tx, firsts, rules=rules)


def calendar_in_force(tx: Transaction, *, rules: Rules) -> WorkingCalendar:
    """Return the calendar by which everything is judged now."""
    return rules.current(tx).calendar


def _loaded(
    year: int, sources: str, *, before: Sequence[Day], after: Sequence[Day], actor: str
) -> Event:
    return Event(
        subject=f"calendar_year:{year}",
        action="calendar.loaded",
        actor=actor,
        cause=sources,
        before={"days": [_shown(one) for one in before]},
        after={"days": [_shown(one) for one in after]},
    )


def _forget_alert(tx: Transaction, year: int, *, actor: str, at: datetime) -> None:
    missed = [one for one in standing(tx, codes=[years.CODE]) if one.alert.key == years.key(year)]
    alerts.settle(tx, missed, actor=actor, cause="calendar.loaded", at=at)


def _seeded(one: SeedDay) -> Day:
    return Day(day=one.day, off=one.off, name=one.name, source=one.source, kind=store.SEED)


def _edited(day: date, *, off: bool, edit: DaysEdit) -> Day:
    usual = "Ngày nghỉ theo quyết định" if off else "Ngày làm việc theo quyết định"
    return Day(
        day=day,
        off=off,
        name=edit.name.strip() or usual,
        source=edit.source.strip(),
        kind=store.OFFICE,
    )


def _changed(before: Day | None, after: Day, who: Standpoint) -> Event:
    return Event(
        subject=f"calendar_day:{after.day.isoformat()}",
        action="calendar.changed",
        actor=who.actor.code,
        on_behalf_of=who.on_behalf_of,
        delegation=who.delegation_id,
        cause=after.source,
        before=_shown(before) if before is not None else {},
        after=_shown(after),
    )


def _told_of(source: str, who: Standpoint) -> Edit:
    return Edit(
        subject="calendar:office",
        source=source,
        actor=who.actor.code,
        on_behalf_of=who.on_behalf_of,
    )


def _shown(one: Day) -> dict[str, object]:
    return {"day": one.day, "off": one.off, "name": one.name, "source": one.source,
            "kind": one.kind}  # fmt: skip
