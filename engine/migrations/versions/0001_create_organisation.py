"""Create the organisation and the office's policy.

Who answers, who stands in, which days count and which ladder runs come before any plan: every
later table refers to them.
"""

import sqlalchemy as sa
from alembic import op

from engine.migrations.types import document, instant

revision = "0001"
down_revision = None


def upgrade() -> None:
    _calendar_day()
    _calendar_year()
    _gate()
    _heartbeat()
    _person()
    _policy_ladder()
    _revision()
    _unit()
    _workflow_version()
    _delegation()
    _position()


def _calendar_day() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_off", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("source", sa.String(300), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.CheckConstraint("kind IN ('seed', 'office')", name=op.f("ck_calendar_day_kind")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )


def _calendar_year() -> None:
    op.create_table(
        "calendar_year",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(300), nullable=False),
        sa.Column("loaded_at", instant(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_year")),
    )


def _gate() -> None:
    op.create_table(
        "gate",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_at", instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_gate")),
    )


def _heartbeat() -> None:
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("completed_at", instant(), nullable=False),
        sa.Column("node", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )


def _person() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("email", sa.String(320)),
        sa.Column("disabled_at", instant()),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("code", name=op.f("uq_person_code")),
    )


def _policy_ladder() -> None:
    op.create_table(
        "policy_ladder",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rungs", document(), nullable=False),
        sa.Column("source", sa.String(300), nullable=False),
        sa.Column("created_at", instant(), nullable=False),
        sa.UniqueConstraint("name", "version", name=op.f("uq_policy_ladder_name_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_ladder")),
    )


def _revision() -> None:
    op.create_table(
        "revision",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_revision")),
    )


def _unit() -> None:
    op.create_table(
        "unit",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("parent_id", sa.Uuid(as_uuid=False)),
        sa.Column("leader_id", sa.Uuid(as_uuid=False)),
        sa.Column("leader_code", sa.String(64)),
        sa.Column("is_monitor", sa.Boolean(), nullable=False),
        sa.Column("aliases", document(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_unit_code")),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id")),
        sa.ForeignKeyConstraint(["leader_id"], ["person.id"], name=op.f("fk_unit_leader_id")),
    )
    op.create_index(
        op.f("uq_unit_one_monitor"),
        "unit",
        ["is_monitor"],
        unique=True,
        postgresql_where=sa.text("is_monitor"),
        sqlite_where=sa.text("is_monitor"),
    )


def _workflow_version() -> None:
    op.create_table(
        "workflow_version",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("definition", document(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("published_at", instant(), nullable=False),
        sa.UniqueConstraint("name", "version", name=op.f("uq_workflow_version_name_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_version")),
    )


def _delegation() -> None:
    op.create_table(
        "delegation",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("substitute_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("created_at", instant(), nullable=False),
        sa.CheckConstraint("from_on <= to_on", name=op.f("ck_delegation_dates")),
        sa.CheckConstraint("person_id <> substitute_id", name=op.f("ck_delegation_somebody_else")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_delegation_person_id")),
        sa.ForeignKeyConstraint(
            ["substitute_id"], ["person.id"], name=op.f("fk_delegation_substitute_id")
        ),
    )
    op.create_index(op.f("ix_delegation_person_id"), "delegation", ["person_id"])
    op.create_index(op.f("ix_delegation_substitute_id"), "delegation", ["substitute_id"])


def _position() -> None:
    op.create_table(
        "position",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("unit_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("from_on", sa.Date()),
        sa.Column("to_on", sa.Date()),
        sa.CheckConstraint(
            "kind IN ('director', 'deputy_director', 'unit_head', 'deputy_head', "
            "'officer', 'auditor')",
            name=op.f("ck_position_kind"),
        ),
        sa.CheckConstraint(
            "from_on IS NULL OR to_on IS NULL OR from_on <= to_on", name=op.f("ck_position_dates")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_position")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_position_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_position_unit_id")),
    )
    op.create_index(op.f("ix_position_person_id"), "position", ["person_id"])
    op.create_index(op.f("ix_position_unit_id"), "position", ["unit_id"])
