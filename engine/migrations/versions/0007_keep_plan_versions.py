"""Keep every version of a plan, and what stands at the head of its document.

A plan is changed by decisions, and an auditor asks what it said before each of them: the whole
content of a version lies with it. Versions made before this one have none.
"""

import sqlalchemy as sa
from alembic import op

from engine.migrations.types import document

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("plan", sa.Column("signer", sa.Text()))
    for name in ("bases", "targets"):
        column = sa.Column(name, document(), server_default=sa.text("'[]'"), nullable=False)
        op.add_column("plan", column)
    op.add_column("plan_version", sa.Column("decision", sa.String(64)))
    op.add_column("plan_version", sa.Column("decided_on", sa.Date()))
    op.add_column("plan_version", sa.Column("content", document()))
