"""Let a gate open by itself.

What was closed because a clock was wrong opens when the clock has been right for a while; nobody
needs to be there.
"""

import sqlalchemy as sa
from alembic import op

from engine.migrations.types import instant

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("gate", sa.Column("opens_at", instant()))
