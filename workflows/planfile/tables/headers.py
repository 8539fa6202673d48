"""A header to the column it names: known words first, near ones, at last words it begins with."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process

from workflows.planfile.matching import folded
from workflows.planfile.rules import Columns, IntakeRules

#: Somebody said so.
_SETTLED = 102
_EXACT = 101
#: Worth of a header that is only alike in a word; all others are worth more.
A_WORD = 50
_A_WORD_INSIDE = 40
_LONGEST = 80
_LONGEST_WORDY = 60
_PARENTHESES = re.compile(r"\([^()]*\)")
_SLASH = re.compile(r"\s*/\s*")


def exact(header: str, *, rules: IntakeRules) -> str:
    """Return the column whose known header this is; "" where it is none."""
    settled = _settled(rules.columns).get(_spelled(header))
    return settled or _known(rules.columns).get(_spelled(header), ("", 0))[0]


def likeliest(ways: Sequence[str], *, rules: IntakeRules) -> tuple[str, float]:
    """Return the likeliest column of a header and how well it fits; "" where none is near.

    Args:
        ways: The ways to read the header, the whole first.
        rules: Known headers and words.
    """
    settled = _settled(rules.columns)
    for way in ways if settled else ():
        if key := settled.get(_spelled(way)):
            return key, _SETTLED
    if any(len(way) > _LONGEST * 2 for way in ways):
        return "", 0
    known = _known(rules.columns)
    if _counts(_spelled(ways[0]), rules=rules):
        return known.get(_spelled(ways[0]), ("", 0))
    scored = [_scored(_spelled(way), known, cutoff=rules.matching.column) for way in ways]
    key, fit = max(scored, key=lambda pair: pair[1])
    if not key:
        key, fit = _by_words(_spelled(ways[0]), _spelled(ways[-1]), rules=rules)
    if key == "deadline" and _names_a_status(ways[0], rules=rules):
        return "", 0
    return key, fit


def _counts(header: str, *, rules: IntakeRules) -> bool:
    words = rules.tables.header_words.counting
    return any(header.startswith(f"{folded(word)} ") for word in words)


def _by_words(whole: str, bare: str, *, rules: IntakeRules) -> tuple[str, float]:
    """Return the column by the words that a header begins with or holds."""
    words = rules.tables.header_words
    if len(whole) > _LONGEST_WORDY:
        return "", 0
    for key, openings in words.openings.items():
        if any(f"{bare} ".startswith(f"{folded(word)} ") for word in openings):
            return key, A_WORD
    held = [
        key for key, ones in words.containing.items() if any(folded(word) in whole for word in ones)
    ]
    # "Vai trò (Chủ trì/ Phối hợp)" names nobody.
    return (held[0], _A_WORD_INSIDE) if len(held) == 1 else ("", 0)


def _spelled(header: str) -> str:
    return _SLASH.sub("/", folded(header)).strip(" .:*")


def _scored(
    header: str, known: Mapping[str, tuple[str, float]], *, cutoff: float
) -> tuple[str, float]:
    """Return the column; an exact header beats a near one, an earlier synonym a later."""
    if not header or len(header) > _LONGEST:
        return "", 0
    if header in known:
        return known[header]
    near = process.extractOne(header, known.keys(), scorer=fuzz.ratio, score_cutoff=cutoff)
    return (known[near[0]][0], near[1]) if near else ("", 0)


@lru_cache(maxsize=8)
def _known(columns: Columns) -> Mapping[str, tuple[str, float]]:
    """Return the key and the worth of every known header; two lists may share no word."""
    return {
        _spelled(word): (key, _EXACT - order / 100)
        for key, words in columns.synonyms().items()
        for order, word in enumerate(words)
    }


@lru_cache(maxsize=8)
def _settled(columns: Columns) -> Mapping[str, str]:
    """Return the column of each header that somebody has settled, as both of its rows are read."""
    return {
        _spelled(way): key
        for header, key in columns.settled
        for way in (header, header.replace(" / ", " "))
    }


def _names_a_status(header: str, *, rules: IntakeRules) -> bool:
    """Tell whether a header lists states in its brackets: "Tiến độ (Vượt/ Đạt/ Chậm)"."""
    inside = "/".join(_PARENTHESES.findall(header)).lower()
    words = re.split(r"[\s()]*[/,;|][\s()]*|[()]", inside)
    return any(word.strip() in rules.tables.status for word in words)
