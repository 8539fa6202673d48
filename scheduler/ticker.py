"""The alarm clock: wakes the parts of the process again and again until it is told to stop.

Nothing is owed because of it. What is due is computed from the tasks and the ledger, so a wake-up
that is lost, doubled or late loses and doubles nothing. The only importer of APScheduler, whose
triggers live by the wall clock; whoever sets that is noticed here, by the time that really passed.
"""

import threading
from collections.abc import Callable, Sequence
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from engine.clock import Clock, elapsed

#: How often the clock and the parts are looked at.
LOOK = timedelta(seconds=1)
#: A clock set by more than this wakes everybody at the wrong moment.
_STEP = timedelta(seconds=2)
#: How long running turns may take to end once we are told to stop; systemd is given a minute.
_FAREWELL = timedelta(seconds=45)

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Pulse:
    is_fresh: bool = True


#: That of the part whose turn is going on here.
_PULSE: ContextVar[_Pulse | None] = ContextVar("dondoc_pulse", default=None)


def beat() -> None:
    """Say, in a turn that may last, that it is not stuck."""
    pulse = _PULSE.get()
    if pulse is not None:
        pulse.is_fresh = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something to be woken.

    Attributes:
        name: What logs call it.
        every: How often, counted from midnight.
        offset: How long after each such moment.
        turn: Does everything that is due now; called from one thread at a time.
        patience: After so long without a sign of life, woken or not, it is stuck; the beginning
            and the end of a turn are signs, and so is each `beat`.
    """

    name: str
    every: timedelta
    turn: Callable[[], object]
    offset: timedelta = timedelta(0)
    patience: timedelta = timedelta(minutes=4)
    _pulse: _Pulse = field(default_factory=_Pulse, init=False)

    @property
    def context(self) -> Context:
        """What its turns run in: the present context, and its own pulse."""
        context = copy_context()
        context.run(_PULSE.set, self._pulse)
        return context

    def take_pulse(self) -> bool:
        """Return whether there was a sign of life since the last time."""
        was_fresh, self._pulse.is_fresh = self._pulse.is_fresh, False
        return was_fresh


class StuckError(Exception):
    """A part has given no sign of life for too long; only another process can do its work."""

    def __init__(self, *parts: str) -> None:
        self.parts = parts
        super().__init__(f"no sign of life from {', '.join(parts)}")


def run(parts: Sequence[Part], stop: threading.Event, *, clock: Clock) -> None:
    """Wake each part at once and then in its rhythm until `stop` is set; let running turns finish.

    Each part has a thread of its own, so that a slow mail server never keeps the sweep waiting. A
    part still busy when its second comes is not started twice: its next turn does what was left.

    Raises:
        StuckError: a part hangs, or is not woken any more. Its thread is still there: the caller
            has to end the process.
    """
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={part.name: ThreadPoolExecutor(max_workers=1) for part in parts},
        # A turn that could not start in time is still wanted, once: the default would drop it
        # after a second and say so only in a log.
        job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
    )
    for part in parts:
        scheduler.add_job(
            part.context.run, _Rhythm(part), args=[_turn, part], id=part.name, name=part.name,
            executor=part.name,
        )  # fmt: skip
    scheduler.start()
    try:
        _watch_over(scheduler, parts, stop, clock)
    finally:
        is_over = _end(scheduler, within=_FAREWELL if stop.is_set() else LOOK)
    if not is_over:
        raise StuckError(*(part.name for part in parts))


def _watch_over(
    scheduler: BackgroundScheduler, parts: Sequence[Part], stop: threading.Event, clock: Clock
) -> None:
    """Look at the parts and the clock until told to stop."""
    vigil = _Vigil(parts)
    shown = clock.now()
    while not stop.wait(LOOK.total_seconds()):
        passed = vigil.look()
        before, shown = shown, clock.now()
        if abs(shown - before - passed) > _STEP:
            for part in parts:
                scheduler.reschedule_job(part.name, trigger=_Rhythm(part))


def _turn(part: Part) -> None:
    beat()
    try:
        part.turn()
    except Exception:  # noqa: BLE001 - the edge of the loop
        # The database may be away for a minute; the next turn finds everything that was due.
        _log.exception("ticker.turn_failed", part=part.name)
    beat()


class _Rhythm(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Now, and then always the next moment after the present one, whatever was missed.

    The triggers of APScheduler go through every moment missed, one by one: a clock set to the year
    2100 would have them count for hours.
    """

    __slots__ = ("_every", "_offset")

    def __init__(self, part: Part) -> None:
        self._every, self._offset = part.every, part.offset

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> Any:
        if previous is None:
            return now
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        gone = (now - midnight - self._offset) // self._every
        return midnight + self._offset + (gone + 1) * self._every


class _Vigil:
    """Finds the parts that have given no sign of life for too long.

    Only time in which this process could run counts: after it was stopped, or the machine was
    asleep, everybody gets the time to wake up.
    """

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        self._looked_at = elapsed()
        self._silent_for = {part.name: timedelta(0) for part in parts}

    def look(self) -> timedelta:
        """Return how long ago the last look was.

        Raises:
            StuckError: parts are silent.
        """
        now = elapsed()
        passed = timedelta(seconds=now - self._looked_at)
        self._looked_at = now
        for part in self._parts:
            silent = self._silent_for[part.name] + min(passed, 2 * LOOK)
            self._silent_for[part.name] = timedelta(0) if part.take_pulse() else silent
        stuck = [one.name for one in self._parts if self._silent_for[one.name] > one.patience]
        if stuck:
            raise StuckError(*stuck)
        return passed


def _end(scheduler: BackgroundScheduler, *, within: timedelta) -> bool:
    """Let running turns finish, but not for ever; return whether they did."""
    ending = threading.Thread(target=scheduler.shutdown, name="farewell", daemon=True)
    ending.start()
    ending.join(timeout=within.total_seconds())
    return not ending.is_alive()
