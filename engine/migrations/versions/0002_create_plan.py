"""Create the plan, its tasks and what is known of each.

The state of a task is guarded here and not only in the program: a state that no workflow knows
could be neither reminded nor closed.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from engine.migrations.types import document, instant

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _plan()
    _plan_version()
    _report_line()
    _task()
    _contribution()
    _evidence()
    _history()


def _plan() -> None:
    op.create_table(
        "plan",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text()),
        sa.Column("number", sa.String(64)),
        sa.Column("issued_on", sa.Date()),
        sa.Column("citations", document(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("activated_at", instant()),
        sa.Column("closed_at", instant()),
        sa.CheckConstraint("state IN ('draft', 'active', 'closed')", name=op.f("ck_plan_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("code", name=op.f("uq_plan_code")),
    )


def _plan_version() -> None:
    op.create_table(
        "plan_version",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("plan_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("created_at", instant(), nullable=False),
        sa.Column("actor", sa.String(128), nullable=False),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_plan_version_plan_id_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_version")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_version_plan_id")),
    )


def _report_line() -> None:
    op.create_table(
        "report_line",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("plan_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("period", sa.String(16), nullable=False),
        sa.Column("recipient", sa.Text()),
        sa.Column("phrase", sa.Text(), nullable=False),
        sa.UniqueConstraint("plan_id", "period", name=op.f("uq_report_line_plan_id_period")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_line")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_report_line_plan_id")),
    )


def _task() -> None:
    op.create_table(
        "task",
        *_task_plan(),
        *_task_record(),
        sa.UniqueConstraint("plan_id", "code", name=op.f("uq_task_plan_id_code")),
        sa.CheckConstraint(
            "state IN ('assigned', 'in_progress', 'reported', 'verified', 'cancelled')",
            name=op.f("ck_task_state"),
        ),
        sa.CheckConstraint(
            "kind IN ('heading', 'standing', 'task', 'recurring')", name=op.f("ck_task_kind")
        ),
        sa.CheckConstraint(
            "kind <> 'heading' OR state IS NULL", name=op.f("ck_task_heading_has_no_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_task_plan_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["task.id"], name=op.f("fk_task_parent_id")),
        sa.ForeignKeyConstraint(["lead_unit_id"], ["unit.id"], name=op.f("fk_task_lead_unit_id")),
        sa.ForeignKeyConstraint(["assignee_id"], ["person.id"], name=op.f("fk_task_assignee_id")),
        sa.ForeignKeyConstraint(["verifier_id"], ["person.id"], name=op.f("fk_task_verifier_id")),
        sa.ForeignKeyConstraint(
            ["reported_by_id"], ["person.id"], name=op.f("fk_task_reported_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["reported_for_id"], ["person.id"], name=op.f("fk_task_reported_for_id")
        ),
    )
    op.create_index(op.f("ix_task_assignee_id"), "task", ["assignee_id"])
    op.create_index(op.f("ix_task_code"), "task", ["code"])
    op.create_index(op.f("ix_task_lead_unit_id"), "task", ["lead_unit_id"])
    op.create_index(
        op.f("ix_task_next_at"),
        "task",
        ["next_at"],
        postgresql_where=sa.text("next_at IS NOT NULL"),
        sqlite_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_task_parent_id"), "task", ["parent_id"])


def _task_plan() -> list[sa.Column[Any]]:
    """Return what the plan says."""
    return [
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("plan_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("parent_id", sa.Uuid(as_uuid=False)),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(64), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("output", sa.Text()),
        sa.Column("citations", document(), nullable=False),
        sa.Column("deadline", document()),
        sa.Column("intake", document(), nullable=False),
        sa.Column("decision", sa.String(64)),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("evidence_optional", sa.Boolean(), nullable=False),
        sa.Column("lead_unit_id", sa.Uuid(as_uuid=False)),
        sa.Column("assignee_id", sa.Uuid(as_uuid=False)),
        sa.Column("verifier_id", sa.Uuid(as_uuid=False)),
        sa.Column("due_on", sa.Date()),
        sa.Column("original_due_on", sa.Date()),
        sa.Column("due_time", sa.String(8)),
    ]


def _task_record() -> list[sa.Column[Any]]:
    """Return who answers, when, and what the state machine writes."""
    return [
        sa.Column("workflow", sa.String(64), nullable=False),
        sa.Column("workflow_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deadline_version", sa.Integer(), nullable=False),
        sa.Column("arming", sa.Integer(), nullable=False),
        sa.Column("running_since", instant()),
        sa.Column("report_count", sa.Integer(), nullable=False),
        sa.Column("reported_at", instant()),
        sa.Column("reported_by_id", sa.Uuid(as_uuid=False)),
        sa.Column("reported_for_id", sa.Uuid(as_uuid=False)),
        sa.Column("assigned_at", instant()),
        sa.Column("changed_at", instant()),
        sa.Column("next_at", instant()),
        sa.Column("audit_seq", sa.Integer(), nullable=False),
        sa.Column("audit_hash", sa.String(64), nullable=False),
    ]


def _contribution() -> None:
    op.create_table(
        "contribution",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("task_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Uuid(as_uuid=False)),
        sa.UniqueConstraint("task_id", "ordinal", name=op.f("uq_contribution_task_id_ordinal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_contribution_task_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_contribution_unit_id")),
    )


def _evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("task_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64)),
        sa.Column("size_bytes", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_evidence_task_id")),
    )
    op.create_index(op.f("ix_evidence_task_id_version"), "evidence", ["task_id", "version"])


def _history() -> None:
    op.create_table(
        "history",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("task_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", instant(), nullable=False),
        sa.Column("trigger", sa.String(32), nullable=False),
        sa.Column("from_state", sa.String(16)),
        sa.Column("to_state", sa.String(16)),
        sa.Column("actor", sa.String(128), nullable=False),
        sa.Column("on_behalf_of", sa.String(128)),
        sa.Column("note", sa.Text()),
        sa.Column("decision", sa.String(128)),
        sa.Column("due_from", sa.Date()),
        sa.Column("due_to", sa.Date()),
        sa.UniqueConstraint("task_id", "version", name=op.f("uq_history_task_id_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_history_task_id")),
    )
