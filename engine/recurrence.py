"""Work that comes back: which periods a year has, and on which day of each something falls due.

Days of a month are clamped without drift: the 31st is the 28th in February and the 31st in March
again. It knows calendars and no database.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final, Literal, cast, get_args

from engine.calendar import WorkingCalendar

Period = Literal["week", "month", "quarter", "half_year", "nine_months", "year"]
Anchor = Literal["day", "working_day", "weekday", "dates"]

PERIODS: Final = get_args(Period)
#: Months in a period; a week has none.
_MONTHS: Final[Mapping[Period, int]] = {
    "month": 1, "quarter": 3, "half_year": 6, "nine_months": 9, "year": 12,
}  # fmt: skip
#: What stands before the number of a period in its key.
_MARKS: Final[Mapping[Period, str]] = {"month": "", "quarter": "Q", "half_year": "H"}
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_OFFSETS: Final = (0, 1, 2, 3, -1, -2, -3, -4, -5)
_LAST_DAY, _DAYS_IN_WEEK, _MONTHS_IN_YEAR = 31, 7, 12
_ONE_DAY: Final = timedelta(days=1)

_TEXT: Final = re.compile(
    r"(?P<period>[a-z_]+)\s+(?:(?P<day>\d{1,2})|wd(?P<working>-?\d{1,2})|(?P<weekday>[a-z]{3}))"
    r"(?:\s+(?P<offset>[+-]\d{1,2}))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One period: its key (`2014-01`, `2014-Q1`, `2014-H1`, `2014-9M`, `2014`, `2014-W05`)."""

    key: str
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One time that something falls due."""

    key: str
    due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """On which day of each period something falls due.

    Attributes:
        period: How often.
        anchor: What `n` counts.
        n: Day of the month, 31 is its last; the n-th working day of the month, negative from its
            end; or the day of the week, Monday is 0.
        offset: Months from the last month of the period to the month the day lies in: 1 is "tháng
            đầu quý sau", -2 the first month of the quarter itself.
        inclusive: Whether the day itself is still in time ("trước ngày D" is the day before).
        dates: The days themselves, where they follow no rule.
    """

    period: Period
    anchor: Anchor
    n: int = 0
    offset: int = 0
    inclusive: bool = True
    dates: tuple[date, ...] = ()


def spans(period: Period, year: int) -> tuple[Span, ...]:
    """Return the periods of a year in order; weeks are those of which a day lies in it."""
    if period == "week":
        return tuple(_weeks(year))
    length = _MONTHS[period]
    ends = range(length, _MONTHS_IN_YEAR + 1, length)
    return tuple(
        Span(
            key=_key(period, year, number),
            first=date(year, end - length + 1, 1),
            last=month_end(year, end),
        )
        for number, end in enumerate(ends, start=1)
    )


def occurrences(rule: Rule, year: int, calendar: WorkingCalendar) -> tuple[Occurrence, ...]:
    """Return when something falls due for the periods of a year, in order.

    With an offset the day of the last period may lie in the year after.
    """
    if rule.anchor == "dates":
        return keyed(rule.period, rule.dates)
    found = (
        Occurrence(key=one.key, due=_due(rule, one, calendar)) for one in spans(rule.period, year)
    )
    if rule.period == "week":
        return tuple(one for one in found if one.due.year == year)
    return tuple(found)


def inferred(
    due: Sequence[date], period: str | None, *, year: int, calendar: WorkingCalendar
) -> Rule:
    """Return the rule by which some days follow each other; the days themselves where none does.

    Args:
        due: Days in rising order, the last permitted ones.
        period: How often, as the phrase says it.
        year: Of the plan.
        calendar: The office's calendar.
    """
    by_number: Mapping[int, Period] = {12: "month", 4: "quarter", 2: "half_year", 1: "year"}
    named = cast("Period", period) if period in PERIODS else None
    periods = [one for one in (named, by_number.get(len(due))) if one is not None]
    for one in dict.fromkeys(periods):
        for rule in _candidates(due, one):
            if tuple(each.due for each in occurrences(rule, year, calendar)) == tuple(due):
                return rule
    return Rule(period=periods[0] if periods else "year", anchor="dates", dates=tuple(due))


def keyed(period: Period, due: Sequence[date]) -> tuple[Occurrence, ...]:
    """Return days with the keys of the periods they lie in, or their own where some share one."""
    keys = [_key_of(period, day) for day in due]
    alone = len(set(keys)) == len(keys)
    return tuple(
        Occurrence(key=key if alone else day.isoformat(), due=day)
        for key, day in zip(keys, due, strict=True)
    )


def rule_to_mapping(rule: Rule) -> dict[str, Any]:
    """Return a rule as plain JSON values; `rule_from_mapping` gives back an equal one."""
    mapping: dict[str, Any] = {
        "period": rule.period, "anchor": rule.anchor, "n": rule.n, "offset": rule.offset,
        "inclusive": rule.inclusive,
    }  # fmt: skip
    return mapping | {"dates": [day.isoformat() for day in rule.dates]} if rule.dates else mapping


def rule_from_mapping(mapping: Mapping[str, Any]) -> Rule:
    """Return the rule that a stored mapping holds."""
    return Rule(
        period=mapping["period"],
        anchor=mapping["anchor"],
        n=mapping["n"],
        offset=mapping["offset"],
        inclusive=mapping["inclusive"],
        dates=tuple(date.fromisoformat(day) for day in mapping.get("dates", ())),
    )


def rule_from_text(text: str) -> Rule:
    """Return the rule that somebody wrote.

    `month 25`, `month 31` (its last day), `month wd-1` (its last working day), `quarter 10 +1`
    (in the month after it), `week fri`, or days: `2014-03-31, 2014-09-30`.

    Raises:
        ValueError: it is none; the sentence is Vietnamese.
    """
    if re.match(r"\s*\d{4}-", text):
        return _of_days(text)
    found = _TEXT.fullmatch(text.strip().lower())
    if found is None or found["period"] not in PERIODS:
        message = (
            f"{text!r} không phải quy tắc; viết như: month 25, month wd-1, quarter 10 +1, week fri"
        )
        raise ValueError(message)
    rule = Rule(
        period=cast("Period", found["period"]),
        anchor="day" if found["day"] else "working_day" if found["working"] else "weekday",
        n=_number(found, text),
        offset=int(found["offset"] or 0),
    )
    if (rule.anchor == "weekday") != (rule.period == "week") or (
        rule.period == "week" and rule.offset
    ):
        message = f"{text!r}: hằng tuần thì ghi thứ (mon ... sun), không hằng tuần thì không"
        raise ValueError(message)
    return rule


def rule_to_text(rule: Rule) -> str:
    """Return a rule as `rule_from_text` reads it; what is exclusive says so behind."""
    if rule.anchor == "dates":
        return ", ".join(day.isoformat() for day in rule.dates)
    on = {
        "day": str(rule.n), "working_day": f"wd{rule.n}", "weekday": _WEEKDAYS[rule.n % 7],
    }[rule.anchor]  # fmt: skip
    offset = f" {rule.offset:+d}" if rule.offset else ""
    return f"{rule.period} {on}{offset}" + ("" if rule.inclusive else " (trước ngày ấy)")


def month_end(year: int, month: int) -> date:
    """Return the last day of a month; months beyond 1 to 12 lie in other years."""
    return _first_of(year, month + 1) - _ONE_DAY


def clamped(year: int, month: int, *, day: int) -> date:
    """Return a day of a month, its last one where it has no such day."""
    end = month_end(year, month)
    return end.replace(day=min(day, end.day))


def weekday_number(word: str) -> int:
    """Return the day of the week of `mon` ... `sun`, Monday is 0.

    Raises:
        ValueError: it is none of them.
    """
    return _WEEKDAYS.index(word)


def _number(found: re.Match[str], text: str) -> int:
    number = 0
    if found["weekday"]:
        if found["weekday"] in _WEEKDAYS:
            return _WEEKDAYS.index(found["weekday"])
    else:
        number = int(found["day"] or found["working"])
    most = _LAST_DAY if found["day"] else 23
    if found["weekday"] or not 1 <= abs(number) <= most:
        message = f"{text!r}: không có ngày ấy trong một kỳ"
        raise ValueError(message)
    return number


def _of_days(text: str) -> Rule:
    try:
        days = sorted({date.fromisoformat(one.strip()) for one in text.split(",")})
    except ValueError as error:
        message = f"{text!r}: ngày viết dạng 2014-03-31, cách nhau bằng dấu phẩy"
        raise ValueError(message) from error
    return Rule(period="month", anchor="dates", dates=tuple(days))


def _weeks(year: int) -> Iterator[Span]:
    first = date(year, 1, 1)
    monday = first - timedelta(days=first.weekday())
    while monday <= date(year, 12, 31):
        yield Span(key=_key_of("week", monday), first=monday, last=monday + timedelta(days=6))
        monday += timedelta(weeks=1)


def _key(period: Period, year: int, number: int) -> str:
    match period:
        case "year":
            return str(year)
        case "nine_months":
            return f"{year}-9M"
        case "month":
            return f"{year}-{number:02}"
        case _:
            return f"{year}-{_MARKS[period]}{number}"


def _key_of(period: Period, day: date) -> str:
    if period == "week":
        iso = day.isocalendar()
        return f"{iso.year}-W{iso.week:02}"
    return _key(period, day.year, (day.month - 1) // _MONTHS[period] + 1)


def _due(rule: Rule, span: Span, calendar: WorkingCalendar) -> date:
    if rule.anchor == "weekday":
        due = span.first + timedelta(days=rule.n % _DAYS_IN_WEEK)
        return due if rule.inclusive else due - _ONE_DAY
    year, month = span.last.year, span.last.month + rule.offset
    if rule.anchor == "working_day":
        due = _working_day(year, month, rule.n, calendar=calendar)
        return due if rule.inclusive else due - _ONE_DAY
    if rule.inclusive:
        return clamped(year, month, day=rule.n)
    # "Trước ngày 31" of a month that has none permits its last day.
    before = rule.n - 1
    return clamped(year, month, day=before) if before else _first_of(year, month) - _ONE_DAY


def _working_day(year: int, month: int, n: int, *, calendar: WorkingCalendar) -> date:
    """Return the n-th working day of a month, the nearest it has where it has fewer."""
    days = tuple(calendar.working_days(_first_of(year, month), month_end(year, month)))
    if not days:
        return calendar.effective(month_end(year, month))
    place = min(n, len(days)) - 1 if n > 0 else max(n, -len(days))
    return days[place]


def _first_of(year: int, month: int) -> date:
    return date(year + (month - 1) // _MONTHS_IN_YEAR, (month - 1) % _MONTHS_IN_YEAR + 1, 1)


def _candidates(due: Sequence[date], period: Period) -> Iterator[Rule]:
    if period == "week":
        if len(list(groupby(due, key=lambda day: day.weekday()))) == 1:
            yield Rule(period=period, anchor="weekday", n=due[0].weekday())
        return
    if period == "nine_months" or not due:
        return
    ends = all(day == month_end(day.year, day.month) for day in due)
    n = _LAST_DAY if ends else max(day.day for day in due)
    for offset in _OFFSETS:
        yield Rule(period=period, anchor="day", n=n, offset=offset)
