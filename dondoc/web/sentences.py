"""Sentences put together where no page is known, said in English: found again by their form.

A reader of plans or an examination of the service makes its sentences in Vietnamese, and some of
them are kept. What stands in one is taken out, and put into the English sentence of the same form.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files

#: Nothing of ours is longer; what is, holds text of others, and is not worth the search.
_LONGEST = 2_000
_REMEMBERED = 4_096
_SLOT = re.compile(r"\{(\w+)\}")
_NUMBER, _TEXT = r"\d(?:[\d,. ]*\d)?", ".+?"


@lru_cache(maxsize=_REMEMBERED)
def in_english(words: str) -> str | None:
    """Return a sentence in English; None where its form is not known."""
    if len(words) > _LONGEST:
        return None
    small = words[:1].lower() + words[1:]
    for form, english in _forms():
        if found := form.fullmatch(words) or form.fullmatch(small):
            return english.format(**{name: _said(text) for name, text in found.groupdict().items()})
    before, colon, after = words.partition(": ")
    # Of several files each remark begins with the name of its file.
    told = in_english(after) if colon else None
    return None if told is None else f"{before}: {told}"


def forms() -> Mapping[str, str]:
    """Return every Vietnamese form with the English one."""
    text = files("dondoc.web").joinpath("locale", "en", "sentences.toml").read_text("utf-8")
    return {form: english for one in tomllib.loads(text).values() for form, english in one.items()}


@cache
def _forms() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((_pattern(form), english) for form, english in forms().items())


def _pattern(form: str) -> re.Pattern[str]:
    return re.compile("".join(_pieces(form)), re.DOTALL)


def _pieces(form: str) -> Iterator[str]:
    for at, piece in enumerate(_SLOT.split(form)):
        if at % 2 == 0:
            yield re.escape(piece)
        else:
            # An ending that need not be there may be empty: where it is, how many more there are.
            some = ".*" if piece == "where" and form.endswith("chỗ{where}") else _TEXT
            yield f"(?P<{piece}>{_NUMBER if re.fullmatch(r'n[0-9]?', piece) else some})"


def _said(text: str) -> str:
    """Return what stands in a sentence: several reasons, a place, or whatever somebody wrote."""
    parts = text.split("; ")
    return "; ".join(in_english(part) or part for part in parts)
