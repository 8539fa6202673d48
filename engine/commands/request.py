"""What somebody asks to be done to a task, and the answer."""

from dataclasses import dataclass
from datetime import date

from engine.store.change import Evidence

__all__ = ["Evidence", "Outcome", "Request"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One trigger pulled by one person on one task.

    Attributes:
        actor: Code of the person who acts, or `operator:<os user>`.
        trigger: What to do; a word of the task's workflow.
        task: Address, `PLAN/CODE` or a bare code.
        on_behalf_of: Code of the person a substitute acts for.
        expected_version: The version the asker saw; None skips the comparison.
        due: A new due date (`set_due`, and `return` if wanted).
        to: Code of the new assignee (`reassign`).
    """

    actor: str
    trigger: str
    task: str
    on_behalf_of: str | None = None
    expected_version: int | None = None
    note: str | None = None
    decision: str | None = None
    evidence: tuple[Evidence, ...] = ()
    due: date | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a granted request did."""

    task_id: str
    address: str
    trigger: str
    from_state: str
    to_state: str
    version: int
    due_on: date | None
