"""The triggers that keep the counters: put on `task`, held against what is there, put back.

Without one of them the numbers of the dashboard go wrong in silence, so they are looked for as the
locks of the record are.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import text

from engine.store.record import PLAN_KINDS
from engine.store.session import Transaction

#: What is counted apart.
KEY: Final = ("plan_id", "lead_unit_id", "field", "kind", "state")
COLUMNS: Final = ", ".join(KEY)

_KINDS = ", ".join(f"'{kind}'" for kind in PLAN_KINDS)
#: What PostgreSQL adds to a condition when it shows it, and what it shows in another way.
_NOISE = frozenset({"any", "array", "character", "in", "public", "text", "varying", "uuid"})


def counted(row: str) -> str:
    """Return the condition under which a row of `task`, by that name, is counted."""
    return f"({row}.state IS NOT NULL AND {row}.kind IN ({_KINDS}))"


def _add(row: str, delta: int) -> str:
    values = ", ".join(f"{row}.{name}" for name in KEY)
    # The words are ours: no value of a row is put into them.
    return f"INSERT INTO counter ({COLUMNS}, delta) SELECT {values}, {delta} WHERE {counted(row)};"


_WAS, _IS = _add("OLD", -1), _add("NEW", 1)


def _changed(differs: str) -> str:
    return " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in KEY)


_SQLITE: Mapping[str, str] = {
    "task_counted": (
        f"CREATE TRIGGER task_counted AFTER INSERT ON task WHEN {counted('NEW')} BEGIN {_IS} END"
    ),
    "task_recounted": (
        f"CREATE TRIGGER task_recounted AFTER UPDATE OF {COLUMNS} ON task "
        f"WHEN {_changed('IS NOT')} BEGIN {_WAS} {_IS} END"
    ),
    "task_discounted": (
        f"CREATE TRIGGER task_discounted AFTER DELETE ON task WHEN {counted('OLD')} "
        f"BEGIN {_WAS} END"
    ),
}
_POSTGRESQL: Mapping[str, str] = {
    "task_counted": (
        "CREATE TRIGGER task_counted AFTER INSERT ON task FOR EACH ROW "
        f"WHEN ({counted('NEW')}) EXECUTE FUNCTION count_task()"
    ),
    "task_recounted": (
        f"CREATE TRIGGER task_recounted AFTER UPDATE OF {COLUMNS} ON task FOR EACH ROW "
        f"WHEN ({_changed('IS DISTINCT FROM')}) EXECUTE FUNCTION recount_task()"
    ),
    "task_discounted": (
        "CREATE TRIGGER task_discounted AFTER DELETE ON task FOR EACH ROW "
        f"WHEN ({counted('OLD')}) EXECUTE FUNCTION discount_task()"
    ),
}
#: Of each trigger on PostgreSQL: its function, and what that does.
_BODIES: Mapping[str, tuple[str, str]] = {
    "task_counted": ("count_task", f"BEGIN {_IS} RETURN NULL; END"),
    "task_recounted": ("recount_task", f"BEGIN {_WAS} {_IS} RETURN NULL; END"),
    "task_discounted": ("discount_task", f"BEGIN {_WAS} RETURN NULL; END"),
}


def install(tx: Transaction, names: Sequence[str] = tuple(_SQLITE)) -> None:
    """Put triggers on `task`, in the place of what stands there by their names."""
    is_sqlite = tx.dialect.name == "sqlite"
    for name in names:
        tx.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{'' if is_sqlite else ' ON task'}")
        if not is_sqlite:
            function, body = _BODIES[name]
            tx.exec_driver_sql(
                f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql "
                f"AS $${body}$$"
            )
        tx.exec_driver_sql((_SQLITE if is_sqlite else _POSTGRESQL)[name])


def missing(tx: Transaction) -> tuple[str, ...]:
    """Return the triggers that were dropped, switched off or rewritten, by name."""
    if tx.dialect.name == "sqlite":
        statement = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        states = {row.name: row.sql for row in tx.execute(text(statement))}
        return tuple(name for name, sql in _SQLITE.items() if states.get(name) != sql)
    expected = {
        name: (_words(sql), body, "O")
        for (name, sql), (_, body) in zip(_POSTGRESQL.items(), _BODIES.values(), strict=True)
    }
    found = _found(tx)
    return tuple(name for name, state in expected.items() if found.get(name) != state)


def _found(tx: Transaction) -> dict[str, tuple[list[str], str, str]]:
    statement = (
        "SELECT t.tgname AS name, pg_get_triggerdef(t.oid) AS sql, p.prosrc AS body, "
        "t.tgenabled AS enabled FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
        "WHERE NOT t.tgisinternal AND t.tgrelid = to_regclass('public.task')"
    )
    return {
        row.name: (_words(row.sql), row.body, _text(row.enabled))
        for row in tx.execute(text(statement))
    }


def _text(value: str | bytes) -> str:
    return value.decode("ascii") if isinstance(value, bytes) else value


def _words(sql: str) -> list[str]:
    """Return what a trigger says, word by word: PostgreSQL shows it with brackets of its own."""
    words = re.findall(r"'[^']*'|[\w.]+", sql.lower().replace("public.task", "task"))
    return [word for word in words if word not in _NOISE]
