"""The alarm clock: wakes the parts of the process again and again until it is told to stop.

Nothing is owed because of it. What is due is computed from the tasks and the ledger, so a wake-up
that is lost, doubled or late loses and doubles nothing. The only importer of APScheduler.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something to be woken.

    Attributes:
        name: What logs call it.
        seconds: At which seconds of every minute, as cron writes it: `0`, `*/10`.
        turn: Does everything that is due now; called from one thread at a time.
    """

    name: str
    seconds: str
    turn: Callable[[], object]


def run(parts: Sequence[Part], stop: threading.Event) -> None:
    """Wake each part at its seconds until `stop` is set; then let running turns finish.

    Each part has a thread of its own, so that a slow mail server never keeps the sweep waiting. A
    part still busy when its second comes is not started twice: its next turn does what was left.
    """
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={part.name: ThreadPoolExecutor(max_workers=1) for part in parts},
        # A turn that could not start in time is still wanted, once: the default would drop it
        # after a second and say so only in a log.
        job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
    )
    for part in parts:
        _turn(part)
        trigger = CronTrigger(second=part.seconds, timezone=UTC)
        scheduler.add_job(
            _turn, trigger, args=[part], id=part.name, name=part.name, executor=part.name
        )
    scheduler.start()
    try:
        stop.wait()
    finally:
        scheduler.shutdown(wait=True)


def _turn(part: Part) -> None:
    try:
        part.turn()
    except Exception:  # noqa: BLE001 - the edge of the loop
        # The database may be away for a minute; the next turn finds everything that was due.
        _log.exception("ticker.turn_failed", part=part.name)
