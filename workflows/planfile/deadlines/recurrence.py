"""Terms that come back: the cadences of a phrase and the days they fall on in one year."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from workflows.planfile.deadlines.moments import WEEKDAY, day_before, month_end, weekday_number
from workflows.planfile.rules import DeadlineWords

Cadence = Literal["day", "week", "month", "quarter", "half_year", "year"]

_WORDS: dict[str, Cadence] = {
    "ngày": "day",
    "tuần": "week",
    "tháng": "month",
    "quý": "quarter",
    "6 tháng": "half_year",
    "nửa năm": "half_year",
    "năm": "year",
}
_ONE = r"6 tháng(?: đầu năm)?|nửa năm|ngày|tuần|tháng|quý|năm"
_ALONE = r"(?!\w|\s*\d+(?!\d|\s*lần)|\s+i{1,3}\b|\s+iv\b)"
# "hằng tháng, quý, 6 tháng và năm": one "hằng" opens the whole list.
_LIST = re.compile(
    rf"(?:hằng|định kỳ|báo cáo)\s+(?:hằng\s+)?((?:{_ONE}){_ALONE}"
    rf"(?:\s*(?:,|và|/|;|-)\s*(?:hằng\s+)?(?:{_ONE}){_ALONE})*)"
)
_CADENCE = re.compile(rf"(?<![\w])(?:{_ONE})(?!\w)")
_TRIGGER = re.compile(
    r"\bhằng (?:ngày|tuần|tháng|quý|năm)\b|\bđịnh kỳ\b|\blần\s*/\s*(?:\d+ )?(?:tuần|tháng|quý|năm)"
    r"|\bmột lần\b|\b1 lần\b|\bkỳ báo cáo\b|đối với báo cáo|tháng (?:cuối|đầu) quý|của tháng \w\b"
    r"|ngày làm việc (?:đầu|cuối)|tháng (?:sau|kế tiếp|tiếp theo|liền kề)|quý (?:sau|kế tiếp)"
    r"|\bnăm (?:sau|kế tiếp|tiếp theo|dương lịch tiếp theo|liền kề)"
)
_TIMES = re.compile(r"(?P<n>\d+)\s*lần\s*/\s*(?P<period>tuần|tháng|quý|6 tháng|năm)")
_EVERY = re.compile(r"(?P<n>\d+) (?P<unit>năm|tháng|tuần) (?:một|1) lần")
_DAY = re.compile(
    r"ngày (?P<d>\d{1,2})(?!\s*/)\s+(?:của\s+)?"
    r"(?P<at>tháng cuối quý|tháng cuối của quý|tháng đầu quý|tháng đầu của quý|hằng tháng"
    r"|tháng thuộc kỳ|tháng (?:kế tiếp|sau|tiếp theo|liền kề)|tháng báo cáo|hằng quý)"
    r"(?P<next>\s+(?:sau|kế tiếp|tiếp theo|liền kề))?"
)
_MONTH_END = re.compile(r"ngày (?:cuối cùng|cuối) (?:của )?(?:hằng )?tháng|của tháng [a-z]\b")
_NEXT = ("sau", "kế tiếp", "tiếp theo", "liền kề")
_WORKING_DAY = re.compile(r"(?:(?P<n>\d+) )?ngày làm việc (?:đầu|cuối)")
NEXT_YEAR = re.compile(r"năm (?:dương lịch )?(?:sau|kế tiếp|tiếp theo|liền kề)")
_WEEKLY = re.compile(rf"({WEEKDAY})(?: của)? hằng tuần|hằng tuần\b.*?({WEEKDAY})")
_EXCLUSIVE = re.compile(r"trước\s+$")
_MONTHS = range(1, 13)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """What recurs; `due` is empty and `certain` false where a person must say."""

    cadences: tuple[str, ...]
    due: tuple[date, ...] = ()
    inclusive: bool = True
    certain: bool = True
    n: float | None = None
    unit: Literal["wd", "mo"] | None = None


def recurs(text: str) -> bool:
    """Tell whether a uniform phrase speaks of something that comes back."""
    return bool(_TRIGGER.search(text))


def cadences(text: str) -> tuple[Cadence, ...]:
    """Return the cadences named in a uniform phrase, in order, each once."""
    found = [
        _WORDS[word[0].removesuffix(" đầu năm")]
        for listed in _LIST.finditer(text)
        for word in _CADENCE.finditer(listed[1])
    ]
    return tuple(dict.fromkeys(found))


def recurrence(text: str, *, year: int) -> Recurrence | None:
    """Read a recurring phrase that has no calendar date of its own.

    Without a day of its own the last day of each period counts.
    """
    if found := _WORKING_DAY.search(text):
        # Which days are working days is the calendar's business, not the phrase's.
        n = float(found["n"]) if found["n"] else None
        return Recurrence(cadences=_around(text), certain=False, n=n, unit="wd")
    for reading in (_on_a_weekday, _on_a_day, _at_month_end, _so_often, _every_few):
        if read := reading(text, year):
            return read
    named = cadences(text)
    due = tuple(sorted({day for cadence in named for day in period_ends(cadence, year=year)}))
    return Recurrence(cadences=named, due=due, certain=len(named) == 1) if named else None


def period_ends(cadence: Cadence, *, year: int) -> tuple[date, ...]:
    """Return the last day of every period of that year; weeks end on Sunday."""
    if cadence == "day":
        return ()
    if cadence == "week":
        return _every_weekday(6, year=year)
    step = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}[cadence]
    return tuple(month_end(year, month) for month in _MONTHS if month % step == 0)


def period_of(text: str, *, months: Sequence[int], words: DeadlineWords) -> tuple[str, ...]:
    """Return the cadences of a phrase with dates of its own; twice a year is still each year."""
    named = cadences(text)
    if not named and "kỳ báo cáo" in text:
        named = tuple(words.period_months[m] for m in months if m in words.period_months)
    return named or ("year",)


def _around(text: str) -> tuple[str, ...]:
    if "quý" in text:
        return ("quarter",)
    return ("month",) if "tháng" in text else ("year",)


def _every_weekday(weekday: int, *, year: int) -> tuple[date, ...]:
    january = date(year, 1, 1)
    first = january + timedelta(days=(weekday - january.weekday()) % 7)
    days = (first + timedelta(weeks=n) for n in range(53))
    return tuple(day for day in days if day.year == year)


def _on_a_weekday(text: str, year: int) -> Recurrence | None:
    found = _WEEKLY.search(text)
    if not found:
        return None
    days = _every_weekday(weekday_number(found[1] or found[2]), year=year)
    exclusive = bool(_EXCLUSIVE.search(text[: found.start(1 if found[1] else 2)]))
    due = tuple(day_before(day) if exclusive else day for day in days)
    return Recurrence(cadences=("week",), due=due, inclusive=not exclusive)


def _on_a_day(text: str, year: int) -> Recurrence | None:
    found = _DAY.search(text)
    if not found:
        return None
    quarterly = "quý" in found["at"]
    months: Iterable[int] = _MONTHS
    if quarterly:
        months = (1, 4, 7, 10) if "đầu" in found["at"] else (3, 6, 9, 12)
    later = bool(found["next"]) or found["at"].endswith(_NEXT)
    # "tháng đầu quý sau" of the four quarters: April, July, October and next January.
    step = (3 if quarterly else 1) if later else 0
    exclusive = bool(_EXCLUSIVE.search(text[: found.start()]))
    days = (_clamped(year, month + step, int(found["d"])) for month in months)
    due = tuple(day_before(day) if exclusive else day for day in days)
    cadence = "quarter" if quarterly else "month"
    certain = 1 <= int(found["d"]) <= 31  # noqa: PLR2004 - days of a month
    return Recurrence(cadences=(cadence,), due=due, inclusive=not exclusive, certain=certain)


def _clamped(year: int, month: int, day: int) -> date:
    end = month_end(year + (month - 1) // 12, (month - 1) % 12 + 1)
    return end.replace(day=max(1, min(day, end.day)))


def _at_month_end(text: str, year: int) -> Recurrence | None:
    found = _MONTH_END.search(text)
    if not found or not ("hằng" in text or re.search(r"tháng [a-z]\b", text)):
        return None
    exclusive = bool(_EXCLUSIVE.search(text[: found.start()]))
    ends = period_ends("month", year=year)
    due = tuple(day_before(day) if exclusive else day for day in ends)
    return Recurrence(cadences=("month",), due=due, inclusive=not exclusive, certain="hằng" in text)


def _so_often(text: str, year: int) -> Recurrence | None:
    """Read "2 lần/năm": that many equal parts of the year, each ending with a month."""
    found = _TIMES.search(text)
    if not found:
        return None
    times, cadence = int(found["n"]), _WORDS[found["period"]]
    certain = times == 1 and "ít nhất" not in text and "tối thiểu" not in text
    if times == 1:
        due = period_ends(cadence, year=year)
    elif cadence == "year" and times in {2, 3, 4, 6, 12}:
        due = tuple(month_end(year, m) for m in _MONTHS if m % (12 // times) == 0)
    else:
        due = ()
    return Recurrence(cadences=(cadence,), due=due, certain=certain)


def _every_few(text: str, year: int) -> Recurrence | None:
    """Read "6 tháng một lần"; what comes every few years needs a first year that nobody named."""
    found = _EVERY.search(text)
    if not found:
        return None
    n, unit = int(found["n"]), found["unit"]
    if unit == "tháng" and n in {1, 2, 3, 4, 6}:
        names = {1: "month", 3: "quarter", 6: "half_year"}
        due = tuple(month_end(year, m) for m in _MONTHS if m % n == 0)
        return Recurrence(cadences=(names.get(n, "month"),), due=due)
    if unit == "tuần":
        return Recurrence(cadences=("week",), certain=False)
    months = n * 12 if unit == "năm" else n
    return Recurrence(cadences=("year",), certain=False, n=float(months), unit="mo")
