"""A mail server that keeps everything it is given, and misbehaves when told to.

It stands where SMTP would: the relay speaks to it as to any courier, and what it kept is what the
scenario is judged by.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from dondoc.simulate.scenario import Mode
from dondoc.simulate.story import Sent, SentItem, Status
from engine.clock import Clock
from engine.commands.subjects import code_of_task
from engine.notices import Letter
from scheduler.courier import Delivery, Envelope, Rendered, Renderer


class Witness:
    """Words letters as the office would, and remembers what each of them was about."""

    def __init__(self, renderer: Renderer) -> None:
        """Remember who really does the wording."""
        self._renderer = renderer
        self.letters: dict[str, tuple[Letter, str]] = {}

    def render(self, letter: Letter) -> Rendered:
        """Return the finished message; raises what the renderer raises."""
        rendered = self._renderer.render(letter)
        self.letters[letter.reference] = (letter, rendered.subject)
        return rendered


class RecordingCourier:
    """Takes messages in place of a mail server.

    Attributes:
        mode: How the server behaves from now on.
    """

    def __init__(self, witness: Witness, clock: Clock) -> None:
        """Begin with a server that takes everything."""
        self.mode: Mode = "ok"
        self._witness = witness
        self._clock = clock
        self._refused: frozenset[str] = frozenset()
        self._taken: dict[str, list[datetime]] = {}
        self._status: dict[str, Status] = {}
        self._content: dict[str, bytes] = {}
        self._to: dict[str, str] = {}

    def behave(self, mode: Mode, *, refused: Iterable[str] = ()) -> None:
        """Change how the server behaves; `refused` are the people whose addresses it rejects."""
        self.mode = mode
        self._refused = frozenset(refused)

    def deliver(self, envelope: Envelope, content: Callable[[], bytes | None]) -> Delivery:
        """Take one message, or do what the mode says instead."""
        if self.mode == "down":
            return Delivery(outcome="temporary", phase="connect", reply="connection refused")
        if envelope.recipient in self._refused:
            reply = "5.1.1 user unknown"
            return Delivery(outcome="permanent", phase="rcpt", code=550, reply=reply)
        held = content()
        if held is None:
            return Delivery(outcome="withdrawn", phase="data")
        self._taken.setdefault(envelope.reference, []).append(self._clock.now())
        self._content[envelope.reference] = held
        self._to[envelope.reference] = envelope.recipient
        if self.mode == "drop_after_data":
            self._status.setdefault(envelope.reference, "in_doubt")
            return Delivery(outcome="in_doubt", phase="dot", reply="connection lost")
        self._status[envelope.reference] = "accepted"
        return Delivery(outcome="accepted", phase="dot", code=250, reply="2.0.0 taken")

    def close(self) -> None:
        """Nothing is held open."""

    def messages(self) -> tuple[Sent, ...]:
        """Return everything taken so far, in the order of the first taking."""
        return tuple(self._message(reference) for reference in self._taken)

    def _message(self, reference: str) -> Sent:
        letter, subject = self._witness.letters[reference]
        items = tuple(
            SentItem(
                task=code_of_task(item.code),
                rung=item.rung,
                kind=item.kind,
                working_days_left=item.working_days_left,
            )
            for item in letter.items
        )
        kinds = {item.kind for item in items}
        return Sent(
            taken_at=tuple(self._taken[reference]),
            to=self._to[reference],
            address=letter.address,
            kind=kinds.pop() if len(kinds) == 1 else "digest",
            items=items,
            reference=reference,
            subject=subject,
            status=self._status[reference],
            content=self._content[reference],
        )
