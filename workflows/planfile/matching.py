"""Likeness of titles; it flags and never decides."""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from rapidfuzz import fuzz, process

# Titles of so many words are compared by words before they are compared by letters.
_LONG = 16
_SHARED = 30
# A template repeated over thousands of rows makes every pair alike; the likeliest few say as much.
_MOST = 20
_MOST_BY_WORDS = 10 * _MOST
# Any plane with room for every word of a large plan will do; this one has no surrogates in it.
_FIRST_SIGN = 0x10000


def folded(text: str) -> str:
    """Return the text without diacritics, in lower case, with single spaces."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(bare.split())


def normal(text: str) -> str:
    """Return the text in NFC with single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def near_duplicates(
    titles: Mapping[str, str], *, threshold: float
) -> dict[str, tuple[tuple[str, float], ...]]:
    """Return, for each code that has any, the codes of similar titles with their likeness.

    Likeness is rapidfuzz's token_sort_ratio of whole titles, in per cent. Codes come in the order
    of `titles`; of very many only the likeliest are there.
    """
    order = {code: place for place, code in enumerate(titles)}
    rows = sorted(((" ".join(sorted(t.split())), code) for code, t in titles.items()), key=_length)
    found: dict[str, list[tuple[str, float]]] = {}
    for i, j, score in _similar([text for text, _ in rows], threshold=threshold):
        left, right = rows[i][1], rows[j][1]
        for one, other in ((left, right), (right, left)):
            alike = found.setdefault(one, [])
            if len(alike) < _MOST:
                alike.append((other, score))
    return {
        code: tuple(sorted(found[code], key=lambda pair: order[pair[0]]))
        for code in titles
        if code in found
    }


def _similar(texts: Sequence[str], *, threshold: float) -> Iterator[tuple[int, int, float]]:
    """Yield the pairs of texts that are alike, texts being sorted words, rising in length.

    token_sort_ratio is the ratio of titles with their words sorted. Sorting once instead of once
    per pair, and leaving out pairs that differ too much in length, halves the work. Long titles are
    compared as strings of words first, one character a word: two long titles cannot be alike to 85
    per cent by letters and share fewer than three words in ten.
    """
    lengths = [len(text) for text in texts]
    words = sorted({word for text in texts for word in text.split()})
    signs = {word: chr(_FIRST_SIGN + n) for n, word in enumerate(words)}
    coarse = ["".join(signs[word] for word in text.split()) for text in texts]
    for i, text in enumerate(texts):
        end = bisect_right(lengths, len(text) * (200 - threshold) / threshold)
        places: Sequence[int] = range(i + 1, end)
        if len(coarse[i]) >= _LONG:
            near = process.extract(
                coarse[i],
                coarse[i + 1 : end],
                scorer=fuzz.ratio,
                score_cutoff=_SHARED,
                limit=_MOST_BY_WORDS,
            )
            places = [i + 1 + j for _, _, j in near]
        others = [texts[place] for place in places]
        for _, score, j in process.extract(
            text, others, scorer=fuzz.ratio, score_cutoff=threshold, limit=_MOST
        ):
            yield i, places[j], score


def _length(row: tuple[str, str]) -> int:
    return len(row[0])
