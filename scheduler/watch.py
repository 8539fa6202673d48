"""The watch: whether the clock can be believed, looked at before every turn.

The wall clock is compared with the time that really passed. A step is recorded; after a large one
nothing is swept and nothing leaves for a while, so that whoever set the clock wrong can set it
right. It knows nothing of ladders: what is owed is computed anew by the sweep.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import structlog

from engine import audit
from engine.calendar import SLOT_OPEN, WorkingCalendar
from engine.clock import Clock, elapsed
from engine.rulebook import Rulebook
from engine.store import alerts, gates, heartbeats, outbox
from engine.store.gates import SLACK, Gate
from engine.store.rewinding import rewind, take_back_beats
from engine.store.rulebooks import Rules
from engine.store.session import Database, Transaction

#: A step longer than this, either way, holds everything back.
LARGE = timedelta(hours=1)
#: For so long, unless the clock shows a year that nobody prepared.
HOLD = timedelta(minutes=10)
#: A step by so much into a year without a calendar is no correction of a clock.
ABSURD = timedelta(days=31)
#: Begins the name of a node whose clock is set by hand; it may go back as it likes.
PINNED = heartbeats.PINNED

ALERT = "clock_stepped"

#: Seconds between two readings that count as one.
_AT_ONCE = 1.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The clock showed something other than what it had to.

    Attributes:
        expected: What it had to show: what it showed last, and the time that passed since.
        found: What it showed.
        is_seen: It was seen to happen; else it is only known that the clock was ahead before.
        is_meant: It was set by hand on purpose.
    """

    expected: datetime
    found: datetime
    is_seen: bool = True
    is_meant: bool = False

    @property
    def size(self) -> timedelta:
        """How far the clock went forward; negative where it went back."""
        return self.found - self.expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What a turn that may last asks, and what it gives.

    Attributes:
        is_doubted: Asked after the clock was read; True: nothing may be done by it.
        beat: Called now and then; the turn is not stuck.
    """

    is_doubted: Callable[[], bool] = lambda: False
    beat: Callable[[], None] = lambda: None


#: For whoever needs neither.
QUIET = Signs()


class WatchedClock:
    """A clock whose every reading is held against the time that passed since the one before."""

    def __init__(self, clock: Clock, *, passed: Callable[[], float] = elapsed) -> None:
        """Begin to watch.

        Args:
            clock: The clock that is read.
            passed: Seconds that no setting of a clock changes.
        """
        self._clock = clock
        self._passed = passed
        self._lock = threading.Lock()
        self._steps: list[Step] = []
        self._last = self._read()

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        with self._lock:
            before, since = self._last
            self._last = found, passed = self._read()
            step = Step(expected=before + timedelta(seconds=passed - since), found=found)
            if abs(step.size) > SLACK:
                self._steps.append(step)
            return found

    def _read(self) -> tuple[datetime, float]:
        """Read both at one time; a process that was stopped between the two reads them again."""
        while True:
            asked = self._passed()
            found, passed = self._clock.now(), self._passed()
            if passed - asked < _AT_ONCE:
                return found, passed

    def steps(self) -> tuple[Step, ...]:
        """Return the steps of more than a minute that nobody has dealt with, oldest first."""
        with self._lock:
            return tuple(self._steps)

    def is_doubted(self) -> bool:
        """Return whether there are any."""
        return bool(self._steps)

    def forget(self, steps: Sequence[Step]) -> None:
        """Drop steps that were dealt with."""
        with self._lock:
            self._steps = [one for one in self._steps if one not in steps]


@dataclass(slots=True, kw_only=True)
class Watch:
    """Looks at the clock before others act by it.

    Attributes:
        database: Where steps are recorded and gates closed.
        clock: The clock of everybody in this process.
        rules: For the calendar.
        node: Names this process.
        lease: The longest lease there is.
        lease_now: The clock that leases are read by.
    """

    database: Database
    clock: WatchedClock
    rules: Rules
    node: str
    lease: timedelta = timedelta(minutes=2)
    lease_now: Callable[[Transaction], datetime] = outbox.database_now
    _has_begun: bool = field(default=False, init=False)
    _turn: threading.Lock = field(default_factory=threading.Lock, init=False)

    def look(self) -> None:
        """Deal with every step of the clock, and open the gate it closed when its time is up."""
        with self._turn:
            now = self.clock.now()
            seen = self.clock.steps()
            with self.database.read() as tx:
                earlier = () if self._has_begun else self._went_back(tx, now)
                gate = gates.found(tx, gates.CLOCK)
            if earlier or seen:
                with self.database.begin() as tx:
                    self._record(tx, (*earlier, *seen), at=now)
            elif gate is not None and gate.is_closed and now >= gate.changed_at - SLACK:
                self._open(gate, at=now)
            self._has_begun = True
            self.clock.forget(seen)

    def tell_stuck(self, *parts: str) -> None:
        """Let an administrator know that this process ends itself because parts of it hang."""
        now = self.clock.now()
        with self.database.begin() as tx:
            for part in parts:
                words = f"phần {part} không phản ứng nữa; tiến trình tự thoát để được khởi động lại"
                trouble = alerts.Alert(code="part_stuck", message=words, key=f"part_stuck:{part}")
                alerts.raise_alert(tx, trouble, at=now)

    def _went_back(self, tx: Transaction, now: datetime) -> tuple[Step, ...]:
        """Return the step that happened while nobody looked, if the clock was set back."""
        ahead = [one for one in heartbeats.beats(tx) if one.completed_at > now + SLACK]
        if not ahead:
            return ()
        last = max(ahead, key=lambda one: one.completed_at)
        is_meant = any(one.startswith(PINNED) for one in (last.node, self.node))
        return (Step(expected=last.completed_at, found=now, is_seen=False, is_meant=is_meant),)

    def _record(self, tx: Transaction, steps: Sequence[Step], *, at: datetime) -> None:
        rulebook = self.rules.current(tx)
        calendar = rulebook.calendar
        gate = gates.found(tx, gates.CLOCK)
        hold = _hold(steps, gate, rulebook, at=at)
        for step in steps:
            audit.append(tx, self._event(step, hold), at=at)
            _log.warning(
                "clock.stepped", before=step.expected.isoformat(), after=step.found.isoformat(),
                seconds=round(step.size.total_seconds()),
            )  # fmt: skip
        take_back_beats(tx, at=at)
        if hold is None:
            self._rewind(tx, at=at)
        else:
            reason = _words(steps, hold, calendar)
            gates.close(tx, gates.CLOCK, reason=reason, at=hold.since, opens_at=hold.until)
            if hold.until == at:
                gates.open_clock(tx, at=at)
            else:
                trouble = alerts.Alert(code="clock_stepped", message=reason, key=ALERT)
                alerts.raise_alert(tx, trouble, at=at)

    def _rewind(self, tx: Transaction, *, at: datetime) -> None:
        """Take back what was done in a future that was none, once the clock is believed again."""
        shared = self.lease_now(tx)
        if shared - at > LARGE and not self.node.startswith(PINNED):
            # The database is ahead: it is we who are behind, and what we would take back is true.
            return
        rewind(tx, self.rules.current(tx), at=at, lease=shared + self.lease)

    def _event(self, step: Step, hold: "_Hold | None") -> audit.Event:
        held = {"held_until": hold.until or "resumed"} if hold else {}
        return audit.Event(
            subject=f"clock:{self.node}",
            action="clock.stepped",
            actor="system",
            cause=None if step.is_seen else "the last turn lies in the future",
            before={"clock": step.expected},
            after={"clock": step.found, "seconds": round(step.size.total_seconds()), **held},
        )

    def _open(self, gate: Gate, *, at: datetime) -> None:
        if gate.opens_at is None or at < gate.opens_at:
            return
        with self.database.begin() as tx:
            if not gates.open_clock(tx, at=at):
                return
            self._rewind(tx, at=at)
            alerts.clear(tx, alerts.standing(tx, codes=(ALERT,)), at=at)
            event = audit.Event(
                subject="gate:clock",
                action="clock.trusted",
                actor="system",
                before={"closed": True, "since": gate.changed_at},
                after={"closed": False},
            )
            audit.append(tx, event, at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hold:
    """From when to when the gate of the clock is closed; `until` is None: until somebody says."""

    since: datetime
    until: datetime | None


def _hold(
    steps: Sequence[Step], gate: Gate | None, rulebook: Rulebook, *, at: datetime
) -> _Hold | None:
    steps = [one for one in steps if not one.is_meant]
    is_held = gate is not None and gate.is_closed
    if steps and (is_held or any(abs(one.size) > LARGE for one in steps)):
        is_absurd = any(abs(one.size) > ABSURD for one in steps) or _is_held_for_long(gate)
        return _Hold(since=at, until=_until(rulebook.calendar, at=at, is_absurd=is_absurd))
    leap = next((one for one in steps if _leaps_a_slot(one, rulebook)), None)
    # A slot that the clock went over counts as one that passed behind a closed gate.
    return _Hold(since=leap.expected, until=at) if leap is not None else None


def _until(calendar: WorkingCalendar, *, at: datetime, is_absurd: bool) -> datetime | None:
    year = calendar.local_date(at).year
    if not is_absurd or not calendar.loaded_years or year in calendar.loaded_years:
        return at + HOLD
    # A machine that thinks it is 1970 is wrong until it shows a year of the office.
    later = [one for one in calendar.loaded_years if one > year]
    return calendar.at_local(date(min(later), 1, 1), time(0)) if later else None


def _is_held_for_long(gate: Gate | None) -> bool:
    if gate is None or not gate.is_closed:
        return False
    return gate.opens_at is None or gate.opens_at - gate.changed_at > HOLD


def _leaps_a_slot(step: Step, rulebook: Rulebook) -> bool:
    if step.size <= timedelta(0):
        return False
    return rulebook.next_slot(step.expected) + SLOT_OPEN <= step.found


def _words(steps: Sequence[Step], hold: _Hold, calendar: WorkingCalendar) -> str:
    step = max(steps, key=lambda one: abs(one.size))
    before, after = (
        f"{one.astimezone(calendar.zone):%H:%M:%S %d/%m/%Y}" for one in (step.expected, step.found)
    )
    way = "nhảy tới" if step.size > timedelta(0) else "lùi lại"
    if hold.until is None or hold.until - hold.since > HOLD:
        until = "đến khi đồng hồ đúng trở lại; năm này chưa có lịch làm việc"
    else:
        until = f"đến {hold.until.astimezone(calendar.zone):%H:%M %d/%m/%Y}"
    return f"đồng hồ của máy {way}: lẽ ra {before}, nay {after}; thư giữ lại {until}"
