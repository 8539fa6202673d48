"""From a phrase to a Deadline: which kind of phrase it is, in a fixed order of questions.

The order matters: a phrase that names an event, a reference or a part of a year must never be read
as a date merely because it holds a number.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import pairwise

from engine.draft import Confidence, Deadline, DeadlineKind
from workflows.planfile.deadlines.dates import bounded, dated, is_range, unknown_words
from workflows.planfile.deadlines.events import Term, bare_event, counted_term
from workflows.planfile.deadlines.moments import Moment, find_moments, shifted, year_named
from workflows.planfile.deadlines.recurrence import (
    NEXT_YEAR,
    cadences,
    period_of,
    recurrence,
    recurs,
)
from workflows.planfile.deadlines.restoring import folded
from workflows.planfile.deadlines.wording import plain, titles_of, uniform, verbatim
from workflows.planfile.rules import IntakeRules

_TIME = re.compile(
    r"(?:\blúc )?(?<![\d/.,])(?P<h>[01]?\d|2[0-3])(?:\s?(?:h|giờ|g)\s?(?P<m>[0-5]?\d)?(?!\d|/)"
    r"(?:'|\s?phút)?|:(?P<mm>[0-5]?\d))(?=[\s,.;)]|$)"
)
_PART_OF_PERIOD = re.compile(
    r"(?<!tháng )(?<!nửa )(?<!việc )(?<!\d ngày )(?<!\w)(?:đầu|giữa|cuối) "
    r"(?:(?:năm|quý|tháng)(?!\w)|20\d\d)"
    r"|\b(?:thượng|trung|hạ) tuần\b|\bnửa (?:đầu|cuối) (?!năm|20\d\d)"
    r"|\b(?:thứ \w+|chủ nhật) (?:đầu|cuối)|\bngày (?:làm việc )?(?:đầu|cuối)\b.*\d"
)
# A date nobody has filled in: "ngày ... tháng ... năm 2026".
_BLANK = re.compile(
    r"\bngày[\s.,…_/]*tháng\b|\b(?:ngày|tháng|quý)\s*[.…_]{2,}|[…_.]{2,}\s*/\s*[…_.\d]"
)
_WIDE_BLANK = re.compile(r"thang(?:\s{3}|\t)\s*nam", re.IGNORECASE)
_WEEK_OF_MONTH = re.compile(r"(?<!hằng )\btuần (?:thứ )?(?:\d|i|đầu|cuối|hai|ba|tư)")
_EFFORT = re.compile(r"\d (?:ngày làm việc|ngày|giờ|buổi)\s*/\s*(?!(?:\d+ )?lần)")
MAX_PHRASE = 500
_TET = re.compile(r"\btết\b")
_THIS_YEAR = re.compile(r"\bnăm nay\b")
# What an empty cell is filled with so that it does not look forgotten.
_STROKES = " -._…/"


@dataclass(frozen=True, kw_only=True)
class _Phrase:
    """A phrase and what every question needs to know of it."""

    verbatim: str
    text: str
    year: int
    year_sure: bool
    rules: IntakeRules
    time: str | None

    @cached_property
    def raw(self) -> str:
        return plain(self.verbatim, words=self.rules.deadlines)

    @cached_property
    def moments(self) -> list[Moment]:
        return find_moments(self.text, year=self.year)

    @cached_property
    def days(self) -> list[Moment]:
        return [moment for moment in self.moments if moment.grain == "day"]

    @cached_property
    def finer(self) -> list[Moment]:
        return [moment for moment in self.moments if moment.grain != "year"]

    @cached_property
    def said(self) -> str:
        """The text without "thực hiện", "thời gian:" and the like before it."""
        text = self.text
        for word in self.rules.deadlines.leading * 2:
            rest = re.sub(rf"^{re.escape(word)}(?!\w)[\s:,-]*", "", text)
            text = rest or text
        return text

    @property
    def tentative(self) -> bool:
        if self.text.startswith(tuple(f"{w} " for w in self.rules.deadlines.tentative_first)):
            return True
        words = "|".join(map(re.escape, self.rules.deadlines.tentative))
        # "trước ngày dự kiến khai mạc" is an event and its date is not what is in doubt.
        return bool(re.search(rf"(?<!ngày )\b(?:{words})\b", self.text))

    def starts(self, words: tuple[str, ...]) -> bool:
        """Tell whether the phrase is one of the words or opens with one."""
        return any(re.match(rf"{re.escape(word)}(?!\w)", self.said) for word in words)

    def read(self, kind: DeadlineKind, confidence: Confidence = "auto") -> Deadline:
        return Deadline(
            phrase=self.verbatim,
            kind=kind,
            confidence="confirm" if self.tentative else confidence,
            tentative=self.tentative,
            time=self.time,
        )


def read_deadline(phrase: str, *, year: int, rules: IntakeRules, context: str = "") -> Deadline:
    """Read a deadline phrase of a plan for `year`.

    `due` holds the last permitted days in rising order; it stays empty where the phrase names no
    day or one that does not exist. Never raises: what cannot be read is `unresolved`.

    Args:
        phrase: The cell or clause as it was written.
        year: Year of the plan, for phrases that name none.
        rules: Words of the grammar.
        context: Titles above the phrase, a line each, the nearest last ("(15 - 30/9/2026)",
            "năm 2027"); the year they name goes before the plan's.
    """
    titles = titles_of(context, words=rules.deadlines)
    named, is_sure = year_named(titles, plan_year=year)
    asked = _phrase(phrase[:MAX_PHRASE], year=named, year_sure=is_sure, rules=rules)
    if len(phrase) > MAX_PHRASE:
        return replace(asked.read("unresolved", "confirm"), phrase=phrase)
    for question in _QUESTIONS:
        try:
            answer = question(asked)
        except (ValueError, OverflowError):
            # 31/6, 29/2/2023, month 13: a day that does not exist is a question for a person.
            break
        if answer is not None:
            return replace(answer, confidence="confirm") if _is_list(asked) else answer
    return asked.read("unresolved", "confirm")


def _is_list(asked: _Phrase) -> bool:
    """Tell whether a semicolon stands between two things that each have a time of their own."""
    parts = asked.text.split(";")
    return sum(bool(recurs(one) or find_moments(one, year=asked.year)) for one in parts) > 1


def _phrase(phrase: str, *, year: int, year_sure: bool, rules: IntakeRules) -> _Phrase:
    text = uniform(phrase, words=rules.deadlines)
    time = None
    if (found := _TIME.search(text)) and (recurs(text) or find_moments(text, year=year)):
        time = f"{int(found['h']):02d}:{int(found['m'] or found['mm'] or 0):02d}"
        # "trước 16 giờ thứ Sáu" bounds the hour; the day itself is permitted.
        before = text[: found.start()].rstrip().removesuffix("trước")
        text = " ".join((before + " " + text[found.end() :]).split())
    text = _THIS_YEAR.sub(f"năm {year}", text.strip(" .;,"))
    if _is_one_next_year(text, year=year):
        text = NEXT_YEAR.sub(f"năm {year + 1}", text)
    return _Phrase(
        verbatim=phrase, text=text, year=year, year_sure=year_sure, rules=rules, time=time
    )


def _is_one_next_year(text: str, *, year: int) -> bool:
    """Tell whether "năm sau" is one year: with one day, it is every year's next."""
    if not NEXT_YEAR.search(text):
        return False
    days = [moment for moment in find_moments(text, year=year) if moment.grain == "day"]
    return not days or (len(days) > 1 and is_range(days, text))


def _by_word(asked: _Phrase) -> Deadline | None:
    words = asked.rules.deadlines
    raw = asked.raw
    bare = raw.strip(" .;,")
    if not {raw, bare, raw.strip(" .;,()-")}.isdisjoint(words.ditto):
        return asked.read("ditto", "confirm")
    if not raw.strip(_STROKES) or not {raw, bare, asked.text}.isdisjoint(words.none):
        return asked.read("none")
    if asked.text.startswith(tuple(f"{word} " for word in words.none_first)):
        goes_on = recurs(asked.text) or any(_is_bounded(one, asked.text) for one in asked.finer)
        return None if goes_on else asked.read("none")
    if any(re.search(rf"\b{re.escape(word)}\b", raw) for word in words.other_calendars):
        return asked.read("unresolved", "confirm")
    cadence = set(cadences(asked.text))
    if asked.finer or (recurs(asked.text) and not (cadence and cadence <= {"day", "year"})):
        return None
    if asked.starts(words.standing) and counted_term(asked.text) is None:
        return asked.read("standing")
    return asked.read("on_demand") if asked.starts(words.on_demand) else None


def _by_part_of_period(asked: _Phrase) -> Deadline | None:
    if _BLANK.search(asked.text) or _WIDE_BLANK.search(folded(asked.verbatim)):
        return asked.read("unresolved", "confirm")
    term = counted_term(asked.text)
    if asked.days or (term is not None and term.event):
        return None
    if _WEEK_OF_MONTH.search(asked.text):
        return asked.read("range" if asked.moments else "unresolved", "confirm")
    return asked.read("unresolved", "confirm") if _PART_OF_PERIOD.search(asked.text) else None


def _by_amount(asked: _Phrase) -> Deadline | None:
    term = counted_term(asked.text)
    if term is None:
        is_effort = _EFFORT.search(asked.text) and not asked.finer
        return asked.read("none") if is_effort else None
    answer = _event(asked, term)
    if asked.days and term.n is not None and term.unit in {"d", "mo"}:
        return replace(answer, due=(shifted(asked.days[-1].first, by=term.n, unit=term.unit),))
    return answer


def _event(asked: _Phrase, term: Term) -> Deadline:
    answer = asked.read("event_relative", "confirm")
    event = verbatim(asked.verbatim, term.event) if term.event else None
    return replace(answer, event=event, n=term.n, unit=term.unit)


def _by_recurrence(asked: _Phrase) -> Deadline | None:
    if not recurs(asked.text):
        return None
    dated_yearly = [m for m in asked.moments if m.grain in {"month", "quarter"}]
    is_yearly = set(cadences(asked.text)) == {"year"} or re.search(r"lần\s*/\s*năm\b", asked.text)
    if asked.days or (dated_yearly and is_yearly):
        return _on_own_days(asked, asked.days or dated_yearly)
    year, named = _year_of_series(asked)
    known = {*asked.rules.deadlines.noise_recurring, *map(str, named)}
    found = recurrence(asked.text, year=year, known=known)
    if found is None:
        return None
    is_sure = found.certain and (not named or min(named) <= year <= max(named))
    return replace(
        asked.read("recurring", "auto" if is_sure else "confirm"),
        due=found.due,
        inclusive=found.inclusive,
        period=",".join(found.cadences) or None,
        n=found.n,
        unit=found.unit,
    )


def _year_of_series(asked: _Phrase) -> tuple[int, set[int]]:
    """Return the year whose dates are asked for, and the years that the phrase names."""
    found = [m for m in asked.moments if m.grain == "year" and not m.inherited_year]
    named = {moment.year for moment in found}
    # "hằng quý đến năm 2030" comes back in the year of the plan as well.
    bound = r"\b(?:đến|tới|hết|trước|từ)\s*$"
    runs_on = any(re.search(bound, asked.text[: moment.begin]) for moment in found)
    if len(named) == 1 and not runs_on:
        return found[0].year, named
    return asked.year, named


def _on_own_days(asked: _Phrase, days: Sequence[Moment]) -> Deadline:
    words = asked.rules.deadlines
    periods = period_of(asked.text, months=[day.value for day in days], words=words)
    # "ngày 20 tháng 6 của kỳ báo cáo" happens once: the half-year closes in June.
    once = periods == ("half_year",) and "kỳ báo cáo" in asked.text
    later = 1 if NEXT_YEAR.search(asked.text) else 0
    days = [replace(day, year=day.year + later) if day.inherited_year else day for day in days]
    read = bounded(days, asked.text)
    spans = is_range(days, asked.text)
    inner = any(is_range(pair, asked.text) for pair in pairwise(days)) and not spans
    known = {*words.noise, *words.noise_recurring}
    certain = (
        set(periods) <= {"year", "half_year"}
        and not inner
        and all(day.inherited_year for day in days)
        and not _PART_OF_PERIOD.search(asked.text)
        and not unknown_words(asked.text, days, known)
    )
    return replace(
        asked.read("half_year" if once else "recurring", "auto" if certain else "confirm"),
        due=tuple(sorted({due for due, _ in read[1 if spans else 0 :]})),
        start=days[0].first if spans else None,
        inclusive=all(inclusive for _, inclusive in read),
        period=",".join(periods),
    )


def _by_opening(asked: _Phrase) -> Deadline | None:
    if any(_is_bounded(moment, asked.text) for moment in asked.finer):
        return None
    words = asked.rules.deadlines
    if term := bare_event(asked.said, words=words, dated=bool(asked.moments)):
        return replace(_event(asked, term), due=_after_holiday(asked, term))
    return asked.read("reference", "confirm") if asked.starts(words.reference) else None


def _after_holiday(asked: _Phrase, term: Term) -> tuple[date, ...]:
    known = asked.rules.deadlines.after_tet.get(asked.year)
    if known is None or not term.event or not _TET.search(term.event):
        return ()
    if asked.said.startswith("trước"):
        return ()
    return (known,)


def _is_bounded(moment: Moment, text: str) -> bool:
    # A day may stand some words after its bound, a month or quarter right behind it.
    between = r"[\w\s]*$" if moment.grain == "day" else r"\s*$"
    bound = r"\b(?:trước|chậm nhất|muộn nhất|đến|hết|hạn|trong)"
    return bool(re.search(bound + between, text[: moment.begin]))


def _by_date(asked: _Phrase) -> Deadline | None:
    noise = asked.rules.deadlines.noise
    found = dated(asked.text, asked.moments, noise=noise, timed=asked.time is not None)
    if found is None:
        return None
    # "30/6/2026, cuối năm": the second half of it has no day.
    is_whole = found.certain and not _PART_OF_PERIOD.search(asked.text)
    has_year = asked.year_sure or any(not moment.inherited_year for moment in asked.moments)
    return replace(
        asked.read(found.kind, "auto" if is_whole and has_year else "confirm"),
        due=found.due,
        start=found.start,
        inclusive=found.inclusive,
    )


_QUESTIONS: tuple[Callable[[_Phrase], Deadline | None], ...] = (
    _by_word,
    _by_part_of_period,
    _by_amount,
    _by_recurrence,
    _by_opening,
    _by_date,
)
