"""Column types shared by the tables: instants that are never naive, ids, JSON in clear text."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Dialect, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import DateTime, TypeDecorator

from engine.clock import require_aware
from engine.spelling import searchable


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, kept in UTC with microseconds; naive values are refused in both directions.

    SQLite has no zones, so there the text is UTC by agreement; PostgreSQL gets timestamptz.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the value in UTC, or refuse a naive one."""
        if value is None:
            return None
        at = require_aware(value).astimezone(UTC)
        return at.replace(tzinfo=None) if dialect.name == "sqlite" else at

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - the signature is SQLAlchemy's
    ) -> datetime | None:
        """Return an aware value in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


#: A surrogate key: UUIDv7, text in Python, native where the database has it.
Id: Uuid[str] = Uuid(as_uuid=False)

#: A document kept whole; queried only by its owner.
Document: JSON = JSON().with_variant(JSONB(), "postgresql")


def folded(context: Any) -> str:
    """Return what a new row of `task` is searched by: the words of its code and its title."""
    given = context.get_current_parameters()
    return searchable(f"{given['code']} {given['title']}")
