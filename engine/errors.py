"""What can go wrong in the engine, as one tree; it knows no HTTP status and no exit code.

DondocError
+-- Refused             tell the person: what was asked, what is, what would have worked
|   +-- Unknown              unknown
|   +-- TransitionRefused    transition_refused
|   +-- NotPermitted         not_permitted
|   +-- FourEyes             four_eyes
|   +-- Invalid              invalid
|   +-- NoteRequired         note_required
|   +-- EvidenceRequired     evidence_required
|   +-- ChildrenOpen         children_open
|   +-- Undecided            undecided       (activation of a plan, every row named)
|   +-- StatesInUse          states_in_use   (publishing a workflow, every state named)
|   `-- BadInput             bad_input       (a file: every fault named, with its place)
+-- Conflict            conflict        somebody was faster: reload and try again
|   `-- AlreadyRunning       already_running (a second `run` on one SQLite file)
`-- Corrupt             corrupt         the stored record contradicts itself: stop, call a human
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


class DondocError(Exception):
    """Root of every error the engine raises on purpose."""

    code: ClassVar[str] = "error"


class Refused(DondocError):
    """The request cannot be granted; nothing was written.

    `about` is the kind of what the request was about, where that bears on its words.
    """

    code = "refused"
    about: str = ""


class Unknown(Refused):
    """A name in the request means nothing here."""

    code = "unknown"

    def __init__(self, *, what: str, name: str, hint: str | None = None) -> None:
        self.what, self.name, self.hint = what, name, hint
        tail = f"; did you mean {hint!r}?" if hint else ""
        super().__init__(f"no {what} is called {name!r}{tail}")


class TransitionRefused(Refused):
    """The task's current state does not allow that trigger."""

    code = "transition_refused"

    def __init__(self, *, trigger: str, state: str, allowed: Sequence[str]) -> None:
        self.trigger, self.state, self.allowed = trigger, state, tuple(allowed)
        offered = ", ".join(self.allowed) or "nothing"
        super().__init__(f"cannot {trigger} a task that is {state}; allowed now: {offered}")


class NotPermitted(Refused):
    """The actor does not hold a role that may do this."""

    code = "not_permitted"

    def __init__(self, *, actor: str, what: str, who: Sequence[str]) -> None:
        self.actor, self.what, self.who = actor, what, tuple(who)
        super().__init__(f"{actor} may not {what}; allowed: {', '.join(self.who)}")


class FourEyes(Refused):
    """Who reported may not verify."""

    code = "four_eyes"

    def __init__(self, *, actor: str, reporter: str) -> None:
        self.actor, self.reporter = actor, reporter
        super().__init__(
            f"{actor} may not judge a report made by {reporter}; another verifier must"
        )


class Invalid(Refused):
    """A date or a field of the request does not make sense."""

    code = "invalid"

    def __init__(self, *, field: str, problem: str) -> None:
        self.field, self.problem = field, problem
        super().__init__(f"{field}: {problem}")


class NoteRequired(Refused):
    """This trigger needs a reason in words."""

    code = "note_required"

    def __init__(self, *, trigger: str) -> None:
        self.trigger = trigger
        super().__init__(f"{trigger} needs a note")


class EvidenceRequired(Refused):
    """A report needs evidence of the result."""

    code = "evidence_required"

    def __init__(self, *, missing: str | None) -> None:
        self.missing = missing
        asked = f" of {missing!r}" if missing else ""
        super().__init__(f"evidence{asked} is missing: a document number, or a file")


class ChildrenOpen(Refused):
    """A heading cannot move while one of its items is open."""

    code = "children_open"

    def __init__(self, *, code: str, open_children: Sequence[str]) -> None:
        self.heading, self.open_children = code, tuple(open_children)
        super().__init__(f"{code} is a heading; still open: {', '.join(self.open_children)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong with an input.

    `place` is what a person can point at ("line 12", "row 3, column Đơn vị chủ trì", "II.1.4"),
    `problem` says what is wrong there and `cure` what would be right.
    """

    place: str
    problem: str
    cure: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}" + (f"; {self.cure}" if self.cure else "")


class Undecided(Refused):
    """A plan cannot be activated, or adjusted, while these rows wait for a decision."""

    code = "undecided"

    def __init__(self, *, plan: str, faults: Sequence[Fault], what: str = "activated") -> None:
        self.plan, self.faults, self.what = plan, tuple(faults), what
        lines = "\n".join(f"  {fault}" for fault in self.faults)
        super().__init__(f"{plan} cannot be {what}, {len(self.faults)} to decide:\n{lines}")


class StatesInUse(Refused):
    """A new version of a workflow lacks states in which tasks are, and nobody said what of them."""

    code = "states_in_use"

    def __init__(self, *, workflow: str, version: int, states: Sequence[tuple[str, int]]) -> None:
        self.workflow, self.version, self.states = workflow, version, tuple(states)
        named = ", ".join(f"{state} ({count})" for state, count in self.states)
        super().__init__(
            f"{workflow} {version} has no state for tasks that are {named}; map each of these "
            "states to one that it has, or keep them under their version"
        )


class BadInput(Refused):
    """A file or a configuration is wrong; nothing of it was taken."""

    code = "bad_input"

    def __init__(self, *, source: str, faults: Sequence[Fault]) -> None:
        self.source, self.faults = source, tuple(faults)
        lines = "\n".join(f"  {fault}" for fault in self.faults)
        super().__init__(f"{source}: {len(self.faults)} to correct:\n{lines}")


class Conflict(DondocError):
    """The row changed since it was read; nothing was written."""

    code = "conflict"

    def __init__(self, *, what: str, expected: str, found: str) -> None:
        self.what, self.expected, self.found = what, expected, found
        super().__init__(f"{what} has changed: expected {expected}, found {found}; look again")


class AlreadyRunning(Conflict):
    """Another process does for this database what only one may do at a time."""

    code = "already_running"

    def __init__(self, *, database: str, process: str) -> None:
        self.database, self.process = database, process
        super().__init__(what=database, expected="nobody", found=process or "somebody")

    def __str__(self) -> str:
        who = f", process {self.process}" if self.process else ""
        return f"another `dondoc run` works on {self.database} already{who}; one is enough"


class Corrupt(DondocError):
    """The stored record contradicts itself."""

    code = "corrupt"
