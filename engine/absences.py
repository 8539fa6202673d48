"""Deadlines that fall into the absence of whoever must meet them (S29); said, never refused."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from engine.errors import Fault
from engine.organisation import Answerable, Delegation, Organisation
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


def clash(organisation: Organisation, due: date, answerable: Answerable) -> Clash | None:
    """Return the absence into which a deadline falls of whoever answers for it, if it does.

    The assignee answers; where there is none, the head of the lead unit.
    """
    responsible = answerable.assignee_id or organisation.head(answerable.lead_unit_id, due)
    made = organisation.delegation(responsible, due) if responsible else None
    return _clash(organisation, made, due) if made is not None else None


def warnings(tasks: Iterable[Task], rulebook: Rulebook) -> Iterator[Fault]:
    """Yield a warning for each open task whose deadline falls into such an absence."""
    for task in tasks:
        if task.state in OPEN:
            yield from _warning(task.code, rulebook.effective_due(task), task.answerable, rulebook)


def warnings_of_items(
    items: Iterable[tuple[str, date, Answerable]], rulebook: Rulebook
) -> Iterator[Fault]:
    """Yield the same for items of a plan: code, stored deadline, and who is to answer."""
    for code, due_on, answerable in items:
        calendar = rulebook.calendar_of(answerable.lead_unit_id)
        yield from _warning(code, calendar.effective(due_on), answerable, rulebook)


def _warning(
    code: str, due: date | None, answerable: Answerable, rulebook: Rulebook
) -> Iterator[Fault]:
    found = clash(rulebook.organisation, due, answerable) if due is not None else None
    if found is not None:
        cure = "đổi hạn hoặc giao người khác nếu cần"
        yield Fault(place=code, problem=found.words, cure=cure)


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
