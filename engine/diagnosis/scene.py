"""What every examination looks at: the database, the rules of the moment, and the hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from engine.calendar import WorkingCalendar
from engine.clock import require_aware
from engine.diagnosis.findings import Findings
from engine.rulebook import Rulebook
from engine.store.session import Database

#: How long something may take before it counts as stuck: what a sweep owes is written within two
#: minutes of its slot (G5), and five without a sweep make an office unhealthy (G14).
GRACE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One examination.

    Attributes:
        rulebook: The rules in force.
        at: Now.
        is_live: Whether any plan is active, so that somebody may be owed something.
        is_paused: Whether the settings hold all mail back.
    """

    database: Database
    rulebook: Rulebook
    at: datetime
    is_live: bool
    is_paused: bool = False

    @property
    def calendar(self) -> WorkingCalendar:
        """The office's calendar."""
        return self.rulebook.calendar

    def hour(self, at: datetime) -> str:
        """Return an instant as people of the office read it."""
        return f"{require_aware(at).astimezone(self.calendar.zone):%H:%M ngày %d/%m/%Y}"

    def last_slot(self, calendar: WorkingCalendar) -> datetime | None:
        """Return the newest slot whose work must be over, None where there was none in a month."""
        day = calendar.local_date(self.at)
        over = self.at - GRACE
        for back in range(31):
            on = day - timedelta(days=back)
            slot = calendar.at_local(on, calendar.send_at)
            if slot <= over and calendar.is_working_day(on):
                return slot
        return None


class Check(Protocol):
    """One kind of trouble looked for; named by the module it lives in."""

    __module__: str

    def __call__(self, scene: Scene, found: Findings) -> None:
        """Add what is found."""
