"""Doing what a form asks: each trigger handed to the command that carries it out, and committed.

Whatever is refused, or lost a race, is in the record when it is raised.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from dondoc import desk
from dondoc.web.forms import Form, Version
from dondoc.web.visit import Visit
from engine.commands import contributions, evidence, extensions, obstacles, refusals, tasks, urging
from engine.commands.acknowledgements import Acknowledged
from engine.commands.request import Evidence, Request
from engine.database import Transaction
from engine.errors import Conflict, Invalid, Refused
from engine.possibilities import (
    ACKNOWLEDGE,
    ADD_EVIDENCE,
    ASK,
    EXTEND,
    RAISE,
    REPLACE_EVIDENCE,
    URGE,
)

#: Characters of what is written in words.
LONGEST = 2_000


def _none_if_blank(value: Any) -> Any:
    return (value.strip() or None) if isinstance(value, str) else value


_Words = Annotated[
    Annotated[str, Field(max_length=LONGEST)] | None, BeforeValidator(_none_if_blank)
]
_Short = Annotated[Annotated[str, Field(max_length=128)] | None, BeforeValidator(_none_if_blank)]
_Name = Annotated[Annotated[str, Field(max_length=300)] | None, BeforeValidator(_none_if_blank)]
_Day = Annotated[date | None, BeforeValidator(_none_if_blank)]


class DeedForm(Form):
    """What the form of any trigger may hold; which of it is shown, the trigger decides."""

    version: Version
    buoc: str = ""
    thay: _Short = None
    note: _Words = None
    decision: _Short = None
    due: _Day = None
    to: _Short = None
    promise: _Day = None
    category: _Short = None
    wanted: _Words = None
    addressee: _Short = None
    unit: _Short = None
    what: _Words = None
    replaces: _Name = None
    pause_from: _Day = None
    pause_to: _Day = None
    number: _Short = None
    number_day: _Day = None
    extent: Literal["whole", "part"] = "whole"
    left: _Words = None
    left_due: _Day = None
    files: list[Any] = Field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something that somebody asks to be done.

    Attributes:
        address: Of what it is done to.
        kind: The kind of that.
        trigger: What is asked.
        form: What was typed.
        evidence: Proof that it brings, kept already.
    """

    address: str
    kind: str
    trigger: str
    form: DeedForm
    evidence: tuple[Evidence, ...] = ()

    def request(self, visit: Visit) -> Request:
        """Return it as a request; what only its command understands is left out."""
        actor, on_behalf_of = visit.by(self.form.thay or "")
        return Request(
            actor=actor,
            trigger=self.trigger,
            task=self.address,
            on_behalf_of=on_behalf_of,
            expected_version=self.form.version,
            note=self.form.note,
            decision=self.form.decision,
            evidence=self.evidence,
            due=self.form.due,
            to=self.form.to,
        )


def carry_out(visit: Visit, deed: Deed) -> None:
    """Carry a deed out and commit it.

    Raises:
        Refused: as its command; the refusal is in the record.
        Conflict: it is not at the version that was seen; so is that.
    """
    if deed.trigger == ACKNOWLEDGE:
        _acknowledge(visit, deed)
        return
    does = _DEEDS.get(deed.trigger)
    if does is None:
        desk.pull(visit.app.database, deed.request(visit), rules=visit.app.rules, at=visit.now)
        return
    try:
        with visit.write() as tx:
            _require_version(tx, deed)
            does(tx, visit, deed)
    except (Refused, Conflict) as refusal:
        with visit.write() as tx:
            refusals.record(tx, deed.request(visit), refusal, at=visit.now)
        raise


def decision_of(deed: Deed) -> extensions.Decision:
    """Return what is decided of a request for more time."""
    form = deed.form
    return extensions.Decision(
        task=deed.address, granted=deed.trigger == "approve", note=form.note, due=form.due
    )


def _require_version(tx: Transaction, deed: Deed) -> None:
    found = tasks.find(tx, deed.address).task
    if found.version != deed.form.version:
        raise Conflict(
            what=found.address,
            expected=f"version {deed.form.version}",
            found=f"version {found.version}, {found.state}",
        )


def _acknowledge(visit: Visit, deed: Deed) -> None:
    form = deed.form
    asked = Acknowledged(
        task=deed.address, note=form.note, promise=form.promise, expected_version=form.version
    )
    by = visit.by(form.thay or "")
    desk.acknowledge(visit.app.database, asked, by=by, rules=visit.app.rules, at=visit.now)


def _raise(tx: Transaction, visit: Visit, deed: Deed) -> None:
    form = deed.form
    obstacle = obstacles.Obstacle(
        task=deed.address, category=form.category, reason=form.note, wanted=form.wanted,
        addressee=form.addressee, evidence=deed.evidence,
    )  # fmt: skip
    by = visit.by(form.thay or "")
    obstacles.raise_obstacle(tx, obstacle, by=by, rules=visit.app.rules, at=visit.now)


def _answer(tx: Transaction, visit: Visit, deed: Deed) -> None:
    form = deed.form
    if (form.pause_from is None) != (form.pause_to is None):
        raise Invalid(field="pause", problem="nêu cả ngày đầu và ngày cuối tạm dừng")
    pause = None
    if form.pause_from is not None and form.pause_to is not None:
        pause = (form.pause_from, form.pause_to)
    given = obstacles.Answer(task=deed.address, answer=form.note, pause=pause)
    obstacles.answer(tx, given, by=visit.by(form.thay or ""), rules=visit.app.rules, at=visit.now)


def _extend(tx: Transaction, visit: Visit, deed: Deed) -> None:
    asked = extensions.Asked(task=deed.address, due=deed.form.due, reason=deed.form.note)
    by = visit.by(deed.form.thay or "")
    extensions.ask(tx, asked, by=by, rules=visit.app.rules, at=visit.now)


def _decide(tx: Transaction, visit: Visit, deed: Deed) -> None:
    by = visit.by(deed.form.thay or "")
    extensions.decide(tx, decision_of(deed), by=by, rules=visit.app.rules, at=visit.now)


def _take_back(tx: Transaction, visit: Visit, deed: Deed) -> None:
    withdraw = {"obstacle": obstacles.withdraw, "extension": extensions.withdraw}[deed.kind]
    by = visit.by(deed.form.thay or "")
    withdraw(tx, deed.address, by=by, rules=visit.app.rules, at=visit.now)


def _ask_unit(tx: Transaction, visit: Visit, deed: Deed) -> None:
    form = deed.form
    if form.due is None:
        raise Invalid(field="due", problem="ask_contribution needs a date")
    asking = contributions.Asking(
        task=deed.address, unit=form.unit or "", due=form.due, what=form.what or "",
        expected_version=form.version,
    )  # fmt: skip
    by = visit.by(form.thay or "")
    contributions.ask(tx, asking, by=by, rules=visit.app.rules, at=visit.now)


def _urge(tx: Transaction, visit: Visit, deed: Deed) -> None:
    urging.urge(tx, deed.request(visit), rules=visit.app.rules, at=visit.now)


def _bring(tx: Transaction, visit: Visit, deed: Deed) -> None:
    form, by = deed.form, visit.by(deed.form.thay or "")
    is_replacing = deed.trigger == REPLACE_EVIDENCE
    for one in deed.evidence:
        bringing = evidence.Bringing(
            task=deed.address, evidence=one, reason=form.note if is_replacing else None,
            replaces=(form.replaces or "") if is_replacing else None,
        )  # fmt: skip
        evidence.bring(tx, bringing, by=by, rules=visit.app.rules, at=visit.now)


_DEEDS: Mapping[str, Callable[[Transaction, Visit, Deed], None]] = {
    RAISE: _raise,
    "answer": _answer,
    EXTEND: _extend,
    "approve": _decide,
    "refuse": _decide,
    "take_back": _take_back,
    ASK: _ask_unit,
    URGE: _urge,
    ADD_EVIDENCE: _bring,
    REPLACE_EVIDENCE: _bring,
}
