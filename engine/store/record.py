"""The plan, the task and its record: history, evidence, notices, messages, audit."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from engine.store.indexes import PERHAPS_LATE, partial
from engine.store.tables import metadata
from engine.store.types import Document, Id, UtcDateTime, folded
from engine.task import OPEN

TASK_STATES = ("assigned", "in_progress", "reported", "verified", "cancelled")
#: States that only other subjects have.
OTHER_STATES = ("raised", "answered", "requested", "approved", "refused", "withdrawn",
                "submitted", "skipped", "waived")  # fmt: skip
#: States of an obstacle and of an extension in which a leader has still to answer.
REQUEST_STATES = ("raised", "requested")
#: Items of a plan.
PLAN_KINDS = ("heading", "standing", "task", "recurring")
#: Other subjects with a state and a clock; `parent_id` is the task they are about.
SUBJECT_KINDS = ("contribution", "obstacle", "extension", "report")
TASK_KINDS = (*PLAN_KINDS, *SUBJECT_KINDS)
#: What is open of a plan, a unit or a person is picked out in the index, before rows are read.
_PICKED = ("due_on", "id", "plan_id", "lead_unit_id", "assignee_id")
_COUNTED = ("state", "plan_id", "lead_unit_id", "due_on", "reported_at", "kind")
_WORDS = "array_to_tsvector(string_to_array(folded, ' '))"


plan = Table(
    "plan",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", String(64), nullable=False, unique=True),
    Column("year", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("issuer", Text),
    Column("number", String(64)),
    Column("issued_on", Date),
    Column("citations", Document, nullable=False, default=list),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("activated_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    # From the head and the foot of the document: who signed, by what right, and what is promised.
    Column("signer", Text),
    Column("bases", Document, nullable=False, default=list, server_default=text("'[]'")),
    Column("targets", Document, nullable=False, default=list, server_default=text("'[]'")),
    CheckConstraint("state IN ('draft', 'active', 'closed')", name="state"),
)

#: What the plan looked like each time it was changed as a whole.
plan_version = Table(
    "plan_version",
    metadata,
    Column("id", Id, primary_key=True),
    Column("plan_id", Id, ForeignKey("plan.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("source_name", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("actor", String(128), nullable=False),
    # The decision that made it, and the whole plan as it stood then; null in versions that are
    # older than these columns.
    Column("decision", String(64)),
    Column("decided_on", Date),
    Column("content", Document),
    UniqueConstraint("plan_id", "number"),
)

report_line = Table(
    "report_line",
    metadata,
    Column("id", Id, primary_key=True),
    Column("plan_id", Id, ForeignKey("plan.id"), nullable=False),
    Column("period", String(16), nullable=False),
    Column("recipient", Text),
    Column("phrase", Text, nullable=False),
    # Window, cut-off, send-by rule and recipient, as config/defaults/reports.toml has them.
    Column("rule", Document),
    UniqueConstraint("plan_id", "period"),
)

#: An item of a plan, or another subject with a state and a clock (`kind`). `state` is null while
#: its plan is a draft, and for headings always.
task = Table(
    "task",
    metadata,
    Column("id", Id, primary_key=True),
    Column("plan_id", Id, ForeignKey("plan.id"), nullable=False),
    Column("code", String(64), nullable=False),
    Column("parent_id", Id, ForeignKey("task.id")),
    Column("ordinal", Integer, nullable=False),
    # What the plan says.
    Column("section", String(64), nullable=False, default=""),
    Column("field", Text, nullable=False, default=""),
    Column("kind", String(16), nullable=False),
    Column("title", Text, nullable=False),
    Column("output", Text),
    Column("citations", Document, nullable=False, default=list),
    Column("deadline", Document),
    Column("intake", Document, nullable=False, default=dict),
    Column("decision", String(64)),
    Column("is_urgent", Boolean, nullable=False, default=False),
    Column("evidence_optional", Boolean, nullable=False, default=False),
    # Who.
    Column("lead_unit_id", Id, ForeignKey("unit.id")),
    Column("assignee_id", Id, ForeignKey("person.id")),
    Column("verifier_id", Id, ForeignKey("person.id")),
    # When; local dates. `due_time` is kept and shown, and decides nothing.
    Column("due_on", Date),
    Column("original_due_on", Date),
    Column("due_time", String(8)),
    # The state machine's record.
    Column("workflow", String(64), nullable=False, default="plan_task"),
    Column("workflow_version", Integer, nullable=False, default=1),
    Column("state", String(16)),
    Column("version", Integer, nullable=False, default=0),
    Column("deadline_version", Integer, nullable=False, default=0),
    # `arming` counts starts of the unit's ladder, `report_count` those of the verifier's.
    Column("arming", Integer, nullable=False, default=0),
    Column("running_since", UtcDateTime),
    Column("report_count", Integer, nullable=False, default=0),
    Column("reported_at", UtcDateTime),
    Column("reported_by_id", Id, ForeignKey("person.id")),
    Column("reported_for_id", Id, ForeignKey("person.id")),
    Column("assigned_at", UtcDateTime),
    Column("changed_at", UtcDateTime),
    # The only timer: the slot at which somebody may next have to be told something.
    Column("next_at", UtcDateTime),
    # Head of this task's audit chain, so that the next entry needs no second read.
    Column("audit_seq", Integer, nullable=False, default=0),
    Column("audit_hash", String(64), nullable=False, default="0" * 64),
    # The leader who must answer, where the request names one.
    Column("leader_id", Id, ForeignKey("person.id")),
    # Ranges in which the unit's clock stands still, and answers that hold the ladder back.
    Column("pauses", Document),
    Column("holds", Document),
    # The work that comes back of which it is one occurrence, by the key of its period.
    Column("series_id", Id, ForeignKey("series.id")),
    Column("occurrence", String(32)),
    # Code and title as they are searched: folded, without diacritics (engine.spelling.plain).
    Column("folded", Text, nullable=False, default=folded, server_default=text("''")),
    UniqueConstraint("plan_id", "code"),
    UniqueConstraint("series_id", "occurrence", name="uq_task_series_id_occurrence"),
    CheckConstraint(f"state IN {(*TASK_STATES, *OTHER_STATES)}", name="state"),
    CheckConstraint(f"kind IN {TASK_KINDS}", name="kind"),
    CheckConstraint("kind <> 'heading' OR state IS NULL", name="heading_has_no_state"),
    partial("ix_task_next_at", "next_at", where="next_at IS NOT NULL"),
    # Without what has none: a SQLite that has counted them would rather read the whole table than
    # believe that an index of one value for all finds anything.
    partial("ix_task_parent_id", "parent_id", where="parent_id IS NOT NULL"),
    partial("ix_task_asked", "parent_id", where=f"state IN {REQUEST_STATES}"),
    Index("ix_task_code", "code"),
    Index("ix_task_lead_unit_id", "lead_unit_id", "due_on", "id"),
    Index("ix_task_assignee_id", "assignee_id", "due_on", "id"),
    # The orders of lists: a plan as it is written, what has a date, what of it is open.
    Index("ix_task_plan_id_ordinal", "plan_id", "ordinal", "id"),
    partial("ix_task_due_on", "due_on", "id", where="due_on IS NOT NULL"),
    partial("ix_task_open_due_on", *_PICKED, where=f"state IN {OPEN}"),
    # What dashboards count without reading a row, and the few that wait for somebody.
    Index("ix_task_state", *_COUNTED),
    partial("ix_task_late", "plan_id", "lead_unit_id", where=PERHAPS_LATE),
    partial("ix_task_paused", "plan_id", "id", where="pauses IS NOT NULL"),
    # Words: PostgreSQL looks them up, SQLite looks through this index and not through the rows.
    Index("ix_task_folded", "folded", "id").ddl_if(dialect="sqlite"),
    Index("ix_task_words", text(_WORDS), postgresql_using="gin").ddl_if(dialect="postgresql"),
)

#: A unit that contributes to a task; text alone where it is no unit of this agency.
contribution = Table(
    "contribution",
    metadata,
    Column("id", Id, primary_key=True),
    Column("task_id", Id, ForeignKey("task.id"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("unit_id", Id, ForeignKey("unit.id")),
    # The row with its own date, state and ladder; None where the unit is only named.
    Column("subject_id", Id, ForeignKey("task.id")),
    UniqueConstraint("task_id", "ordinal"),
)

#: Append-only: one row per change of a task, numbered by the version it led to.
history = Table(
    "history",
    metadata,
    Column("id", Id, primary_key=True),
    Column("task_id", Id, ForeignKey("task.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("trigger", String(32), nullable=False),
    Column("from_state", String(16)),
    Column("to_state", String(16)),
    Column("actor", String(128), nullable=False),
    Column("on_behalf_of", String(128)),
    Column("note", Text),
    Column("decision", String(128)),
    Column("due_from", Date),
    Column("due_to", Date),
    UniqueConstraint("task_id", "version"),
)

evidence = Table(
    "evidence",
    metadata,
    Column("id", Id, primary_key=True),
    Column("task_id", Id, ForeignKey("task.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("sha256", String(64)),
    Column("size_bytes", Integer),
    # Whether the file itself is kept, under its digest; who brought it, and what it replaces.
    Column("is_kept", Boolean, nullable=False, default=False, server_default=text("false")),
    Column("media_type", String(100)),
    Column("added_at", UtcDateTime),
    Column("added_by", String(128)),
    Column("replaces_id", Id, ForeignKey("evidence.id")),
    Column("reason", Text),
    Index("ix_evidence_task_id_version", "task_id", "version"),
)

NOTICE_KINDS = ("reminder", "escalation", "assignment", "decision", "alert")
NOTICE_STATUSES = ("pending", "leased", "sending", "accepted", "retry", "in_doubt", "failed",
                   "superseded", "collapsed")  # fmt: skip

#: The ledger: one thing to tell one person. Its unique key is what makes "once" true.
notice = Table(
    "notice",
    metadata,
    Column("id", Id, primary_key=True),
    Column("task_id", Id, ForeignKey("task.id"), nullable=False),
    Column("ladder", String(16), nullable=False),
    Column("deadline_version", Integer, nullable=False),
    Column("arming", Integer, nullable=False),
    Column("rung", String(64), nullable=False),
    Column("occurrence", Integer, nullable=False),
    Column("recipient_id", Id, ForeignKey("person.id")),
    Column("kind", String(16), nullable=False),
    # The position the ladder named, and the address used when the recipient is the administrator.
    Column("position", String(32), nullable=False),
    Column("detail", Document, nullable=False, default=dict),
    Column("is_urgent", Boolean, nullable=False, default=False),
    Column("is_planned", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("leave_at", UtcDateTime),
    Column("status", String(16), nullable=False),
    Column("superseded_by", String(64)),
    Column("reason", Text),
    Column("tries", Integer, nullable=False, default=0),
    Column("told_at", UtcDateTime),
    Column("message_id", Id, ForeignKey("message.id")),
    # When the recipient saw it on the page of his notices.
    Column("read_at", UtcDateTime),
    UniqueConstraint(
        "task_id",
        "ladder",
        "deadline_version",
        "arming",
        "rung",
        "occurrence",
        "recipient_id",
        name="uq_notice_ledger_key",
    ),
    CheckConstraint(f"kind IN {NOTICE_KINDS}", name="kind"),
    CheckConstraint(f"status IN {NOTICE_STATUSES}", name="status"),
    Index("ix_notice_task_id_arming", "task_id", "arming"),
    partial("ix_notice_leave_at", "leave_at", where="status IN ('pending', 'retry')"),
    # What a relay asks for each person in turn.
    partial(
        "ix_notice_recipient_id_leave_at",
        "recipient_id",
        "leave_at",
        where="status IN ('pending', 'retry')",
    ),
    # What somebody was told of, which lets him see it.
    Index("ix_notice_recipient_id_task_id", "recipient_id", "task_id"),
    # What came up to somebody.
    partial("ix_notice_escalated", "recipient_id", "task_id", where="kind = 'escalation'"),
    Index("ix_notice_message_id", "message_id"),
)

MESSAGE_STATUSES = ("leased", "sending", "accepted", "retry", "in_doubt", "failed", "superseded")

#: What is sent: one or more notices to one person. `reference` is the Message-ID header.
message = Table(
    "message",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reference", String(255), nullable=False, unique=True),
    Column("recipient_id", Id, ForeignKey("person.id")),
    Column("address", String(320), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("subject", Text, nullable=False, default=""),
    Column("status", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("next_try_at", UtcDateTime),
    Column("tries", Integer, nullable=False, default=0),
    Column("copies", Integer, nullable=False, default=0),
    Column("lease_until", UtcDateTime),
    Column("lease_token", Id),
    Column("accepted_at", UtcDateTime),
    Column("content", LargeBinary),
    CheckConstraint(f"status IN {MESSAGE_STATUSES}", name="status"),
    partial("ix_message_open", "status", where="status IN ('leased', 'sending', 'in_doubt')"),
)

#: One SMTP conversation about one message, and the phase it reached.
attempt = Table(
    "attempt",
    metadata,
    Column("id", Id, primary_key=True),
    Column("message_id", Id, ForeignKey("message.id"), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("phase", String(16), nullable=False),
    Column("code", Integer),
    Column("reply", Text),
    UniqueConstraint("message_id", "number"),
)

#: Something the administrator must see (no recipient, mail undeliverable, ...).
alert = Table(
    "alert",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("code", String(64), nullable=False),
    Column("message", Text, nullable=False),
    Column("task_id", Id, ForeignKey("task.id")),
    Column("cleared_at", UtcDateTime),
    # What was raised, as a key, so that one trouble raises one alert.
    Column("key", String(300), nullable=False, unique=True),
)

#: Append-only; `body` is the canonical text that `hash` was taken over.
audit_entry = Table(
    "audit_entry",
    metadata,
    Column("id", Id, primary_key=True),
    Column("subject", String(128), nullable=False),
    Column("subject_seq", Integer, nullable=False),
    Column("prev", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("action", String(64), nullable=False),
    Column("actor", String(128), nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("subject", "prev"),
    UniqueConstraint("subject", "subject_seq"),
    Index("ix_audit_entry_at", "at"),
)

#: Append-only. `entries` lists the ids it seals, in order: entry n of the log is at n - first_seq.
audit_block = Table(
    "audit_block",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("first_seq", Integer, nullable=False, unique=True),
    Column("count", Integer, nullable=False),
    Column("root", String(64), nullable=False),
    Column("prev", String(64), nullable=False, unique=True),
    Column("hash", String(64), nullable=False),
    Column("sealed_at", UtcDateTime, nullable=False),
    # The greatest entry id sealed so far: what is greater is unsealed, without a look at the rest.
    Column("newest", Id, nullable=False),
    Column("entries", Document, nullable=False),
    # Which block an entry is in is asked for a page of entries at a time.
    Index("ix_audit_block_newest", "newest"),
)

#: Append-only: heads of the block chain that have left the machine.
anchor = Table(
    "anchor",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("block_number", Integer, nullable=False),
    Column("block_hash", String(64), nullable=False),
    Column("entries", Integer, nullable=False),
    Column("where", Text, nullable=False),
)

#: Tables that only ever grow; the database itself refuses UPDATE and DELETE on them.
APPEND_ONLY = ("audit_entry", "audit_block", "anchor", "history", "plan_version", "comment")
