"""Tables of the doors: who may sign in and how, what a browser or a program has under way.

Secrets are stored so that a copy of the database opens nothing: passwords as argon2id, everything
a client sends back (session, token, link, feed) as the SHA-256 of it.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from engine.store.tables import metadata
from engine.store.types import Document, Id, UtcDateTime

#: How a person signs in; without a row he cannot. `totp_secret` is sealed with the secret key.
account = Table(
    "account",
    metadata,
    Column("person_id", Id, ForeignKey("person.id"), primary_key=True),
    Column("password_hash", Text),
    Column("password_changed_at", UtcDateTime),
    Column("totp_secret", Text),
    Column("totp_confirmed_at", UtcDateTime),
    # The last time step that was accepted: a code is good once.
    Column("totp_step", BigInteger),
    # Runs the machine: people, units, settings, mail. It gives no right to any task.
    Column("is_administrator", Boolean, nullable=False, default=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("signed_in_at", UtcDateTime),
)

#: A person as a provider of identities knows him; never matched by mail address.
identity = Table(
    "identity",
    metadata,
    Column("id", Id, primary_key=True),
    Column("issuer", String(500), nullable=False),
    Column("subject", String(500), nullable=False),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False, index=True),
    Column("linked_at", UtcDateTime, nullable=False),
    Column("linked_by", String(128), nullable=False),
    UniqueConstraint("issuer", "subject"),
)

#: A signed-in browser. `digest` is the SHA-256 of what its cookie holds.
session = Table(
    "session",
    metadata,
    Column("id", Id, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False, index=True),
    Column("method", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("address", String(64), nullable=False, default=""),
    Column("agent", String(300), nullable=False, default=""),
    CheckConstraint("method IN ('password', 'oidc', 'link', 'demo')", name="method"),
)

#: Lets a program act as a person, within `scopes`.
token = Table(
    "token",
    metadata,
    Column("id", Id, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    # The first characters, by which its owner tells it from others.
    Column("prefix", String(16), nullable=False),
    Column("name", String(200), nullable=False),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False, index=True),
    Column("scopes", Document, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", String(128), nullable=False),
    Column("expires_at", UtcDateTime),
    Column("used_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
)

#: An address that is good once: first set-up, an invitation, a new password.
one_time_link = Table(
    "one_time_link",
    metadata,
    Column("id", Id, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("purpose", String(16), nullable=False),
    Column("person_id", Id, ForeignKey("person.id")),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", String(128), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    CheckConstraint("purpose IN ('setup', 'password')", name="purpose"),
)

#: Failed attempts to sign in, by the pair of account and address, and by address; as digests.
throttle = Table(
    "throttle",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("failed_at", UtcDateTime, nullable=False),
)

#: The answer that a key of idempotency stands for, for a day.
replay = Table(
    "replay",
    metadata,
    Column("id", Id, primary_key=True),
    Column("actor", String(128), nullable=False),
    Column("key", String(255), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("status", Integer),
    Column("headers", Document),
    Column("body", LargeBinary),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("actor", "key"),
)

#: A list narrowed as somebody wants to see it again.
saved_filter = Table(
    "saved_filter",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("query", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("person_id", "name"),
)

#: What somebody has typed into a form and not handed in; one a person, subject and form.
draft = Table(
    "draft",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("subject", String(128), nullable=False),
    Column("form", String(32), nullable=False),
    Column("content", Document, nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
    UniqueConstraint("person_id", "subject", "form"),
)

#: Append-only: what people say to each other about a task.
comment = Table(
    "comment",
    metadata,
    Column("id", Id, primary_key=True),
    Column("task_id", Id, ForeignKey("task.id"), nullable=False, index=True),
    Column("author_id", Id, ForeignKey("person.id"), nullable=False),
    Column("on_behalf_of", String(128)),
    Column("words", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

#: A file that was handed in to become a plan, or a newer version of one, and what was settled.
plan_import = Table(
    "plan_import",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("name", String(300), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("appendix_name", String(300)),
    Column("appendix", LargeBinary),
    # Year, code, the plan it goes into, mapping of columns, decisions by row.
    Column("choices", Document, nullable=False),
    Column("state", String(16), nullable=False),
    Column("plan_code", String(64)),
    CheckConstraint("state IN ('open', 'done', 'given_up')", name="state"),
)

#: An address that gets a calendar of due dates: of a person, or of a unit.
feed = Table(
    "feed",
    metadata,
    Column("id", Id, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False, index=True),
    Column("unit_id", Id, ForeignKey("unit.id")),
    Column("created_at", UtcDateTime, nullable=False),
    Column("read_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
)

#: Somebody else's program that is told what happens. `secret` is sealed with the secret key.
webhook = Table(
    "webhook",
    metadata,
    Column("id", Id, primary_key=True),
    Column("url", String(2000), nullable=False),
    Column("secret", Text, nullable=False),
    Column("events", Document, nullable=False),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # The audit entry after which it is told; moved on as deliveries are made of entries.
    Column("after_entry", Id),
    Column("failing_since", UtcDateTime),
    Column("paused_at", UtcDateTime),
    Column("deleted_at", UtcDateTime),
)

#: One thing that one webhook is told; the unique pair makes it once.
delivery = Table(
    "delivery",
    metadata,
    Column("id", Id, primary_key=True),
    Column("webhook_id", Id, ForeignKey("webhook.id"), nullable=False),
    # No key: nothing may stand in the way of the record, nor lock it.
    Column("entry_id", Id, nullable=False),
    Column("event", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("next_try_at", UtcDateTime),
    Column("lease_until", UtcDateTime),
    Column("done_at", UtcDateTime),
    Column("code", Integer),
    Column("reply", String(500)),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("webhook_id", "entry_id"),
    CheckConstraint("status IN ('pending', 'done', 'failed')", name="status"),
    Index(
        "ix_delivery_next_try_at",
        "next_try_at",
        postgresql_where=text("status = 'pending'"),
        sqlite_where=text("status = 'pending'"),
    ),
)

#: How many items of plans are in a state, as differences that are only ever added, by triggers on
#: `task` (engine.store.counters); a fold replaces rows of one key by their sum. No foreign keys:
#: every row comes from a task, which has them, and each check would cost every transition a read
#: and a lock on the row of its plan.
counter = Table(
    "counter",
    metadata,
    Column("id", BigInteger().with_variant(Integer(), "sqlite"), Identity(), primary_key=True),
    Column("plan_id", Id, nullable=False),
    Column("lead_unit_id", Id),
    Column("field", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("delta", Integer, nullable=False),
    Index("ix_counter_plan_id", "plan_id"),
)

#: How a unit stood with a plan when a local day ended; what trends are drawn from.
day_figure = Table(
    "day_figure",
    metadata,
    Column("day", Date, primary_key=True),
    Column("plan_id", Id, ForeignKey("plan.id"), primary_key=True),
    Column("unit_code", String(64), primary_key=True),
    Column("open", Integer, nullable=False),
    Column("overdue", Integer, nullable=False),
    Column("reported", Integer, nullable=False),
    Column("verified", Integer, nullable=False),
    Column("verified_late", Integer, nullable=False),
    Column("cancelled", Integer, nullable=False),
)
