"""What somebody asks to be done to a task, and the answer."""

from dataclasses import dataclass
from datetime import date

from engine.errors import Fault, Invalid
from engine.store.change import Evidence

__all__ = ["Evidence", "Outcome", "Request"]

#: Longest code or number of a decision that the record has room for.
_LONGEST = 128
#: A due date outside is a slip of the pen, and no calendar reaches it.
_BELIEVABLE_YEARS = range(2000, 2100)


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

    def __post_init__(self) -> None:
        """Refuse what no database keeps: an argument may hold any bytes.

        Raises:
            Invalid: a text holds a NUL or is no Unicode, or a code or number has no end.
        """
        check_texts(self, "actor", "trigger", "task", "on_behalf_of", "note", "decision", "to")
        for one in self.evidence:
            _check_text("evidence", one.name)


def check_texts(asked: object, *fields: str) -> None:
    """Return if every text of what is asked can be kept: an argument may hold any bytes.

    Raises:
        Invalid: one holds a NUL or is no Unicode, or a code or number has no end.
    """
    for name in fields:
        said = getattr(asked, name)
        for text in said if isinstance(said, tuple) else (said,):
            _check_text(name, text)


def check_due(day: date) -> None:
    """Return if somebody may mean a day as a due date.

    Raises:
        Invalid: its year is not of this century.
    """
    if day.year not in _BELIEVABLE_YEARS:
        raise Invalid(field="due", problem=f"{day.isoformat()} is no believable date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a granted request did.

    `later_parts` are the units whose contributions are now due after the task itself; `warnings`
    hold nothing up. `told` are the codes of the people who are urged, where that is all it does.
    """

    task_id: str
    address: str
    trigger: str
    from_state: str
    to_state: str
    version: int
    due_on: date | None
    later_parts: tuple[str, ...] = ()
    warnings: tuple[Fault, ...] = ()
    told: tuple[str, ...] = ()


def _check_text(field: str, text: str | None) -> None:
    if text is None:
        return
    if "\0" in text or (not text.isprintable() and _is_broken(text)):
        raise Invalid(field=field, problem="holds characters that are no text")
    if field in ("actor", "decision") and len(text) > _LONGEST:
        raise Invalid(field=field, problem=f"is longer than {_LONGEST} characters")


def _is_broken(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
