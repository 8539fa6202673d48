"""Rows as the drivers take them: an array a column for PostgreSQL, plain values for SQLite."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any


def unnested(types: Mapping[str, str]) -> str:
    """Return the words by which PostgreSQL makes rows of `as_columns`.

    The arrays travel in binary: as text, every quote and every backslash in them is escaped, and
    a thousand JSON documents have many.

    Args:
        types: The type of each column, by name.
    """
    arrays = ", ".join(f"%({name})b::{kind}[]" for name, kind in types.items())
    names = ", ".join(f'"{name}"' for name in types)
    return f"unnest({arrays}) AS given({names})"


def as_columns(rows: Sequence[Mapping[str, Any]], names: Iterable[str]) -> dict[str, list[Any]]:
    """Return rows column by column."""
    return {name: [row[name] for row in rows] for name in names}


def writer_for_sqlite(types: Mapping[str, str]) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Return what makes of a row the values that SQLite keeps: ids without dashes, time as text.

    Args:
        types: The type of each column as PostgreSQL has it, by name.
    """
    special = [(name, _KEPT[kind]) for name, kind in types.items() if kind in _KEPT]

    def kept(row: Mapping[str, Any]) -> dict[str, Any]:
        values = dict(row)
        for name, convert in special:
            value = values[name]
            if value is not None:
                values[name] = convert(value)
        return values

    return kept


def _instant(at: datetime) -> str:
    return at.isoformat(" ", "microseconds")[: len("2025-03-03 02:00:00.000000")]


_KEPT: Mapping[str, Callable[[Any], str]] = {
    "uuid": lambda identity: identity.replace("-", ""),
    "timestamptz": _instant,
    "date": date.isoformat,
}
