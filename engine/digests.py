"""A digest for who only watches: how a unit or a plan stands, what moved. It writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine import queries
from engine.filters import Filter
from engine.preferences import Watch
from engine.store import digests as store
from engine.store.digests import Moved
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.views import TaskView

__all__ = ["Digest", "Moved", "Part", "parts"]

#: Working days ahead that count as soon; three weeks hold them over any holidays.
_SOON = 5
_AHEAD = timedelta(days=21)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """How one thing that is watched stands."""

    watch: Watch
    name: str
    overdue: tuple[TaskView, ...]
    soon: tuple[TaskView, ...]
    moved: tuple[Moved, ...]

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.overdue or self.soon or self.moved)


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What one message to somebody who watches says."""

    reference: str
    recipient: str
    name: str
    address: str
    at: datetime
    parts: tuple[Part, ...]


def parts(
    tx: Transaction, watches: Sequence[Watch], *, rules: Rules, at: datetime
) -> tuple[Part, ...]:
    """Return how everything that is watched stands; what has nothing to say is left out.

    Args:
        tx: The transaction.
        watches: What is watched; a unit or a plan that is no more is left out.
        rules: The rulebook's keeper.
        at: Now; what moved is looked for since the last digest was due.
    """
    found = (_part(tx, one, rules=rules, at=at) for one in watches)
    return tuple(one for one in found if one is not None and not one.is_silent)


def _part(tx: Transaction, watch: Watch, *, rules: Rules, at: datetime) -> Part | None:
    rulebook = rules.current(tx)
    name = store.name_of(tx, watch.of, watch.code)
    if name is None:
        return None
    today = rulebook.calendar.local_date(at)
    since = rulebook.calendar.slot_of(
        rulebook.calendar.shift(today, -1 if watch.every == "day" else -5)
    )
    where = Filter(**{watch.of: watch.code})  # type: ignore[arg-type]  # a unit's or a plan's code
    late = queries.list_tasks(tx, replace(where, status="overdue"), rules=rules, at=at)
    ahead = replace(where, status="open", due=(today - _AHEAD, today + _AHEAD), sort="due")
    near = queries.list_tasks(tx, ahead, rules=rules, at=at)
    return Part(
        watch=watch,
        name=name,
        overdue=tuple(late),
        soon=tuple(
            one for one in near
            if one.working_days_left is not None and 0 <= one.working_days_left <= _SOON
        ),
        moved=tuple(store.moved(tx, watch.of, watch.code, since=since)),
    )  # fmt: skip
