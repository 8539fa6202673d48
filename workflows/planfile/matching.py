"""Likeness of titles and names; it suggests and never decides."""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz, process

How = Literal["exact", "alias", "none"]
_SUGGESTIONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody or something that a cell may name: its code, its name, other ways to write it."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NameMatch:
    """Who is meant (`code`); where nobody is for sure, the codes that come close, best first."""

    how: How
    code: str | None = None
    suggestions: tuple[str, ...] = ()


def folded(text: str) -> str:
    """Return the text without diacritics, in lower case, with single spaces."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(bare.split())


def normal(text: str) -> str:
    """Return the text in NFC with single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def same_title(short: str, whole: str) -> bool:
    """Tell whether one title is the beginning of the other, NFC and white space set aside.

    Appendices cut titles off; a title is never rewritten because of it.
    """
    left, right = normal(short), normal(whole)
    return bool(left) and bool(right) and (left.startswith(right) or right.startswith(left))


def match_name(
    text: str, candidates: Iterable[Candidate], *, suggest_from: float = 70
) -> NameMatch:
    """Say which candidate a cell names.

    `exact` is the code or the name, letter case and white space set aside; `alias` another way to
    write it that belongs to one candidate alone. Anything else, a difference in diacritics
    included, is only suggested.
    """
    known = list(candidates)
    wanted = normal(text).casefold()
    for how, ways in (("exact", _own_names), ("alias", _aliases)):
        meant = {c.code for c in known if wanted in (normal(way).casefold() for way in ways(c))}
        if len(meant) == 1:
            return NameMatch(how="exact" if how == "exact" else "alias", code=meant.pop())
        if meant:
            return NameMatch(how="none", suggestions=tuple(sorted(meant)))
    return NameMatch(how="none", suggestions=_close(text, known, suggest_from=suggest_from))


def near_duplicates(
    titles: Mapping[str, str], *, threshold: float
) -> dict[str, tuple[tuple[str, float], ...]]:
    """Return, for each code that has any, the codes of similar titles with their likeness.

    Likeness is rapidfuzz's token_sort_ratio of whole titles, in per cent. Codes come in the order
    of `titles`.
    """
    order = {code: place for place, code in enumerate(titles)}
    # token_sort_ratio is the ratio of the titles with their words sorted. Sorting once instead of
    # once per pair, and skipping pairs that differ too much in length, makes thousands affordable.
    rows = sorted(((" ".join(sorted(t.split())), code) for code, t in titles.items()), key=_length)
    texts = [text for text, _ in rows]
    lengths = [len(text) for text in texts]
    found: dict[str, list[tuple[str, float]]] = {}
    for i, (text, code) in enumerate(rows):
        end = bisect_right(lengths, len(text) * (200 - threshold) / threshold)
        for _, score, j in process.extract(
            text, texts[i + 1 : end], scorer=fuzz.ratio, score_cutoff=threshold, limit=None
        ):
            other = rows[i + 1 + j][1]
            found.setdefault(code, []).append((other, score))
            found.setdefault(other, []).append((code, score))
    return {
        code: tuple(sorted(found[code], key=lambda pair: order[pair[0]]))
        for code in titles
        if code in found
    }


def _length(row: tuple[str, str]) -> int:
    return len(row[0])


def _own_names(candidate: Candidate) -> Sequence[str]:
    return (candidate.code, candidate.name)


def _aliases(candidate: Candidate) -> Sequence[str]:
    return candidate.aliases


def _close(text: str, known: Sequence[Candidate], *, suggest_from: float) -> tuple[str, ...]:
    wanted = folded(text)
    scored = [
        (max(fuzz.WRatio(wanted, folded(way)) for way in (c.code, c.name, *c.aliases)), c.code)
        for c in known
    ]
    best = sorted((pair for pair in scored if pair[0] >= suggest_from), key=lambda p: (-p[0], p[1]))
    return tuple(code for _, code in best[:_SUGGESTIONS])
