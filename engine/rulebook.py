"""Everything the rules need that changes rarely, as one frozen copy with a revision number."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from engine.calendar import WorkingCalendar
from engine.ladder import Ladder, Mark, Run
from engine.machine import Table
from engine.organisation import Organisation
from engine.task import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """Calendar, ladders, compiled workflows and the organisation, as of one revision.

    `machines` is keyed by (workflow name, version).
    """

    revision: int
    calendar: WorkingCalendar
    ladders: Mapping[str, Ladder]
    machines: Mapping[tuple[str, int], Table]
    organisation: Organisation

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
        if name != "unit" or not (task.pauses or task.holds):
            return run
        holds = tuple(one for one in task.holds if one.arming == task.arming)
        return replace(run, pauses=task.pauses, holds=holds)

    def base(self, task: Task, ladder: str | None) -> date | None:
        """Return the local day from which a ladder counts for a task (rule 1)."""
        if ladder == "unit":
            return task.effective_due(self.calendar)
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
