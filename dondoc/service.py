"""The parts that `run`, `sweep` and `relay` set going, put together from the settings."""

import gc
import logging
import os
import sys
import threading
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

import structlog

from dondoc.bootstrap import App
from dondoc.hooks import hooks_of
from dondoc.mail.post import courier, desk
from dondoc.watermark import Watermark
from engine.commands import settings
from engine.migrations import require_ours
from scheduler import ticker
from scheduler.figures import Figures
from scheduler.relay import Relay, Turnout
from scheduler.seal import Sealer
from scheduler.sweep import Sweep, Swept
from scheduler.ticker import Part, StuckError
from scheduler.watch import PINNED, Signs, Watch, WatchedClock

#: Before a doctor finds that nothing was swept for five minutes, another process has to be at it.
PATIENCE = timedelta(minutes=4)
#: Once a day the whole log is searched for late entries; that may take its time.
_SEAL_PATIENCE = timedelta(minutes=30)
_FIGURES_EVERY = timedelta(minutes=10)
#: A long absence is made up from the history of many tasks.
_FIGURES_PATIENCE = timedelta(minutes=30)
#: How long a database that may hang is given to take an alert.
_LAST_WORDS = timedelta(seconds=5)
_TRY_AGAIN = 75

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Everything that time alone sets going.

    Attributes:
        app: What it works with.
        watch: Looks at the clock before every turn.
        sweep: What is due is written into the ledger.
        relay: What is in the ledger leaves.
        patience: How long a part may be silent before it counts as stuck.
    """

    app: App
    watch: Watch
    sweep: Sweep
    relay: Relay
    patience: timedelta = PATIENCE

    def sweep_once(self) -> Swept:
        """Do one turn of the sweep."""
        self.watch.look()
        return self.sweep.turn()

    def relay_once(self) -> Turnout:
        """Do one turn of the relay alone."""
        self.watch.look()
        return self.relay.turn()

    def live(self, stop: threading.Event) -> None:
        """Wake everything until told to stop; a long turn of the relay ends between messages.

        A part that hangs ends the process, with an exit code that asks for it to be started again:
        nothing else frees its thread.
        """
        # What the program is made of stays until it ends: the collector need not look through it
        # again and again while a batch fills the memory.
        gc.collect()
        gc.freeze()
        try:
            ticker.run(self._parts(stop), stop, clock=self.watch.clock)
        except StuckError as stuck:
            self._leave(stuck)

    def _parts(self, stop: threading.Event) -> list[Part]:
        def is_stopping() -> bool:
            ticker.beat()
            return stop.is_set()

        relay = replace(self.relay, is_stopping=is_stopping)

        def send() -> None:
            # Never before the sweep of an open slot: what waits for the slot and what the slot
            # adds leave as one message a person.
            self.sweep_once()
            relay.turn()

        # One conversation may last as long as its lease.
        slow = max(self.patience, relay.desk.lease + self.patience / 4)
        minute = timedelta(minutes=1)
        sealer = Sealer(self.app.database, self.watch.clock, node=self.watch.node)
        hooks = hooks_of(self.app, self.watch.clock, is_stopping=is_stopping)

        def seal() -> None:
            sealer.turn()
            mark(self.app).check(self.app.database, at=self.watch.clock.now(), is_start=False)

        return [
            Part(name="sweep", every=minute, turn=self.sweep_once, patience=self.patience),
            Part(name="send", every=timedelta(seconds=10), turn=send, patience=slow),
            Part(name="webhooks", every=timedelta(seconds=10), offset=timedelta(seconds=5),
                 turn=hooks.turn, patience=slow),
            Part(name="seal", every=minute, offset=minute / 2, turn=seal,
                 patience=max(self.patience, _SEAL_PATIENCE)),
            self._figures(),
        ]  # fmt: skip

    def _figures(self) -> Part:
        """Return the part that keeps the numbers of the dashboard."""
        figures = Figures(
            self.app.database,
            self.watch.clock,
            self.app.rules,
            is_doubted=self.watch.clock.is_doubted,
        )

        def write() -> None:
            # Never by a clock that nobody has looked at since: a day that is written down stays.
            self.watch.look()
            figures.turn()

        return Part(
            name="figures",
            every=_FIGURES_EVERY,
            offset=timedelta(seconds=15),
            turn=write,
            patience=max(self.patience, _FIGURES_PATIENCE),
        )

    def _leave(self, stuck: StuckError) -> None:
        """End the process, whatever its threads are doing."""
        _log.critical("service.stuck", parts=list(stuck.parts))
        telling = threading.Thread(
            target=self.watch.tell_stuck, args=stuck.parts, name="last words", daemon=True
        )
        telling.start()
        telling.join(_LAST_WORDS.total_seconds())
        logging.shutdown()
        sys.stderr.flush()
        # Not sys.exit: it would wait for the very thread that hangs.
        os._exit(_TRY_AGAIN)


def mark(app: App) -> Watermark:
    """Return what tells an old copy of the database from the one that was in use."""
    return Watermark(
        path=app.settings.watermark_file, hold_after_days=app.settings.sending.hold_after_days
    )


def service(app: App) -> Service:
    """Return the parts, ready to run; settings not yet in the record are recorded first.

    Mail is held back where the database is older than it once was.

    Raises:
        BadInput: the tables are not those of this program, or the mark is unusable.
    """
    require_ours(app.database)
    with app.database.begin() as tx:
        settings.remember(
            tx, app.settings.shown(), actor=app.operator, rules=app.rules, at=app.clock.now()
        )
    # A clock that is set by hand leaps over months; nobody was silent meanwhile.
    mark(app).check(app.database, at=app.clock.now(), is_start=not app.is_pinned)
    clock, handed = WatchedClock(app.clock), desk(app)
    node = f"{PINNED if app.is_pinned else ''}{uuid4().hex}"
    return Service(
        app=app,
        watch=Watch(
            database=app.database, clock=clock, rules=app.rules, node=node, lease=handed.lease
        ),
        sweep=Sweep(
            app.database, clock, app.rules, node=node,
            signs=Signs(is_doubted=clock.is_doubted, beat=ticker.beat),
        ),
        relay=Relay(
            app.database, clock, courier(app), handed, node=node, is_doubted=clock.is_doubted
        ),
    )  # fmt: skip
