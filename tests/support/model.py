"""A naive picture of an office's tasks: what may be done to them, and what they then are.

Written from the table of states, the table of rights and rule 20, by hand; it imports nothing that
decides. Calendars, ladders and mail are not in it: what they promise is in tests.support.promises.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

PEOPLE = ("gd", "pgd", "cvp", "tp", "cv", "cv2", "th")
HEADS = {"SO": None, "VP": "cvp", "CNTT": "tp", "HC": "th"}
MEMBERS = {"VP": ("cvp",), "CNTT": ("tp", "cv", "cv2"), "HC": ("th",)}
OPEN = ("assigned", "in_progress", "reported")
OPERATOR = "operator:root"

#: Trigger: from which states, to which (None stays), by whom, and what it needs.
TABLE: Mapping[str, tuple[tuple[str, ...], str | None, frozenset[str], frozenset[str]]] = {
    "start": (("assigned",), "in_progress", frozenset({"assignee", "head"}), frozenset()),
    "report": (("in_progress",), "reported", frozenset({"assignee", "head"}),
               frozenset({"note", "evidence"})),
    "withdraw": (("reported",), "in_progress", frozenset({"reporter", "head"}),
                 frozenset({"note"})),
    "verify": (("reported",), "verified", frozenset({"verifier"}), frozenset({"other eyes"})),
    "return": (("reported",), "in_progress", frozenset({"verifier"}),
               frozenset({"note", "maybe due"})),
    "cancel": (OPEN, "cancelled", frozenset({"director"}), frozenset({"note", "decision"})),
    "reopen": (("verified", "cancelled"), "in_progress", frozenset({"director"}),
               frozenset({"note", "decision"})),
    "reassign": (("assigned", "in_progress"), None, frozenset({"head", "monitor", "director"}),
                 frozenset({"to"})),
    "set_due": (("assigned", "in_progress"), None, frozenset({"monitor", "director"}),
                frozenset({"due", "note"})),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What somebody asks for."""

    by: str
    trigger: str
    code: str
    behalf: str | None = None
    version: int | None = None
    note: str | None = None
    decision: str | None = None
    evidence: bool = False
    due: date | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What somebody says to an escalation, and in how many days he promises to be done."""

    by: str
    code: str
    days: int | None
    behalf: str | None = None
    version: int | None = None
    note: str | None = None


@dataclass(slots=True, kw_only=True)
class Picture:
    """One task as it should be."""

    code: str
    lead: str
    assignee: str | None
    due: date | None
    verifier: str | None = None
    kind: str = "task"
    evidence_optional: bool = False
    children: tuple[str, ...] = ()
    state: str | None = "assigned"
    version: int = 1
    dates: int = 1
    armings: int = 1
    reports: int = 0
    last_report: tuple[str, str] | None = None
    reporters: frozenset[str] = frozenset()
    answers: int = 0
    pauses: int = 0

    def shown(self) -> tuple[object, ...]:
        """Return everything that the table of tasks must say of it."""
        return (self.state, self.version, self.due, self.dates, self.armings, self.reports,
                self.answers, self.pauses, self.assignee)  # fmt: skip


@dataclass(slots=True)
class Model:
    """Every task as it should be, and who stands in for whom."""

    tasks: dict[str, Picture]
    absences: list[tuple[str, str, date, date]] = field(default_factory=list)

    def refusal(self, ask: Ask, *, today: date) -> str | None:
        """Return the code with which a request must be refused, None if it must be granted."""
        task = self.tasks.get(ask.code)
        people = {one for one in (ask.by, ask.behalf, ask.to) if one is not None}
        if task is None or people - set(PEOPLE) or ask.trigger not in TABLE:
            return "unknown"
        if ask.version not in (None, task.version):
            return "conflict"
        is_held = any(self.tasks[child].state in OPEN for child in task.children)
        sources, _, who, _ = TABLE[ask.trigger]
        is_standing_report = task.kind == "standing" and ask.trigger == "report"
        if (not is_held and task.state not in sources) or is_standing_report:
            return "transition_refused"
        if not self._roles(ask, task, today=today) & who:
            return "not_permitted"
        return self._lacks(ask, task) or ("children_open" if is_held else None)

    def refusal_of(self, answer: Answer, *, told: Collection[str], today: date) -> str | None:
        """Return the code with which an answer must be refused; `told` are who a rung has reached.

        An operator is nobody who was told.
        """
        task = self.tasks[answer.code]
        if {answer.by, answer.behalf} - {*PEOPLE, None, OPERATOR}:
            return "unknown"
        if answer.version not in (None, task.version):
            return "conflict"
        if task.state not in ("assigned", "in_progress"):
            return "transition_refused"
        principal = answer.behalf or answer.by
        is_for = principal != answer.by
        if is_for and not self.stands_in(answer.by, principal, today=today):
            return "not_permitted"
        if not {answer.by, principal} & set(told):
            return "not_permitted"
        if answer.days is None or not 0 <= answer.days <= 366:
            return "invalid"
        return None if (answer.note or "").strip() else "note_required"

    def grant_answer(self, code: str) -> None:
        """Keep that somebody answered."""
        self.tasks[code].answers += 1
        self.tasks[code].version += 1

    def grant_pause(self, code: str) -> None:
        """Keep that an obstacle was raised, and that the clock of the unit is paused for it."""
        self.tasks[code].pauses += 1
        self.tasks[code].version += 2

    def grant_more_time(self, code: str, due: date) -> None:
        """Keep that more time was asked for and granted: another date, and its ladder anew."""
        task = self.tasks[code]
        task.due = due
        task.dates += 1
        task.armings += 1
        task.version += 2

    def grant(self, ask: Ask) -> None:
        """Change the picture as a granted request does."""
        task = self.tasks[ask.code]
        _, target, _, _ = TABLE[ask.trigger]
        task.version += 1
        task.state = target or task.state
        principal = ask.behalf or ask.by
        if ask.trigger == "report":
            task.reports += 1
            task.last_report = (ask.by, principal)
            task.reporters |= {ask.by, principal}
        if ask.trigger in ("return", "reopen"):
            task.reporters = frozenset()
        if ask.trigger == "reassign":
            task.assignee = ask.to
        if ask.due is not None:
            task.due = ask.due
            task.dates += 1
        if ask.due is not None or ask.trigger == "reopen":
            task.armings += 1

    def stands_in(self, by: str, person: str, *, today: date) -> bool:
        """Return whether somebody acts for a person today, by any chain of substitutes."""
        seen = {person}
        while True:
            made = [one for one in self.absences if one[0] == person and one[2] <= today <= one[3]]
            if not made:
                return False
            person = made[-1][1]
            if person == by:
                return True
            if person in seen:
                return False
            seen.add(person)

    def verifier(self, task: Picture) -> str:
        """Return who judges a task; the director, where the monitoring unit did the work."""
        return task.verifier or ("gd" if task.lead == "VP" else "cvp")

    def _roles(self, ask: Ask, task: Picture, *, today: date) -> frozenset[str]:
        principal = ask.behalf or ask.by
        if principal != ask.by and not self.stands_in(ask.by, principal, today=today):
            return frozenset()
        held = {
            "director": principal == "gd",
            "monitor": principal == "cvp",
            "head": principal == HEADS[task.lead],
            "assignee": principal == task.assignee,
            "reporter": task.last_report is not None and principal in task.last_report,
            "verifier": principal == self.verifier(task),
        }
        return frozenset(role for role, is_held in held.items() if is_held)

    def _lacks(self, ask: Ask, task: Picture) -> str | None:
        _, _, _, needs = TABLE[ask.trigger]
        if "other eyes" in needs and {ask.by, ask.behalf or ask.by} & task.reporters:
            return "four_eyes"
        if self._is_invalid(ask, task, needs):
            return "invalid"
        if "note" in needs and not (ask.note or "").strip():
            return "note_required"
        if "evidence" in needs and not (task.evidence_optional or ask.evidence):
            return "evidence_required"
        return None

    def _is_invalid(self, ask: Ask, task: Picture, needs: frozenset[str]) -> bool:
        if ask.due is None and "due" in needs:
            return True
        takes_none = not needs & {"due", "maybe due"} or task.kind == "standing"
        if ask.due is not None and (takes_none or not 2000 <= ask.due.year < 2100):
            return True
        if "decision" in needs and not (ask.decision or "").strip():
            return True
        is_member = ask.to in MEMBERS[task.lead] and ask.to != task.assignee
        return "to" in needs and not is_member
