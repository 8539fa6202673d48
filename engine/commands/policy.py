"""The ladders of an office: policy rows, seeded once from the shipped defaults, then its own.

A new version moves only what is not told yet (rule 13): every task on that ladder is looked at
again in the next slot. What the ledger holds already leaves as it was written.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.exc import IntegrityError

from engine import audit, prospects, queries
from engine.clock import require_aware
from engine.commands import rights
from engine.commands.rights import Standpoint
from engine.errors import Conflict, Unknown
from engine.ladder import Ladder
from engine.ladder_form import LadderVersion, ladder_from_mapping, ladder_to_mapping
from engine.preview import Preview, changed_ladders
from engine.preview import preview as compared
from engine.rulebook import Rulebook
from engine.spelling import nearest
from engine.store import policies, rulebooks, tasks
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.workflow_rules import LADDERS

#: Who may change a ladder (rule 18).
MAY_SET = ("monitor", "director")

#: How far a preview looks at least.
_AHEAD = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderEdit:
    """Ladders as somebody of the office wants them.

    Attributes:
        ladders: By name; those it does not name stay.
        source: The decision they rest on, or the file they came in.
        actor: Code of the person who changes them.
        on_behalf_of: Code of the person a substitute acts for.
        note: Why, in words.
        seen: The versions that were looked at when this was written, by name, where that is known.
    """

    ladders: Mapping[str, Ladder]
    source: str
    actor: str
    on_behalf_of: str | None = None
    note: str | None = None
    seen: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaddersSet:
    """What a change did: the new versions, and how many tasks are looked at again."""

    versions: tuple[LadderVersion, ...]
    woken: int


def install_ladders(
    tx: Transaction,
    ladders: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    source: str,
    actor: str,
    at: datetime,
) -> tuple[str, ...]:
    """Store the first version of each ladder the database does not have; return their names.

    A ladder the office has already is left alone, whatever the defaults say by now.
    """
    known = policies.newest(tx)
    missing = [name for name in ladders if name not in known]
    for name in missing:
        first = _version(ladder_from_mapping(name, ladders[name]), 1, source=source, at=at)
        policies.add(tx, first)
        event = audit.Event(
            subject=f"policy:{name}",
            action="policy.ladder_set",
            actor=actor,
            cause=source,
            after=_shown(first),
        )
        audit.append(tx, event, at=at)
    if missing:
        rulebooks.bump(tx)
    return tuple(missing)


def set_ladders(tx: Transaction, edit: LadderEdit, *, rules: Rules, at: datetime) -> LaddersSet:
    """Put ladders in force from now on; those that are in force as they are stay untouched.

    Raises:
        Unknown: the actor, or the person acted for, is nobody.
        NotPermitted: he is neither the head of the monitoring unit nor the director.
        Conflict: somebody else changed one of them in this very moment, or since it was seen.
    """
    at = require_aware(at).astimezone(UTC)
    rulebook = rules.current(tx)
    who = _require(rulebook, edit, at=at)
    known = policies.newest(tx)
    for name, seen in edit.seen.items():
        if known[name].version != seen:
            raise _overtaken(name, seen, known[name].version)
    new = changed_ladders(rulebook.ladders, edit.ladders)
    if not new:
        return LaddersSet(versions=(), woken=0)
    stored = []
    for name, ladder in new.items():
        before = known.get(name)
        number = before.version + 1 if before is not None else 1
        version = _version(ladder, number, source=edit.source, at=at)
        _store(tx, version, before, edit, who)
        stored.append(version)
    tasks.let_writers_finish(tx)
    rulebooks.bump(tx)
    states = policies.running_states(rulebook.machines, new)
    woken = policies.wake(tx, states, slot=rulebook.next_slot(at))
    return LaddersSet(versions=tuple(stored), woken=woken)


def preview_ladders(
    tx: Transaction,
    ladders: Mapping[str, Ladder],
    *,
    rules: Rules,
    at: datetime,
    until: date | None = None,
) -> Callable[[], Preview]:
    """Return what works out what `set_ladders` would change, and for whom; nothing is written.

    It takes its time, and is called when the transaction is over: whoever reads an SQLite file
    keeps everybody from writing it.

    Args:
        tx: A reading transaction.
        ladders: The ladders, by name.
        rules: The cached rulebook.
        at: The instant at which they would come into force.
        until: The last local day; None looks to the end of the years of active plans, and sixty
            days at least.
    """
    at = require_aware(at).astimezone(UTC)
    rulebook = rules.current(tx)
    new = changed_ladders(rulebook.ladders, ladders)
    running = policies.is_running(policies.running_states(rulebook.machines, new))
    situation = prospects.situation(tx, running, rulebook, at=at)
    last = until or last_day(tx, rulebook.calendar.local_date(at))
    return partial(compared, situation, rulebook, new, now=at, until=last)


def ladders_in_force(tx: Transaction, name: str | None = None) -> list[LadderVersion]:
    """Return the version in force of each ladder, or of one.

    Raises:
        Unknown: there is no ladder of that name.
    """
    known = policies.newest(tx)
    if name is None:
        return sorted(known.values(), key=lambda one: LADDERS.index(one.name))
    if name not in known:
        raise Unknown(what="ladder", name=name, hint=nearest(name, known))
    return [known[name]]


def _require(rulebook: Rulebook, edit: LadderEdit, *, at: datetime) -> Standpoint:
    organisation, today = rulebook.organisation, rulebook.calendar.local_date(at)
    who = rights.standpoint(organisation, edit.actor, edit.on_behalf_of, on=today)
    rights.require(organisation, who, None, on=today, what="policy_set", any_of=MAY_SET)
    return who


def _store(
    tx: Transaction,
    version: LadderVersion,
    before: LadderVersion | None,
    edit: LadderEdit,
    who: Standpoint,
) -> None:
    try:
        policies.add(tx, version)
    except IntegrityError as error:
        raise _overtaken(version.name, version.version - 1, version.version) from error
    event = audit.Event(
        subject=f"policy:{version.name}",
        action="policy.ladder_set",
        actor=who.actor.code,
        on_behalf_of=who.on_behalf_of,
        delegation=who.delegation_id,
        cause=edit.note or edit.source,
        before=_shown(before) if before is not None else {},
        after=_shown(version),
    )
    audit.append(tx, event, at=version.created_at)


def _overtaken(name: str, expected: int, found: int) -> Conflict:
    what = f"policy {name}"
    return Conflict(what=what, expected=f"version {expected}", found=f"version {found}")


def _version(ladder: Ladder, number: int, *, source: str, at: datetime) -> LadderVersion:
    rungs = ladder_to_mapping(ladder)
    return LadderVersion(
        name=ladder.name, version=number, rungs=rungs, source=source[:300], created_at=at
    )


def _shown(version: LadderVersion) -> dict[str, Any]:
    return {
        "ladder": version.name,
        "version": version.version,
        "rungs": list(version.rungs),
        "source": version.source,
    }


def last_day(tx: Transaction, today: date) -> date:
    """Return how far a preview looks: through the years of active plans, or sixty days."""
    years = [one["year"] for one in queries.list_plans(tx) if one["state"] == "active"]
    return max([today + _AHEAD, *(date(year, 12, 31) for year in years)])
