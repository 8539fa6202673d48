"""What every change of work that comes back has in common: what it meets, what it leaves behind."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from engine import audit
from engine.clock import require_aware
from engine.commands import assignment, occurrences, rights, versions
from engine.commands.assignment import Occasion
from engine.commands.rights import Standpoint, require, standpoint
from engine.errors import Invalid, Unknown
from engine.recurrence import Occurrence
from engine.rulebook import Rulebook
from engine.spelling import nearest
from engine.store import plans as items
from engine.store import series as store
from engine.store import years
from engine.store.plans import Plan
from engine.store.rulebooks import Rules
from engine.store.series import Held, Series
from engine.store.session import Transaction

#: Who may change work that comes back (rule 18).
MAY_CHANGE = ("monitor", "director")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What a change did, by codes of occurrences.

    `kept` are those somebody is at, or that are over: they stay as they were.
    """

    series: str
    number: int
    changed: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    given_up: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A series as a change finds it, and who changes it when."""

    plan: Plan
    one: Series
    family: tuple[Series, ...]
    held: tuple[Held, ...]
    rulebook: Rulebook
    who: Standpoint
    at: datetime

    @property
    def today(self) -> date:
        """The local day of the change."""
        return self.rulebook.calendar.local_date(self.at)

    def occasion(self, cause: str) -> Occasion:
        """Return the occasion on which occurrences are opened because of it."""
        return Occasion(cause=cause, rulebook=self.rulebook, who=self.who, at=self.at)


def find(tx: Transaction, address: str) -> tuple[Series, ...]:
    """Return a series with all its numbers, the newest last.

    Raises:
        Unknown: there is none, or a bare code stands in several active plans.
    """
    found = store.find(tx, address)
    plans = sorted({one.plan_code for one in found})
    if len(plans) == 1:
        return tuple(found)
    hint = " | ".join(f"{code}/{found[0].code}" for code in plans) or None
    if not found:
        plan_code, _, code = address.rpartition("/")
        known = store.listed(tx, plan_code or None)
        hint = nearest(code, [one.code for one in known])
    raise Unknown(what="series", name=address, hint=hint)


def meet(
    tx: Transaction,
    address: str,
    *,
    by: tuple[str, str | None],
    what: str,
    rules: Rules,
    at: datetime,
) -> Scene:
    """Return a series as it is found by whoever may change it; its plan is his until the end.

    Raises:
        Unknown: there is no such series, or nobody of that code.
        NotPermitted: the actor is neither the head of the monitoring unit nor the director.
        Invalid: its plan is not active.
    """
    at = require_aware(at).astimezone(UTC)
    rulebook = rules.current(tx)
    family = find(tx, address)
    today = rulebook.calendar.local_date(at)
    who = standpoint(rulebook.organisation, *by, on=today)
    require(rulebook.organisation, who, None, on=today, what=what, any_of=MAY_CHANGE)
    plan = items.get(tx, family[-1].plan_code, for_change=True)
    items.require_active(plan)
    # Whoever waited for the plan finds what was done to the series meanwhile.
    family = find(tx, family[-1].address)
    held = tuple(store.held(tx, [one.id for one in family]))
    return Scene(
        plan=plan, one=family[-1], family=family, held=held, rulebook=rules.current(tx), who=who,
        at=at,
    )  # fmt: skip


def unit_of(rulebook: Rulebook, code: str) -> str:
    """Return the id of a unit.

    Raises:
        Unknown: there is none of that code.
        Invalid: it has ended.
    """
    units = rulebook.organisation.unit_by_code
    if code not in units:
        raise Unknown(what="unit", name=code, hint=nearest(code, units))
    rights.require_standing(units[code])
    return units[code].id


def require_member(rulebook: Rulebook, lead: str | None, assignee: str | None, *, on: date) -> None:
    """Return if the person, where one is named, works in the unit.

    Raises:
        Invalid: he does not.
    """
    if assignee is not None and assignee not in rulebook.organisation.members(lead or "", on):
        raise Invalid(field="assignee", problem="không thuộc đơn vị chủ trì")


def skips(tx: Transaction, scene: Scene) -> list[store.Skip]:
    """Return what was left out of a series, under any of its numbers."""
    return store.skips(tx, [one.id for one in scene.family])


def open_missing(
    tx: Transaction, scene: Scene, new: Series, wished: Mapping[str, date], *, rules: Rules
) -> tuple[str, ...]:
    """Open the occurrences of a series that are not there yet; return their codes.

    Those of an item are all there for the plan year; a report waits for its window.
    """
    occasion = scene.occasion(f"series of {scene.plan.code}")
    if new.item_id is None:
        opened = occurrences.open_ready(tx, scene.plan, _family(tx, new), occasion=occasion)
        return tuple(one.code for one in opened)
    there = {held.key for held in scene.held} | {one.key for one in skips(tx, scene)}
    missing = [Occurrence(key=key, due=day) for key, day in wished.items() if key not in there]
    if not missing:
        return ()
    (item,) = (one for one in items.items(tx, scene.plan.id) if one.id == new.item_id)
    first = len(scene.held) + 1
    rows = [
        occurrences.child(
            item, scene.plan, one, number=number, title=f"kỳ {number}", series_id=new.id
        )
        for number, one in enumerate(missing, start=first)
    ]
    items.insert_items(tx, rows)
    items.copy_contributions(tx, item.id, [row["id"] for row in rows])
    new_ids = {row["id"] for row in rows}
    fresh = [one for one in items.items(tx, scene.plan.id) if one.id in new_ids]
    assigned = assignment.assign(tx, scene.plan, fresh, occasion=occasion)
    years.foresee(tx, assigned, scene.rulebook, at=scene.at)
    assignment.tell(tx, assigned, office=rules.office, occasion=occasion)
    return tuple(one.code for one in assigned)


def settle(
    tx: Transaction, scene: Scene, new: Series, result: Changed, *, action: str, note: str | None
) -> Changed:
    """Keep the plan as it stands now, put what was done into the record, and return all of it.

    A report that is asked for no more may have stood for others, which are owed from now on.
    """
    if new.item_id is not None:
        origin = versions.Origin(note=note or action, source_name="", digest="")
        number = versions.keep(
            tx, scene.plan, origin, rulebook=scene.rulebook, who=scene.who, at=scene.at
        )
        items.update_plan(tx, scene.plan.id, version=number)
    else:
        occasion = scene.occasion(f"series of {scene.plan.code}")
        siblings = store.of_plan(tx, scene.plan.id)
        more = occurrences.open_ready(tx, scene.plan, siblings, occasion=occasion)
        result = replace(result, opened=(*result.opened, *(one.code for one in more)))
    event = audit.Event(
        subject=f"plan:{scene.plan.id}",
        action=action,
        actor=scene.who.actor.code,
        on_behalf_of=scene.who.on_behalf_of,
        cause=note,
        before=_shown(scene.one, scene.rulebook),
        after={
            **_shown(new, scene.rulebook),
            "changed": list(result.changed),
            "opened": list(result.opened),
            "given_up": list(result.given_up),
            "kept": list(result.kept),
        },
    )
    audit.append(tx, event, at=scene.at)
    return result


def _family(tx: Transaction, one: Series) -> list[Series]:
    return [each for each in store.of_plan(tx, one.plan_id) if each.code == one.code]


def _shown(one: Series, rulebook: Rulebook) -> dict[str, Any]:
    units, people = rulebook.organisation.unit_by_id, rulebook.organisation.person_by_id
    lead, assignee = units.get(one.lead_unit_id or ""), people.get(one.assignee_id or "")
    return {
        "series": one.address,
        "number": one.number,
        "rule": dict(one.rule),
        "lead": lead.code if lead else None,
        "assignee": assignee.code if assignee else None,
        "from": one.from_on,
        "to": one.to_on,
    }
