"""What a misspelt name was probably meant to be; it knows letters, never meanings."""

import difflib
import unicodedata
from collections.abc import Iterable

#: Below this likeness a suggestion misleads more often than it helps.
_LIKENESS = 0.6
#: Beyond so many names a list is no help.
_LISTED = 40
#: Letters of a word that are looked up.
_WORD = 64


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like this one, or None where nothing is near."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=_LIKENESS)
    return found[0] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the cure for an unknown name, for people: the nearest name, else all of them."""
    names = sorted(known)
    hint = nearest(name, names)
    if hint is not None:
        return f"có phải ý là {hint!r}?"
    more = f" và {len(names) - _LISTED} tên nữa" if len(names) > _LISTED else ""
    return f"dùng một trong: {', '.join(names[:_LISTED])}{more}" if names else ""


def fold(text: str) -> str:
    """Return text as it is compared: NFC, one space between words, no case, plain dashes."""
    plain = unicodedata.normalize("NFC", text).replace("–", "-").replace("—", "-")
    return " ".join(plain.casefold().split())


def plain(text: str) -> str:
    """Return text as it is searched: folded, and without the marks that Vietnamese letters carry.

    Both databases store and compare this text, so that neither's own idea of letters matters.
    """
    bare = unicodedata.normalize("NFD", fold(text).replace("đ", "d"))
    return unicodedata.normalize(
        "NFC", "".join(one for one in bare if not unicodedata.combining(one))
    )


def searchable(text: str) -> str:
    """Return the words of a text as they are looked up: plain, without marks, one blank apart.

    A word that is longer than any word of a language is cut: an index takes no more of it.
    """
    bare = "".join(one if one.isalnum() else " " for one in plain(text))
    return " ".join(word[:_WORD] for word in bare.split())
