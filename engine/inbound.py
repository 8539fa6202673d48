"""What came back to our sender, as far as anybody acts on it; who reads the bytes is elsewhere."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["bounce", "delay", "auto_reply", "reply"]

#: The mailbox or its domain is not there: no later message fares better (RFC 3463, 3.2).
_GONE = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One mail to our sender.

    Attributes:
        kind: A bounce is final, a delay is not; an automatic answer and a reply change nothing.
        digest: SHA-256 that tells it from every other one.
        references: Message-IDs it may be about, with their angle brackets.
        address: Whose mailbox it speaks of; for an answer, who wrote it.
        status: The enhanced status code (RFC 3463) of a bounce or delay.
        subject: Its subject, for people.
    """

    kind: Kind
    digest: str
    references: tuple[str, ...] = ()
    address: str | None = None
    status: str | None = None
    subject: str = ""

    @property
    def is_gone(self) -> bool:
        """Whether one such bounce is enough."""
        return self.kind == "bounce" and self.status in _GONE
