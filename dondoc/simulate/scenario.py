"""A scenario as it was read: an office, a plan, what happens to it, and what must come of it.

It knows no YAML and no engine. Instants are UTC, days are local; `line` is where something stands
in the file, so that whatever is found wrong later can still be pointed at.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from engine.ladder import Ladder
from engine.office import Office
from engine.recurrence import Period, spans

Mode = Literal["ok", "down", "drop_after_data"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitSpec:
    """A unit; the first of a scenario is the root."""

    line: int
    code: str
    name: str
    parent: str | None = None
    leader: str | None = None
    is_monitor: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSpec:
    """A person and the position held; `email` is None for somebody without an address."""

    line: int
    id: str
    name: str
    unit: str
    position: str
    email: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSpec:
    """A task of a plan written in the scenario itself."""

    line: int
    code: str
    title: str
    lead: str | None = None
    assignee: str | None = None
    verifier: str | None = None
    coordinating: tuple[str, ...] = ()
    parent: str | None = None
    due: date | None = None
    standing: bool = False
    urgent: bool = False
    evidence_optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """A plan document and its worksheet, to be read by the importer."""

    line: int
    plan: Path
    worksheet: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSpec:
    """The plan: its tasks, or the files that hold them.

    `reports` are the periods whose reports are played, of those that the files ask for.
    """

    line: int
    code: str
    year: int
    tasks: tuple[TaskSpec, ...] = ()
    files: Files | None = None
    reports: tuple[Period, ...] = ()

    @property
    def report_codes(self) -> frozenset[str]:
        """The codes that periodic reports of the plan may have."""
        return frozenset(
            f"BC-{span.key}" for period in self.reports for span in spans(period, self.year)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DayEdit:
    """A day that differs from the weekly pattern, and who said so where the file names it."""

    day: date
    is_off: bool
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Into:
    """The unit that others are merged into."""

    code: str
    name: str
    head: str | None = None
    leader: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something somebody does, or that befalls the office; None where it says nothing.

    Attributes:
        do: One of the events of docs/reference/scenarios.md.
        by: Who does it; None is the system.
        behalf: On whose behalf a substitute acts (`for`).
        to: The new assignee of `reassign`.
        person, substitute, from_on, to_on: Of `absence`; both days are included.
        mode, refused: Of `smtp`: what the mail server does, and whose addresses it turns away.
        days: Of `calendar`.
        tasks, given_up: Of `adjust`: what changes or is new, and the tasks it cancels.
        category: Of `raise`: what kind of obstacle it is.
        pause: Of `answer`: the days on which the unit's clock stands still, both included.
        promise: Of `acknowledge`: the day promised.
        successor: Of `deactivate`: who takes over.
        units, into: Of `merge_units`.
    """

    line: int
    at: datetime
    do: str
    by: str | None = None
    behalf: str | None = None
    task: str | None = None
    note: str | None = None
    decision: str | None = None
    evidence: tuple[str, ...] = ()
    due: date | None = None
    to: str | None = None
    person: str | None = None
    substitute: str | None = None
    from_on: date | None = None
    to_on: date | None = None
    mode: Mode | None = None
    refused: tuple[str, ...] = ()
    days: tuple[DayEdit, ...] = ()
    tasks: tuple[TaskSpec, ...] = ()
    given_up: tuple[str, ...] = ()
    category: str | None = None
    pause: tuple[date, date] | None = None
    promise: date | None = None
    successor: str | None = None
    units: tuple[str, ...] = ()
    into: Into | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedNotice:
    """Rungs of one name in one message to one person."""

    at: datetime
    to: str
    rung: str
    tasks: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A record that must be found, by the fields the scenario names."""

    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectations:
    """What must come of it; None where the scenario says nothing.

    `superseded`, `alerts` and `tasks` must be found; an empty list of the first two says "none".
    A refusal that is not listed fails, and so does a reminder or escalation while `exact`.
    """

    notices: tuple[ExpectedNotice, ...] | None = None
    exact: bool = True
    tasks: tuple[Expected, ...] = ()
    refused: tuple[Expected, ...] = ()
    superseded: tuple[Expected, ...] | None = None
    alerts: tuple[Expected, ...] | None = None
    audit: str = "verified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A whole file.

    Attributes:
        office: Zone, weekend, hours, slot and what a due date on a day off becomes.
        days: Days off and work days, a work day where the file says both.
        ladders: The ladders the file gives; those it leaves out are the shipped ones.
        start, until: Both included.
        play: In order of time, equal times in file order.
        expect: None where nothing is expected.
    """

    source: str
    name: str
    office: Office
    start: datetime
    until: datetime
    days: tuple[DayEdit, ...]
    units: tuple[UnitSpec, ...]
    people: tuple[PersonSpec, ...]
    ladders: Mapping[str, Ladder]
    plan: PlanSpec
    play: tuple[Event, ...] = ()
    expect: Expectations | None = None
