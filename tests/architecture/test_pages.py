"""What holds for every page: nothing inline or from elsewhere, every word in both languages."""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir

from dondoc.web.language import catalogues
from tests.support.source import ROOT

WEB = ROOT / "dondoc" / "web"
TEMPLATES = WEB / "templates"
STATIC = WEB / "static"
_READ_BY = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract"), ("**.xml", "ignore")]
_OPTIONS = {
    "**.html": {
        "trimmed": "true",
        "newstyle_gettext": "true",
        "encoding": "utf-8",
        "extensions": "jinja2.ext.do",
        # What it cannot read it would pass over.
        "silent": "false",
    }
}
#: What the policy of every answer forbids.
_INLINE = re.compile(
    r"""<style\b|\sstyle\s*=\s*["']|<script(?![^>]*\bsrc=)|\son[a-z]+\s*=\s*["']"""
)
_ELSEWHERE = re.compile(r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//""")
#: Old browsers of offices read none of these.
_TOO_NEW = re.compile(r"\boklch\(|\bcolor-mix\(|:has\(")


def _templates() -> Iterator[Path]:
    yield from sorted(TEMPLATES.rglob("*.html"))


def _messages() -> dict[str | tuple[str, ...], str]:
    """Return every message in the source, with the first place it is at."""
    found: dict[str | tuple[str, ...], str] = {}
    for folder in (WEB, ROOT / "dondoc" / "api"):
        for file, line, words, _comments, _context in extract_from_dir(
            folder, method_map=_READ_BY, options_map=_OPTIONS, strip_comment_tags=True
        ):
            found.setdefault(words, f"{folder.name}/{file}:{line}")
    return found


def test_every_word_on_screen_is_there_in_english() -> None:
    english = {
        message.id
        for catalogue in catalogues().values()
        for message in catalogue
        if message.string and all(message.string)
    }

    missing = {place: words for words, place in _messages().items() if words not in english}

    assert missing == {}


def test_no_catalogue_translates_what_nobody_says() -> None:
    said = set(_messages())

    left = [
        (name, message.id)
        for name, catalogue in catalogues().items()
        for message in catalogue
        if message.id and message.id not in said
    ]

    assert left == []


def test_no_message_has_two_translations() -> None:
    texts: dict[object, set[object]] = {}
    for catalogue in catalogues().values():
        for message in catalogue:
            if message.id:
                texts.setdefault(message.id, set()).add(message.string)

    assert {words: each for words, each in texts.items() if len(each) > 1} == {}


def test_a_translation_names_what_the_message_names() -> None:
    named = re.compile(r"%\((\w+)\)")

    wrong = [
        message.id
        for catalogue in catalogues().values()
        for message in catalogue
        if message.id
        and set(named.findall(str(message.id))) != set(named.findall(str(message.string)))
    ]

    assert wrong == []


def test_no_template_holds_what_the_policy_forbids() -> None:
    wrong = [
        f"{path.relative_to(TEMPLATES)}: {found[0]}"
        for path in _templates()
        for found in [_INLINE.search(path.read_text()) or _ELSEWHERE.search(path.read_text())]
        if found
    ]

    assert wrong == []


def test_no_template_marks_the_text_of_users_as_safe() -> None:
    wrong = [
        str(path.relative_to(TEMPLATES))
        for path in _templates()
        if re.search(r"\|\s*safe\b|autoescape\s+false|Markup\(", path.read_text())
    ]

    assert wrong == []


def test_style_sheets_can_be_read_by_the_browsers_of_offices() -> None:
    # The reference of the API is for programmers.
    sheets = [each for each in sorted(STATIC.rglob("*.css")) if each.parent.name != "swagger"]

    wrong = [sheet.name for sheet in sheets if _TOO_NEW.search(sheet.read_text())]

    assert sheets
    assert wrong == []


def test_our_own_script_stays_small() -> None:
    lines = (STATIC / "app.js").read_text().splitlines()

    assert len(lines) <= 150
