"""From a phrase to a Deadline: which kind of phrase it is, in a fixed order of questions.

The order matters: a phrase that names an event, a reference or a part of a year must never be read
as a date merely because it holds a number.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from engine.draft import Confidence, Deadline, DeadlineKind
from workflows.planfile.deadlines.dates import dated, due_of
from workflows.planfile.deadlines.events import Term, bare_event, counted_term
from workflows.planfile.deadlines.moments import Moment, find_moments, shifted
from workflows.planfile.deadlines.recurrence import NEXT_YEAR, period_of, recurrence, recurs
from workflows.planfile.deadlines.wording import plain, uniform
from workflows.planfile.rules import IntakeRules

_TIME = re.compile(
    r"(?:\blúc )?(?<![\d/.,])(?P<h>[01]?\d|2[0-3])(?:\s?(?:h|giờ|g)\s?(?P<m>[0-5]?\d)?(?!\d|/)"
    r"(?:'|\s?phút)?|:(?P<mm>[0-5]?\d))(?=[\s,.;)]|$)"
)
_PART_OF_PERIOD = re.compile(
    r"(?<!tháng )(?<!việc )(?<!\w)(?:đầu|giữa|cuối) (?:năm|quý|tháng)(?!\w)"
)
_WEEK_OF_MONTH = re.compile(r"\btuần (?:thứ )?(?:\d|i|đầu|cuối|hai|ba|tư)")
_EFFORT = re.compile(r"\d (?:ngày làm việc|ngày|giờ|buổi)\s*/")
MAX_PHRASE = 500
_TET = re.compile(r"\btết\b")


@dataclass(frozen=True, kw_only=True)
class _Phrase:
    """A phrase and what every question needs to know of it."""

    verbatim: str
    text: str
    year: int
    rules: IntakeRules
    time: str | None

    @cached_property
    def moments(self) -> list[Moment]:
        return find_moments(self.text, year=self.year)

    @cached_property
    def days(self) -> list[Moment]:
        return [moment for moment in self.moments if moment.grain == "day"]

    @property
    def tentative(self) -> bool:
        return self.text.startswith(self.rules.deadlines.tentative)

    def starts(self, words: tuple[str, ...]) -> bool:
        """Tell whether the phrase is one of the words or opens with one."""
        return any(re.match(rf"{re.escape(word)}(?!\w)", self.text) for word in words)

    def read(self, kind: DeadlineKind, confidence: Confidence = "auto") -> Deadline:
        return Deadline(
            phrase=self.verbatim,
            kind=kind,
            confidence="confirm" if self.tentative else confidence,
            tentative=self.tentative,
            time=self.time,
        )


def read_deadline(phrase: str, *, year: int, rules: IntakeRules) -> Deadline:
    """Read a deadline phrase of a plan for `year`.

    `due` holds the last permitted days in rising order; it stays empty where the phrase names no
    day or one that does not exist. Never raises: what cannot be read is `unresolved`.
    """
    asked = _phrase(phrase[:MAX_PHRASE], year=year, rules=rules)
    if len(phrase) > MAX_PHRASE:
        return replace(asked.read("unresolved", "confirm"), phrase=phrase)
    for question in _QUESTIONS:
        try:
            answer = question(asked)
        except (ValueError, OverflowError):
            # 31/6, 29/2/2023, month 13: a day that does not exist is a question for a person.
            break
        if answer is not None:
            return answer
    return asked.read("unresolved", "confirm")


def _phrase(phrase: str, *, year: int, rules: IntakeRules) -> _Phrase:
    text = uniform(phrase, words=rules.deadlines)
    time = None
    if (found := _TIME.search(text)) and find_moments(text, year=year):
        time = f"{int(found['h']):02d}:{int(found['m'] or found['mm'] or 0):02d}"
        text = " ".join((text[: found.start()] + " " + text[found.end() :]).split())
    text = text.strip(" .;,")
    return _Phrase(verbatim=phrase, text=text, year=year, rules=rules, time=time)


def _by_word(asked: _Phrase) -> Deadline | None:
    words = asked.rules.deadlines
    raw = plain(asked.verbatim)
    if not raw or asked.text in words.none or raw in words.none or asked.starts(words.none_first):
        return asked.read("none")
    if raw in words.ditto:
        return asked.read("ditto", "confirm")
    finer = [moment for moment in asked.moments if moment.grain != "year"]
    if asked.starts(words.standing) and not finer and not recurs(asked.text):
        return asked.read("standing")
    return asked.read("on_demand") if asked.starts(words.on_demand) else None


def _by_part_of_period(asked: _Phrase) -> Deadline | None:
    if asked.days:
        return None
    if _WEEK_OF_MONTH.search(asked.text):
        return asked.read("range" if asked.moments else "unresolved", "confirm")
    return asked.read("unresolved", "confirm") if _PART_OF_PERIOD.search(asked.text) else None


def _by_amount(asked: _Phrase) -> Deadline | None:
    term = counted_term(asked.text)
    if term is None:
        return asked.read("none") if _EFFORT.search(asked.text) else None
    answer = _event(asked, term)
    if asked.days and term.n is not None and term.unit in {"d", "mo"}:
        return replace(answer, due=(shifted(asked.days[-1].first, by=term.n, unit=term.unit),))
    return answer


def _event(asked: _Phrase, term: Term) -> Deadline:
    answer = asked.read("event_relative", "confirm")
    event = _verbatim(asked.verbatim, term.event) if term.event else None
    return replace(answer, event=event, n=term.n, unit=term.unit)


def _verbatim(phrase: str, event: str) -> str:
    """Return the event in the letters of the phrase, where it stands there unchanged."""
    flat = " ".join(phrase.split())
    at = flat.lower().find(event)
    return flat[at : at + len(event)] if at >= 0 else flat


def _by_recurrence(asked: _Phrase) -> Deadline | None:
    if not recurs(asked.text):
        return None
    if asked.days:
        return _on_own_days(asked)
    found = recurrence(asked.text, year=asked.year)
    if found is None:
        return None
    return replace(
        asked.read("recurring", "auto" if found.certain else "confirm"),
        due=found.due,
        inclusive=found.inclusive,
        period=",".join(found.cadences) or None,
        n=found.n,
        unit=found.unit,
    )


def _on_own_days(asked: _Phrase) -> Deadline:
    periods = period_of(
        asked.text, months=[day.value for day in asked.days], words=asked.rules.deadlines
    )
    # "ngày 20 tháng 6 của kỳ báo cáo" happens once: the half-year closes in June.
    once = periods == ("half_year",) and "kỳ báo cáo" in asked.text
    later = 1 if NEXT_YEAR.search(asked.text) else 0
    read = [due_of(replace(day, year=day.year + later), asked.text) for day in asked.days]
    return replace(
        asked.read("half_year" if once else "recurring"),
        due=tuple(sorted({due for due, _ in read})),
        inclusive=all(inclusive for _, inclusive in read),
        period=",".join(periods),
    )


def _by_opening(asked: _Phrase) -> Deadline | None:
    if any(_is_bounded(day, asked.text) for day in asked.days):
        return None
    words = asked.rules.deadlines
    if term := bare_event(asked.text, words=words):
        return replace(_event(asked, term), due=_after_holiday(asked, term))
    return asked.read("reference", "confirm") if asked.starts(words.reference) else None


def _after_holiday(asked: _Phrase, term: Term) -> tuple[date, ...]:
    known = asked.rules.deadlines.after_tet.get(asked.year)
    if known is None or not term.event or not _TET.search(term.event):
        return ()
    return (known,)


def _is_bounded(day: Moment, text: str) -> bool:
    return bool(re.search(r"(?:trước|chậm nhất|muộn nhất|đến|hạn)[\w\s]*$", text[: day.begin]))


def _by_date(asked: _Phrase) -> Deadline | None:
    noise = asked.rules.deadlines.noise
    found = dated(asked.text, asked.moments, noise=noise, timed=asked.time is not None)
    if found is None:
        return None
    return replace(
        asked.read(found.kind, "auto" if found.certain else "confirm"),
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
