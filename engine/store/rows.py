"""Rows as the drivers take them: an array a column for PostgreSQL, plain values for SQLite."""

from collections.abc import Collection, Iterable, Mapping, Sequence
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


def as_sqlite(given: Mapping[str, Any], *, ids: Collection[str]) -> dict[str, Any]:
    """Return values as SQLite keeps them: ids without dashes, instants and dates as text.

    Args:
        given: Values by name.
        ids: Names of those that are ids.
    """
    kept: dict[str, Any] = {}
    for name, value in given.items():
        if value is None:
            kept[name] = None
        elif name in ids:
            kept[name] = value.replace("-", "")
        elif isinstance(value, datetime):
            kept[name] = value.strftime("%Y-%m-%d %H:%M:%S.%f")
        elif isinstance(value, date):
            kept[name] = value.isoformat()
        else:
            kept[name] = value
    return kept
