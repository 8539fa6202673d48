"""From a turn of a ladder to people: who is told, who was told already, who cannot be.

Shared by the sweep, which writes it down, and the forecast, which only says it. What an event
itself has to tell becomes notices here as well.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from engine.addressees import Addressee, complained_about, resolve
from engine.ladder import DueRung, Mark, Run, Turn
from engine.notices import Kind, Notice
from engine.rulebook import Rulebook
from engine.task import Task

#: People told so far, by rung.
Told = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What the ledger holds of one task and arming: marks for the ladder, and who was told."""

    marks: tuple[Mark, ...] = ()
    told: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One rung to one addressee, and what becomes of it.

    Attributes:
        rung: The rung and its occurrence.
        addressee: Who, and in which position; no person when nobody can be told.
        status: `pending` is told; `superseded` by a newer reminder, `collapsed` because the same
            person heard a lower escalation already, `failed` because there is nobody.
        because_of: The rung that superseded it, or below which it collapsed.
    """

    rung: DueRung
    addressee: Addressee
    status: Literal["pending", "superseded", "collapsed", "failed"] = "pending"
    because_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What an event itself has to tell of a task.

    Attributes:
        rung: What the notice calls the event.
        occurrence: Tells it from others of its name: the version of the task it led to, mostly.
        kind: What it is to whoever is told.
        detail: What its wording needs.
        is_urgent: If it leaves at once, whatever the hour.
    """

    rung: str
    occurrence: int
    at: datetime
    kind: Kind = "decision"
    detail: Mapping[str, Any] = field(default_factory=dict)
    is_urgent: bool = False


def caused(
    task: Task, news: News, *, told: Mapping[str, str], leave: Mapping[str, datetime]
) -> list[Notice]:
    """Return the notices that an event causes.

    Args:
        task: The task, with the date and the arming that the event leaves it with.
        news: What there is to tell.
        told: By person, the position he is told in.
        leave: By person, when a notice made now may leave to him; not asked where it is urgent.
    """
    return [
        Notice(
            task_id=task.id,
            ladder="",
            deadline_version=task.deadline_version,
            arming=task.arming,
            rung=news.rung,
            occurrence=news.occurrence,
            recipient_id=person,
            kind=news.kind,
            position=position,
            leave_at=news.at if news.is_urgent else leave[person],
            is_planned=False,
            is_urgent=news.is_urgent,
            detail=news.detail,
        )
        for person, position in told.items()
    ]


def addressed(run: Run, task: Task) -> Run:
    """Return the run without the rungs that name only coordinating units where a task has none."""
    if task.coordinating_ids:
        return run
    rungs = tuple(rung for rung in run.ladder.rungs if set(rung.to) != {"coordinating_units"})
    if len(rungs) == len(run.ladder.rungs):
        return run
    return replace(run, ladder=replace(run.ladder, rungs=rungs))


def tellings(
    task: Task, turn: Turn, told: Told, rulebook: Rulebook, *, slot: datetime
) -> Iterator[Telling]:
    """Yield everything one slot says about one task.

    Args:
        task: The task, with its coordinating units.
        turn: What its ladder asks of the slot.
        told: People told so far in this arming, by rung.
        rulebook: The rules of the moment.
        slot: The open slot.
    """
    for one in turn.superseded:
        nobody = Addressee(None, one.rung.to[0])
        yield Telling(rung=one, addressee=nobody, status="superseded", because_of=turn.newest)
    for one in turn.due:
        for addressee in _addressees(task, one, rulebook, slot=slot):
            if addressee.person_id is None:
                yield Telling(rung=one, addressee=addressee, status="failed")
                continue
            lower = _heard_before(one, addressee.person_id, told, rulebook, task)
            status: Literal["pending", "collapsed"] = "collapsed" if lower else "pending"
            yield Telling(rung=one, addressee=addressee, status=status, because_of=lower)


def _addressees(
    task: Task, one: DueRung, rulebook: Rulebook, *, slot: datetime
) -> tuple[Addressee, ...]:
    organisation, on = rulebook.organisation, rulebook.calendar.local_date(slot)
    complained = None
    if one.kind == "escalation":
        name = rulebook.ladder_of(task) or ""
        complained = complained_about(organisation, name, task.answerable, on=on)
    found: dict[str | None, Addressee] = {}
    for position in one.rung.to:
        for addressee in resolve(
            organisation, position, task.answerable, on=on, complained=complained
        ):
            found.setdefault(addressee.person_id, addressee)
    if len(found) > 1:
        # Somebody is told, so the administrator need not find a recipient.
        found.pop(None, None)
    return tuple(found.values())


def _heard_before(
    one: DueRung, person_id: str, told: Told, rulebook: Rulebook, task: Task
) -> str | None:
    """Return the lower escalation rung by which a person was told already, if any.

    Repetitions are told whatever happened below: only the first telling collapses.
    """
    if one.kind != "escalation" or one.occurrence > 1:
        return None
    ladder = rulebook.ladders[rulebook.ladder_of(task) or ""]
    for rung in ladder.rungs:
        is_other = rung.name != one.rung.name and ladder.kind(rung) == "escalation"
        if is_other and person_id in told.get(rung.name, frozenset()):
            return rung.name
    return None
