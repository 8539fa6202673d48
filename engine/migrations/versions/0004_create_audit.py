"""Create the audit log and refuse, in the database, any change of what only grows.

Two entries cannot follow the same one on a subject, nor two blocks the same block: a fork of the
record is impossible and not merely unlikely.
"""

import sqlalchemy as sa
from alembic import op

from engine.migrations.types import document, instant
from engine.store.guards import protect

revision = "0004"
down_revision = "0003"

APPEND_ONLY = ("audit_entry", "audit_block", "anchor", "history", "plan_version")


def upgrade() -> None:
    _anchor()
    _audit_block()
    _audit_entry()
    protect(op.get_bind(), APPEND_ONLY)


def _anchor() -> None:
    op.create_table(
        "anchor",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("at", instant(), nullable=False),
        sa.Column("block_number", sa.Integer(), nullable=False),
        sa.Column("block_hash", sa.String(64), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("where", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anchor")),
    )


def _audit_block() -> None:
    op.create_table(
        "audit_block",
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("first_seq", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("prev", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("sealed_at", instant(), nullable=False),
        sa.Column("newest", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("entries", document(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_block")),
        sa.UniqueConstraint("first_seq", name=op.f("uq_audit_block_first_seq")),
        sa.UniqueConstraint("prev", name=op.f("uq_audit_block_prev")),
    )


def _audit_entry() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("subject", sa.String(128), nullable=False),
        sa.Column("subject_seq", sa.Integer(), nullable=False),
        sa.Column("prev", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("at", instant(), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("actor", sa.String(128), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.UniqueConstraint("subject", "prev", name=op.f("uq_audit_entry_subject_prev")),
        sa.UniqueConstraint(
            "subject", "subject_seq", name=op.f("uq_audit_entry_subject_subject_seq")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"])
