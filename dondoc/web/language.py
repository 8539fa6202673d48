"""Words on screen: Vietnamese as they stand in templates and code, English from the catalogues.

One catalogue a room, `locale/en/<room>.po`; all of them are one translation. A message without an
English text is shown in Vietnamese; a test says that there is none.
"""

from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Literal, TypeAlias

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

Language: TypeAlias = Literal["vi", "en"]
#: A message, or its forms by number.
_Texts: TypeAlias = str | tuple[str, ...] | list[str]
LANGUAGES: tuple[Language, ...] = ("vi", "en")


def say(language: Language, words: str) -> str:
    """Return words in a language."""
    return words if language == "vi" else _english().get(words, words)


def say_number(language: Language, words: str, several: str, number: int) -> str:
    """Return words that go with a number: Vietnamese has one form, English two.

    Args:
        language: Which.
        words: The Vietnamese words.
        several: Not used; templates write the same words twice.
        number: How many.
    """
    del several
    if language == "vi":
        return words
    return _english().get(words if number == 1 else f"{words}\x00plural", words)


@cache
def _english() -> dict[str, str]:
    found: dict[str, str] = {}
    for catalogue in catalogues().values():
        for message in catalogue:
            if message.id and message.string and not message.fuzzy:
                found.update(_forms(message.id, message.string))
    return found


def _forms(words: _Texts, texts: _Texts) -> dict[str, str]:
    one, many = (texts, texts) if isinstance(texts, str) else (texts[0], texts[-1])
    if isinstance(words, str):
        return {words: one}
    return {words[0]: one, f"{words[0]}\x00plural": many}


def catalogues() -> dict[str, Catalog]:
    """Return the English catalogue of each room, by its name."""
    folder = files("dondoc.web").joinpath("locale", "en")
    return {
        each.name.removesuffix(".po"): read_po(BytesIO(each.read_bytes()), locale="en")
        for each in sorted(folder.iterdir(), key=lambda one: one.name)
        if each.name.endswith(".po")
    }
