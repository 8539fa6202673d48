"""What the subjects beside a plan's items say beyond their rows in `task`, and what comes back.

The row of a subject in `task` has its state, its version, its clock and its people; `record` holds
it.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from engine.store.record import task
from engine.store.tables import metadata
from engine.store.types import Document, Id, UtcDateTime

__all__ = ["extension", "inbound", "obstacle", "report", "series", "series_skip", "task"]

#: Work that comes back: the rule of its dates, and whom each occurrence is given to. An edit ends
#: a series and begins another with the next number, so that what is past keeps its rule.
series = Table(
    "series",
    metadata,
    Column("id", Id, primary_key=True),
    Column("plan_id", Id, ForeignKey("plan.id"), nullable=False),
    Column("code", String(64), nullable=False),
    Column("number", Integer, nullable=False),
    # No foreign key: occurrences point here, and tables that point at each other cannot be made.
    Column("item_id", Id),
    Column("report_line_id", Id, ForeignKey("report_line.id")),
    Column("title", Text, nullable=False),
    Column("rule", Document, nullable=False),
    Column("lead_unit_id", Id, ForeignKey("unit.id")),
    Column("assignee_id", Id, ForeignKey("person.id")),
    Column("verifier_id", Id, ForeignKey("person.id")),
    # Occurrences whose date lies in it are of this series; both included, None is open.
    Column("from_on", Date),
    Column("to_on", Date),
    Column("state", String(16), nullable=False),
    # The slot in which its next occurrence is opened; None when nothing more is to come.
    Column("next_at", UtcDateTime, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("plan_id", "code", "number"),
    CheckConstraint("state IN ('active', 'ended')", name="state"),
)

#: An occurrence that is left out, by whom and why.
series_skip = Table(
    "series_skip",
    metadata,
    Column("series_id", Id, ForeignKey("series.id"), primary_key=True),
    Column("occurrence", String(32), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("actor", String(128), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

OBSTACLE_CATEGORIES = ("funding", "procedure", "coordination", "other")

#: What an obstacle says beyond its row in `task`; the answer is null until it is answered.
obstacle = Table(
    "obstacle",
    metadata,
    Column("task_id", Id, ForeignKey("task.id"), primary_key=True),
    Column("category", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("wanted", Text),
    Column("answer", Text),
    Column("pause_from", Date),
    Column("pause_to", Date),
    CheckConstraint(f"category IN {OBSTACLE_CATEGORIES}", name="category"),
)

#: What a request for more time says beyond its row in `task`. `number` counts those of one task,
#: `overdue_days` the working days it was late when it was asked.
extension = Table(
    "extension",
    metadata,
    Column("task_id", Id, ForeignKey("task.id"), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("due_from", Date),
    Column("due_asked", Date, nullable=False),
    Column("due_granted", Date),
    Column("overdue_days", Integer, nullable=False, default=0),
    Column("answer", Text),
)

#: What a periodic report covers: the window of its figures, and when and to whom it goes.
report = Table(
    "report",
    metadata,
    Column("task_id", Id, ForeignKey("task.id"), primary_key=True),
    Column("line_id", Id, ForeignKey("report_line.id"), nullable=False),
    Column("period", String(16), nullable=False),
    Column("window_from", Date, nullable=False),
    Column("window_to", Date, nullable=False),
    Column("figures_to", Date, nullable=False),
    Column("recipient", Text),
    UniqueConstraint("line_id", "period"),
)

#: What came back to our sender: a bounce, an automatic answer, or somebody's own words.
inbound = Table(
    "inbound",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", String(16), nullable=False),
    # SHA-256 of its bytes: the same mail taken in twice counts once.
    Column("digest", String(64), nullable=False, unique=True),
    Column("address", String(320)),
    Column("person_id", Id, ForeignKey("person.id")),
    Column("message_id", Id, ForeignKey("message.id")),
    Column("status", String(16)),
    Column("subject", Text, nullable=False),
    CheckConstraint("kind IN ('bounce', 'delay', 'auto_reply', 'reply')", name="kind"),
)
