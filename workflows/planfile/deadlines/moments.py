"""Days, months, quarters and years named in a uniform phrase, the years they lack filled in."""

import calendar
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

Grain = Literal["day", "month", "quarter", "half_year", "months", "year", "bare"]

_YEAR = r"(?:(?:\s*,?\s*năm\s+|\s*[/.-]\s*|\s+)(?P<y>(?:19|20)\d\d)(?!\d))?"
# Two digits are a year only where no month or day can be meant.
_SHORT_YEAR = r"\s*/\s*(?P<y>[2-9]\d)"
_HALF = r"(?:6\s+tháng(?:\s+(?P<part>đầu|cuối)(?:\s+năm)?)?"
_FORMS: tuple[tuple[Grain, str], ...] = (
    ("day", r"(?P<y>\d{4})(?P<s>[/.-])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})"),
    ("day", r"(?P<d>\d{1,2})\s?(?P<s>[/.-])\s?(?P<m>\d{1,2})\s?(?P=s)\s?(?P<y>\d{4}|\d\d)"),
    ("quarter", r"quý\s+(?P<m>i{1,3}|iv|[1-4])" + _SHORT_YEAR),
    ("quarter", r"quý\s+(?P<m>i{1,3}|iv|[1-4])" + _YEAR),
    ("day", r"(?<=ngày )(?P<d>\d{1,2}),\s?tháng\s+(?P<m>\d{1,2})" + _YEAR),
    ("day", r"(?<!tháng )(?<!quý )(?P<d>\d{1,2})\s+(?:của\s+)?tháng\s+(?P<m>\d{1,2})" + _YEAR),
    ("month", r"tháng\s+(?P<m>\d{1,2})" + _SHORT_YEAR),
    ("month", r"tháng\s+(?P<m>\d{1,2})(?!\s*/\s*\d{1,2}(?!\d))" + _YEAR),
    ("month", r"(?P<m>\d{1,2})\s*[/.-]\s*(?P<y>(?:19|20)\d\d)"),
    ("day", r"(?<!tháng )(?P<d>\d{1,2})\s*/\s*(?P<m>\d{1,2})" + _YEAR),
    # Without a slash it is a day only where the words before say so and nothing follows.
    ("day", r"(?:(?<=ngày )|(?<=trước ))(?P<d>\d{1,2})[.-](?P<m>\d{1,2})(?=\s*(?:$|[,;()]))"),
    (
        "half_year",
        _HALF + r"|nửa\s+năm(?:\s+(?P<half>đầu|cuối))?|nửa\s+(?P<of>đầu|cuối)\s+năm)" + _YEAR,
    ),
    ("months", r"(?P<n>[39])\s+tháng(?:\s+(?P<part>đầu|cuối)(?:\s+năm)?)?" + _YEAR),
    ("year", r"(?:năm\s+)?(?P<y>(?:19|20)\d\d)"),
    ("year", r"(?:trong|hết|cả)\s+năm(?:\s+nay)?(?!\s+\S*\d|\s+(?:sau|tới))"),
    ("year", r"(?:(?<=, )|(?<=; )|(?<=và ))năm(?!\s+\S*\d|\s+(?:sau|tới))"),
    ("bare", r"(?P<m>\d{1,2}|i{1,3}|iv)" + _YEAR),
)
_PATTERNS = tuple(
    (grain, re.compile(rf"(?<![\w/.,])(?:{form})(?!\w|[/.,]\d|-\d{{1,3}}(?!\d)|\s+lần)"))
    for grain, form in _FORMS
)
# A number after one of these counts something; "đợt 1 tháng 3" names no first of March.
_COUNTER = re.compile(r"(?:đợt|tuần|lần|kỳ|giai đoạn|phiên|bước|số|khóa|khoá)\s+(?:thứ\s+)?$")
_LONGEST_COUNTER = 24
_LINK = re.compile(r"\s*(?:-|,|;|\+|&|và|hoặc|đến|tới|đến hết)\s*(?:ngày|tháng|quý)?\s*")
_OWN_YEAR = re.compile(r"[,\s]*(?:(?:của|trong)\s+)?")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
WEEKDAY = r"(?:thứ (?:[2-7]|hai|ba|tư|năm|sáu|bảy)|chủ nhật)"
_WEEKDAYS = {
    name: n
    for n, names in enumerate(("hai 2", "ba 3", "tư 4", "năm 5", "sáu 6", "bảy 7"))
    for name in names.split()
}
_SUNDAY = 6
_TAKEN = "\x00"
_CENTURY = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A stretch of time named in a phrase, at `begin`..`end` of the text.

    `year` is 0 until it is known. `value` is the month, quarter or half; for grain "months" the
    first month of a stretch that is `months` long. `day` is 0 where the grain is coarser.
    """

    grain: Grain
    begin: int
    end: int
    year: int = 0
    value: int = 0
    day: int = 0
    months: int = 0
    inherited_year: bool = False

    @property
    def first(self) -> date:
        """The first day; ValueError where there is no such day."""
        if self.grain == "day":
            return date(self.year, self.value, self.day)
        return date(self.year, self._months[0], 1)

    @property
    def last(self) -> date:
        """The last day; ValueError where there is no such day."""
        if self.grain == "day":
            return self.first
        return month_end(self.year, self._months[1])

    @property
    def _months(self) -> tuple[int, int]:
        lengths = {"month": 1, "quarter": 3, "half_year": 6}
        if self.grain in lengths:
            length = lengths[self.grain]
            return self.value * length - length + 1, self.value * length
        if self.grain == "months":
            return self.value, self.value + self.months - 1
        return 1, 12


def month_end(year: int, month: int) -> date:
    """Return the last day of a month; ValueError where there is no such month."""
    return date(year, month, 1).replace(day=calendar.monthrange(year, month)[1])


def day_before(day: date) -> date:
    """Return the day before."""
    return day - timedelta(days=1)


def years_named(text: str) -> set[int]:
    """Return the years that a uniform text names."""
    return {moment.year for moment in _scan(text) if moment.year}


def year_named(titles: Sequence[str], *, plan_year: int) -> tuple[int, bool]:
    """Return the year that uniform titles give to what stands under them, and whether it is sure.

    Of several titles the last that names years counts, the nearest. Days and months of a title go
    before its bare years. A span of years that holds the plan's ("giai đoạn 2021-2030") is the name
    of a programme and gives none; years far from the plan's, or days in two years, leave it unsure.
    """
    for title in reversed(titles):
        found = [moment for moment in _scan(title) if moment.year]
        finer = {moment.year for moment in found if moment.grain != "year"}
        named = finer or {moment.year for moment in found}
        if not named:
            continue
        if not finer and min(named) <= plan_year <= max(named):
            return plan_year, True
        is_sure = len(named) == 1 and abs(min(named) - plan_year) <= 1
        return (min(named), True) if is_sure else (plan_year, False)
    return plan_year, True


def find_moments(text: str, *, year: int) -> list[Moment]:
    """Return the stretches of time in the order in which they stand.

    A year that is missing comes from the next moment that has one, else from the one before,
    else it is the plan's.
    """
    found = sorted(_scan(text), key=lambda moment: moment.begin)
    found = _years_attached(found, text)
    found = _bare_resolved(found, text)
    return _years_filled(found, plan_year=year)


def _scan(text: str) -> Iterable[Moment]:
    left = text
    for grain, pattern in _PATTERNS:
        for match in pattern.finditer(left):
            before = text[max(0, match.start() - _LONGEST_COUNTER) : match.start()]
            if grain != "year" and _COUNTER.search(before):
                continue
            yield _moment(grain, match)
            taken = _TAKEN * (match.end() - match.start())
            left = left[: match.start()] + taken + left[match.end() :]


def _moment(grain: Grain, match: re.Match[str]) -> Moment:
    group = match.groupdict()
    value = _number(group.get("m"))
    months = _number(group.get("n"))
    if grain == "half_year":
        value = 2 if "cuối" in {group["part"], group["half"], group["of"]} else 1
    elif grain == "months":
        value = 13 - months if group["part"] == "cuối" else 1
    return Moment(
        grain=grain,
        begin=match.start(),
        end=match.end(),
        year=_year_number(group.get("y")),
        value=value,
        day=_number(group.get("d")),
        months=months,
    )


def _number(text: str | None) -> int:
    return _ROMAN.get(text) or int(text) if text else 0


def _year_number(text: str | None) -> int:
    year = _number(text)
    return year + _CENTURY if text and len(text) == 2 else year  # noqa: PLR2004 - two digits


def _years_attached(found: list[Moment], text: str) -> list[Moment]:
    """Give "quý I, năm 2025" its year where the year was found as a moment of its own."""
    kept: list[Moment] = []
    for moment in found:
        before = kept[-1] if kept else None
        if (
            before is not None
            and moment.grain == "year"
            and moment.year
            and before.grain != "year"
            and not before.year
            and _OWN_YEAR.fullmatch(text, before.end, moment.begin)
        ):
            kept[-1] = replace(before, year=moment.year, end=moment.end)
        else:
            kept.append(moment)
    return kept


def _bare_resolved(found: list[Moment], text: str) -> list[Moment]:
    """Read "22 - 30/9", "tháng 3, 9" and "quý I + III"; a number linked to nothing is dropped."""
    kept = list(found)
    for i in reversed(range(len(kept) - 1)):
        here, right = kept[i], kept[i + 1]
        linked = _LINK.fullmatch(text, here.end, right.begin)
        if here.grain == "bare" and right.grain == "day" and linked:
            kept[i] = replace(right, begin=here.begin, end=here.end, day=here.value)
        elif here.grain == "bare" and right.grain == "month" and linked:
            kept[i] = replace(right, begin=here.begin, end=here.end, value=here.value)
    for i in range(1, len(kept)):
        left, here = kept[i - 1], kept[i]
        linked = _LINK.fullmatch(text, left.end, here.begin)
        if here.grain == "bare" and left.grain in {"month", "quarter"} and linked:
            kept[i] = replace(here, grain=left.grain)
    kept = [moment for moment in kept if moment.grain != "bare"]
    # "báo cáo tháng, quý, năm" names no year, "6 tháng và năm" does.
    return [] if len(kept) == 1 and text[kept[0].begin : kept[0].end] == "năm" else kept


def _years_filled(found: list[Moment], *, plan_year: int) -> list[Moment]:
    years = [moment.year for moment in found]
    for i in reversed(range(len(years) - 1)):
        years[i] = years[i] or years[i + 1]
    for i in range(1, len(years)):
        years[i] = years[i] or years[i - 1]
    return [
        replace(moment, year=year or plan_year, inherited_year=not moment.year)
        for moment, year in zip(found, years, strict=True)
    ]


def weekday_number(name: str) -> int:
    """Return the number of a weekday as `date.weekday` counts: Monday is 0."""
    return _SUNDAY if name == "chủ nhật" else _WEEKDAYS[name.split()[1]]


def shifted(day: date, *, by: float, unit: str) -> date:
    """Return the day so many calendar days ("d") or months ("mo", clamped) later or earlier."""
    if unit == "d":
        return day + timedelta(days=by)
    months = day.year * 12 + day.month - 1 + int(by)
    end = month_end(months // 12, months % 12 + 1)
    return end.replace(day=min(day.day, end.day))
