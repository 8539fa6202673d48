"""The clerk of `naive` with two papers: the unit's, and the office's for whatever is above."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.calendar import WorkingCalendar
from engine.ladder import Rung
from tests.support.naive import Clerk, Line, counted, falls_due, forward, is_reminder, works

_DAY = timedelta(days=1)
_ABOVE = {"leader_in_charge", "director", "verifier", "monitor"}


@dataclass(slots=True, kw_only=True)
class ClerkOfTwo(Clerk):
    """One arming kept by hand; `calendar` is the office's paper, `own` that of the unit."""

    own: WorkingCalendar

    def live(self, last: date, *, away: Collection[date] = ()) -> None:
        """Go through the slots of both papers through a day; on days away nobody is told."""
        day = self.since.astimezone(self.calendar.zone).date()
        begins = self.since.replace(second=0, microsecond=0)
        while day <= last:
            both = () if day in away else (self.calendar, self.own)
            papers = [one for one in both if works(day, one)]
            for at in sorted({one.at_local(day, one.send_at) for one in papers}):
                if at >= begins:
                    is_open = [one for one in papers if one.at_local(day, one.send_at) == at]
                    self._served(day, at, is_open)
            day += _DAY

    def paper(self, rung: Rung) -> WorkingCalendar:
        """Rule 1: whatever names anybody above the unit follows the office."""
        return self.calendar if set(rung.to) & _ABOVE else self.own

    def due_at(self, rung: Rung) -> tuple[datetime, date]:
        """Return the slot of a rung, and the day it falls due."""
        paper = self.paper(rung)
        due = falls_due(rung, self.base, paper)
        return paper.at_local(forward(due, paper), paper.send_at), due

    def _served(self, day: date, at: datetime, is_open: list[WorkingCalendar]) -> None:
        lines = list(self._reminded(day, at, is_open)) + list(self._climbed(day, is_open))
        self.lines += lines

    def _reminded(self, day: date, at: datetime, is_open: list[WorkingCalendar]) -> Iterator[Line]:
        begins = self.since.replace(second=0, microsecond=0)
        owed = []
        for place, rung in enumerate(self.ladder.rungs):
            said = self._said(rung)
            if not is_reminder(rung, self.ladder) or (said and rung.repeat is None):
                continue
            slot, due = self._again(rung, begins) if said else self.due_at(rung)
            if begins <= slot <= at:
                owed.append((slot, due, place, rung, len(said) + 1))
        owed.sort(key=lambda one: one[:3])
        if not owed or self.paper(owed[-1][3]) not in is_open:
            return
        for one in owed:
            is_newest = one is owed[-1]
            yield Line(on=day, rung=one[3].name, occurrence=one[4], is_superseded=not is_newest)

    def _again(self, rung: Rung, begins: datetime) -> tuple[datetime, date]:
        paper, on = self.paper(rung), self._said(rung)[-1].on
        while True:
            on = counted(on, rung.repeat or 1, paper)
            slot = paper.at_local(on, paper.send_at)
            if slot >= begins:
                return slot, on

    def _climbed(self, day: date, is_open: list[WorkingCalendar]) -> Iterator[Line]:
        climb = [rung for rung in self.ladder.rungs if not is_reminder(rung, self.ladder)]
        climb.sort(key=lambda rung: self.due_at(rung)[0])
        below: date | None = None
        for rung in climb:
            said, paper = self._said(rung), self.paper(rung)
            if not said:
                is_due = self.due_at(rung)[1] <= day and (below is None or below < day)
                if is_due and paper in is_open:
                    yield Line(on=day, rung=rung.name, occurrence=1)
                return
            is_time = rung.repeat and counted(said[-1].on, rung.repeat, paper) <= day
            if is_time and paper in is_open:
                yield Line(on=day, rung=rung.name, occurrence=len(said) + 1)
            below = said[0].on
