"""Open the doors to browsers and programs: accounts, sessions, tokens, drafts, feeds, webhooks.

Tasks get a column of text that is searched without diacritics; the counts that the dashboard shows
are kept as differences, and how each day ended is kept for trends.
"""

import sqlalchemy as sa
from alembic import op

from engine.migrations.types import document, instant
from engine.spelling import searchable
from engine.store import counters
from engine.store.guards import protect

revision = "0009"
down_revision = "0008"

_BATCH = 1_000


def upgrade() -> None:
    _sign_in()
    _pages()
    _programs()
    _figures()
    _search()
    op.create_index("ix_audit_block_newest", "audit_block", ["newest"])


def _sign_in() -> None:
    op.create_table(
        "account",
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("password_hash", sa.Text()),
        sa.Column("password_changed_at", instant()),
        sa.Column("totp_secret", sa.Text()),
        sa.Column("totp_confirmed_at", instant()),
        sa.Column("totp_step", sa.BigInteger()),
        sa.Column("is_administrator", sa.Boolean(), nullable=False),
        sa.Column("created_at", instant(), nullable=False),
        sa.Column("signed_in_at", instant()),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_account")),
    )
    op.create_table(
        "identity",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("linked_at", instant(), nullable=False),
        sa.Column("linked_by", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_identity_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identity_issuer_subject")),
    )
    op.create_index(op.f("ix_identity_person_id"), "identity", ["person_id"], unique=False)
    op.create_table(
        "session",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("created_at", instant(), nullable=False),
        sa.Column("seen_at", instant(), nullable=False),
        sa.Column("expires_at", instant(), nullable=False),
        sa.Column("ended_at", instant()),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "method IN ('password', 'oidc', 'link', 'demo')", name=op.f("ck_session_method")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_session_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("digest", name=op.f("uq_session_digest")),
    )
    op.create_index(op.f("ix_session_person_id"), "session", ["person_id"], unique=False)
    op.create_table(
        "token",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("scopes", document(), nullable=False),
        sa.Column("created_at", instant(), nullable=False),
        sa.Column("created_by", sa.String(length=128), nullable=False),
        sa.Column("expires_at", instant()),
        sa.Column("used_at", instant()),
        sa.Column("revoked_at", instant()),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_token_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_token_digest")),
    )
    op.create_index(op.f("ix_token_person_id"), "token", ["person_id"], unique=False)
    op.create_table(
        "one_time_link",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False)),
        sa.Column("created_at", instant(), nullable=False),
        sa.Column("created_by", sa.String(length=128), nullable=False),
        sa.Column("expires_at", instant(), nullable=False),
        sa.Column("used_at", instant()),
        sa.CheckConstraint(
            "purpose IN ('setup', 'password')", name=op.f("ck_one_time_link_purpose")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_one_time_link_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_one_time_link_digest")),
    )
    op.create_table(
        "throttle",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
    )


def _pages() -> None:
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_saved_filter_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_saved_filter_person_id_name")),
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("form", sa.String(length=32), nullable=False),
        sa.Column("content", document(), nullable=False),
        sa.Column("saved_at", instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_draft_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint(
            "person_id", "subject", "form", name=op.f("uq_draft_person_id_subject_form")
        ),
    )
    op.create_table(
        "comment",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("task_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("author_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("on_behalf_of", sa.String(length=128)),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("created_at", instant(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_comment_author_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_comment_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    op.create_index(op.f("ix_comment_task_id"), "comment", ["task_id"], unique=False)
    op.create_table(
        "plan_import",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", instant(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("appendix_name", sa.String(length=300)),
        sa.Column("appendix", sa.LargeBinary()),
        sa.Column("choices", document(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("plan_code", sa.String(length=64)),
        sa.CheckConstraint(
            "state IN ('open', 'done', 'given_up')", name=op.f("ck_plan_import_state")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_plan_import_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_import")),
    )
    op.create_index(op.f("ix_plan_import_person_id"), "plan_import", ["person_id"], unique=False)
    op.create_table(
        "feed",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("unit_id", sa.Uuid(as_uuid=False)),
        sa.Column("created_at", instant(), nullable=False),
        sa.Column("read_at", instant()),
        sa.Column("revoked_at", instant()),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_feed_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_feed_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
        sa.UniqueConstraint("digest", name=op.f("uq_feed_digest")),
    )
    op.create_index(op.f("ix_feed_person_id"), "feed", ["person_id"], unique=False)
    protect(op.get_bind(), ("comment",))


def _programs() -> None:
    op.create_table(
        "replay",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("headers", document()),
        sa.Column("body", sa.LargeBinary()),
        sa.Column("created_at", instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replay")),
        sa.UniqueConstraint("actor", "key", name=op.f("uq_replay_actor_key")),
    )
    op.create_table(
        "webhook",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("events", document(), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", instant(), nullable=False),
        sa.Column("after_entry", sa.Uuid(as_uuid=False)),
        sa.Column("failing_since", instant()),
        sa.Column("paused_at", instant()),
        sa.Column("deleted_at", instant()),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_webhook_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("webhook_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("entry_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", instant()),
        sa.Column("lease_until", instant()),
        sa.Column("done_at", instant()),
        sa.Column("code", sa.Integer()),
        sa.Column("reply", sa.String(length=500)),
        sa.Column("created_at", instant(), nullable=False),
        sa.CheckConstraint(
            "status IN ('pending', 'done', 'failed')", name=op.f("ck_delivery_status")
        ),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhook.id"], name=op.f("fk_delivery_webhook_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("webhook_id", "entry_id", name=op.f("uq_delivery_webhook_id_entry_id")),
    )
    op.create_index(
        "ix_delivery_next_try_at",
        "delivery",
        ["next_try_at"],
        unique=False,
        postgresql_where=sa.text("status = 'pending'"),
        sqlite_where=sa.text("status = 'pending'"),
    )


def _figures() -> None:
    op.create_table(
        "counter",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(),
            nullable=False,
        ),
        sa.Column("plan_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("lead_unit_id", sa.Uuid(as_uuid=False)),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("delta", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter")),
    )
    op.create_index("ix_counter_plan_id", "counter", ["plan_id"], unique=False)
    op.create_table(
        "day_figure",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("plan_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("unit_code", sa.String(length=64), nullable=False),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.Column("overdue", sa.Integer(), nullable=False),
        sa.Column("reported", sa.Integer(), nullable=False),
        sa.Column("verified", sa.Integer(), nullable=False),
        sa.Column("verified_late", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_day_figure_plan_id")),
        sa.PrimaryKeyConstraint("day", "plan_id", "unit_code", name=op.f("pk_day_figure")),
    )


def _search() -> None:
    op.add_column(
        "task", sa.Column("folded", sa.Text(), nullable=False, server_default=sa.text("''"))
    )
    task = sa.table(
        "task", sa.column("id", sa.Uuid(as_uuid=False)), sa.column("code"), sa.column("title"),
        sa.column("folded"),
    )  # fmt: skip
    tx = op.get_bind()
    rows = tx.execute(sa.select(task.c.id, task.c.code, task.c.title)).all()
    statement = (
        sa.update(task).where(task.c.id == sa.bindparam("key")).values(folded=sa.bindparam("text"))
    )
    for start in range(0, len(rows), _BATCH):
        chunk = rows[start : start + _BATCH]
        tx.execute(
            statement,
            [{"key": row.id, "text": searchable(f"{row.code} {row.title}")} for row in chunk],
        )
    _index()
    _count()


def _index() -> None:
    """Give lists the orders they are read in."""
    for column in ("lead_unit_id", "assignee_id"):
        op.drop_index(f"ix_task_{column}", "task")
        op.create_index(f"ix_task_{column}", "task", [column, "due_on", "id"], unique=False)
    op.create_index("ix_task_plan_id_ordinal", "task", ["plan_id", "ordinal", "id"], unique=False)
    for name, columns, where in (
        ("ix_task_due_on", ["due_on", "id"], "due_on IS NOT NULL"),
        ("ix_task_paused", ["plan_id", "id"], "pauses IS NOT NULL"),
        ("ix_task_asked", ["parent_id"], "state IN ('raised', 'requested')"),
    ):
        op.create_index(
            name, "task", columns, unique=False,
            postgresql_where=sa.text(where), sqlite_where=sa.text(where),
        )  # fmt: skip
    op.create_index(
        "ix_task_state",
        "task",
        ["state", "plan_id", "lead_unit_id", "due_on", "reported_at", "kind"],
        unique=False,
    )
    done = "state IN ('reported', 'verified') AND (reported_at IS NULL OR "
    day = "CAST(timezone('UTC', reported_at) AS date)"
    op.create_index(
        "ix_task_late",
        "task",
        ["plan_id", "lead_unit_id"],
        unique=False,
        postgresql_where=sa.text(f"{done}{day} >= due_on)"),
        sqlite_where=sa.text(f"{done}reported_at >= due_on)"),
    )
    op.create_index(
        "ix_task_open_due_on",
        "task",
        ["due_on", "id", "plan_id", "lead_unit_id", "assignee_id"],
        unique=False,
        postgresql_where=sa.text("state IN ('assigned', 'in_progress', 'reported')"),
        sqlite_where=sa.text("state IN ('assigned', 'in_progress', 'reported')"),
    )
    op.create_index(
        "ix_notice_recipient_id_task_id", "notice", ["recipient_id", "task_id"], unique=False
    )
    op.create_index(
        "ix_notice_escalated",
        "notice",
        ["recipient_id", "task_id"],
        unique=False,
        postgresql_where=sa.text("kind = 'escalation'"),
        sqlite_where=sa.text("kind = 'escalation'"),
    )
    if op.get_bind().dialect.name == "postgresql":
        words = sa.text("array_to_tsvector(string_to_array(folded, ' '))")
        op.create_index("ix_task_words", "task", [words], unique=False, postgresql_using="gin")
    else:
        op.create_index("ix_task_folded", "task", ["folded", "id"], unique=False)


def _count() -> None:
    """Begin the counters from what is there."""
    counters.install(op.get_bind())
