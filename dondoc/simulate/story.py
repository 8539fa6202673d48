"""What came of a scenario: events, messages, refusals, and how every task stands at the end.

Plain records in the order in which they happened; instants are UTC, days are local. They say
nothing of what was expected.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from dondoc.simulate.scenario import Event

Status = Literal["accepted", "in_doubt"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentItem:
    """One notice of a message; `working_days_left` is negative after the due date."""

    task: str
    rung: str
    kind: str
    working_days_left: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message the mail server took.

    `taken_at` has one instant for every copy, the first of them first; `status` is `in_doubt`
    while the server never said that it had it.
    """

    taken_at: tuple[datetime, ...]
    to: str
    address: str
    kind: str
    items: tuple[SentItem, ...]
    reference: str
    subject: str
    status: Status
    content: bytes = field(repr=False, default=b"")

    @property
    def at(self) -> datetime:
        """When the first copy was taken."""
        return self.taken_at[0]

    @property
    def copies(self) -> int:
        """How often the server took it."""
        return len(self.taken_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Something that was asked and not granted; `message` says why, for people."""

    at: datetime
    by: str | None
    do: str
    task: str | None
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """An event that was played, and its refusal, None if it was granted."""

    event: Event
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Silenced:
    """A rung of which somebody was not told: `by` what, and the reason."""

    task: str
    rung: str
    by: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """An alert for the administrator."""

    at: datetime
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEnd:
    """How a task stands at the end; a heading has no state, and nothing else without a date."""

    code: str
    title: str
    kind: str
    state: str | None
    lead: str | None
    assignee: str | None
    due: date | None
    effective_due: date | None
    overdue_working_days: int
    cell: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """The audit chain at the end; `problem` names the first bad entry where it is not verified."""

    entries: int
    blocks: int
    is_verified: bool
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Everything that came of a scenario."""

    happened: tuple[Happened, ...]
    messages: tuple[Sent, ...]
    tasks: tuple[TaskEnd, ...]
    refused: tuple[Refusal, ...]
    superseded: tuple[Silenced, ...]
    alerts: tuple[Raised, ...]
    audit: Audited
