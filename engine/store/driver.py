"""The hot path's way to the database: a statement made once, handed straight to the driver.

Executing through SQLAlchemy costs more than the statement itself here; what it gives and what is
needed, typed values and its own errors, is kept. Everything else goes through `Connection.execute`.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias, cast

from sqlalchemy import ColumnElement, Delete, Dialect, Insert, Select, Text, Update, Uuid, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeDecorator, TypeEngine

from engine.store.session import Transaction
from engine.store.types import Id, UtcDateTime

_Convert: TypeAlias = Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compiled:
    """A statement in the words of one database; `order` is None where parameters have names."""

    text: str
    order: tuple[str, ...] | None
    fixed: Mapping[str, Any]
    writers: Mapping[str, _Convert]
    readers: tuple[tuple[int, _Convert], ...]

    def read(self, row: Sequence[Any]) -> Sequence[Any]:
        """Return a row in Python's types; most columns are there already."""
        told = list(row)
        for place, read in self.readers:
            if told[place] is not None:
                told[place] = read(told[place])
        return told

    def given(self, values: Mapping[str, Any]) -> Any:
        """Return parameters as the driver takes them."""
        writers = self.writers
        told = {
            name: writers[name](value) if name in writers else value
            for name, value in values.items()
        }
        named = {**self.fixed, **told}
        return named if self.order is None else [named[name] for name in self.order]


class Prepared:
    """A statement that is compiled once for each kind of database; safe to share between threads.

    Parameters and columns are converted by their types, as SQLAlchemy would.
    """

    def __init__(self, statement: Select[Any] | Insert | Update | Delete) -> None:
        """Keep the statement; the columns an INSERT or UPDATE sets have a `bindparam` each."""
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, tx: Transaction, values: Mapping[str, Any]) -> list[Sequence[Any]]:
        """Return every row, its values in Python's types as the columns declare them."""
        compiled = self._in(tx.dialect)
        cursor = execute(tx, compiled.text, compiled.given(values))
        found = cursor.fetchall()
        cursor.close()
        return [compiled.read(row) for row in found]

    def run(self, tx: Transaction, values: Mapping[str, Any]) -> int:
        """Execute and return how many rows it met."""
        compiled = self._in(tx.dialect)
        cursor = execute(tx, compiled.text, compiled.given(values))
        met = cursor.rowcount
        cursor.close()
        return met

    def _in(self, dialect: Dialect) -> _Compiled:
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = self._compile(dialect)
        return compiled

    def _compile(self, dialect: Dialect) -> _Compiled:
        compiled = self._statement.compile(dialect=dialect)
        order = compiled.positiontup
        writers = {
            name: convert
            for name, parameter in compiled.binds.items()
            if (convert := parameter.type.dialect_impl(dialect).bind_processor(dialect)) is not None
        }
        fixed = {
            name: writers[name](value) if name in writers and value is not None else value
            for name, value in compiled.params.items()
        }
        read = (
            self._statement.selected_columns
            if isinstance(self._statement, Select)
            else self._statement.exported_columns
        )
        return _Compiled(
            text=str(compiled),
            order=None if order is None else tuple(order),
            fixed=fixed,
            writers=writers,
            readers=tuple(
                (place, reader)
                for place, column in enumerate(read)
                if (reader := _reader(column.type, dialect)) is not None
            ),
        )


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> _Convert | None:
    """Return what makes Python's value of a column's, None where it is that already."""
    if isinstance(kind, Uuid):
        # PostgreSQL's come as text (see `session`); parsing the others into objects takes longer
        # than everything else about a row.
        return _dashed if dialect.name == "sqlite" else None
    if isinstance(kind, UtcDateTime):
        return _from_text if dialect.name == "sqlite" else _in_utc
    convert: _Convert | None = kind.dialect_impl(dialect).result_processor(dialect, None)
    return convert


def _dashed(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _from_text(instant: str) -> datetime:
    return datetime.fromisoformat(instant).replace(tzinfo=UTC)


def _in_utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


class _Ids(TypeDecorator[list[str]]):
    """Many ids in one parameter: an array where there are arrays, JSON elsewhere."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return what the database itself has for it."""
        return ARRAY(Id) if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> Any:
        """Return the ids as they are stored."""
        if dialect.name == "postgresql" or value is None:
            return value
        return json.dumps([one.replace("-", "") for one in value])


class Among(ColumnElement[bool]):
    """A column of ids is one of those given, however many: one text, one prepared statement."""

    inherit_cache = False

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        """Compare the column with the list that is given under a name."""
        self.column = column
        self.ids = bindparam(name, type_=_Ids())


@compiles(Among, "sqlite")
def _among_json(element: Among, compiler: SQLCompiler, **words: Any) -> str:
    column, ids = (compiler.process(one, **words) for one in (element.column, element.ids))
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608 - both are the compiler's own


@compiles(Among, "postgresql")
def _among_array(element: Among, compiler: SQLCompiler, **words: Any) -> str:
    column, ids = (compiler.process(one, **words) for one in (element.column, element.ids))
    return f"{column} = ANY ({ids})"


def execute(tx: Transaction, text: str, values: Mapping[str, Any] | Sequence[Any]) -> DBAPICursor:
    """Execute a statement in the driver's own words and return its cursor.

    Raises:
        DBAPIError: as `Connection.execute` would; parameters are not shown.
    """
    return _run(tx, text, lambda cursor: cursor.execute(text, values))


def execute_many(tx: Transaction, text: str, rows: Sequence[Mapping[str, Any]]) -> DBAPICursor:
    """Execute a statement once for each row of values; `rowcount` is of all of them together.

    Raises:
        DBAPIError: as `execute`.
    """
    return _run(tx, text, lambda cursor: cursor.executemany(text, rows))


def _run(tx: Transaction, text: str, call: Callable[[DBAPICursor], object]) -> DBAPICursor:
    if not tx.in_transaction():
        tx.begin()
    connection = tx.connection
    cursor = connection.cursor()
    driver = tx.dialect.loaded_dbapi
    try:
        call(cursor)
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
