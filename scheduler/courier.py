"""What the relay asks of whoever carries mail, and of whoever words it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from engine.notices import Letter

#: accepted: the server took it. temporary: not now. permanent: never to this address. in_doubt: it
#: was handed over whole and no answer came. withdrawn: there was nothing left to say.
Outcome = Literal["accepted", "temporary", "permanent", "in_doubt", "withdrawn"]

#: Where a conversation ended; `render` and `address` are before it began.
Phase = Literal[
    "address", "render", "connect", "banner", "ehlo", "starttls", "login", "mail", "rcpt", "data",
    "dot", "kept",
]  # fmt: skip

#: Phases that concern the server and not the message: nobody else will fare better in this turn.
SESSION = frozenset({"connect", "banner", "ehlo", "starttls", "login"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What the server is told about a message; `recipient` (a code) and `kind` serve file names."""

    reference: str
    sender: str
    address: str
    recipient: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How one conversation about one message ended; `code` and `reply` are the server's."""

    outcome: Outcome
    phase: Phase
    code: int | None = None
    reply: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A finished message."""

    subject: str
    content: bytes


class Courier(Protocol):
    """Carries one message after another; safe to use from one thread."""

    def deliver(self, envelope: Envelope, content: Callable[[], bytes | None]) -> Delivery:
        """Carry a message and return how it went; never raise because of a server.

        Args:
            envelope: From whom, to whom.
            content: Called right before the message is handed over, at most once per try; None
                means that there is nothing left to send. What it raises passes through.
        """
        ...

    def close(self) -> None:
        """End any conversation that is kept open."""
        ...


class Renderer(Protocol):
    """Words a letter."""

    def render(self, letter: Letter) -> Rendered:
        """Return the finished message.

        Raises:
            Exception: the letter cannot be worded; whatever is raised, it is not sent.
        """
        ...
