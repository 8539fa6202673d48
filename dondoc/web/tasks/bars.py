"""Bars of tasks over months: where each begins and ends, in the units of the picture."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from engine.views import TaskView

#: Of the picture: a line's height, the room for codes, the width of all days.
LINE, LEFT, WIDTH = 22, 110, 760
_SHORTEST = 4
#: More months than this have no room for their names.
_NAMED = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month of the grid; `words` are empty where there is no room."""

    x: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One task: where its bar begins, how long it is, and how it stands."""

    task: TaskView
    begins_on: date
    x: int
    width: int
    y: int
    is_bad: bool
    is_done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """The whole picture; `today` is None where it lies outside."""

    months: Sequence[Month]
    bars: Sequence[Bar]
    today: int | None
    width: int
    height: int


def drawn(lines: Sequence[TaskView], begun: Mapping[str, date], *, today: date) -> Bars:
    """Return the picture of tasks with a date; the others have no bar.

    Args:
        lines: The tasks, in their order.
        begun: The day on which each was given, by address.
        today: The local day.
    """
    spans = [
        (one, min(begun.get(one.address, one.due), one.due), one.effective_due or one.due)
        for one in lines
        if one.due is not None
    ]
    if not spans:
        return Bars(months=(), bars=(), today=None, width=LEFT + WIDTH, height=0)
    first = min(begin for _, begin, _ in spans).replace(day=1)
    last = _next_month(max(end for _, _, end in spans))
    days = (last - first).days

    def x(day: date) -> int:
        return LEFT + round(WIDTH * (day - first).days / days)

    found = [
        Bar(
            task=one, begins_on=begin, x=x(begin), y=LINE * (number + 1),
            width=max(_SHORTEST, x(end + timedelta(days=1)) - x(begin)),
            is_bad=one.cell == "open_overdue", is_done=one.state in ("verified", "cancelled"),
        )
        for number, (one, begin, end) in enumerate(spans)
    ]  # fmt: skip
    return Bars(
        months=_months(first, last, x),
        bars=found,
        today=x(today) if first <= today < last else None,
        width=LEFT + WIDTH,
        height=LINE * (len(found) + 1) + LINE // 2,
    )


def _months(first: date, last: date, x: Callable[[date], int]) -> list[Month]:
    starts = [first]
    while (following := _next_month(starts[-1])) < last:
        starts.append(following)
    every = max(1, len(starts) // (_NAMED // 2))
    return [
        Month(x=x(day), words=f"{day.month}/{day.year % 100:02}" if number % every == 0 else "")
        for number, day in enumerate(starts)
    ]


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
