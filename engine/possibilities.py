"""What somebody may do to a task now, and of everything else why not; it changes nothing.

The commands themselves are asked, up to what the request would have to bring: pages and programs
show no button that the engine refuses, and hide none that it grants.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial

from engine.clock import require_aware
from engine.commands import (
    acknowledgements,
    contributions,
    evidence,
    extensions,
    rights,
    tasks,
    urging,
)
from engine.commands.request import Request
from engine.commands.requesting import EXTENSION, OBSTACLE, Kind, met
from engine.errors import NotPermitted, Refused
from engine.rulebook import Rulebook
from engine.store.record import PLAN_KINDS
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.store.tasks import Loaded

#: What can be done besides the triggers of a workflow, in the order in which pages show it.
ACKNOWLEDGE, RAISE, EXTEND = "acknowledge", OBSTACLE.trigger, EXTENSION.trigger
ASK, URGE = contributions.TRIGGER, urging.TRIGGER
ADD_EVIDENCE, REPLACE_EVIDENCE = evidence.ADD, evidence.REPLACE

#: Words of what no workflow names.
_LABELS = {
    ACKNOWLEDGE: "Trả lời, hẹn ngày",
    RAISE: "Báo vướng mắc",
    EXTEND: EXTENSION.label,
    ASK: "Đề nghị phối hợp",
    URGE: "Nhắc việc",
    ADD_EVIDENCE: "Thêm minh chứng",
    REPLACE_EVIDENCE: "Thay minh chứng",
}
_NEEDS = {
    ACKNOWLEDGE: ("note", "promise"),
    RAISE: ("category", "note"),
    EXTEND: ("due",),
    ASK: ("unit", "due", "what"),
    URGE: (),
    ADD_EVIDENCE: ("evidence",),
    REPLACE_EVIDENCE: ("evidence", "replaces", "note"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Possibility:
    """One thing that can be done to a task, and whether this person may do it now.

    Attributes:
        trigger: What is asked for: of the workflow, or one of this module's.
        label: What people read; Vietnamese, one line.
        needs: What the request must bring: `note`, `decision`, `due`, `to`, `evidence`, and of
            those besides a workflow `promise`, `category`, `unit`, `what`, `replaces`;
            `due_optional` may be brought. `four_eyes` asks for nothing but another person.
        refusal: Why not; None where he may.
        who: Codes of the people who may, where the refusal is that he may not.
        leads_to: The state it brings the task to; None where the state stays.
        told: Codes of the people it urges, where that is all it does and he may.
    """

    trigger: str
    label: str
    needs: tuple[str, ...]
    refusal: Refused | None = None
    who: tuple[str, ...] = ()
    leads_to: str | None = None
    told: tuple[str, ...] = ()

    @property
    def is_allowed(self) -> bool:
        """Whether the engine would grant it, once it has what it needs."""
        return self.refusal is None


def possible(
    tx: Transaction, address: str, *, by: tuple[str, str | None], rules: Rules, at: datetime
) -> tuple[Possibility, ...]:
    """Return everything that can be done to a task in its workflow and beside it, in that order.

    Args:
        tx: The transaction.
        address: Of the task, or of a contribution, an obstacle, an extension, a periodic report.
        by: Who looks, and for whom.
        rules: The rulebook's keeper.
        at: Now.

    Raises:
        Unknown: there is no such task or person.
    """
    at = require_aware(at).astimezone(UTC)
    loaded = tasks.find(tx, address)
    rulebook = rules.at(tx, loaded.revision)
    rights.standpoint(rulebook.organisation, *by, on=rulebook.calendar.local_date(at))
    asking = _Asking(tx=tx, loaded=loaded, rulebook=rulebook, by=by, rules=rules, at=at)
    return (*asking.of_the_workflow(), *asking.beside_it())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asking:
    """One person before one task."""

    tx: Transaction
    loaded: Loaded
    rulebook: Rulebook
    by: tuple[str, str | None]
    rules: Rules
    at: datetime

    def of_the_workflow(self) -> Iterator[Possibility]:
        """Yield the triggers of the task's workflow, in their order."""
        task = self.loaded.task
        for one in self.rulebook.machine(task).workflow.triggers:
            refusal = _refusal(partial(self._pull, one.name), about=task.kind)
            yield Possibility(
                trigger=one.name,
                label=one.label,
                needs=one.needs,
                refusal=refusal,
                who=self._permitted(refusal),
                leads_to=one.target,
            )

    def beside_it(self) -> Iterator[Possibility]:
        """Yield what can be done to a task by no trigger of its workflow."""
        task = self.loaded.task
        if task.kind not in (*PLAN_KINDS, "contribution", "report") or task.kind == "heading":
            return
        checks: dict[str, Callable[[], object]] = {ACKNOWLEDGE: self._acknowledge}
        if task.kind in PLAN_KINDS:
            checks[RAISE] = partial(self._ask_leader, OBSTACLE)
            if task.due_on is not None:
                checks[EXTEND] = partial(self._ask_leader, EXTENSION)
            checks[ASK] = self._ask_unit
            checks[URGE] = self._urge
        checks[ADD_EVIDENCE] = partial(self._bring, ADD_EVIDENCE)
        checks[REPLACE_EVIDENCE] = partial(self._bring, REPLACE_EVIDENCE)
        for trigger, check in checks.items():
            refusal = _refusal(check, about=task.kind)
            yield Possibility(
                trigger=trigger,
                label=_LABELS[trigger],
                needs=_NEEDS[trigger],
                refusal=refusal,
                who=self._permitted(refusal),
                told=self._urged() if trigger == URGE and refusal is None else (),
            )

    def _pull(self, trigger: str) -> None:
        loaded = self.loaded
        request = Request(
            actor=self.by[0], on_behalf_of=self.by[1], trigger=trigger, task=loaded.task.address
        )
        if loaded.task.kind == EXTENSION.name:
            extensions.require_decider(self.tx, request, loaded, rules=self.rules, at=self.at)
        tasks.permitted(self.tx, request, loaded, rulebook=self.rulebook, at=self.at)
        tasks.require_children_closed(self.tx, trigger, loaded)

    def _acknowledge(self) -> None:
        acknowledgements.require_answerable(
            self.tx, self.loaded, by=self.by, rulebook=self.rulebook, at=self.at
        )

    def _ask_leader(self, kind: Kind) -> None:
        address = self.loaded.task.address
        met(self.tx, kind, address, by=self.by, rules=self.rules, at=self.at)
        if kind is EXTENSION:
            extensions.require_none_open(self.tx, self.loaded.task)

    def _ask_unit(self) -> None:
        contributions.require_askable(self.loaded, self._who, self.rulebook, on=self._today)

    def _urge(self) -> None:
        urging.require_urgeable(
            self.tx, self.loaded, by=self.by, rulebook=self.rulebook, at=self.at
        )

    def _urged(self) -> tuple[str, ...]:
        return urging.told_of(self.loaded, self.rulebook, on=self._today)

    def _bring(self, trigger: str) -> None:
        evidence.require_bringable(trigger, self.loaded, self._who, self.rulebook, on=self._today)

    def _permitted(self, refusal: Refused | None) -> tuple[str, ...]:
        """Return who may do what this person may not, the nearest to the task first."""
        if not isinstance(refusal, NotPermitted):
            return ()
        organisation = self.rulebook.organisation
        people = organisation.person_by_id
        ids = (
            each
            for role in refusal.who
            for each in rights.in_role(organisation, self.loaded.task, role, on=self._today)
        )
        return tuple(dict.fromkeys(people[one].code for one in ids if one in people))

    @property
    def _today(self) -> date:
        return self.rulebook.calendar.local_date(self.at)

    @property
    def _who(self) -> rights.Standpoint:
        return rights.standpoint(self.rulebook.organisation, *self.by, on=self._today)


def _refusal(check: Callable[[], object], *, about: str) -> Refused | None:
    try:
        check()
    except Refused as refusal:
        refusal.about = refusal.about or about
        return refusal
    return None
