"""Keeps the numbers of the dashboard: folds counters, and writes down how each day ended."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from engine import trend
from engine.clock import Clock
from engine.database import Database, Rules
from engine.store import counters, gates


@dataclass(slots=True)
class Figures:
    """Does, turn after turn, what the dashboard needs; several nodes may do it at once."""

    database: Database
    clock: Clock
    rules: Rules
    is_doubted: Callable[[], bool] = field(default=lambda: False)
    _looked_on: date | None = field(default=None, init=False)

    def turn(self) -> int:
        """Do everything that is due and return how many days of plans were written."""
        counters.fold_all(self.database)
        at = self.clock.now()
        with self.database.read() as tx:
            # A day that is written down stays, so none is written by a clock that may be wrong.
            if self.is_doubted() or gates.doubts(tx, at=at):
                return 0
            today = self.rules.current(tx).calendar.local_date(at)
        if today == self._looked_on:
            return 0
        with self.database.begin() as tx:
            trend.forget_future(tx, rules=self.rules, at=at)
        written = 0
        while True:
            with self.database.read() as tx:
                days = trend.ended_days(tx, rules=self.rules, at=at)
            with self.database.begin() as tx:
                trend.write_down(tx, days)
            written += len(days)
            if len(days) < trend.MOST_DAYS:
                break
        self._looked_on = today
        return written
