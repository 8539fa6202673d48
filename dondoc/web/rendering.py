"""Templates to pages: one environment a language, escaping on, nothing undefined passes."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache, partial
from http import HTTPStatus
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import parse_pattern
from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from dondoc.called import EVENTS, LABELS, RUNGS_IN_ENGLISH
from dondoc.mail.words import long_date, short_date
from dondoc.recorded import ACTIONS, PARTS, RUNGS, SUBJECTS
from dondoc.terms import TERMS
from dondoc.web.language import Language, say, say_number
from dondoc.web.navigation import sections
from dondoc.web.sentences import in_english
from dondoc.web.visit import Visit
from workflows.registry import shipped

_MEGA = 1_000_000
#: A share, as offices print it; read once, for a page may have a hundred.
_PERCENT = parse_pattern("#,##0.00%")


def render(visit: Visit, template: str, *, status: int = HTTPStatus.OK, **values: Any) -> Response:
    """Return a page.

    Args:
        visit: Whose page it is; templates have it as `visit`.
        template: Path below `dondoc/web/templates`.
        status: The status to answer with.
        values: What the template shows.
    """
    page = environment(visit.language).get_template(template)
    told = {
        "visit": visit,
        "status": status,
        "nav": sections(visit),
        "local": partial(local, visit),
        "percent": partial(_PERCENT.apply, locale=Locale.parse(visit.language)),
        **values,
    }
    return HTMLResponse(page.render(told), status_code=status)


@cache
def environment(language: Language) -> Environment:
    """Return the templates in a language.

    Filters: `day` (`22/5/2026`), `long_day`, `term` (a code in words),
    `sentence` (the same with a capital), `recorded` (an action, subject,
    part of the service or rung in words), `size` (of a file).
    Callables: `_`, `ngettext`.
    """
    made = Environment(
        loader=PackageLoader("dondoc.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        partial(say, language), partial(say_number, language), newstyle=True
    )
    made.filters.update(_filters(language))
    return made


def term(code: str, language: Language = "vi") -> str:
    """Return the word for a code of the glossary; English words are the codes themselves."""
    if language == "vi":
        return TERMS.get(code, code)
    return code.replace("_", " ")


def recorded(code: str, language: Language = "vi") -> str:
    """Return the words for an action of the log, its subject, a part of the service, a rung."""
    if language != "vi":
        return RUNGS_IN_ENGLISH.get(code) or code.replace("_", " ").replace(".", ": ")
    known = (words[code] for words in (ACTIONS, SUBJECTS, PARTS, RUNGS, EVENTS) if code in words)
    return next(known, None) or term(code)


def label(own: str, workflow: str, language: Language = "vi") -> str:
    """Return what a state or trigger of a workflow is called: in English where it is shipped so."""
    return own if language == "vi" else _shipped().get((workflow, own), own)


@cache
def _shipped() -> Mapping[tuple[str, str], str]:
    """Return the English words of shipped workflows, by workflow and label."""
    labels = (
        (one.name, each.name, each.label)
        for one in shipped()
        for found in (one.states, one.triggers)
        for each in found
    )
    return {
        (flow, own): LABELS.get(f"{flow}.{name}") or sentence(term(name, "en"))
        for flow, name, own in labels
    }


def size(number: int) -> str:
    """Return how large a file is, the same in every language: `12 kB`."""
    return f"{number / _MEGA:.1f} MB" if number >= _MEGA else f"{-(-number // 1000)} kB"


def sentence(words: str) -> str:
    """Return words as they begin a sentence."""
    return words[:1].upper() + words[1:]


def _filters(language: Language) -> Mapping[str, Callable[..., Any]]:
    if language == "vi":
        return {
            "day": _maybe(short_date),
            "english": lambda _words: None,
            "label": label,
            "long_day": _maybe(long_date),
            "recorded": recorded,
            "size": size,
            "sentence": sentence,
            "term": term,
        }
    return {
        "english": in_english,
        "label": partial(label, language="en"),
        "size": size,
        "recorded": partial(recorded, language="en"),
        "sentence": sentence,
        "day": _maybe(lambda day: format_date(day, "d MMM y", locale="en")),
        "long_day": _maybe(lambda day: format_date(day, "EEEE d MMMM y", locale="en")),
        "term": partial(term, language="en"),
    }


def _maybe(shown: Callable[[date], str]) -> Callable[[date | None], str]:
    return lambda day: "" if day is None else shown(day)


def local(visit: Visit, at: datetime | None) -> str:
    """Return an instant as it is on the office's clocks, `22/5/2026 07:30`."""
    if at is None:
        return ""
    moment = at.astimezone(visit.app.office.zone)
    day = environment(visit.language).filters["day"](moment.date())
    return f"{day} {moment:%H:%M}"
