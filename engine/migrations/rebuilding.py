"""Adding what SQLite cannot add to a table that exists: keys and checks.

PostgreSQL is asked in so many words. On SQLite the table is made anew from its own definition, as
SQLite's manual says; `engine.migrations.upgrade` keeps foreign keys quiet meanwhile and checks them
afterwards.
"""

from collections.abc import Mapping, Sequence

from alembic import op
from sqlalchemy import text


def widen(
    table: str,
    *,
    columns: Sequence[str] = (),
    constraints: Mapping[str, str] | None = None,
    replaced: Mapping[str, str] | None = None,
) -> None:
    """Add columns and named constraints to a table; its rows stay.

    Args:
        table: The table.
        columns: Definitions, without keys; types are those of both databases.
        constraints: By name, what follows `CONSTRAINT name`.
        replaced: By name, checks that take the place of those that have that name.
    """
    added = dict(constraints or {})
    if op.get_bind().dialect.name == "postgresql":
        for name in replaced or {}:
            op.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT {name}')
        for column in columns:
            op.execute(f'ALTER TABLE "{table}" ADD COLUMN {column}')
        for name, words in {**added, **(replaced or {})}.items():
            op.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT {name} {words}')
        return
    _rebuild(table, columns=columns, constraints=added, replaced=replaced or {})


def _rebuild(
    table: str,
    *,
    columns: Sequence[str],
    constraints: Mapping[str, str],
    replaced: Mapping[str, str],
) -> None:
    tx = op.get_bind()
    asked = text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL")
    made = tx.execute(asked, {"table": table}).all()
    definition = next(row.sql for row in made if row.type == "table")
    body = definition[definition.index("(") + 1 : definition.rindex(")")].rstrip()
    parts = _parts(body)
    kept = [one for one in parts if not any(f"CONSTRAINT {name} " in one for name in replaced)]
    place = next(at for at, one in enumerate(kept) if one.lstrip().startswith("CONSTRAINT"))
    named = [f"CONSTRAINT {name} {words}" for name, words in {**constraints, **replaced}.items()]
    parts = [*kept[:place], *columns, *kept[place:], *named]
    tx.exec_driver_sql(f'CREATE TABLE "{table}_new" ({", ".join(parts)})')
    names = ", ".join(f'"{row.name}"' for row in tx.execute(text(f'PRAGMA table_info("{table}")')))
    tx.exec_driver_sql(
        f'INSERT INTO "{table}_new" ({names}) SELECT {names} FROM "{table}"'  # noqa: S608
    )
    tx.exec_driver_sql(f'DROP TABLE "{table}"')
    tx.exec_driver_sql(f'ALTER TABLE "{table}_new" RENAME TO "{table}"')
    for row in made:
        if row.type != "table":
            tx.exec_driver_sql(row.sql)


def _parts(body: str) -> list[str]:
    """Return the columns and constraints of a definition, parted at its outer commas."""
    parts, depth, begun = [], 0, 0
    for at, character in enumerate(body):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            parts.append(body[begun:at].strip())
            begun = at + 1
    return [*parts, body[begun:].strip()]
