"""Index what waits for a person.

A relay asks for each person in turn what may leave to him; on a morning with many thousand notices
it read all of them for every one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_index(
        op.f("ix_notice_recipient_id_leave_at"),
        "notice",
        ["recipient_id", "leave_at"],
        postgresql_where=sa.text("status IN ('pending', 'retry')"),
        sqlite_where=sa.text("status IN ('pending', 'retry')"),
    )
