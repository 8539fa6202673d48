"""Give the organisation its dates, and give clocks of their own to whatever hangs on a task.

Units, positions and charges hold from a day to a day; what is decided for a later day waits here.
Contributions, obstacles, extensions and periodic reports are rows of `task`: they have a state, a
version, a ladder and a timer like it, so one sweep and one ledger serve them all; what each says
beyond that has a table of its own.
"""

import sqlalchemy as sa
from alembic import op

from engine.migrations.rebuilding import widen
from engine.migrations.types import document, instant

revision = "0008"
down_revision = "0007"

_STATES = (
    "'assigned', 'in_progress', 'reported', 'verified', 'cancelled', 'raised', 'answered', "
    "'requested', 'approved', 'refused', 'withdrawn', 'submitted', 'skipped', 'waived'"
)
_KINDS = (
    "'heading', 'standing', 'task', 'recurring', 'contribution', 'obstacle', 'extension', 'report'"
)


def upgrade() -> None:
    _organisation()
    _people()
    _reorganisation()
    _calendars()
    _series()
    _task()
    _subjects()
    _evidence()
    _mail()


def _is_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")


def _key() -> str:
    return "UUID" if _is_postgresql() else "CHAR(32)"


def _instant() -> str:
    return "TIMESTAMP WITH TIME ZONE" if _is_postgresql() else "DATETIME"


def _document() -> str:
    return "JSONB" if _is_postgresql() else "JSON"


def _id(name: str = "id", *, nullable: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.Uuid(as_uuid=False), nullable=nullable)


def _references(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _organisation() -> None:
    widen(
        "unit",
        columns=("valid_from DATE", "valid_to DATE"),
        constraints={
            "ck_unit_dates": "CHECK (valid_from IS NULL OR valid_to IS NULL "
            "OR valid_from <= valid_to)"
        },
    )
    op.create_table(
        "unit_name",
        _id(),
        _id("unit_id"),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("from_on", sa.Date()),
        sa.Column("to_on", sa.Date()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_name")),
        _references("unit_name", "unit_id", "unit"),
    )
    op.create_index(op.f("ix_unit_name_unit_id"), "unit_name", ["unit_id"])
    op.create_table(
        "charge",
        _id(),
        _id("leader_id"),
        _id("unit_id", nullable=True),
        sa.Column("field", sa.String(300)),
        sa.Column("from_on", sa.Date()),
        sa.Column("to_on", sa.Date()),
        sa.Column("source", sa.String(300), nullable=False),
        sa.Column("created_at", instant(), nullable=False),
        sa.CheckConstraint(
            "unit_id IS NOT NULL OR field IS NOT NULL", name=op.f("ck_charge_of_something")
        ),
        sa.CheckConstraint(
            "from_on IS NULL OR to_on IS NULL OR from_on <= to_on", name=op.f("ck_charge_dates")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charge")),
        _references("charge", "leader_id", "person"),
        _references("charge", "unit_id", "unit"),
    )
    op.create_index(op.f("ix_charge_leader_id"), "charge", ["leader_id"])


def _people() -> None:
    no, nought = sa.text("false"), sa.text("0")
    op.add_column(
        "person",
        sa.Column("preferences", document(), server_default=sa.text("'{}'"), nullable=False),
    )
    op.add_column(
        "person", sa.Column("bounces", sa.Integer(), server_default=nought, nullable=False)
    )
    op.add_column("person", sa.Column("failing_since", instant()))
    op.add_column(
        "position", sa.Column("is_acting", sa.Boolean(), server_default=no, nullable=False)
    )
    op.add_column("delegation", sa.Column("summed_up_at", instant()))


def _reorganisation() -> None:
    op.create_table(
        "reorganisation",
        _id(),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("decision", sa.String(128), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("content", document(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("actor", sa.String(128), nullable=False),
        sa.Column("on_behalf_of", sa.String(128)),
        sa.Column("created_at", instant(), nullable=False),
        sa.Column("done_at", instant()),
        sa.CheckConstraint(
            "kind IN ('merge', 'split', 'rename', 'dissolve', 'transfer')",
            name=op.f("ck_reorganisation_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'done', 'withdrawn')", name=op.f("ck_reorganisation_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reorganisation")),
    )
    op.create_index(
        op.f("ix_reorganisation_state_effective_on"), "reorganisation", ["state", "effective_on"]
    )


def _calendars() -> None:
    op.create_table(
        "unit_calendar",
        _id("unit_id"),
        sa.Column("weekend", document()),
        sa.Column("hours", document()),
        sa.Column("send_at", sa.String(5)),
        sa.Column("source", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_unit_calendar")),
        _references("unit_calendar", "unit_id", "unit"),
    )
    op.create_table(
        "unit_calendar_day",
        _id("unit_id"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_off", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("source", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "day", name=op.f("pk_unit_calendar_day")),
        _references("unit_calendar_day", "unit_id", "unit"),
    )


def _series() -> None:
    op.add_column("report_line", sa.Column("rule", document()))
    op.create_table(
        "series",
        _id(),
        _id("plan_id"),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        _id("item_id", nullable=True),
        _id("report_line_id", nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("rule", document(), nullable=False),
        _id("lead_unit_id", nullable=True),
        _id("assignee_id", nullable=True),
        _id("verifier_id", nullable=True),
        sa.Column("from_on", sa.Date()),
        sa.Column("to_on", sa.Date()),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("next_at", instant()),
        sa.Column("created_at", instant(), nullable=False),
        sa.UniqueConstraint(
            "plan_id", "code", "number", name=op.f("uq_series_plan_id_code_number")
        ),
        sa.CheckConstraint("state IN ('active', 'ended')", name=op.f("ck_series_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        _references("series", "plan_id", "plan"),
        _references("series", "report_line_id", "report_line"),
        _references("series", "lead_unit_id", "unit"),
        _references("series", "assignee_id", "person"),
        _references("series", "verifier_id", "person"),
    )
    op.create_index(op.f("ix_series_next_at"), "series", ["next_at"])
    op.create_table(
        "series_skip",
        _id("series_id"),
        sa.Column("occurrence", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(128), nullable=False),
        sa.Column("at", instant(), nullable=False),
        sa.PrimaryKeyConstraint("series_id", "occurrence", name=op.f("pk_series_skip")),
        _references("series_skip", "series_id", "series"),
    )


def _task() -> None:
    key = _key()
    widen(
        "task",
        columns=(
            f"leader_id {key}",
            f"pauses {_document()}",
            f"holds {_document()}",
            f"series_id {key}",
            "occurrence VARCHAR(32)",
        ),
        constraints={
            "fk_task_leader_id": "FOREIGN KEY(leader_id) REFERENCES person (id)",
            "fk_task_series_id": "FOREIGN KEY(series_id) REFERENCES series (id)",
            "uq_task_series_id_occurrence": "UNIQUE (series_id, occurrence)",
        },
        replaced={
            "ck_task_state": f"CHECK (state IN ({_STATES}))",
            "ck_task_kind": f"CHECK (kind IN ({_KINDS}))",
        },
    )
    op.drop_index(op.f("ix_task_parent_id"), "task")
    op.create_index(
        op.f("ix_task_parent_id"),
        "task",
        ["parent_id"],
        postgresql_where=sa.text("parent_id IS NOT NULL"),
        sqlite_where=sa.text("parent_id IS NOT NULL"),
    )
    widen(
        "contribution",
        columns=(f"subject_id {key}",),
        constraints={"fk_contribution_subject_id": "FOREIGN KEY(subject_id) REFERENCES task (id)"},
    )


def _subjects() -> None:
    op.create_table(
        "obstacle",
        _id("task_id"),
        sa.Column("category", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Text()),
        sa.Column("answer", sa.Text()),
        sa.Column("pause_from", sa.Date()),
        sa.Column("pause_to", sa.Date()),
        sa.CheckConstraint(
            "category IN ('funding', 'procedure', 'coordination', 'other')",
            name=op.f("ck_obstacle_category"),
        ),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_obstacle")),
        _references("obstacle", "task_id", "task"),
    )
    op.create_table(
        "extension",
        _id("task_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due_from", sa.Date()),
        sa.Column("due_asked", sa.Date(), nullable=False),
        sa.Column("due_granted", sa.Date()),
        sa.Column("overdue_days", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text()),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_extension")),
        _references("extension", "task_id", "task"),
    )
    op.create_table(
        "report",
        _id("task_id"),
        _id("line_id"),
        sa.Column("period", sa.String(16), nullable=False),
        sa.Column("window_from", sa.Date(), nullable=False),
        sa.Column("window_to", sa.Date(), nullable=False),
        sa.Column("figures_to", sa.Date(), nullable=False),
        sa.Column("recipient", sa.Text()),
        sa.UniqueConstraint("line_id", "period", name=op.f("uq_report_line_id_period")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_report")),
        _references("report", "task_id", "task"),
        _references("report", "line_id", "report_line"),
    )


def _evidence() -> None:
    widen(
        "evidence",
        columns=(
            "is_kept BOOLEAN DEFAULT false NOT NULL",
            "media_type VARCHAR(100)",
            f"added_at {_instant()}",
            "added_by VARCHAR(128)",
            f"replaces_id {_key()}",
            "reason TEXT",
        ),
        constraints={
            "fk_evidence_replaces_id": "FOREIGN KEY(replaces_id) REFERENCES evidence (id)"
        },
    )


def _mail() -> None:
    op.add_column("notice", sa.Column("read_at", instant()))
    op.create_table(
        "inbound",
        _id(),
        sa.Column("at", instant(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("address", sa.String(320)),
        _id("person_id", nullable=True),
        _id("message_id", nullable=True),
        sa.Column("status", sa.String(16)),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('bounce', 'delay', 'auto_reply', 'reply')", name=op.f("ck_inbound_kind")
        ),
        sa.UniqueConstraint("digest", name=op.f("uq_inbound_digest")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound")),
        _references("inbound", "person_id", "person"),
        _references("inbound", "message_id", "message"),
    )
    op.create_table(
        "quota",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("window_at", instant(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_quota")),
    )
