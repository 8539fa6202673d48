"""Organisation, policy and process tables; the task and its record are in `record`.

Every constraint has a name, so that an error can be told apart and a migration can find it.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from engine.store.types import Document, Id, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

unit = Table(
    "unit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", String(64), nullable=False, unique=True),
    Column("name", String(300), nullable=False),
    Column("parent_id", Id, ForeignKey("unit.id")),
    # The leader in charge; a code is kept until the person it names is imported.
    Column("leader_id", Id, ForeignKey("person.id", use_alter=True)),
    Column("leader_code", String(64)),
    Column("is_monitor", Boolean, nullable=False, default=False),
    Column("aliases", Document, nullable=False, default=list),
    Column("ordinal", Integer, nullable=False),
    # Local dates, both included; None is open. A unit that ended stays, for what it once did.
    Column("valid_from", Date),
    Column("valid_to", Date),
    CheckConstraint(
        "valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to", name="dates"
    ),
    Index(
        "uq_unit_one_monitor",
        "is_monitor",
        unique=True,
        postgresql_where=text("is_monitor"),
        sqlite_where=text("is_monitor"),
    ),
)

person = Table(
    "person",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", String(64), nullable=False, unique=True),
    Column("name", String(300), nullable=False),
    Column("email", String(320)),
    Column("disabled_at", UtcDateTime),
    Column("ordinal", Integer, nullable=False),
    # What he chose for himself: which notices also come by mail, and whether as a digest.
    Column("preferences", Document, nullable=False, default=dict, server_default=text("'{}'")),
    # Bounces in a row; from `failing_since` on nothing is sent to the address.
    Column("bounces", Integer, nullable=False, default=0, server_default=text("0")),
    Column("failing_since", UtcDateTime),
)

POSITIONS = ("director", "deputy_director", "unit_head", "deputy_head", "officer", "auditor")

#: Who holds what, where, from a local date to a local date, both included; None is open.
position = Table(
    "position",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False, index=True),
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    Column("from_on", Date),
    Column("to_on", Date),
    # Quyền, phụ trách: holds it until somebody is appointed, and only while nobody is.
    Column("is_acting", Boolean, nullable=False, default=False, server_default=text("false")),
    CheckConstraint(f"kind IN {POSITIONS}", name="kind"),
    CheckConstraint("from_on IS NULL OR to_on IS NULL OR from_on <= to_on", name="dates"),
)

#: Dated substitution, both dates included.
delegation = Table(
    "delegation",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False, index=True),
    Column("substitute_id", Id, ForeignKey("person.id"), nullable=False, index=True),
    Column("from_on", Date, nullable=False),
    Column("to_on", Date, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # When the person, back again, is told what happened meanwhile; None once he was.
    Column("summed_up_at", UtcDateTime),
    CheckConstraint("from_on <= to_on", name="dates"),
    CheckConstraint("person_id <> substitute_id", name="somebody_else"),
)

#: What a leader is in charge of besides `unit.leader_id`: a unit, a field, or a field of one unit;
#: local dates, both included; None is open.
charge = Table(
    "charge",
    metadata,
    Column("id", Id, primary_key=True),
    Column("leader_id", Id, ForeignKey("person.id"), nullable=False, index=True),
    Column("unit_id", Id, ForeignKey("unit.id")),
    Column("field", String(300)),
    Column("from_on", Date),
    Column("to_on", Date),
    Column("source", String(300), nullable=False, default=""),
    Column("created_at", UtcDateTime, nullable=False),
    CheckConstraint("unit_id IS NOT NULL OR field IS NOT NULL", name="of_something"),
    CheckConstraint("from_on IS NULL OR to_on IS NULL OR from_on <= to_on", name="dates"),
)

#: What a unit was called, from a local date to a local date, both included; None is open.
unit_name = Table(
    "unit_name",
    metadata,
    Column("id", Id, primary_key=True),
    Column("unit_id", Id, ForeignKey("unit.id"), nullable=False, index=True),
    Column("name", String(300), nullable=False),
    Column("from_on", Date),
    Column("to_on", Date),
)

REORGANISATIONS = ("merge", "split", "rename", "dissolve", "transfer")

#: A change of the organisation, decided for the beginning of a local day.
reorganisation = Table(
    "reorganisation",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("decision", String(128), nullable=False),
    Column("note", Text, nullable=False, default=""),
    # Units by code, and what goes where.
    Column("content", Document, nullable=False),
    Column("state", String(16), nullable=False),
    Column("actor", String(128), nullable=False),
    Column("on_behalf_of", String(128)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    CheckConstraint(f"kind IN {REORGANISATIONS}", name="kind"),
    CheckConstraint("state IN ('planned', 'done', 'withdrawn')", name="state"),
    Index("ix_reorganisation_state_effective_on", "state", "effective_on"),
)

#: A unit that works at other times than the office; what is None is as the office has it.
unit_calendar = Table(
    "unit_calendar",
    metadata,
    Column("unit_id", Id, ForeignKey("unit.id"), primary_key=True),
    Column("weekend", Document),
    Column("hours", Document),
    Column("send_at", String(5)),
    Column("source", String(300), nullable=False),
)

#: A day that a unit works or not, whatever the office does.
unit_calendar_day = Table(
    "unit_calendar_day",
    metadata,
    Column("unit_id", Id, ForeignKey("unit.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("is_off", Boolean, nullable=False),
    Column("name", String(300), nullable=False),
    Column("source", String(300), nullable=False),
)

#: One row a day that differs from the weekly pattern; the later edit of a day wins.
calendar_day = Table(
    "calendar_day",
    metadata,
    Column("day", Date, primary_key=True),
    Column("is_off", Boolean, nullable=False),
    Column("name", String(300), nullable=False),
    Column("source", String(300), nullable=False),
    Column("kind", String(16), nullable=False),
    CheckConstraint("kind IN ('seed', 'office')", name="kind"),
)

calendar_year = Table(
    "calendar_year",
    metadata,
    Column("year", Integer, primary_key=True),
    Column("source", String(300), nullable=False),
    Column("loaded_at", UtcDateTime, nullable=False),
)

#: A ladder as the office has it; the highest version of a name is the one in force.
policy_ladder = Table(
    "policy_ladder",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Column("rungs", Document, nullable=False),
    Column("source", String(300), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("name", "version"),
)

workflow_version = Table(
    "workflow_version",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("definition", Document, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("published_at", UtcDateTime, nullable=False),
    UniqueConstraint("name", "version"),
)

#: Numbers that tell a cached copy it is stale; `rules` covers organisation, calendar, ladders and
#: workflows.
revision = Table(
    "revision",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("number", BigInteger, nullable=False),
)

#: Closed gates hold mail back; engine/store/gates.py says which there are.
gate = Table(
    "gate",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("is_closed", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("opens_at", UtcDateTime),
)

#: How much of what may leave in a minute or an hour is used up: by everybody, or by one person (his
#: id). `window_at` is the beginning of that minute or hour.
quota = Table(
    "quota",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("window_at", UtcDateTime, nullable=False),
    Column("used", Integer, nullable=False),
)

#: The last completed turn of each process part; proof of life for the doctor.
heartbeat = Table(
    "heartbeat",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("completed_at", UtcDateTime, nullable=False),
    Column("node", String(64), nullable=False),
)
