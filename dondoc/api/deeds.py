"""What a transition may do: triggers of the workflow, and what no workflow names, in one table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import Field

from dondoc.api.caller import Call
from dondoc.api.shapes import Given, Moved
from engine.commands import (
    acknowledgements,
    contributions,
    extensions,
    looking,
    obstacles,
    tasks,
    urging,
)
from engine.commands.acknowledgements import Acknowledged
from engine.commands.contributions import Asking
from engine.commands.request import Evidence, Request
from engine.database import Transaction
from engine.errors import Invalid
from engine.possibilities import ACKNOWLEDGE, ASK, EXTEND, RAISE, URGE
from engine.task import Task

_Code = Annotated[str, Field(min_length=1, max_length=128)]


class Pull(Given):
    """What is to be done to a task."""

    trigger: _Code = Field(description="One of those that `GET …/transitions` lists.")
    comment: str | None = Field(default=None, max_length=10_000, description="Why, or what came.")
    due: date | None = Field(default=None, description="A new date, or the day promised.")
    decision: _Code | None = Field(default=None, description="Number of a decision.")
    to: _Code | None = Field(default=None, description="Code of a person, or of a leader asked.")
    evidence: list[Annotated[str, Field(min_length=1, max_length=300)]] = Field(
        default=[], max_length=20, description="Numbers of documents; files come to `…/files`."
    )
    category: _Code | None = Field(default=None, description="Of an obstacle.")
    wanted: str | None = Field(default=None, max_length=10_000)
    unit: _Code | None = Field(default=None, description="Code of a unit that is asked.")
    pause: list[date] | None = Field(
        default=None, min_length=2, max_length=2, description="First and last day."
    )
    on_behalf_of: _Code | None = Field(default=None, description="Whom the caller stands in for.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One pull at one task."""

    call: Call
    tx: Transaction
    task: Task
    pull: Pull

    @property
    def by(self) -> tuple[str, str | None]:
        """Who acts, and for whom."""
        return self.call.by(self.pull.on_behalf_of or "")

    @property
    def request(self) -> Request:
        """The same, as the engine takes it, and as a refusal of it is recorded."""
        actor, on_behalf_of = self.by
        return Request(
            actor=actor,
            trigger=self.pull.trigger,
            task=self.task.address,
            on_behalf_of=on_behalf_of,
            expected_version=self.task.version,
            note=self.pull.comment,
            decision=self.pull.decision,
            evidence=tuple(Evidence(name=name) for name in self.pull.evidence),
            due=self.pull.due,
            to=self.pull.to,
        )

    def do(self) -> Moved:
        """Do it.

        Raises:
            Refused: as the command that does it.
            Conflict: somebody was faster.
        """
        name = self.pull.trigger
        beside = _BESIDE.get((self.task.kind, name)) or _OF_ANY.get(name)
        if beside is not None:
            return self._moved(beside(self))
        done = tasks.perform(self.tx, self.request, rules=self.call.app.rules, at=self.call.now)
        return Moved(
            address=done.address,
            trigger=done.trigger,
            from_state=done.from_state,
            to_state=done.to_state,
            version=done.version,
            due=done.due_on,
            later_parts=list(done.later_parts),
            warnings=[str(one) for one in done.warnings],
        )

    def _moved(self, opened: str | None) -> Moved:
        after = looking.find(
            self.tx, self.task.address, people=self.call.people, rules=self.call.app.rules,
            at=self.call.now,
        ).task  # fmt: skip
        return Moved(
            address=after.address,
            trigger=self.pull.trigger,
            from_state=self.task.state,
            to_state=after.state,
            version=after.version,
            due=after.due_on,
            opened=opened if opened != after.address else None,
        )


def _acknowledge(deed: Deed) -> None:
    asked = Acknowledged(
        task=deed.task.address, note=deed.pull.comment, promise=deed.pull.due,
        expected_version=deed.task.version,
    )  # fmt: skip
    acknowledgements.acknowledge(
        deed.tx, asked, by=deed.by, rules=deed.call.app.rules, at=deed.call.now
    )


def _raise(deed: Deed) -> str:
    obstacle = obstacles.Obstacle(
        task=deed.task.address, category=deed.pull.category, reason=deed.pull.comment,
        wanted=deed.pull.wanted, addressee=deed.pull.to, evidence=deed.request.evidence,
    )  # fmt: skip
    return obstacles.raise_obstacle(
        deed.tx, obstacle, by=deed.by, rules=deed.call.app.rules, at=deed.call.now
    )


def _answer(deed: Deed) -> str:
    pause = (deed.pull.pause[0], deed.pull.pause[1]) if deed.pull.pause else None
    given = obstacles.Answer(task=deed.task.address, answer=deed.pull.comment, pause=pause)
    return obstacles.answer(deed.tx, given, by=deed.by, rules=deed.call.app.rules, at=deed.call.now)


def _take_back(deed: Deed) -> str:
    take_back = obstacles.withdraw if deed.task.kind == "obstacle" else extensions.withdraw
    return take_back(
        deed.tx, deed.task.address, by=deed.by, rules=deed.call.app.rules, at=deed.call.now
    )


def _extend(deed: Deed) -> str:
    asked = extensions.Asked(task=deed.task.address, due=deed.pull.due, reason=deed.pull.comment)
    return extensions.ask(deed.tx, asked, by=deed.by, rules=deed.call.app.rules, at=deed.call.now)


def _decide(deed: Deed) -> str:
    decision = extensions.Decision(
        task=deed.task.address, granted=deed.pull.trigger == "approve", note=deed.pull.comment,
        due=deed.pull.due,
    )  # fmt: skip
    return extensions.decide(
        deed.tx, decision, by=deed.by, rules=deed.call.app.rules, at=deed.call.now
    )


def _ask(deed: Deed) -> str:
    pull = deed.pull
    if pull.unit is None or pull.due is None or pull.wanted is None:
        missing = next(name for name in ("unit", "due", "wanted") if getattr(pull, name) is None)
        raise Invalid(field=missing, problem="còn thiếu")
    asking = Asking(
        task=deed.task.address, unit=pull.unit, due=pull.due, what=pull.wanted,
        expected_version=deed.task.version,
    )  # fmt: skip
    return contributions.ask(
        deed.tx, asking, by=deed.by, rules=deed.call.app.rules, at=deed.call.now
    ).address


def _urge(deed: Deed) -> None:
    urging.urge(deed.tx, deed.request, rules=deed.call.app.rules, at=deed.call.now)


#: What is done to a task beside its workflow.
_OF_ANY: Mapping[str, Callable[[Deed], str | None]] = {
    ACKNOWLEDGE: _acknowledge,
    RAISE: _raise,
    EXTEND: _extend,
    ASK: _ask,
    URGE: _urge,
}
#: What does more than to close a request: the answer to it moves its task as well.
_BESIDE: Mapping[tuple[str, str], Callable[[Deed], str | None]] = {
    ("obstacle", "answer"): _answer,
    ("obstacle", "take_back"): _take_back,
    ("extension", "approve"): _decide,
    ("extension", "refuse"): _decide,
    ("extension", "take_back"): _take_back,
}
