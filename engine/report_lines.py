"""Periodic reports: which days the figures of one cover, by when it is sent, what replaces it.

A window closes on a day of its last month, and opens on the day after the same day of the month
before its first: the 15th to the 14th, or the calendar's own months. Which day, and all else, is
data; it knows calendars and no database.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from engine.calendar import WorkingCalendar
from engine.recurrence import PERIODS, Period, Span, clamped, spans, weekday_number

_ONE_DAY: Final = timedelta(days=1)
_AFTER: Final = re.compile(r"cutoff(?:\s*\+\s*(?P<n>\d{1,2})\s*(?P<unit>wd|d))?")
_FIXED: Final = re.compile(r"day\s+(?P<day>\d{1,2})(?:\s+(?P<months>[+-]\d{1,2}))?")
_LAST_DAY: Final = 31

#: What a report is called after its name.
_NAMES: Final[Mapping[Period, str]] = {
    "week": "tuần {n}/{year}",
    "month": "tháng {n}/{year}",
    "quarter": "quý {roman}/{year}",
    "half_year": "6 tháng {half} năm {year}",
    "nine_months": "9 tháng năm {year}",
    "year": "năm {year}",
}


#: How often, as the title of a line says it.
OFTEN: Final[Mapping[Period, str]] = {
    "week": "hằng tuần", "month": "hằng tháng", "quarter": "hằng quý", "half_year": "6 tháng",
    "nine_months": "9 tháng", "year": "hằng năm",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A periodic report as it is asked for.

    Attributes:
        code: Of the line: `thang`.
        name: What the report is called before its period: `Báo cáo`.
        period: How often.
        closes: Day of the last month on which the window closes, 31 is its last day; of a weekly
            line the day of the week, Monday is 0.
        send_by: `cutoff + 2wd`, `cutoff + 3d`, `day 20` of the last month, `day 25 -1` of the
            month before it.
        recipient: Who gets it.
        source: What all this rests on.
        replaced_by: Last part of a period's key (`Q2`, `06`) to the period whose report replaces
            it, where the plan has a line for that one too.
        ahead_days: A report is opened when its window opens, and at the latest so many days before
            it is to be sent.
        collect_days: Days before it is sent by which each unit owes its part; None asks for none.
    """

    code: str
    name: str
    period: Period
    closes: int
    send_by: str
    recipient: str = ""
    source: str = ""
    replaced_by: Mapping[str, Period] = field(default_factory=dict, hash=False)
    ahead_days: int = 10
    collect_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One report: what it covers and by when it is sent; all days are local and included.

    Attributes:
        key: Of the period.
        title: `Báo cáo tháng 3/2023`.
        first: First day of the figures.
        last: The cut-off.
        send_by: The last day on which it is in time.
        figures_to: Last day whose figures it can hold: before the cut-off where it must be sent
            before its window closes.
        opens_on: Day from which it is somebody's work.
        replaced_by: Key of the report that replaces it; None where it is issued itself.
    """

    key: str
    title: str
    first: date
    last: date
    send_by: date
    figures_to: date
    opens_on: date
    replaced_by: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the figures reach to the end of the window."""
        return self.figures_to == self.last


def windows(
    line: Line, year: int, calendar: WorkingCalendar, *, beside: Sequence[Period] = ()
) -> tuple[Window, ...]:
    """Return the reports of a line for one year, in order.

    Args:
        line: The line.
        year: Of the plan.
        calendar: The office's calendar.
        beside: Periods of the other lines of the plan, which may replace some of these.
    """
    found = [_window(line, span, calendar, beside=beside) for span in spans(line.period, year)]
    if line.period == "week":
        return tuple(one for one in found if one.last.year == year)
    return tuple(found)


def line_from_mapping(mapping: Mapping[str, Any]) -> Line:
    """Return a line as it is stored or shipped.

    Raises:
        ValueError: it says something that no line can say.
    """
    closes = mapping["closes"]
    line = Line(
        code=mapping["code"],
        name=mapping["name"],
        period=mapping["period"],
        closes=_closes(closes),
        send_by=mapping["send_by"],
        recipient=mapping.get("recipient") or "",
        source=mapping.get("source", ""),
        replaced_by=dict(mapping.get("replaced_by", {})),
        ahead_days=mapping.get("ahead_days", 10),
        collect_days=mapping.get("collect_days"),
    )
    if line.period not in PERIODS or any(one not in PERIODS for one in line.replaced_by.values()):
        message = f"{line.code}: {line.period!r} không phải kỳ báo cáo"
        raise ValueError(message)
    check_send_by(line.send_by)
    return line


def line_to_mapping(line: Line) -> dict[str, Any]:
    """Return a line as plain JSON values; `line_from_mapping` gives back an equal one."""
    return {
        "code": line.code, "name": line.name, "period": line.period, "closes": line.closes,
        "send_by": line.send_by, "recipient": line.recipient, "source": line.source,
        "replaced_by": dict(line.replaced_by), "ahead_days": line.ahead_days,
        "collect_days": line.collect_days,
    }  # fmt: skip


def lines_from_mapping(mapping: Mapping[str, Any]) -> tuple[Line, ...]:
    """Return the lines of a whole file, each with the windows of its scheme.

    Raises:
        ValueError: a line says something that no line can say.
    """
    found = []
    for row in mapping["line"]:
        scheme = mapping["scheme"].get(row.get("scheme", ""), {})
        closes = row.get("closes", scheme.get("closes"))
        common = {"ahead_days": mapping["ahead_days"], "recipient": mapping["recipient"],
                  "send_by": mapping["send_by"], "source": scheme.get("source", "")}  # fmt: skip
        found.append(line_from_mapping({**common, **row, "closes": closes}))
    return tuple(found)


def check_send_by(text: str) -> None:
    """Return if a send-by rule can be understood.

    Raises:
        ValueError: it cannot; the sentence is Vietnamese.
    """
    fixed = _FIXED.fullmatch(text.strip())
    if fixed is not None and 1 <= int(fixed["day"]) <= _LAST_DAY:
        return
    if fixed is not None or _AFTER.fullmatch(text.strip()) is None:
        message = (
            f"{text!r} không phải hạn gửi; viết như: cutoff + 2wd, cutoff + 3d, day 20, day 25 -1"
        )
        raise ValueError(message)


def in_words(text: str) -> str:
    """Return a send-by rule in Vietnamese.

    Raises:
        ValueError: it cannot be understood.
    """
    check_send_by(text)
    fixed, after = _FIXED.fullmatch(text.strip()), _AFTER.fullmatch(text.strip())
    if fixed is not None:
        months = int(fixed["months"] or 0)
        last = "tháng cuối kỳ"
        where = f"{abs(months)} tháng {'trước' if months < 0 else 'sau'} {last}" if months else last
        return f"ngày {fixed['day']} của {where}"
    if after is None or not int(after["n"] or 0):
        return "ngay ngày chốt số liệu"
    days = "ngày làm việc" if after["unit"] == "wd" else "ngày"
    return f"{int(after['n'])} {days} sau ngày chốt số liệu"


def _closes(value: object) -> int:
    if value == "last":
        return _LAST_DAY
    if isinstance(value, str):
        return weekday_number(value)
    if isinstance(value, int):
        return value
    message = f"{value!r} không phải ngày chốt số liệu"
    raise ValueError(message)


def _window(
    line: Line, span: Span, calendar: WorkingCalendar, *, beside: Sequence[Period]
) -> Window:
    first, last = _covered(line, span)
    send_by = _send_by(line.send_by, last, span, calendar=calendar)
    return Window(
        key=span.key,
        title=f"{line.name} {_name(line.period, span)}",
        first=first,
        last=last,
        send_by=send_by,
        figures_to=min(last, send_by - _ONE_DAY),
        opens_on=min(first, send_by - timedelta(days=line.ahead_days)),
        replaced_by=_replaced_by(line, span, beside),
    )


def _covered(line: Line, span: Span) -> tuple[date, date]:
    if line.period == "week":
        # A week that closes on a Wednesday began on the Thursday before.
        last = span.first + timedelta(days=line.closes)
        return last - timedelta(days=6), last
    before = clamped(span.first.year, span.first.month - 1, day=line.closes)
    return before + _ONE_DAY, clamped(span.last.year, span.last.month, day=line.closes)


def _send_by(text: str, closed: date, span: Span, *, calendar: WorkingCalendar) -> date:
    fixed = _FIXED.fullmatch(text.strip())
    if fixed is not None:
        month = span.last.month + int(fixed["months"] or 0)
        return clamped(span.last.year, month, day=int(fixed["day"]))
    check_send_by(text)
    after = _AFTER.fullmatch(text.strip())
    n = int(after["n"] or 0) if after else 0
    if after is not None and after["unit"] == "wd":
        return calendar.shift(closed, n)
    return closed + timedelta(days=n)


def _replaced_by(line: Line, span: Span, beside: Sequence[Period]) -> str | None:
    period = line.replaced_by.get(span.key.rpartition("-")[2])
    if period is None or period not in beside:
        return None
    covering = (one for one in spans(period, span.last.year) if one.first <= span.last <= one.last)
    return next((one.key for one in covering), None)


def _name(period: Period, span: Span) -> str:
    month, year = span.last.month, span.last.year
    if period == "week":
        iso = span.first.isocalendar()
        return _NAMES[period].format(n=iso.week, year=iso.year)
    return _NAMES[period].format(
        n=month,
        year=year,
        roman=("I", "II", "III", "IV")[(month - 1) // 3],
        half="đầu" if month <= 6 else "cuối",  # noqa: PLR2004 - June
    )
