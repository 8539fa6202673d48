"""Moments to due dates: bounds ("trước", "từ"), ranges, lists and several milestones."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from engine.draft import DeadlineKind
from workflows.planfile.deadlines.moments import WEEKDAY, Grain, Moment, day_before, weekday_number

_LONGEST_BOUND = 60
_BEFORE = re.compile(rf"\btrước(?: ngày| {WEEKDAY}|,)*\s*$")
_FROM = re.compile(r"\b(?:từ|bắt đầu)(?: ngày)?\s*$")
_AFTER = re.compile(r"\bsau(?: ngày)?\s*$")
_TO = re.compile(
    rf"\s*(?:[(,]?\s*{WEEKDAY}\s*\)?\s*)?(?:-|(?:cho )?(?:đến|tới))(?: hết)?(?: trước)?"
    rf"(?:\s*{WEEKDAY},?)?(?: ngày)?\s*"
)
_JOINED = re.compile(r"\s*(?:,|;|và|hoặc)\s*(?:ngày\s*)?")
_LISTED = re.compile(r"\s*(?:,|và|-|đến)\s*")
_WEEKDAY_BEFORE = re.compile(rf"\b({WEEKDAY})[\s,(]*(?:ngày)?\s*$")
# "3/1/2025, thứ bảy, ngày 1/2/2025": what stands before a day belongs to that day.
_WEEKDAY_AFTER = re.compile(rf"[\s,(]*({WEEKDAY})(?![\s,]*(?:ngày\s*)?\d)")
_LONGEST_WEEKDAY = 30
_WORD = re.compile(r"[^\W_]+")
_KINDS: dict[Grain, DeadlineKind] = {
    "day": "fixed_date",
    "month": "month",
    "quarter": "quarter",
    "half_year": "half_year",
    "months": "range",
    "year": "year",
}
_PER_YEAR = {"month": 12, "quarter": 4, "year": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A phrase with dates, as read; `certain` is false where a person must say yes."""

    kind: DeadlineKind
    due: tuple[date, ...] = ()
    start: date | None = None
    inclusive: bool = True
    certain: bool = True


def due_of(moment: Moment, text: str, *, timed: bool = False) -> tuple[date, bool]:
    """Return the last permitted day of a moment and whether its own last day is included.

    Raises:
        ValueError: there is no such day.
    """
    if not _BEFORE.search(text[max(0, moment.begin - _LONGEST_BOUND) : moment.begin]) or timed:
        return moment.last, True
    return day_before(moment.first), False


def bounded(
    moments: Sequence[Moment], text: str, *, timed: bool = False
) -> list[tuple[date, bool]]:
    """Return `due_of` for each; one "trước" is said for all days that are joined to it.

    Raises:
        ValueError: there is no such day.
    """
    read: list[tuple[date, bool]] = []
    for i, moment in enumerate(moments):
        joined = i and _JOINED.fullmatch(text, moments[i - 1].end, moment.begin)
        if joined and not read[-1][1] and not timed:
            read.append((day_before(moment.first), False))
        else:
            read.append(due_of(moment, text, timed=timed))
    return read


def dated(
    text: str, moments: Sequence[Moment], *, noise: Sequence[str], timed: bool = False
) -> Dated | None:
    """Read a uniform phrase by the moments it names; None where it names none.

    Raises:
        ValueError: one of its days does not exist.
    """
    if not moments:
        return None
    if not all(_weekday_agrees(moment, text) for moment in moments):
        return Dated(kind="unresolved", certain=False)
    narrowed = moments if is_range(moments, text) else _narrowest(moments)
    if len(narrowed) == 1:
        read = _single(narrowed[0], text, timed=timed)
    elif is_range(narrowed, text):
        read = _range(narrowed[0], narrowed[1], text)
    elif _is_run(narrowed, text):
        read = _range(narrowed[0], narrowed[-1], text)
    else:
        read = _milestones(narrowed, text, timed=timed)
    return replace(read, certain=read.certain and not unknown_words(text, moments, noise))


def _single(moment: Moment, text: str, *, timed: bool) -> Dated:
    before = text[: moment.begin]
    if _FROM.search(before):
        return Dated(kind="range", start=moment.first, certain=False)
    if _AFTER.search(before):
        return Dated(kind="unresolved", start=moment.last, certain=False)
    due, inclusive = due_of(moment, text, timed=timed)
    # "6 tháng" alone may be half a year that ends in June, or any six months.
    length_only = moment.grain in {"half_year", "months"} and text[: moment.end].endswith("tháng")
    start = moment.first if moment.grain == "months" else None
    return Dated(
        kind=_KINDS[moment.grain],
        due=(due,),
        start=start,
        inclusive=inclusive,
        certain=not length_only,
    )


def _range(left: Moment, right: Moment, text: str) -> Dated:
    due, inclusive = due_of(right, text)
    start, certain = left.first, True
    if start > due and left.inherited_year and right.inherited_year:
        # "15/11 - 15/01" of a plan: most likely the winter that begins in its year.
        due, inclusive = due_of(replace(right, year=right.year + 1), text)
        certain = False
    elif start > due and left.inherited_year:
        # "tháng 12 - 02/2024": the year on the right is the year after.
        start = replace(left, year=left.year - 1).first
    elif start > due and right.inherited_year:
        due, inclusive = due_of(replace(right, year=right.year + 1), text)
    if start > due:
        return Dated(kind="unresolved", certain=False)
    return Dated(kind="range", due=(due,), start=start, inclusive=inclusive, certain=certain)


def _milestones(moments: Sequence[Moment], text: str, *, timed: bool) -> Dated:
    read = bounded(moments, text, timed=timed)
    days = tuple(sorted({due for due, _ in read}))
    return Dated(
        kind="milestones", due=days, inclusive=all(inside for _, inside in read), certain=False
    )


def is_range(moments: Sequence[Moment], text: str) -> bool:
    """Tell whether these are the two ends of a range."""
    if len(moments) != 2:  # noqa: PLR2004 - two ends
        return False
    return _TO.fullmatch(text, moments[0].end, moments[1].begin) is not None


def _narrowest(moments: Sequence[Moment]) -> Sequence[Moment]:
    """Drop what holds a day named elsewhere: "trong quý I, trước ngày 15/3".

    A year before a quarter or month only says which; all else is a list: "quý I, 6 tháng, năm".
    """
    return [
        outer
        for outer in moments
        if not any(
            outer.first <= inner.first and inner.last <= outer.last
            for inner in moments
            if inner.grain != outer.grain
            and (inner.grain == "day" or (outer.grain == "year" and outer.begin < inner.begin))
        )
    ]


def _is_run(moments: Sequence[Moment], text: str) -> bool:
    """Tell whether these are months, quarters or years in a row: "Quý I, II"."""
    per_year = _PER_YEAR.get(moments[0].grain)
    if per_year is None or any(moment.grain != moments[0].grain for moment in moments):
        return False
    places = [moment.year * per_year + moment.value for moment in moments]
    if moments[0].grain == "year":
        places = [moment.year for moment in moments]
    return all(
        b - a == 1 and _LISTED.fullmatch(text, left.end, right.begin) is not None
        for (a, b), (left, right) in zip(pairwise(places), pairwise(moments), strict=True)
    )


def weekday_beside(moment: Moment, text: str) -> str | None:
    """Return the weekday named right before or after a day, as in the text."""
    if moment.grain != "day":
        return None
    before = text[max(0, moment.begin - _LONGEST_WEEKDAY) : moment.begin]
    after = text[moment.end : moment.end + _LONGEST_WEEKDAY]
    found = _WEEKDAY_BEFORE.search(before) or _WEEKDAY_AFTER.match(after)
    return found[1] if found else None


def _weekday_agrees(moment: Moment, text: str) -> bool:
    named = weekday_beside(moment, text)
    return not named or moment.first.weekday() == weekday_number(named)


def unknown_words(text: str, moments: Sequence[Moment], noise: Collection[str]) -> set[str]:
    """Return the words and numbers outside the moments that are not noise."""
    left = list(text)
    for moment in moments:
        left[moment.begin : moment.end] = " " * (moment.end - moment.begin)
    rest = "".join(left)
    weekdays = {"2", "3", "4", "5", "6", "7"} if "thứ" in rest else set()
    return set(_WORD.findall(rest)) - set(noise) - weekdays
