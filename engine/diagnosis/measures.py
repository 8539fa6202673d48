"""Numbers about a running service, for whoever draws curves of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from engine.clock import require_aware
from engine.store import examination, heartbeats
from engine.store.session import Database

_LATELY = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """How the service stands.

    Attributes:
        waiting: Notices that might leave by now and have not.
        oldest_waiting: Seconds since the first of them might have left; 0 where there is none.
        silent: Seconds since each part of the service last ended a turn, by its name.
        actions: What was done to tasks in the last hour, by audit action.
    """

    waiting: int
    oldest_waiting: float
    silent: Mapping[str, float]
    actions: Mapping[str, int]


def measures(database: Database, *, at: datetime) -> Measures:
    """Return the numbers of an instant."""
    at = require_aware(at).astimezone(UTC)
    with database.read() as tx:
        waiting = examination.notices_waiting(tx, before=at)
        beats = heartbeats.beats(tx)
        actions = examination.actions_of_tasks(tx, since=at - _LATELY)
    return Measures(
        waiting=waiting.count,
        oldest_waiting=(at - waiting.since).total_seconds() if waiting.since else 0.0,
        silent={one.name: (at - one.completed_at).total_seconds() for one in beats},
        actions=actions,
    )
