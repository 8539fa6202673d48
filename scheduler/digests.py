"""Digests for those who only watch: one message a person and day, once, and only with something in.

They stand beside the ledger: nobody is told of a duty by them, so none is owed or made up for.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine import digests
from engine.addresses import is_address
from engine.digests import Digest
from engine.organisation import Person
from engine.preferences import Watch
from engine.rulebook import Rulebook
from engine.store.session import Transaction
from scheduler.aside import Aside, Sidecar
from scheduler.courier import Rendered


@dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """Sends the digests of the day."""

    sidecar: Sidecar

    def turn(self) -> int:
        """Send every digest that is due and return how many a server has taken."""
        sidecar = self.sidecar
        if sidecar.desk.digester is None:
            return 0
        at, taken = sidecar.clock.now(), 0
        with sidecar.database.read() as tx:
            rulebook = sidecar.desk.rules.current(tx)
            today = due_on(rulebook, at=at)
            waiting = [
                one for one in rulebook.organisation.people
                if today is not None and one.watches and one.is_reachable
                and is_address(one.email or "")
            ]  # fmt: skip
        for person in waiting:
            watches = due_watches(person, rulebook, today=today) if today else ()
            if today is not None and watches:
                taken += sidecar.carry(self._digest(person, watches, today=today, at=at), at=at)
        return taken

    def _digest(
        self, person: Person, watches: tuple[Watch, ...], *, today: date, at: datetime
    ) -> Aside:
        desk, clock = self.sidecar.desk, self.sidecar.clock
        reference = _reference(person, today, desk.sender.rpartition("@")[2])

        def word(tx: Transaction) -> Rendered | None:
            now = clock.now()
            found = digests.parts(tx, watches, rules=desk.rules, at=now)
            if not found or desk.digester is None:
                return None
            return desk.digester(
                Digest(
                    reference=reference, recipient=person.code, name=person.name,
                    address=person.email or "", at=now, parts=found,
                )
            )  # fmt: skip

        return Aside(
            reference=reference,
            kind="digest",
            person=person,
            has_news=lambda tx: bool(digests.parts(tx, watches, rules=desk.rules, at=at)),
            word=word,
        )


def due_on(rulebook: Rulebook, *, at: datetime) -> date | None:
    """Return the working day whose digests may leave now, from its slot to the end of its hours."""
    calendar = rulebook.calendar
    today = calendar.local_date(at)
    if not calendar.is_working_day(today) or at < calendar.slot_of(today):
        return None
    return today if calendar.in_hours(at) or calendar.open_slot(at) is not None else None


def due_watches(person: Person, rulebook: Rulebook, *, today: date) -> tuple[Watch, ...]:
    """Return what is in a person's digest of a day; weekly on the first working day of a week."""
    monday = today - timedelta(days=today.weekday())
    is_first = rulebook.calendar.on_or_after(monday) == today
    return tuple(one for one in person.watches if one.every == "day" or is_first)


def _reference(person: Person, today: date, domain: str) -> str:
    digest = hashlib.sha256(f"digest|{person.id}|{today.isoformat()}".encode()).hexdigest()[:16]
    return f"<theo-doi.{today:%Y%m%d}.{digest}@{domain}>"
