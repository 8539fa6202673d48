"""Data on standard output: JSON for programs, aligned columns for people."""

import json
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

from engine.plaintext import clean

_GAP = "  "
_NARROWEST = 20


def emit(value: object) -> None:
    """Write one JSON value and a line break; dates and instants as ISO 8601."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=_plain)
    sys.stdout.write(text + "\n")


def emit_list(noun: str, rows: Iterable[object], *, following: str | None = None) -> None:
    """Write a list as every reading command does: `{"<noun>": [...], "next": null}`."""
    emit({noun: list(rows), "next": following})


def columns(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write rows under headings, aligned; on a terminal the widest column is cut to fit it."""
    table = [[clean(str(cell)) if cell is not None else "" for cell in row] for row in rows]
    lines = [list(headings), *table]
    widths = [max(_width(line[index]) for line in lines) for index in range(len(headings))]
    if sys.stdout.isatty():
        widths = _fitted(widths, into=shutil.get_terminal_size().columns)
    for line in lines:
        cells = (_cell(text, width) for text, width in zip(line, widths, strict=True))
        sys.stdout.write(_GAP.join(cells).rstrip() + "\n")


def line(text: str) -> None:
    """Write one line of data; the caller vouches for what is in it."""
    sys.stdout.write(text + "\n")


def _fitted(widths: list[int], *, into: int) -> list[int]:
    excess = sum(widths) + len(_GAP) * (len(widths) - 1) - into
    if excess <= 0:
        return widths
    widest = widths.index(max(widths))
    fitted = list(widths)
    fitted[widest] = max(_NARROWEST, widths[widest] - excess)
    return fitted


def _cell(text: str, width: int) -> str:
    if _width(text) > width:
        text = text[: width - 1].rstrip() + "…"
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    return sum(not unicodedata.combining(sign) for sign in text)


def _plain(value: Any) -> object:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, frozenset | set | tuple):
        return sorted(value)
    message = f"{type(value).__name__} has no JSON form"
    raise TypeError(message)
