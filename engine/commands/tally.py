"""What an import of the organisation did to each code, and its audit entries."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.audit import Event, append
from engine.roster import Imported
from engine.store.session import Transaction


@dataclass(slots=True, kw_only=True)
class Tally:
    """Codes by what happened to them, in file order; it grows while rows are written.

    Attributes:
        at: The instant of the import.
        actor: Who imports, `operator:<os user>`.
        cause: Name of the file.
    """

    at: datetime
    actor: str
    cause: str
    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)

    def result(self, warnings: Iterable[str]) -> Imported:
        """Return the finished tally with what a person should look at."""
        return Imported(
            created=tuple(self.created),
            updated=tuple(self.updated),
            unchanged=tuple(self.unchanged),
            warnings=tuple(warnings),
        )

    def record(
        self, tx: Transaction, subject: str, action: str, *, before: Any = None, after: Any
    ) -> None:
        """Append the audit entry of one changed unit or person."""
        event = Event(subject=subject, action=action, actor=self.actor, cause=self.cause,
                      before=before or {}, after=after)  # fmt: skip
        append(tx, event, at=self.at)
