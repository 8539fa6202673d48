"""Column types as the migrations need them; a landed migration never changes with the program."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB


def instant() -> sa.types.TypeEngine[Any]:
    """Return the type of an instant: timestamptz, or UTC text on SQLite."""
    return sa.DateTime(timezone=True)


def document() -> sa.types.TypeEngine[Any]:
    """Return the type of a document kept whole."""
    return sa.JSON().with_variant(JSONB(), "postgresql")
