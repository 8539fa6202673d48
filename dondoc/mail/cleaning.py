"""Text of users inside a letter, made harmless for lines and headers before anything shows it."""

from dataclasses import fields, is_dataclass
from typing import Any

from dondoc.mail.compose import one_line
from engine.notices import LetterItem


def cleaned(item: LetterItem) -> LetterItem:
    """Return an item of a letter with each text in it on one line, however deep it lies."""
    return LetterItem(**_texts(item))


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, tuple):
        return tuple(map(_clean, value))
    if not is_dataclass(value):
        return value
    kind: Any = type(value)
    return kind(**_texts(value))


def _texts(record: Any) -> dict[str, Any]:
    return {each.name: _clean(getattr(record, each.name)) for each in fields(record)}
