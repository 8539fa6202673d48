"""Keeping a plan as it stands: whole, under a number, for ever."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.adjustment import Stated
from engine.commands.rights import Standpoint
from engine.rulebook import Rulebook
from engine.store import plans as store
from engine.store.plans import Item, Plan
from engine.store.session import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a version was made from: a document and, after activation, a decision."""

    note: str
    source_name: str
    digest: str
    decision: str | None = None
    decided_on: date | None = None


def activated(tx: Transaction, plan: Plan) -> Origin:
    """Return the document that an activated plan was taken in from."""
    taken_in = next(iter(store.versions(tx, plan.id)), None)
    return Origin(
        note="activated",
        source_name=taken_in.source_name if taken_in else "",
        digest=taken_in.digest if taken_in else "",
    )


def keep(
    tx: Transaction,
    plan: Plan,
    origin: Origin,
    *,
    rulebook: Rulebook,
    who: Standpoint,
    at: datetime,
) -> int:
    """Keep a plan as it stands under the next number, and return that number."""
    newest = max((one.number for one in store.versions(tx, plan.id)), default=0)
    # Plans of older programs count from 1 and have kept nothing under that number.
    number = max(newest, plan.version if plan.state != "draft" else 0) + 1
    items = stated_items(tx, plan, rulebook)
    head = {"code": plan.code, "year": plan.year, "title": plan.title}
    store.insert_version(
        tx, plan.id, number=number, note=origin.note, source_name=origin.source_name,
        digest=origin.digest, decision=origin.decision, decided_on=origin.decided_on,
        actor=who.actor.code, at=at,
        content={"plan": head, "items": [one.as_mapping() for one in items]},
    )  # fmt: skip
    return number


def stated_items(tx: Transaction, plan: Plan, rulebook: Rulebook) -> tuple[Stated, ...]:
    """Return every item of a plan as it stands now, in document order."""
    items = store.items(tx, plan.id)
    return tuple(stated(items, store.contributions(tx, plan.id), rulebook).values())


def stated(
    items: Sequence[Item],
    contributions: Mapping[str, tuple[tuple[str, str | None], ...]],
    rulebook: Rulebook,
) -> dict[str, Stated]:
    """Return items in words and codes, by their code."""
    units, people = rulebook.organisation.unit_by_id, rulebook.organisation.person_by_id
    code_of = {item.id: item.code for item in items}

    def person(identity: str | None, text: Any) -> str | None:
        return people[identity].code if identity in people else text

    def unit(name: str, identity: str | None) -> str:
        return units[identity].code if identity in units else name

    found = {}
    for item in items:
        lead = units.get(item.lead_unit_id or "")
        found[item.code] = Stated(
            code=item.code,
            parent=code_of.get(item.parent_id or ""),
            section=item.section,
            field=item.field,
            kind=item.kind,
            title=item.title,
            lead=lead.code if lead else item.intake.get("lead"),
            lead_name=lead.name if lead else None,
            coordinating=tuple(unit(*one) for one in contributions.get(item.id, ())),
            assignee=person(item.assignee_id, item.intake.get("assignee")),
            verifier=person(item.verifier_id, item.intake.get("verifier")),
            deadline=(item.deadline or {}).get("phrase") or None,
            due=item.due,
            due_on=item.due_on,
            output=item.output,
            citations=tuple(one["number"] for one in item.citations),
            decision=item.decision,
            is_urgent=item.is_urgent,
            state=item.state,
        )
    return found
