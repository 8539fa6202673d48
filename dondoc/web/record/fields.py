"""What stood in a field before and stands there now, as people read it: names, days, words."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from dondoc.api.problems import TITLES
from dondoc.called import FIELDS, VALUES
from dondoc.recorded import RUNGS
from dondoc.terms import TERMS
from dondoc.web.rendering import environment, local, recorded, term
from dondoc.web.visit import Visit
from engine.auditlog import Line
from engine.ids import is_id

#: A notice as messages name it: of which task, by which ladder, which rung, for the how-manieth
#: time.
_NOTICE = re.compile(r"(?P<task>\S+)(?: \S+ v[\d.]+)? (?P<rung>\S+) #(?P<times>\d+)")
_DAY, _INSTANT = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:.*")
#: Fields whose text somebody wrote: it means nothing but itself.
_TEXTS = frozenset({
    "title", "output", "note", "words", "message", "name", "what", "file", "files", "decision",
    "source", "subject", "query", "deadline", "field", "wanted", "url", "code", "aliases",
})  # fmt: skip
#: So much of a key is enough to tell it from others.
_TAIL = 8


def changes(visit: Visit, line: Line) -> list[tuple[str, str, str]]:
    """Return each field of an entry with what it held before and after, in words."""
    return [
        (called(visit, name), said(visit, name, was), said(visit, name, now))
        for name, was, now in line.changes
    ]


def called(visit: Visit, name: str) -> str:
    """Return what a field is called; a day is its own name."""
    if _DAY.fullmatch(name):
        return _moment(visit, name)
    if visit.language == "vi":
        words = FIELDS.get(name, name)
    else:
        words = name.removesuffix("_id").removesuffix("_on").replace("_", " ")
    return words[:1].upper() + words[1:]


def said(visit: Visit, name: str, value: Any) -> str:
    """Return what a field holds: keys and codes as names, days as people write them."""
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return visit._("có") if value else visit._("không")
    if isinstance(value, Mapping):
        return "; ".join(
            f"{called(visit, key)}: {said(visit, key, one)}"
            for key, one in value.items()
            if one not in (None, "", [], {})
        )
    if isinstance(value, list):
        if all(isinstance(one, str | int) for one in value):
            return ", ".join(said(visit, name, one) for one in value)
        return "; ".join(_row(visit, name, one) for one in value)
    return value if isinstance(value, str) and name in _TEXTS else _word(visit, value)


def why(visit: Visit, line: Line) -> str:
    """Return the cause of an entry; of a refusal, what its code means."""
    cause = line.cause or ""
    if line.action.endswith(".refused") and cause in TITLES:
        return TITLES[cause][visit.language == "en"]
    return cause


def _row(visit: Visit, name: str, value: Any) -> str:
    """Return one of several things that belong together: a task, a rung, whom it was told."""
    if not isinstance(value, list):
        return said(visit, name, value)
    return " · ".join(
        _times(visit, one) if isinstance(one, int) else _word(visit, one)
        for one in value
        if one is not None and one != 1
    )


def _times(visit: Visit, number: int) -> str:
    return visit._("lần %(number)d") % {"number": number}


def _word(visit: Visit, value: Any) -> str:
    """Return a single value: a number, a day, a key, a code, a notice, or what somebody wrote."""
    text = str(value)
    if _DAY.fullmatch(text) or _INSTANT.fullmatch(text):
        return _moment(visit, text)
    if is_id(text):
        return _named(visit, text)
    if found := _NOTICE.fullmatch(text):
        times = int(found["times"])
        more = f", {_times(visit, times)}" if times > 1 else ""
        return f"{found['task']}: {_code(visit, found['rung'])}{more}"
    return _code(visit, text)


def _code(visit: Visit, text: str) -> str:
    organisation = visit.rulebook.organisation
    if text in organisation.person_by_code:
        return f"{visit.person_name(text)} ({text})"
    if text in organisation.unit_by_code:
        return f"{visit.unit_name(text)} ({text})"
    if text in RUNGS:
        return recorded(text, visit.language)
    if visit.language == "vi" and text in VALUES:
        return VALUES[text]
    return term(text, visit.language) if text in TERMS or text in VALUES else text


def _named(visit: Visit, key: str) -> str:
    organisation = visit.rulebook.organisation
    if person := organisation.person_by_id.get(key):
        return f"{person.name} ({person.code})"
    if unit := organisation.unit_by_id.get(key):
        return f"{unit.name} ({unit.code})"
    return f"…{key[-_TAIL:]}"


def _moment(visit: Visit, text: str) -> str:
    try:
        if _DAY.fullmatch(text):
            day: str = environment(visit.language).filters["day"](date.fromisoformat(text))
            return day
        return local(visit, datetime.fromisoformat(text))
    except ValueError:
        return text
