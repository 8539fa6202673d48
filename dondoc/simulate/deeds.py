"""What people do in a scenario, each handed to the command that the office itself would use.

What is refused is put on record, as at any other door, and comes back to the player.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from dondoc import desk
from dondoc.bootstrap import operator
from dondoc.simulate.decisions import adjustment_of
from dondoc.simulate.scenario import Event, Scenario
from engine.commands import (
    acknowledgements,
    adjustments,
    calendars,
    delegations,
    extensions,
    leaving,
    obstacles,
    refusals,
    reorganisations,
)
from engine.commands.request import Evidence, Request
from engine.database import Database, Rules, Transaction
from engine.errors import Conflict, Refused

_PULLED = ("start", "report", "verify", "return", "withdraw", "cancel", "reopen", "reassign",
           "set_due", "submit", "waive", "urge")  # fmt: skip
#: What a decision is called where the scenario names none.
_UNNAMED = "kịch bản"


@dataclass(frozen=True, slots=True)
class Deeds:
    """Carries out what people do, on one database."""

    scenario: Scenario
    database: Database
    rules: Rules

    def do(self, event: Event) -> None:
        """Carry an event out.

        Raises:
            Refused: it is not granted; that is on record.
            Conflict: somebody was faster; so is that.
        """
        deeds: Mapping[str, Callable[[Event], None]] = {
            **dict.fromkeys(_PULLED, self._pull),
            "absence": self._absence,
            "calendar": self._calendar,
            "adjust": self._adjust,
            "acknowledge": self._acknowledge,
            "raise": self._raise,
            "answer": self._answer,
            "extend": self._extend,
            "approve": self._decide,
            "refuse": self._decide,
            "deactivate": self._deactivate,
            "merge_units": self._merge,
        }
        deeds[event.do](event)

    def _pull(self, event: Event) -> None:
        request = Request(
            actor=event.by or operator(),
            trigger=event.do,
            task=self._address(event),
            on_behalf_of=event.behalf,
            note=event.note,
            decision=event.decision,
            evidence=_evidence(event),
            due=event.due,
            to=event.to,
        )
        desk.pull(self.database, request, rules=self.rules, at=event.at)

    def _acknowledge(self, event: Event) -> None:
        given = acknowledgements.Acknowledged(
            task=self._address(event), note=event.note, promise=event.promise
        )
        with self._refusable("task acknowledge", event) as tx:
            acknowledgements.acknowledge(tx, given, by=_by(event), rules=self.rules, at=event.at)

    def _raise(self, event: Event) -> None:
        obstacle = obstacles.Obstacle(
            task=self._address(event),
            category=event.category or "",
            reason=event.note,
            evidence=_evidence(event),
        )
        with self._refusable("obstacle raise", event) as tx:
            obstacles.raise_obstacle(tx, obstacle, by=_by(event), rules=self.rules, at=event.at)

    def _answer(self, event: Event) -> None:
        answer = obstacles.Answer(task=self._address(event), answer=event.note, pause=event.pause)
        with self._refusable("obstacle answer", event) as tx:
            obstacles.answer(tx, answer, by=_by(event), rules=self.rules, at=event.at)

    def _extend(self, event: Event) -> None:
        asked = extensions.Asked(task=self._address(event), due=event.due, reason=event.note)
        with self._refusable("extension ask", event) as tx:
            extensions.ask(tx, asked, by=_by(event), rules=self.rules, at=event.at)

    def _decide(self, event: Event) -> None:
        decision = extensions.Decision(
            task=self._address(event),
            granted=event.do == "approve",
            note=event.note,
            due=event.due,
        )
        with self._refusable(f"extension {event.do}", event) as tx:
            extensions.decide(tx, decision, by=_by(event), rules=self.rules, at=event.at)

    def _absence(self, event: Event) -> None:
        # The reader has seen to it that all four are there.
        assert event.person and event.substitute and event.from_on and event.to_on  # noqa: S101, PT018
        absence = delegations.Absence(
            person=event.person,
            substitute=event.substitute,
            from_on=event.from_on,
            to_on=event.to_on,
            actor=event.by or event.person,
        )
        given = {
            "person": absence.person,
            "substitute": absence.substitute,
            "from": absence.from_on.isoformat(),
            "to": absence.to_on.isoformat(),
        }
        with self._refusable("person delegate", event, given, actor=absence.actor) as tx:
            delegations.delegate(tx, absence, at=event.at, rules=self.rules)

    def _deactivate(self, event: Event) -> None:
        gone = leaving.Leaving(
            person=event.person or "", successor=event.successor, note=event.note
        )
        actor = event.by or self._monitor()
        given = {"person": gone.person, "successor": gone.successor or ""}
        with self._refusable("person disable", event, given, actor=actor) as tx:
            leaving.leave(tx, gone, by=(actor, event.behalf), rules=self.rules, at=event.at)

    def _merge(self, event: Event) -> None:
        # The reader has seen to it that there is one.
        assert event.into is not None  # noqa: S101
        merge = reorganisations.Merge(
            units=event.units,
            code=event.into.code,
            name=event.into.name,
            head=event.into.head,
            leader=event.into.leader,
            decision=event.decision or _UNNAMED,
            note=event.note or "",
            effective_on=self._day(event),
        )
        actor = event.by or self._monitor()
        given = {"units": ", ".join(merge.units), "into": merge.code}
        with self._refusable("unit merge", event, given, actor=actor) as tx:
            reorganisations.merge(
                tx, merge, by=(actor, event.behalf), rules=self.rules, at=event.at
            )

    def _calendar(self, event: Event) -> None:
        actor = event.by or self._monitor()
        given = {f"{edit.day}": "off" if edit.is_off else "worked" for edit in event.days}
        days = calendars.DaysEdit(
            off=tuple(edit.day for edit in event.days if edit.is_off),
            worked=tuple(edit.day for edit in event.days if not edit.is_off),
            source=event.note or _UNNAMED,
            by=(actor, None),
        )
        with self._refusable("calendar set", event, given, actor=actor) as tx:
            calendars.set_days(tx, days, rules=self.rules, at=event.at)

    def _adjust(self, event: Event) -> None:
        actor = event.by or self._monitor()
        decision = adjustment_of(event, plan=self.scenario.plan.code, on=self._day(event))
        given = {"plan": decision.plan, "decision": decision.decision}
        with self._refusable("plan adjust", event, given, actor=actor) as tx:
            adjustments.adjust(
                tx, decision, actor=actor, on_behalf_of=event.behalf, rules=self.rules, at=event.at
            )

    @contextmanager
    def _refusable(
        self,
        command: str,
        event: Event,
        given: Mapping[str, str] | None = None,
        *,
        actor: str | None = None,
    ) -> Iterator[Transaction]:
        """Open a transaction; what is refused in it is put on record."""
        try:
            with self.database.begin() as tx:
                yield tx
        except (Refused, Conflict) as refusal:
            by = (actor or event.by or operator(), event.behalf)
            arguments = given if given is not None else {"task": self._address(event)}
            with self.database.begin() as tx:
                refusals.record_command(
                    tx, command, arguments=arguments, by=by, refusal=refusal, at=event.at
                )
            raise

    def _address(self, event: Event) -> str:
        return f"{self.scenario.plan.code}/{event.task}"

    def _day(self, event: Event) -> date:
        return event.at.astimezone(self.scenario.office.zone).date()

    def _monitor(self) -> str:
        """Return who decides where a scenario does not say: the monitor, or the director."""
        units = {unit.code for unit in self.scenario.units if unit.is_monitor}
        ranked = [person.id for person in self.scenario.people
                  if person.position == "unit_head" and person.unit in units]  # fmt: skip
        ranked += [one.id for one in self.scenario.people if one.position == "director"]
        return ranked[0] if ranked else operator()


def _by(event: Event) -> tuple[str, str | None]:
    return event.by or operator(), event.behalf


def _evidence(event: Event) -> tuple[Evidence, ...]:
    return tuple(Evidence(name=name) for name in event.evidence)
