"""Loads the rulebook, and notices when the cached copy is stale.

Whoever changes the organisation, the calendar, a ladder or a workflow calls `bump` in the same
transaction. A reader compares the revision it finds with the one it has cached; a writer checks
in its write statement that the revision it judged by is still the present one.
"""

import secrets
from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from sqlalchemy import insert, select, update

from engine import machine, preferences
from engine.calendar import WorkingCalendar
from engine.ladder import Ladder
from engine.ladder_form import ladder_from_mapping, succeeding
from engine.office import NameWords, Office
from engine.organisation import (
    Charge,
    Delegation,
    FormerName,
    Holding,
    Organisation,
    Person,
    Unit,
)
from engine.rulebook import Rulebook
from engine.store import calendars, policies, reorganisations, tables, unit_calendars
from engine.store.driver import Prepared
from engine.store.session import Transaction
from engine.workflow import from_mapping

RULES = "rules"


class Rules:
    """The rulebook of one database, cached by revision; safe to share between threads."""

    def __init__(self, office: Office) -> None:
        """Remember the office; nothing is read yet."""
        self._office = office
        self._cached: Rulebook | None = None

    @property
    def office(self) -> Office:
        """The constants the calendar is built from."""
        return self._office

    def current(self, tx: Transaction) -> Rulebook:
        """Return the rulebook of the present revision."""
        return self.at(tx, revision(tx))

    def at(self, tx: Transaction, number: int) -> Rulebook:
        """Return the rulebook of a revision that was just read in this transaction."""
        cached = self._cached
        if cached is None or cached.revision != number:
            cached = _load(tx, self._office, number)
            self._cached = cached
        return cached

    def read(self, tx: Transaction, number: int) -> Rulebook:
        """Return the rulebook as this transaction sees it, without remembering it.

        For whoever is changing the rules: what is written after this may still differ.
        """
        return _load(tx, self._office, number)


_REVISION = Prepared(select(tables.revision.c.number).where(tables.revision.c.name == RULES))


def revision(tx: Transaction) -> int:
    """Return the present revision; 0 before anything was ever changed."""
    found = _REVISION.rows(tx, {})
    return int(found[0][0]) if found else 0


def bump(tx: Transaction) -> int:
    """Make every cached rulebook stale and return the new revision.

    The number is drawn, not counted: one that a rolled-back transaction used must never come back
    with other rules behind it.
    """
    number = secrets.randbits(62) + 1
    changed = tx.execute(
        update(tables.revision).where(tables.revision.c.name == RULES).values(number=number)
    )
    if changed.rowcount == 0:
        tx.execute(insert(tables.revision).values(name=RULES, number=number))
    return number


def _load(tx: Transaction, office: Office, number: int) -> Rulebook:
    return Rulebook(
        revision=number,
        calendar=load_calendar(tx, office),
        ladders=_ladders(tx),
        machines=load_machines(tx),
        organisation=load_organisation(tx, office.names),
        variations=unit_calendars.variations(tx),
    )


def load_calendar(tx: Transaction, office: Office) -> WorkingCalendar:
    """Return the office's calendar with the days its database holds."""
    days = calendars.pattern(tx)
    return WorkingCalendar(
        zone=office.zone,
        weekend=office.weekend,
        days_off=days.off,
        work_days=days.worked,
        hours=office.hours,
        send_at=office.send_at,
        due_on_day_off=office.due_on_day_off,
        loaded_years=frozenset(tx.execute(select(tables.calendar_year.c.year)).scalars()),
    )


def load_organisation(tx: Transaction, names: NameWords | None = None) -> Organisation:
    """Return everybody, in file order, with the words by which plans call them."""
    units = _units(tx)
    return Organisation(
        units=units, people=_people(tx), holdings=_holdings(tx, units),
        delegations=_delegations(tx),
        charges=_charges(tx), changes_on=reorganisations.next_day(tx),
        names=names or NameWords(),
    )  # fmt: skip


def _units(tx: Transaction) -> tuple[Unit, ...]:
    unit = tables.unit
    former, heirs = _former_names(tx), reorganisations.heirs(tx)
    return tuple(
        Unit(
            id=row.id,
            code=row.code,
            name=row.name,
            parent_id=row.parent_id,
            leader_id=row.leader_id,
            is_monitor=row.is_monitor,
            aliases=tuple(row.aliases),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            formerly=tuple(former.get(row.id, ())),
            heirs=heirs.get(row.code, ()),
        )
        for row in tx.execute(select(unit).order_by(unit.c.ordinal, unit.c.code))
    )


def _former_names(tx: Transaction) -> Mapping[str, list[FormerName]]:
    named = tables.unit_name
    found: dict[str, list[FormerName]] = defaultdict(list)
    rows = tx.execute(
        select(named).where(named.c.to_on.is_not(None)).order_by(named.c.to_on, named.c.id)
    )
    for row in rows:
        one = FormerName(name=row.name, from_on=row.from_on, to_on=row.to_on)
        found[row.unit_id].append(one)
    return found


def _people(tx: Transaction) -> tuple[Person, ...]:
    person = tables.person
    return tuple(
        Person(
            id=row.id,
            code=row.code,
            name=row.name,
            email=row.email,
            is_disabled=row.disabled_at is not None,
            is_failing=row.failing_since is not None,
            muted=preferences.muted(row.preferences),
            watches=preferences.watches(row.preferences),
        )
        for row in tx.execute(select(person).order_by(person.c.ordinal, person.c.code))
    )


def _holdings(tx: Transaction, units: tuple[Unit, ...]) -> tuple[Holding, ...]:
    """Return who holds what; in a unit that ended nobody holds anything afterwards."""
    position, ends = tables.position, {unit.id: unit.valid_to for unit in units}
    return tuple(
        Holding(
            person_id=row.person_id,
            unit_id=row.unit_id,
            kind=row.kind,
            from_on=row.from_on,
            to_on=_earlier(row.to_on, ends[row.unit_id]),
            is_acting=row.is_acting,
        )
        for row in tx.execute(select(position).order_by(position.c.id))
    )


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)


def _delegations(tx: Transaction) -> tuple[Delegation, ...]:
    made = tables.delegation
    return tuple(
        Delegation(
            id=row.id,
            person_id=row.person_id,
            substitute_id=row.substitute_id,
            from_on=row.from_on,
            to_on=row.to_on,
        )
        for row in tx.execute(select(made).order_by(made.c.created_at, made.c.id))
    )


def _charges(tx: Transaction) -> tuple[Charge, ...]:
    charge = tables.charge
    return tuple(
        Charge(
            leader_id=row.leader_id,
            unit_id=row.unit_id,
            field=row.field or "",
            from_on=row.from_on,
            to_on=row.to_on,
        )
        for row in tx.execute(select(charge).order_by(charge.c.created_at, charge.c.id))
    )


def _ladders(tx: Transaction) -> Mapping[str, Ladder]:
    held: dict[str, Ladder] = {}
    for row in policies.versions(tx):
        ladder = ladder_from_mapping(row.name, row.rungs)
        held[row.name] = succeeding(ladder, held.get(row.name), at=row.created_at)
    return held


def load_machines(tx: Transaction) -> Mapping[tuple[str, int], machine.Table]:
    """Return every published version of every workflow, compiled."""
    published = tables.workflow_version
    rows = tx.execute(select(published.c.name, published.c.version, published.c.definition))
    return {
        (name, version): machine.compile(
            from_mapping(definition, source=f"workflow {name} {version}")
        )
        for name, version, definition in rows
    }
