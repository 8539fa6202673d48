"""What people are told, by meaning; how it is worded and delivered is decided elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from engine.review import FieldChange

Kind = Literal["reminder", "escalation", "assignment", "decision", "alert"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing to tell one person: a row of the ledger before it is stored.

    Attributes:
        ladder: The ladder whose rung it is, or "" for what an event itself causes.
        rung: Name of the rung; for an event `assigned`, `reassigned`, `returned`, `cancelled`,
            `reopened`, `due_set`, `adjusted`, `unit_changed` or `calendar_moved`; `urged` by hand.
        occurrence: Counts repetitions from 1; for an event the version of the task it led to, for
            what is urged by hand the number of the local day.
        recipient_id: None where nobody could be found, or where it is kept for the record only.
        position: The position in which the recipient is told.
        leave_at: Earliest instant at which it may leave; None if it never will.
        is_planned: A rung (leaves only in slots), as against the consequence of an event.
    """

    task_id: str
    ladder: str
    deadline_version: int
    arming: int
    rung: str
    occurrence: int
    recipient_id: str | None
    kind: Kind
    position: str
    leave_at: datetime | None
    is_planned: bool
    is_urgent: bool = False
    status: str = "pending"
    superseded_by: str | None = None
    reason: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Who was told of a task, when, by which rung, in which position; a mail recalls it."""

    on: date
    rung: str
    kind: str
    name: str
    position: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Who answered an escalation and promised a day; it is over once that day is past."""

    on: date | None
    name: str
    note: str
    promise: date
    is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested:
    """An obstacle or an extension (`kind`) that a message is about; dates are local.

    `granted_before` counts the extensions that the task has had, `overdue_working_days` is how
    late it was when more time was asked for, `pause` holds the first and the last day granted.
    """

    kind: str
    asked_on: date
    asked_by: str
    reason: str
    category: str = ""
    wanted: str | None = None
    due_asked: date | None = None
    overdue_working_days: int = 0
    granted_before: int = 0
    answer: str | None = None
    pause: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedObstacle:
    """An open obstacle of a task, as it was written, and the day it was."""

    reason: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOf:
    """The task that a contribution is for, and who leads it."""

    code: str
    title: str
    lead_unit: str | None
    assignee: str | None
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedPart:
    """What a unit contributed to a task, or why it was gone without."""

    unit: str
    state: str
    delivered_on: date | None
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What was done to a task in somebody's place; `label` is the word of its workflow."""

    label: str
    on: date
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meanwhile:
    """What happened to a task while the recipient was away, both days included."""

    from_on: date
    to_on: date
    done: tuple[Deed, ...] = ()
    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterItem:
    """One notice with everything its wording needs; dates are local.

    `working_days_left` counts working days to the effective due date, negative after it, and
    `working_days_waiting` those since the report; None where there is nothing to count from.
    `note`, `decision`, `decided_on`, `actor`, `due_from` and `changes` are those of the event told
    about, `acted_for` is whom that actor stood in for, `promise` the day that he promised;
    `is_lost` where it took the task from the recipient. `next_steps` are (position, day) of the
    escalations still to come if nothing changes. `is_paused` where the effective date was moved by
    a pause, `request` is what the notice is about, and `obstacles` are those that wait for an
    answer. `part` is the task for which the item is a contribution; `parts` are the contributions
    to the item, for whoever verifies it. `meanwhile` is what happened while the recipient was away.
    """

    kind: Kind
    ladder: str
    rung: str
    position: str
    plan_code: str
    plan_title: str
    plan_number: str | None
    plan_issued_on: date | None
    section: str
    field: str
    code: str
    title: str
    output: str | None
    state: str | None
    state_since: date | None
    due_on: date | None
    effective_due_on: date | None
    due_time: str | None
    working_days_left: int | None
    lead_unit: str | None
    assignee: str | None
    reported_on: date | None = None
    note: str | None = None
    decision: str | None = None
    actor: str | None = None
    acted_for: str | None = None
    due_from: date | None = None
    told: tuple[Told, ...] = ()
    answers: tuple[Answer, ...] = ()
    promise: date | None = None
    next_steps: tuple[tuple[str, date], ...] = ()
    is_urgent: bool = False
    state_label: str = ""
    working_days_waiting: int | None = None
    decided_on: date | None = None
    changes: tuple[FieldChange, ...] = ()
    is_lost: bool = False
    is_paused: bool = False
    request: Requested | None = None
    obstacles: tuple[QuotedObstacle, ...] = ()
    part: PartOf | None = None
    parts: tuple[OwedPart, ...] = ()
    meanwhile: Meanwhile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What one message says to one person.

    `reference` is the Message-ID with its angle brackets; `monitor` names the unit that follows
    the plan and answers questions; `is_of_monitor` if the recipient belongs to it himself.
    `unloaded_years` are years of its dates whose holidays nobody has loaded. `recipient` is his
    name, `recipient_code` his code.
    """

    reference: str
    recipient: str
    address: str
    sent_at: datetime
    items: tuple[LetterItem, ...]
    monitor: str = ""
    is_of_monitor: bool = False
    unloaded_years: tuple[int, ...] = ()
    recipient_code: str = ""
