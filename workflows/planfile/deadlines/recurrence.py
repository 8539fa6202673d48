"""Terms that come back: the cadences of a phrase and the days they fall on in one year."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
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
    r"|(?:tuần|tháng|quý|năm|ngày)\s*/\s*(?:\d+ )?lần\b"
    r"|\bmột lần\b|\b1 lần\b|\bkỳ báo cáo\b|\btháng báo cáo\b|đối với báo cáo"
    r"|tháng (?:cuối|đầu) quý|của tháng [a-z]\b"
    r"|ngày làm việc (?:đầu|cuối)|\d ngày đầu|tháng (?:sau|kế tiếp|tiếp theo|liền kề)"
    r"|quý (?:sau|kế tiếp)"
    r"|\bbáo cáo (?:tuần|tháng|quý)\s*(?:,|và)\s*(?:tháng|quý|6 tháng|năm)"
    r"|\bnăm (?:sau|kế tiếp|tiếp theo|dương lịch tiếp theo|liền kề)"
)
_TIMES = re.compile(
    r"(?P<n>\d+)\s*lần\s*/\s*(?:1 )?(?P<period>tuần|tháng|quý|6 tháng|năm)"
    r"|hằng (?P<each>tuần|tháng|quý|năm),? (?P<times>\d+) lần"
)
_EVERY = re.compile(r"(?P<n>\d+) (?P<unit>năm|tháng|tuần|ngày)(?:\s*/\s*(?:1 )?| (?:một|1) )lần")
_DAYS = r"ngày (?P<d>\d{1,2}(?:\s*(?:,|và|;)\s*(?:ngày )?\d{1,2})*)(?!\s*(?:/\s*)?\d)"
_DAY = re.compile(
    _DAYS + r"(?:\s*/\s*|\s+)(?:của\s+)?"
    r"(?P<at>tháng cuối quý|tháng cuối của quý|tháng đầu quý|tháng đầu của quý|hằng tháng"
    r"|tháng thuộc kỳ|tháng (?:kế tiếp|sau|tiếp theo|liền kề)|tháng báo cáo|hằng quý)"
    r"(?P<next>\s+(?:sau|kế tiếp|tiếp theo|liền kề))?"
)
# The day may come after the cadence: hằng tháng (trước ngày 25).
_MONTHLY_DAY = re.compile(r"\bhằng tháng\b[^\d]*?" + _DAYS + r"(?!\s+(?:của\s+)?tháng)")
_FIRST_DAYS = re.compile(
    r"(?P<d>\d{1,2}) ngày đầu (?:của )?(?:hằng )?(?P<at>tháng|quý)(?P<next>\s+(?:sau|kế tiếp))?"
)
_NOT_THE_END = re.compile(r"\b(?:đầu|giữa) (?:các |hằng )")
_MONTH_END = re.compile(r"ngày (?:cuối cùng|cuối) (?:của )?(?:hằng )?tháng|của tháng [a-z]\b")
_NEXT = ("sau", "kế tiếp", "tiếp theo", "liền kề")
_WORKING_DAY = re.compile(r"(?:(?P<n>\d+) )?ngày làm việc (?:đầu|cuối)")
NEXT_YEAR = re.compile(
    r"(?<!các )(?<!những )năm (?:dương lịch )?(?:sau(?! khi)|tới|kế tiếp|tiếp theo|liền kề)"
)
_WEEKLY = re.compile(rf"({WEEKDAY})(?: của)? hằng tuần|hằng tuần\b.*?({WEEKDAY})")
_EXCLUSIVE = re.compile(r"trước\s+$")
_MONTHS = range(1, 13)
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """What recurs; `due` is empty and `certain` false where a person must say."""

    cadences: tuple[str, ...]
    due: tuple[date, ...] = ()
    inclusive: bool = True
    certain: bool = True
    n: float | None = None
    unit: Literal["wd", "mo"] | None = None
    understood: str = ""


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


def recurrence(text: str, *, year: int, known: Collection[str]) -> Recurrence | None:
    """Read a recurring phrase that has no calendar date of its own.

    Without a day of its own the last day of each period counts. A number that is not `known` and
    that nothing accounts for leaves it without days; an unknown word or a second cadence leaves it
    uncertain.
    """
    found = _read(text, year)
    if found is None:
        return None
    rest = text.replace(found.understood, " ") if found.understood else text
    rest = _LIST.sub(" ", rest) if not found.understood else _LIST.sub(_without_number, rest)
    words = set(_WORD.findall(rest)) - set(known)
    if any(word.isdigit() for word in words):
        return replace(found, due=(), certain=False)
    others = set(cadences(text.replace(found.understood, " "))) - set(found.cadences)
    return replace(found, certain=found.certain and not words and not others)


def _read(text: str, year: int) -> Recurrence | None:
    if found := _WORKING_DAY.search(text):
        # Which days are working days is the calendar's business, not the phrase's.
        n = float(found["n"]) if found["n"] else None
        return Recurrence(
            cadences=_around(text), certain=False, n=n, unit="wd", understood=found[0]
        )
    if _NOT_THE_END.search(text):
        return Recurrence(cadences=_around(text), certain=False)
    for reading in (_on_a_weekday, _on_a_day, _at_month_end, _so_often, _every_few):
        if read := reading(text, year):
            return read
    named = cadences(text)
    due = tuple(sorted({day for cadence in named for day in period_ends(cadence, year=year)}))
    if not named and "kỳ báo cáo" not in text:
        return None
    return Recurrence(cadences=named, due=due, certain=len(named) == 1)


def _without_number(found: re.Match[str]) -> str:
    return re.sub(r"\d+", " ", found[0])


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
    return Recurrence(
        cadences=("week",), due=due, inclusive=not exclusive, understood=found[1] or found[2]
    )


def named_days(text: str, *, year: int) -> Iterator[tuple[int, int, Recurrence]]:
    """Yield where a uniform text names a day that comes back, from its number on, and its days."""
    for pattern in (_DAY, _MONTHLY_DAY, _FIRST_DAYS):
        for found in pattern.finditer(text):
            yield found.start("d"), found.end(), _of_day(found, text, year)


def _on_a_day(text: str, year: int) -> Recurrence | None:
    found = _DAY.search(text) or _MONTHLY_DAY.search(text) or _FIRST_DAYS.search(text)
    return _of_day(found, text, year) if found else None


def _of_day(found: re.Match[str], text: str, year: int) -> Recurrence:
    at = found.groupdict().get("at") or ""
    quarterly = "quý" in at
    months: Iterable[int] = _MONTHS
    if quarterly:
        months = (1, 4, 7, 10) if "đầu" in found[0] else (3, 6, 9, 12)
    later = bool(found.groupdict().get("next")) or at.endswith(_NEXT)
    # "tháng đầu quý sau" of the four quarters: April, July, October and next January.
    step = (3 if quarterly else 1) if later else 0
    numbers = [int(number) for number in re.findall(r"\d+", found["d"])]
    exclusive = bool(_EXCLUSIVE.search(text[: found.start("d")].removesuffix("ngày ")))
    asked = [(month + step, number) for month in months for number in numbers]
    if exclusive:
        # "trước ngày 31" of a month that has none permits its last day.
        due = [
            _clamped(year, month, n - 1) if n > 1 else day_before(_clamped(year, month, 1))
            for month, n in asked
        ]
    else:
        due = [_clamped(year, month, n) for month, n in asked]
    return Recurrence(
        cadences=("quarter" if quarterly else "month",),
        due=tuple(sorted(set(due))),
        inclusive=not exclusive,
        certain=all(1 <= number <= 31 for number in numbers),  # noqa: PLR2004 - days of a month
        understood=found[0],
    )


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
    return Recurrence(
        cadences=("month",), due=due, inclusive=not exclusive, certain="hằng" in text,
        understood=found[0],
    )  # fmt: skip


def _so_often(text: str, year: int) -> Recurrence | None:
    """Read "2 lần/năm": that many equal parts of the year, each ending with a month."""
    found = _TIMES.search(text)
    if not found:
        return None
    times, cadence = int(found["n"] or found["times"]), _WORDS[found["period"] or found["each"]]
    certain = times == 1 and "ít nhất" not in text and "tối thiểu" not in text
    if times == 1:
        due = period_ends(cadence, year=year)
    elif cadence == "year" and times in {2, 3, 4, 6, 12}:
        due = tuple(month_end(year, m) for m in _MONTHS if m % (12 // times) == 0)
    else:
        due = ()
    return Recurrence(cadences=(cadence,), due=due, certain=certain, understood=found[0])


def _every_few(text: str, year: int) -> Recurrence | None:
    """Read "6 tháng một lần"; what comes every few years needs a first year that nobody named."""
    found = _EVERY.search(text)
    if not found:
        return None
    n, unit = int(found["n"]), found["unit"]
    if unit == "tháng" and n in {1, 2, 3, 4, 6}:
        names = {1: "month", 3: "quarter", 6: "half_year"}
        due = tuple(month_end(year, m) for m in _MONTHS if m % n == 0)
        return Recurrence(cadences=(names.get(n, "month"),), due=due, understood=found[0])
    if unit == "năm" and n == 1:
        return Recurrence(
            cadences=("year",), due=period_ends("year", year=year), understood=found[0]
        )
    if unit in {"tuần", "ngày"}:
        return Recurrence(cadences=("week",), certain=False, understood=found[0])
    months = n * 12 if unit == "năm" else n
    return Recurrence(
        cadences=("year",), certain=False, n=float(months), unit="mo", understood=found[0]
    )
