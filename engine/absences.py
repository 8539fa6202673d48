"""Deadlines that fall into the absence of whoever must meet them (S29); said, never refused."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from engine.errors import Fault
from engine.organisation import Delegation, Organisation
from engine.rulebook import Rulebook
from engine.task import OPEN, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """A deadline inside an absence; `person` and `substitute` are codes."""

    person: str
    substitute: str
    due: date
    from_on: date
    to_on: date

    @property
    def words(self) -> str:
        """What is said of it, in Vietnamese."""
        return (
            f"hạn {_day(self.due)} rơi vào lúc {self.person} vắng "
            f"({_day(self.from_on)}–{_day(self.to_on)}, {self.substitute} làm thay)"
        )


def clash(
    organisation: Organisation, due: date, *, assignee_id: str | None, lead_unit_id: str | None
) -> Clash | None:
    """Return the absence into which a deadline falls of whoever answers for it, if it does.

    The assignee answers; where there is none, the head of the lead unit.
    """
    responsible = assignee_id or organisation.head(lead_unit_id, due)
    made = organisation.delegation(responsible, due) if responsible else None
    return _clash(organisation, made, due) if made is not None else None


def warnings(tasks: Iterable[Task], rulebook: Rulebook) -> Iterator[Fault]:
    """Yield a warning for each open task whose deadline falls into such an absence."""
    for task in tasks:
        due = rulebook.effective_due(task) if task.state in OPEN else None
        found = due and clash(
            rulebook.organisation, due, assignee_id=task.assignee_id,
            lead_unit_id=task.lead_unit_id,
        )  # fmt: skip
        if found:
            yield Fault(place=task.code, problem=found.words,
                        cure="đổi hạn hoặc giao người khác nếu cần")  # fmt: skip


def _clash(organisation: Organisation, made: Delegation, due: date) -> Clash:
    people = organisation.person_by_id
    return Clash(
        person=people[made.person_id].code,
        substitute=people[made.substitute_id].code,
        due=due,
        from_on=made.from_on,
        to_on=made.to_on,
    )


def _day(day: date) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year}"
