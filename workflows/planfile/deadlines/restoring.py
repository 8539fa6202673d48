"""The grammar's own words written without accents: "Truoc 30/6", "Quy II", "Thuong xuyen".

Only words the grammar knows are restored; the rest of a phrase stays as it was written.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_NUMBER_NEXT = r"(?=\s*(?:\d|[ivl]{1,3}\b))"

_COUNTED_DAYS = re.compile(r"(?<=\d )ngay\b")


def folded(text: str) -> str:
    """Return the text without accents, letter for letter where the text is composed."""
    composed = unicodedata.normalize("NFC", text)
    plain = (unicodedata.normalize("NFD", letter)[0] for letter in composed)
    return "".join(plain).replace("đ", "d").replace("Đ", "D")


def restored(text: str, *, spelled: Sequence[str]) -> str:
    """Return a lower-case phrase with the expressions of `spelled` in their proper spelling.

    A phrase that has no accent at all is restored whole. In any other phrase a bare word may be a
    word of its own ("ngay", "quy", "nam"), so that only what stands right before a number is.
    """
    expressions, before_number = _patterns(tuple(spelled))
    proper = _proper(tuple(spelled))
    if text != folded(text):
        return before_number.sub(lambda found: proper[found[0]], text)
    # "5 ngay sau khi ..." counts days, "ngay sau khi ..." does not.
    text = _COUNTED_DAYS.sub("ngày", text)
    return expressions.sub(lambda found: proper[found[0]], text)


@lru_cache(maxsize=4)
def _proper(spelled: tuple[str, ...]) -> dict[str, str]:
    # The first spelling of a list wins: "quý" before "quy".
    proper: dict[str, str] = {}
    for expression in spelled:
        proper.setdefault(folded(expression), expression)
    return proper


@lru_cache(maxsize=4)
def _patterns(spelled: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    bare = sorted(_proper(spelled), key=len, reverse=True)
    single = [word for word in bare if " " not in word]
    return (
        re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, bare))})(?!\w)"),
        re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, single))}){_NUMBER_NEXT}"),
    )
