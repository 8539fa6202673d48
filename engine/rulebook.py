"""Everything the rules need that changes rarely, as one frozen copy with a revision number."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from engine.calendar import Variation, WorkingCalendar, layered
from engine.ladder import Ladder, Mark, Run
from engine.machine import Table
from engine.organisation import Organisation
from engine.task import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """Calendar, ladders, compiled workflows and the organisation, as of one revision.

    `calendar` is the office's; `variations` say, by unit id, in what a unit works otherwise, and
    `unit_calendars` are the calendars of all units that do, those below included. `machines` is
    keyed by (workflow name, version).
    """

    revision: int
    calendar: WorkingCalendar
    ladders: Mapping[str, Ladder]
    machines: Mapping[tuple[str, int], Table]
    organisation: Organisation
    variations: Mapping[str, Variation] = field(default_factory=dict)
    unit_calendars: Mapping[str, WorkingCalendar] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out the calendars of the units that differ from the office."""
        parents = {unit.id: unit.parent_id for unit in self.organisation.units}
        found = layered(self.calendar, self.variations, parents)
        object.__setattr__(self, "unit_calendars", found)

    @property
    def calendars(self) -> tuple[WorkingCalendar, ...]:
        """Every calendar in use, each once, the office's first."""
        if not self.unit_calendars:
            return (self.calendar,)
        return tuple(dict.fromkeys((self.calendar, *self.unit_calendars.values())))

    def calendar_of(self, unit_id: str | None) -> WorkingCalendar:
        """Return the calendar by which the days of a unit's work count."""
        return self.unit_calendars.get(unit_id or "", self.calendar)

    def calendar_of_person(self, person_id: str | None, *, on: date) -> WorkingCalendar:
        """Return the calendar of the unit in which somebody holds his first position on a day."""
        if not self.unit_calendars or person_id is None:
            return self.calendar
        held = (
            one.unit_id
            for one in self.organisation.holdings
            if one.person_id == person_id and one.covers(on)
        )
        return self.calendar_of(next(held, None))

    def effective_due(self, task: Task) -> date | None:
        """Return the effective due date of a task by the calendar of its lead unit."""
        return task.effective_due(self.calendar_of(task.lead_unit_id))

    def next_slot(self, at: datetime) -> datetime:
        """Return the first slot of anybody at or after an instant.

        Whatever is looked at again in it goes by its own calendar, and may be told later.
        """
        return min(one.next_slot(at) for one in self.calendars)

    def machine(self, task: Task) -> Table:
        """Return the compiled workflow a task runs under."""
        return self.machines[task.workflow, task.workflow_version]

    def run(self, task: Task, marks: tuple[Mark, ...] = ()) -> Run | None:
        """Return the ladder a task runs in its present state, None where it runs none.

        A standing task has no date and runs nothing; neither does a heading.
        """
        if task.state is None:
            return None
        name = self.ladder_of(task)
        base = self.base(task, name)
        if name is None or base is None:
            return None
        since = task.reported_at if name == "verifier" else task.running_since
        if since is None:
            return None
        run = Run(ladder=self.ladders[name], base=base, since=since, marks=marks)
        if name != "unit":
            return run
        if (own := self.unit_calendars.get(task.lead_unit_id or "")) is not None:
            run = replace(run, own=own)
        if not (task.pauses or task.holds):
            return run
        holds = tuple(one for one in task.holds if one.arming == task.arming)
        return replace(run, pauses=task.pauses, holds=holds)

    def base(self, task: Task, ladder: str | None) -> date | None:
        """Return the local day from which a ladder counts for a task (rule 1)."""
        if ladder == "unit":
            return self.effective_due(task)
        if ladder == "verifier" and task.reported_at is not None:
            return self.calendar.local_date(task.reported_at)
        if ladder == "leader" and task.running_since is not None:
            return self.calendar.local_date(task.running_since)
        return None

    def arming(self, task: Task) -> int:
        """Return the number of the present arming: the unit's, or the verifier's per report."""
        return task.report_count if self.ladder_of(task) == "verifier" else task.arming

    def ladder_of(self, task: Task) -> str | None:
        """Return the name of the ladder that a task's present state runs."""
        return self.machine(task).states[task.state].ladder if task.state is not None else None
