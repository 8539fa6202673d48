"""Indexes of some rows only: whoever asks in the same words is answered by them."""

from collections.abc import Mapping

from sqlalchemy import Index, text

_DONE = "state IN ('reported', 'verified')"
#: What was reported no earlier than on its due date, by days of UTC: whatever is late is among it,
#: unless due dates on days off move back. By the name of the database.
PERHAPS_LATE: Mapping[str, str] = {
    "postgresql": f"{_DONE} AND (reported_at IS NULL OR "
    "CAST(timezone('UTC', reported_at) AS date) >= due_on)",
    "sqlite": f"{_DONE} AND (reported_at IS NULL OR reported_at >= due_on)",
}


def partial(name: str, *columns: str, where: str | Mapping[str, str]) -> Index:
    """Return an index of the rows that a condition lets through, said once or for each database."""
    said = {"postgresql": where, "sqlite": where} if isinstance(where, str) else where
    return Index(
        name,
        *columns,
        postgresql_where=text(said["postgresql"]),
        sqlite_where=text(said["sqlite"]),
    )
