"""Work that comes back, changed from a day on: edited, one time left out, ended.

What was done before that day, and what somebody is at already, stays as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from engine.commands import occurrences
from engine.commands.request import check_texts
from engine.commands.rewriting import GIVEN_UP, OccurrenceChange, Rewriting, rewrite
from engine.commands.rights import find_person
from engine.commands.series_changes import (
    Changed,
    Scene,
    meet,
    open_missing,
    require_member,
    settle,
    skips,
    unit_of,
)
from engine.errors import Invalid, NoteRequired, TransitionRefused, Unknown
from engine.recurrence import occurrences as occurrences_of
from engine.recurrence import rule_from_mapping, rule_from_text, rule_to_mapping
from engine.report_lines import check_send_by, line_from_mapping, line_to_mapping, windows
from engine.spelling import nearest
from engine.store import plans as items
from engine.store import series as store
from engine.store.rulebooks import Rules
from engine.store.series import Held, Series
from engine.store.session import Transaction

_ONE_DAY = timedelta(days=1)
#: Nobody has begun with it.
_UNTOUCHED = "assigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Work that comes back, as it is to be from a day on; what is None stays.

    Attributes:
        series: `PLAN/CODE`, or a code of the active plans.
        from_on: Occurrences due from this day on.
        lead: Code of the unit.
        assignee: Code of the person.
        rule: As `engine.recurrence` reads it; of a report, by when it is sent.
        note: Why.
    """

    series: str
    from_on: date
    lead: str | None = None
    assignee: str | None = None
    rule: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no database keeps."""
        check_texts(self, "series", "lead", "assignee", "rule", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipping:
    """One occurrence to be left out, by the key of its period."""

    series: str
    occurrence: str
    reason: str

    def __post_init__(self) -> None:
        """Refuse what no database keeps."""
        check_texts(self, "series", "occurrence", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Work that comes back no more from a day on."""

    series: str
    from_on: date
    reason: str

    def __post_init__(self) -> None:
        """Refuse what no database keeps."""
        check_texts(self, "series", "reason")


def edit(
    tx: Transaction, wanted: Edit, *, by: tuple[str, str | None], rules: Rules, at: datetime
) -> Changed:
    """Change work that comes back from a day on.

    Occurrences due before that day stay, and so does what somebody is at already. The others get
    the new unit, person and date; dates that count in working days are worked out anew.

    Raises:
        Unknown: there is no such series, unit or person.
        NotPermitted: the actor is neither the head of the monitoring unit nor the director.
        Invalid: the series has ended, the day is past, the rule is none, the person is not of the
            unit, or nothing would change.
        Conflict: an occurrence moved on in this very moment; the transaction must be given up.
    """
    scene = meet(tx, wanted.series, by=by, what="edit_series", rules=rules, at=at)
    _require_running(scene, wanted.from_on)
    new = _edited(scene, wanted)
    is_same = all(getattr(new, name) == getattr(scene.one, name)
                  for name in ("lead_unit_id", "assignee_id", "rule"))  # fmt: skip
    if is_same and not _counts_working_days(scene.one):
        raise Invalid(field="series", problem="không có gì thay đổi")
    series_id = _succeed(tx, scene, new, wanted.from_on)
    new = replace(new, id=series_id)
    wished = _wished(new, scene)
    later = [held for held in scene.held if held.due_on and held.due_on >= wanted.from_on]
    free = [held for held in later if held.state == _UNTOUCHED]
    rewriting = Rewriting(who=scene.who, rulebook=scene.rulebook, at=scene.at, note=wanted.note)
    changes = [_change(held, new, wished, is_dated=_is_dated(scene, new)) for held in free]
    written = rewrite(tx, rewriting, changes, rules=rules)
    store.bring_over(tx, [held.task_id for held in free], to=series_id)
    occurrences.refigure(tx, new, free, plan=scene.plan, rulebook=scene.rulebook)
    opened = open_missing(tx, scene, new, wished, rules=rules)
    given_up = {held.code for held, each in zip(free, changes, strict=True) if each.is_given_up}
    result = Changed(
        series=scene.one.address,
        number=new.number,
        changed=tuple(held.code for held in free if held.code in written - given_up),
        opened=opened,
        given_up=tuple(held.code for held in free if held.code in given_up),
        kept=tuple(held.code for held in later if held.state != _UNTOUCHED),
    )
    return settle(tx, scene, new, result, action="series.edited", note=wanted.note)


def skip(
    tx: Transaction, wanted: Skipping, *, by: tuple[str, str | None], rules: Rules, at: datetime
) -> Changed:
    """Leave one occurrence out, with a reason; one that is open already is given up.

    Raises:
        Unknown: there is no such series, or it has no such occurrence.
        NotPermitted: the actor is neither the head of the monitoring unit nor the director.
        TransitionRefused: the occurrence is closed.
        Invalid: it is left out already.
        NoteRequired: no reason is given.
        Conflict: it moved on in this very moment; the transaction must be given up.
    """
    scene = meet(tx, wanted.series, by=by, what="skip_occurrence", rules=rules, at=at)
    found = next((held for held in scene.held if held.key == wanted.occurrence), None)
    if found is None and wanted.occurrence not in _keys(scene):
        hint = nearest(wanted.occurrence, [*_keys(scene), *(held.key for held in scene.held)])
        raise Unknown(what="occurrence", name=wanted.occurrence, hint=hint)
    if any(one.key == wanted.occurrence for one in skips(tx, scene)):
        raise Invalid(field="occurrence", problem=f"{wanted.occurrence} đã được bỏ qua")
    _require_reason(wanted.reason, "skip")
    changes = []
    if found is not None:
        if found.state in GIVEN_UP or found.state in ("verified", "submitted"):
            raise TransitionRefused(trigger="skip", state=found.state or "", allowed=())
        changes = [_give_up(found, scene)]
    rewriting = Rewriting(who=scene.who, rulebook=scene.rulebook, at=scene.at, note=wanted.reason)
    rewrite(tx, rewriting, changes, rules=rules)
    holder = found.series_id if found else scene.one.id
    store.leave_out(
        tx, holder, wanted.occurrence, reason=wanted.reason, actor=scene.who.actor.code, at=scene.at
    )
    result = Changed(
        series=scene.one.address,
        number=scene.one.number,
        given_up=(found.code,) if found else (wanted.occurrence,),
    )
    return settle(tx, scene, scene.one, result, action="series.skipped", note=wanted.reason)


def end(
    tx: Transaction, wanted: Ending, *, by: tuple[str, str | None], rules: Rules, at: datetime
) -> Changed:
    """Have work come back no more; occurrences nobody has begun with are given up, all else stays.

    Raises:
        Unknown: there is no such series.
        NotPermitted: the actor is neither the head of the monitoring unit nor the director.
        Invalid: it has ended already, or the day is past.
        NoteRequired: no reason is given.
        Conflict: an occurrence moved on in this very moment; the transaction must be given up.
    """
    scene = meet(tx, wanted.series, by=by, what="end_series", rules=rules, at=at)
    _require_running(scene, wanted.from_on)
    _require_reason(wanted.reason, "end")
    later = [held for held in scene.held if held.due_on and held.due_on >= wanted.from_on]
    free = [held for held in later if held.state == _UNTOUCHED]
    rewriting = Rewriting(who=scene.who, rulebook=scene.rulebook, at=scene.at, note=wanted.reason)
    rewrite(tx, rewriting, [_give_up(held, scene) for held in free], rules=rules)
    store.change(tx, scene.one.id, state="ended", to_on=wanted.from_on - _ONE_DAY)
    ended = replace(scene.one, state="ended", to_on=wanted.from_on - _ONE_DAY)
    result = Changed(
        series=scene.one.address,
        number=scene.one.number,
        given_up=tuple(held.code for held in free),
        kept=tuple(held.code for held in later if held.state != _UNTOUCHED),
    )
    return settle(tx, scene, ended, result, action="series.ended", note=wanted.reason)


def _require_running(scene: Scene, from_on: date) -> None:
    if scene.one.state != "active":
        raise Invalid(field="series", problem=f"{scene.one.address} đã kết thúc")
    if from_on < scene.today:
        raise Invalid(field="from", problem=f"{from_on:%d/%m/%Y} đã qua")


def _require_reason(reason: str, trigger: str) -> None:
    if not reason.strip():
        raise NoteRequired(trigger=trigger)


def _edited(scene: Scene, wanted: Edit) -> Series:
    """Return the series as it will be."""
    one, rulebook = scene.one, scene.rulebook
    lead = unit_of(rulebook, wanted.lead) if wanted.lead else one.lead_unit_id
    # A person of the old unit does not go with the work to the new one.
    assignee = one.assignee_id if lead == one.lead_unit_id else None
    if wanted.assignee:
        assignee = find_person(rulebook.organisation, wanted.assignee).id
    require_member(rulebook, lead, assignee, on=scene.today)
    return replace(
        one,
        number=one.number + 1,
        rule=_rule(one, wanted.rule) if wanted.rule else one.rule,
        lead_unit_id=lead,
        assignee_id=assignee,
        from_on=wanted.from_on,
        to_on=None,
    )


def _rule(one: Series, text: str) -> Mapping[str, Any]:
    try:
        if one.report_line_id is None:
            return rule_to_mapping(rule_from_text(text))
        check_send_by(text)
    except ValueError as error:
        raise Invalid(field="rule", problem=str(error)) from error
    return line_to_mapping(replace(line_from_mapping(one.rule), send_by=text.strip()))


def _counts_working_days(one: Series) -> bool:
    if one.report_line_id is not None:
        return line_from_mapping(one.rule).send_by.endswith("wd")
    return rule_from_mapping(one.rule).anchor == "working_day"


def _is_dated(scene: Scene, new: Series) -> bool:
    """Whether occurrences get their dates anew: by another rule, or by another calendar."""
    return new.rule != scene.one.rule or _counts_working_days(new)


def _wished(new: Series, scene: Scene) -> dict[str, date]:
    """Return when the occurrences of a series fall due, by key."""
    calendar = scene.rulebook.calendar_of(new.lead_unit_id)
    if new.report_line_id is not None:
        line = line_from_mapping(new.rule)
        found = {
            one.key: one.send_by for one in windows(line, scene.plan.year, scene.rulebook.calendar)
        }
    else:
        rule = rule_from_mapping(new.rule)
        found = {one.key: one.due for one in occurrences_of(rule, scene.plan.year, calendar)}
    return {key: day for key, day in found.items() if new.covers(day)}


def _keys(scene: Scene) -> list[str]:
    return [key for one in scene.family for key in _wished(one, scene)]


def _succeed(tx: Transaction, scene: Scene, new: Series, from_on: date) -> str:
    """End a series the day before its successor begins; return the id of that one."""
    store.change(tx, scene.one.id, state="ended", to_on=from_on - _ONE_DAY)
    values = {
        "plan_id": new.plan_id, "code": new.code, "number": new.number, "item_id": new.item_id,
        "report_line_id": new.report_line_id, "title": new.title, "rule": new.rule,
        "lead_unit_id": new.lead_unit_id, "assignee_id": new.assignee_id,
        "verifier_id": new.verifier_id, "from_on": from_on,
    }  # fmt: skip
    if new.item_id is not None:
        items.update_items(
            tx,
            [{"id": new.item_id, "lead_unit_id": new.lead_unit_id, "assignee_id": new.assignee_id}],
        )
    return store.add(tx, values, at=scene.at)


def _change(
    held: Held, new: Series, wished: Mapping[str, date], *, is_dated: bool
) -> OccurrenceChange:
    """Return what becomes of an occurrence that nobody has begun with."""
    address = f"{new.plan_code}/{held.code}"
    if is_dated and held.key not in wished:
        return OccurrenceChange(address=address, is_given_up=True)
    due = wished[held.key] if is_dated else None
    if due is not None and held.is_granted and held.due_on and held.due_on > due:
        # A later date that was granted to this one alone is not shortened with all the others.
        due = None
    return OccurrenceChange(
        address=address, lead_unit_id=new.lead_unit_id, assignee_id=new.assignee_id, due=due
    )


def _give_up(held: Held, scene: Scene) -> OccurrenceChange:
    return OccurrenceChange(address=f"{scene.plan.code}/{held.code}", is_given_up=True)
