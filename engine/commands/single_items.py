"""One item of an active plan given, or put in other words, by hand.

It becomes the only row of a decision like any other: `adjustments.adjust` carries it out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from engine.adjustment import Adjustment, Entry
from engine.clock import require_aware
from engine.commands import adjustments, versions
from engine.commands.adjustments import Adjusted
from engine.commands.rights import require_adjuster
from engine.commands.verdicts import require_version
from engine.commands.written_items import (
    KINDS,
    NewItem,
    Rewording,
    Ruling,
    Scene,
    faults_of,
    faults_of_ruling,
    faults_of_words,
    remarks_of,
)
from engine.draft import Citation, Deadline
from engine.errors import BadInput, Fault, Unknown
from engine.outline import Place, places
from engine.spelling import nearest
from engine.store import plans as store
from engine.store import series
from engine.store.plans import Plan
from engine.store.record import PLAN_KINDS
from engine.store.rulebooks import Rules
from engine.store.session import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An item that was given, and what somebody should look at; places are names of fields."""

    plan: str
    code: str
    adjusted: Adjusted
    remarks: tuple[Fault, ...]

    @property
    def address(self) -> str:
        """Of the task."""
        return f"{self.plan}/{self.code}"


def give(
    tx: Transaction,
    wanted: NewItem,
    ruling: Ruling,
    *,
    by: tuple[str, str | None],
    rules: Rules,
    at: datetime,
) -> Given:
    """Give one more item of an active plan out, by a decision.

    Raises:
        Unknown: there is no such plan, or nobody has the code of the actor.
        NotPermitted: the actor is neither the head of the monitoring unit nor the director.
        BadInput: something of it cannot be taken; every field that is wrong is named.
        Invalid: the plan is not active.
        Undecided: it cannot be carried out for another reason.
        Conflict: the plan is at another version than was seen.
    """
    at = require_aware(at).astimezone(UTC)
    plan, scene = _met(tx, wanted.plan, ruling, by=by, rules=rules, at=at)
    faults = [*faults_of(wanted, scene), *faults_of_ruling(ruling, on=scene.today)]
    place = scene.place_of(wanted)
    if faults or place is None:
        raise BadInput(source="nhiệm vụ mới", faults=faults)
    entry = _entry(wanted, place)
    done = adjustments.adjust(
        tx, _adjustment(plan, entry, ruling), actor=by[0], on_behalf_of=by[1], rules=rules, at=at
    )
    remarks = tuple(remarks_of(wanted, scene))
    return Given(plan=plan.code, code=entry.code, adjusted=done, remarks=remarks)


def reword(
    tx: Transaction,
    wanted: Rewording,
    ruling: Ruling,
    *,
    by: tuple[str, str | None],
    rules: Rules,
    at: datetime,
) -> Adjusted:
    """Put an item of an active plan in other words, by a decision; dates and ladders stay.

    Raises:
        Unknown: there is no such plan, or no such item of it.
        NotPermitted: the actor is neither the head of the monitoring unit nor the director.
        BadInput: something of it cannot be taken; every field that is wrong is named.
        Invalid: the plan is not active.
        Undecided: where its task stands, its words cannot change.
        Conflict: the task, or the plan, is at another version than was seen.
    """
    at = require_aware(at).astimezone(UTC)
    plan, scene = _met(tx, wanted.plan, ruling, by=by, rules=rules, at=at)
    known = [one.code for one in scene.items]
    if wanted.code not in known:
        raise Unknown(what="item", name=wanted.code, hint=nearest(wanted.code, known))
    faults = [*faults_of_words(wanted), *faults_of_ruling(ruling, on=scene.today)]
    if faults:
        raise BadInput(source=f"{plan.code}/{wanted.code}", faults=faults)
    entry = Entry(
        place=wanted.code,
        code=wanted.code,
        title=_on_one_line(wanted.title) if wanted.title else None,
        output=None if wanted.output is None else wanted.output.strip(),
        # However unlike the old words are: they are what a person typed under this very code.
        decision="keep",
        means="code",
        version=wanted.version,
    )
    return adjustments.adjust(
        tx, _adjustment(plan, entry, ruling), actor=by[0], on_behalf_of=by[1], rules=rules, at=at
    )


def is_item(kind: str) -> bool:
    """Return whether something of a kind is an item of its plan, which a decision may reword."""
    return kind in PLAN_KINDS


def places_of(tx: Transaction, code: str, *, rules: Rules) -> tuple[Place, ...]:
    """Return where one more item of a plan may stand, in document order.

    Raises:
        Unknown: there is no such plan.
    """
    plan = store.get(tx, code)
    items = versions.stated_items(tx, plan, rules.current(tx))
    return places(items, taken=store.codes(tx, plan.id) | _coming_back(tx, plan))


def _met(
    tx: Transaction,
    code: str,
    ruling: Ruling,
    *,
    by: tuple[str, str | None],
    rules: Rules,
    at: datetime,
) -> tuple[Plan, Scene]:
    """Return the plan, kept from others, once it is known that it may be changed."""
    rulebook = rules.current(tx)
    today = rulebook.calendar.local_date(at)
    plan = store.get(tx, code, for_change=True)
    require_adjuster(rulebook.organisation, by, on=today)
    store.require_active(plan)
    require_version(plan, ruling.version)
    items = versions.stated_items(tx, plan, rulebook)
    taken, coming = store.codes(tx, plan.id), _coming_back(tx, plan)
    return plan, Scene(
        items=items,
        places=places(items, taken=taken | coming),
        taken=taken,
        series=coming,
        year=plan.year,
        rulebook=rulebook,
        today=today,
    )


def _coming_back(tx: Transaction, plan: Plan) -> frozenset[str]:
    return frozenset(one.code for one in series.of_plan(tx, plan.id))


def _entry(wanted: NewItem, place: Place) -> Entry:
    deadline = None
    if wanted.due is not None:
        phrase = f"{wanted.due:%d/%m/%Y}"
        deadline = Deadline(phrase=phrase, kind="fixed_date", due=(wanted.due,))
    code = wanted.code or place.code
    return Entry(
        place=code,
        code=code,
        title=_on_one_line(wanted.title),
        kind=KINDS[wanted.kind],
        parent=place.parent,
        section=place.section or None,
        field=place.field or None,
        lead=wanted.lead,
        coordinating=_each_once(wanted.coordinating),
        assignee=wanted.assignee or None,
        verifier=wanted.verifier or None,
        deadline=deadline,
        output=(wanted.output or "").strip() or None,
        decision="keep",
        is_urgent=wanted.is_urgent,
        evidence_optional=wanted.evidence_optional,
        citations=tuple(Citation(number=one) for one in _each_once(wanted.citations)),
        means="new",
        after=place.after,
    )


def _on_one_line(title: str) -> str:
    """Return a title as one that was read from a file: however it was broken into lines."""
    return " ".join(title.split())


def _each_once(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip() for one in texts))


def _adjustment(plan: Plan, entry: Entry, ruling: Ruling) -> Adjustment:
    note = (ruling.note or "").strip() or None
    return Adjustment(
        plan=plan.code,
        decision=ruling.decision.strip(),
        decided_on=ruling.decided_on,
        entries=(entry,),
        note=note,
        version=ruling.version,
    )
