"""A mail server and the line to it, as unreliable as wanted; it notes what it was handed."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from engine.calendar import WorkingCalendar
from engine.notices import Letter
from engine.pauses import Pause
from scheduler.courier import Delivery, Envelope, Rendered

_AT_THE_DOOR = {
    "down": Delivery(outcome="temporary", phase="connect", reply="connection refused"),
    "busy": Delivery(outcome="temporary", phase="rcpt", code=450, reply="busy"),
    "unknown": Delivery(outcome="permanent", phase="rcpt", code=550, reply="no such user"),
}
_IN_DOUBT = Delivery(outcome="in_doubt", phase="dot", reply="the line dropped")
_KEPT = Delivery(outcome="accepted", phase="dot", code=250, reply="kept")


class Died(BaseException):
    """The process is gone: no `except Exception` of the program may notice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """One notice in one message that the courier handed over, and how things stood then.

    `pauses` are those of the task, `calendar` is the office's.
    """

    at: datetime
    reference: str
    recipient: str
    task: str
    ladder: str
    rung: str
    occurrence: int
    kind: str
    is_urgent: bool
    key: tuple[object, ...]
    is_planned: bool
    is_resend: bool
    is_instead: bool
    state: str | None
    is_of_this_date: bool
    due_on: date | None
    reported_at: datetime | None
    is_working_day: bool
    is_in_slot: bool
    pauses: tuple[Pause, ...] = field(repr=False)
    calendar: WorkingCalendar = field(repr=False)


class Wording:
    """Words a letter as plainly as can be: mail is made elsewhere."""

    def render(self, letter: Letter) -> Rendered:
        said = [[item.code, item.rung] for item in letter.items]
        return Rendered(subject=str(len(said)), content=json.dumps(said).encode())


@dataclass(slots=True)
class Post:
    """The mail server and the line to it; `answers` are given first, then `mode` decides."""

    inside: Callable[[Envelope], list[Handed]]
    mode: str = "ok"
    answers: list[str] = field(default_factory=list)
    handed: list[Handed] = field(default_factory=list)

    def deliver(self, envelope: Envelope, content: Callable[[], bytes | None]) -> Delivery:
        answer = self.answers.pop(0) if self.answers else self.mode
        if answer == "die":
            raise Died
        if answer in _AT_THE_DOOR:
            return _AT_THE_DOOR[answer]
        if content() is None:
            return Delivery(outcome="withdrawn", phase="data")
        if answer == "die-before-dot":
            raise Died
        self.handed += self.inside(envelope)
        if answer == "die-after-dot":
            raise Died
        return _IN_DOUBT if answer == "doubt" else _KEPT

    def close(self) -> None:
        """Nothing is open."""
