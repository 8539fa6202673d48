"""The hot path's way to the database: a statement made once, handed straight to the driver.

Executing through SQLAlchemy costs more than the statement itself here; what it gives and what is
needed, typed values and its own errors, is kept. Everything else goes through `Connection.execute`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from sqlalchemy import Dialect, Select
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError

from engine.store.session import Transaction

_Reader: TypeAlias = Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compiled:
    """A statement in the words of one database; `order` is None where parameters have names."""

    text: str
    order: tuple[str, ...] | None
    fixed: Mapping[str, Any]
    readers: tuple[_Reader | None, ...]


class Prepared:
    """A SELECT that is compiled once for each kind of database; safe to share between threads."""

    def __init__(self, statement: Select[Any]) -> None:
        """Keep the statement; its parameters must be text or numbers, which no type converts."""
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, tx: Transaction, values: Mapping[str, Any]) -> list[Sequence[Any]]:
        """Return every row, its values in Python's types as the columns declare them."""
        compiled = self._compiled.get(tx.dialect.name)
        if compiled is None:
            compiled = self._compiled[tx.dialect.name] = self._compile(tx.dialect)
        given: Any = {**compiled.fixed, **values}
        if compiled.order is not None:
            given = [given[name] for name in compiled.order]
        cursor = execute(tx, compiled.text, given)
        found = cursor.fetchall()
        cursor.close()
        readers = compiled.readers
        return [
            [
                value if read is None else read(value)
                for read, value in zip(readers, row, strict=True)
            ]
            for row in found
        ]

    def _compile(self, dialect: Dialect) -> _Compiled:
        compiled = self._statement.compile(dialect=dialect)
        order = compiled.positiontup
        return _Compiled(
            text=str(compiled),
            order=None if order is None else tuple(order),
            fixed=compiled.params,
            readers=tuple(
                column.type.dialect_impl(dialect).result_processor(dialect, None)
                for column in self._statement.selected_columns
            ),
        )


def execute(tx: Transaction, text: str, values: Mapping[str, Any] | Sequence[Any]) -> DBAPICursor:
    """Execute a statement in the driver's own words and return its cursor.

    Raises:
        DBAPIError: as `Connection.execute` would; parameters are not shown.
    """
    if not tx.in_transaction():
        tx.begin()
    connection = tx.connection
    cursor = connection.cursor()
    driver = tx.dialect.loaded_dbapi
    try:
        cursor.execute(text, values)
    except driver.Error as error:
        is_gone = tx.dialect.is_disconnect(error, connection.dbapi_connection, cursor)
        if is_gone:
            tx.invalidate(error)
        raise _translated(error, text, tx.dialect, is_gone=is_gone) from error
    return cursor


def _translated(error: Exception, text: str, dialect: Dialect, *, is_gone: bool) -> BaseException:
    made = DBAPIError.instance(
        text,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=is_gone,
        dialect=dialect,
    )
    return cast("BaseException", made)
