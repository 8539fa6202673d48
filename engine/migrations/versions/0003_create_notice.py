"""Create the ledger of notices, the messages and their attempts.

The unique key of the ledger is what makes "told once" true, whatever the number of schedulers.
"""

import sqlalchemy as sa
from alembic import op

from engine.migrations.types import document, instant

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _message()
    _alert()
    _attempt()
    _notice()


def _message() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("reference", sa.String(255), nullable=False),
        sa.Column("recipient_id", sa.Uuid(as_uuid=False)),
        sa.Column("address", sa.String(320), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created_at", instant(), nullable=False),
        sa.Column("next_try_at", instant()),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("lease_until", instant()),
        sa.Column("lease_token", sa.Uuid(as_uuid=False)),
        sa.Column("accepted_at", instant()),
        sa.Column("content", sa.LargeBinary()),
        sa.CheckConstraint(
            "status IN ('leased', 'sending', 'accepted', 'retry', 'in_doubt', "
            "'failed', 'superseded')",
            name=op.f("ck_message_status"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("reference", name=op.f("uq_message_reference")),
        sa.ForeignKeyConstraint(
            ["recipient_id"], ["person.id"], name=op.f("fk_message_recipient_id")
        ),
    )
    op.create_index(
        op.f("ix_message_open"),
        "message",
        ["status"],
        postgresql_where=sa.text("status IN ('leased', 'sending', 'in_doubt')"),
        sqlite_where=sa.text("status IN ('leased', 'sending', 'in_doubt')"),
    )


def _alert() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("at", instant(), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Uuid(as_uuid=False)),
        sa.Column("cleared_at", instant()),
        sa.Column("key", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_alert_task_id")),
        sa.UniqueConstraint("key", name=op.f("uq_alert_key")),
    )


def _attempt() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("message_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", instant(), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("phase", sa.String(16), nullable=False),
        sa.Column("code", sa.Integer()),
        sa.Column("reply", sa.Text()),
        sa.UniqueConstraint("message_id", "number", name=op.f("uq_attempt_message_id_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_attempt_message_id")),
    )
    op.create_index(op.f("ix_attempt_message_id"), "attempt", ["message_id"])


def _notice() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("task_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("ladder", sa.String(16), nullable=False),
        sa.Column("deadline_version", sa.Integer(), nullable=False),
        sa.Column("arming", sa.Integer(), nullable=False),
        sa.Column("rung", sa.String(64), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(as_uuid=False)),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("position", sa.String(32), nullable=False),
        sa.Column("detail", document(), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("is_planned", sa.Boolean(), nullable=False),
        sa.Column("created_at", instant(), nullable=False),
        sa.Column("leave_at", instant()),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("superseded_by", sa.String(64)),
        sa.Column("reason", sa.Text()),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("told_at", instant()),
        sa.Column("message_id", sa.Uuid(as_uuid=False)),
        sa.UniqueConstraint(
            "task_id",
            "ladder",
            "deadline_version",
            "arming",
            "rung",
            "occurrence",
            "recipient_id",
            name=op.f("uq_notice_ledger_key"),
        ),
        sa.CheckConstraint(
            "kind IN ('reminder', 'escalation', 'assignment', 'decision', 'alert')",
            name=op.f("ck_notice_kind"),
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'leased', 'sending', 'accepted', 'retry', "
            "'in_doubt', 'failed', 'superseded', 'collapsed')",
            name=op.f("ck_notice_status"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_notice_task_id")),
        sa.ForeignKeyConstraint(
            ["recipient_id"], ["person.id"], name=op.f("fk_notice_recipient_id")
        ),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_notice_message_id")),
    )
    op.create_index(
        op.f("ix_notice_leave_at"),
        "notice",
        ["leave_at"],
        postgresql_where=sa.text("status IN ('pending', 'retry')"),
        sqlite_where=sa.text("status IN ('pending', 'retry')"),
    )
    op.create_index(op.f("ix_notice_message_id"), "notice", ["message_id"])
    op.create_index(op.f("ix_notice_task_id_arming"), "notice", ["task_id", "arming"])
