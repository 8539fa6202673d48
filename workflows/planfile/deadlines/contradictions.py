"""What speaks against a deadline: its own words, the output beside it, the year of the plan."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, date, timedelta

from engine.draft import Deadline, Remark
from workflows.planfile.deadlines.dates import due_of, is_range, weekday_beside
from workflows.planfile.deadlines.doubts import doubts
from workflows.planfile.deadlines.moments import (
    Moment,
    find_moments,
    month_end,
    weekday_number,
    years_named,
)
from workflows.planfile.deadlines.recurrence import Recurrence, named_days
from workflows.planfile.deadlines.wording import uniform, verbatim
from workflows.planfile.rules import IntakeRules

# Longer texts are no cell; what stands so far down in one is not read for dates.
MAX_TEXT = 2_000
# Only a date that bounds something is a deadline: dates of meetings and documents stand bare.
_BOUND = re.compile(
    r"\b(?:trước|chậm nhất|muộn nhất|không quá|không muộn hơn|hoàn thành|xong|hạn|hết)"
    r"(?:\s+(?:là|ngày|trước|trong|vào|đến|cuối))*\s*:?\s*$"
)
_DONE = re.compile(r"(?:hoàn thành|xong)\s*:?\s*")
_LONGEST_BOUND = 60
# "Báo cáo quý trước ngày 25": which month it is of, the deadline says.
_BARE_DAY = re.compile(
    r"\bngày (?P<d>\d{1,2})(?!\d|\s+làm việc|"
    r"\s*(?:[/.,;-]|và)\s*(?:ngày )?\d|\s+(?:của )?(?:các )?(?:tháng|quý|hằng))"
)
_WITHIN = re.compile(r"\btrong(?: vòng)?\s+$")
_DAYS = 4
_NO_SUCH_QUARTER = re.compile(r"\bquý (?:v|vi|[05-9]|\d{2,})(?!\w)")
_NO_DAY_SAID = frozenset({"none", "reference", "event_relative", "unresolved"})
_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """A text in one spelling, the letters it was written in, and the moments it names."""

    written: str
    uniform: str
    moments: Sequence[Moment]

    def piece(self, begin: int, end: int) -> str:
        return verbatim(self.written, self.uniform[begin:end])


def judged(
    deadline: Deadline, *, output: str = "", context: str = "", year: int, rules: IntakeRules
) -> tuple[Deadline, tuple[Remark, ...]]:
    """Return the deadline, to be confirmed where something contradicts it, and all reasons why."""
    remarks = contradictions(
        deadline, phrase=deadline.phrase, output=output, context=context, year=year, rules=rules
    )
    if not remarks:
        return deadline, doubts(deadline, context=context, year=year, rules=rules)
    return replace(deadline, confidence="confirm"), remarks


def contradictions(
    deadline: Deadline,
    *,
    phrase: str,
    output: str = "",
    context: str = "",
    year: int,
    rules: IntakeRules,
) -> tuple[Remark, ...]:
    """Return what speaks against a deadline; every one of them needs a decision.

    Args:
        deadline: As it was read from `phrase`.
        phrase: The cell or clause of the deadline.
        output: What must be brought forth, where that names a date too.
        context: Titles above; a span of years named there allows all of them.
        year: Year of the plan.
        rules: Words of the grammar.
    """
    titles = _read(context, year=year, rules=rules)
    said = _read(phrase, year=deadline.due[0].year if deadline.due else year, rules=rules)
    beside = _read(output, year=deadline.due[0].year if deadline.due else year, rules=rules)
    return (
        *_within_itself(said, unresolved=deadline.kind == "unresolved"),
        *_against_the_plan(deadline, titles.uniform, year=year),
        *_against_the_output(deadline, beside),
    )


def _read(text: str, *, year: int, rules: IntakeRules) -> _Text:
    written = text[:MAX_TEXT]
    spelling = uniform(written, words=rules.deadlines)
    return _Text(written=written, uniform=spelling, moments=find_moments(spelling, year=year))


def _within_itself(said: _Text, *, unresolved: bool) -> Iterator[Remark]:
    for found in _NO_SUCH_QUARTER.finditer(said.uniform) if unresolved else ():
        yield _no_such(said.piece(found.start(), found.end()), cure="một năm có quý I đến quý IV")
    there: list[Moment] = []
    for moment in said.moments:
        if cure := _missing(moment):
            # In a phrase that was understood otherwise it only looks like a date: "3 buổi/13".
            if unresolved:
                yield _no_such(said.piece(moment.begin, moment.end), cure=cure)
            continue
        there.append(moment)
        named = weekday_beside(moment, said.uniform)
        if named and weekday_number(named) != moment.first.weekday():
            day = moment.first
            yield Remark(
                code="weekday_mismatch",
                message=f"ghi {_capital(named)} nhưng ngày {_day(day)} là "
                f"{_WEEKDAYS[day.weekday()]}",
            )
    if is_range(there, said.uniform) and there[0].first > there[1].last:
        yield Remark(
            code="start_after_due",
            message=f"bắt đầu {_day(there[0].first)} sau khi kết thúc {_day(there[1].last)}",
        )


def _missing(moment: Moment) -> str | None:
    """Return what to write instead of a day or month that does not exist; None where it does."""
    try:
        moment.first  # noqa: B018 - raises where there is no such day
    except ValueError:
        try:
            end = month_end(moment.year, moment.value)
        except ValueError:
            return "viết ngày trước, tháng sau (ngày/tháng/năm)"
        return f"ngày cuối tháng {end.month} là {_day(end)}"
    return None


def _no_such(text: str, *, cure: str) -> Remark:
    return Remark(code="no_such_day", message=f"không có “{text}”; {cure}")


def _against_the_plan(deadline: Deadline, titles: str, *, year: int) -> Iterator[Remark]:
    allowed = {year - 1, year, year + 1}
    if span := years_named(titles):
        allowed |= set(range(min(span), max(span) + 1))
    by_years = deadline.kind == "range" and deadline.start and deadline.start.year in allowed
    # Before New Year's Day of an allowed year is still that year's business.
    step = timedelta(days=0 if deadline.inclusive else 1)
    far = sorted({day.year for day in deadline.due if (day + step).year not in allowed} - allowed)
    if far and not by_years:
        years = ", ".join(map(str, far))
        yield Remark(
            code="year_outside_plan",
            message=f"“{_short(deadline.phrase)}” thành năm {years}, kế hoạch là của năm {year}",
        )


def _against_the_output(deadline: Deadline, beside: _Text) -> Iterator[Remark]:
    told = [found for moment in beside.moments if (found := _bounded(moment, beside))]
    earliest = deadline.due[0].year if deadline.due else 0
    others = [
        f"“{text}” ({_day(due)})"
        for text, moment, due in told
        if due.year >= earliest and not _agrees(moment, due, deadline)
    ]
    others += _coming_back(deadline, beside)
    if not others or deadline.kind == "ditto":
        return
    listed = "; ".join(dict.fromkeys(others))
    if deadline.kind in _NO_DAY_SAID:
        yield Remark(
            code="date_in_output", message=f"cột thời gian không có ngày; sản phẩm ghi {listed}"
        )
        return
    days = _listed(deadline.due) or "không có ngày"
    yield Remark(
        code="deadline_contradicts_output",
        message=f"cột thời gian ghi “{_short(deadline.phrase)}” ({days}); sản phẩm ghi {listed}",
    )


def _coming_back(deadline: Deadline, beside: _Text) -> list[str]:
    """Return the days that come back in the output, where the deadline comes back on others."""
    if deadline.kind != "recurring" or not deadline.due:
        return []
    # Before the first year and after the last there are no days to compare.
    if not MINYEAR < deadline.due[0].year <= deadline.due[-1].year < MAXYEAR:
        return []
    named = [
        (text, again)
        for begin, end, again in _days_again(deadline, beside.uniform)
        if (text := _bounding(beside, begin, end))
    ]
    pairs = [
        (due, day)
        for _, again in named
        for due in deadline.due
        for day in again.due
        if _is_same(due, day, ours=deadline.inclusive, theirs=again.inclusive)
    ]
    of_deadline = {due for due, _ in pairs} == set(deadline.due)
    of_output = {day for _, day in pairs} == {day for _, again in named for day in again.due}
    # Reports may be fewer than what they tell of, or more.
    if of_output or of_deadline:
        return []
    return [f"“{text}” ({_listed(again.due)})" for text, again in named]


def _days_again(deadline: Deadline, text: str) -> Iterator[tuple[int, int, Recurrence]]:
    """Yield the days of a text that come back; one without a month is of those of the deadline."""
    yield from named_days(text, year=deadline.due[0].year)
    months = {(day.year, day.month) for day in deadline.due}
    for found in _BARE_DAY.finditer(text) if len(months) == len(deadline.due) else ():
        is_before = text[: found.start()].endswith("trước ")
        ends = [month_end(*month) for month in sorted(months)]
        days = (end.replace(day=max(1, min(int(found["d"]), end.day))) for end in ends)
        due = tuple(day - timedelta(days=is_before) for day in days)
        yield found.start("d"), found.end(), Recurrence(
            cadences=(), due=due, inclusive=not is_before
        )  # fmt: skip


def _bounding(beside: _Text, begin: int, end: int) -> str:
    """Return the words of a day that bounds something, "" where it only names one."""
    at = max(0, begin - _LONGEST_BOUND)
    before = beside.uniform[at:begin].removesuffix("ngày ")
    within = _WITHIN if "ngày đầu" in beside.uniform[begin:end] else _BOUND
    found = _BOUND.search(before) or within.search(before)
    return beside.piece(at + found.start(), end) if found else ""


def _is_same(due: date, other: date, *, ours: bool, theirs: bool) -> bool:
    """Tell whether two days are one; "trước ngày 25" and "ngày 25" name the same."""
    return -int(ours and not theirs) <= (other - due).days <= int(theirs and not ours)


def _bounded(moment: Moment, beside: _Text) -> tuple[str, Moment, date] | None:
    """Return a moment that bounds something with its words and its last permitted day."""
    at = max(0, moment.begin - _LONGEST_BOUND)
    found = _BOUND.search(beside.uniform[at : moment.begin])
    if found is None or moment.grain == "year" or _missing(moment):
        return None
    # "Hoàn thành 3/4 chỉ tiêu" is a share.
    if moment.grain == "day" and moment.inherited_year and _DONE.fullmatch(found[0]):
        return None
    try:
        due, _ = due_of(moment, beside.uniform)
    except (ValueError, OverflowError):
        return None
    return beside.piece(at + found.start(), moment.end), moment, due


def _agrees(moment: Moment, due: date, deadline: Deadline) -> bool:
    """Tell whether an output's date and a deadline can both be meant.

    A coarse one ("trong tháng 6") agrees with any day within it, "trước 30/11" with "30/11": both
    name the same day.
    """
    step = timedelta(days=0 if deadline.inclusive else 1)
    named = {*deadline.due, *(day + step for day in deadline.due)}
    if not named.isdisjoint({due, moment.last}):
        return True
    coarse = moment.grain != "day" and due == moment.last
    return coarse and any(moment.first <= day <= moment.last for day in deadline.due)


def _listed(days: Sequence[date]) -> str:
    more = " ..." if len(days) > _DAYS else ""
    return ", ".join(map(_day, days[:_DAYS])) + more


def _day(day: date) -> str:
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 80 else f"{flat[:79]}…"  # noqa: PLR2004 - one line of a terminal


def _capital(weekday: str) -> str:
    return _WEEKDAYS[weekday_number(weekday)]
