"""What answers look like; everything is optional for a reader, and nothing is ever renamed."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from engine.commands.comments import Comment as Spoken
from engine.commands.evidence import Proof

_Item = TypeVar("_Item")


def _in_utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


Instant = Annotated[datetime, AfterValidator(_in_utc)]


class Shape(BaseModel):
    """Something that is answered."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class Given(BaseModel):
    """Something that is sent; what it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Listed(Shape, Generic[_Item]):
    """A list, whole."""

    items: list[_Item]


class Paged(Shape, Generic[_Item]):
    """A page of a list; `next` is the cursor of the page behind it."""

    items: list[_Item]
    next: str | None = None
    count: int | None = Field(default=None, description="Only where `count=1` asks for it.")
    is_more: bool | None = Field(default=None, description="Counting stopped at `count`.")


def _only_address_is_sure(schema: dict[str, Any]) -> None:
    schema["required"] = ["address"]


class Task(Shape):
    """An item of a plan; with `fields=` only those that were asked for."""

    model_config = ConfigDict(
        from_attributes=True, frozen=True, json_schema_extra=_only_address_is_sure
    )

    address: str
    code: str
    plan: str
    parent: str | None
    section: str
    kind: str
    title: str
    state: str | None
    version: int
    lead: str | None = Field(description="Code of the lead unit.")
    assignee: str | None
    verifier: str | None
    due: date | None
    original_due: date | None
    effective_due: date | None = Field(description="Off days off, and moved by pauses.")
    working_days_left: int | None
    overdue_working_days: int
    cell: str | None = Field(description="Where it stands in the official 2x2 table.")
    is_urgent: bool
    extensions: int
    progress: list[int] | None = Field(description="Of a heading: done, of how many.")
    next_at: Instant | None


class TaskPage(Task):
    """An item of a plan with what belongs to it."""

    field: str
    output: str | None
    citations: list[Any]
    coordinating: list[str]
    contributions: list[dict[str, Any]]
    requests: list[dict[str, Any]]
    promises: list[dict[str, Any]]
    pauses: list[dict[str, Any]]


class Reason(Shape):
    """Why something cannot be done now."""

    code: str
    detail: str


class Transition(Shape):
    """One thing that can be done to a task, and whether the caller may do it now."""

    trigger: str
    label: str
    needs: list[str]
    leads_to: str | None
    is_allowed: bool
    reason: Reason | None = None


class Moved(Shape):
    """What a transition did."""

    address: str
    trigger: str
    from_state: str | None = None
    to_state: str | None = None
    version: int
    due: date | None = None
    later_parts: list[str] = []
    warnings: list[str] = []
    opened: str | None = Field(default=None, description="Address of what was raised or asked.")


class Happening(Shape):
    """One row of the history of a task."""

    version: int
    at: Instant
    trigger: str
    from_state: str | None
    to_state: str | None
    actor: str
    on_behalf_of: str | None
    note: str | None
    decision: str | None
    due_from: date | None
    due_to: date | None


class Comment(Shape):
    """What somebody said about a task."""

    id: str
    at: Instant
    author: str
    on_behalf_of: str | None
    words: str

    @classmethod
    def of(cls, one: Spoken) -> "Comment":
        """Return a comment as it is answered."""
        return cls(
            id=one.id, at=one.created_at, author=one.author, on_behalf_of=one.on_behalf_of,
            words=one.words,
        )  # fmt: skip


class Made(Shape):
    """What was made."""

    id: str


class File(Shape):
    """A piece of evidence: a file that is kept, or the number of a document."""

    id: str
    version: int
    name: str
    sha256: str | None
    size_bytes: int | None
    media_type: str | None
    is_kept: bool
    added_at: Instant | None
    added_by: str | None
    reason: str | None
    is_replaced: bool
    url: str | None = Field(description="Where the file is, if it is kept.")

    @classmethod
    def of(cls, one: Proof) -> "File":
        """Return a piece of evidence as it is answered."""
        told = {name: getattr(one, name) for name in cls.model_fields if hasattr(one, name)}
        url = f"/api/v1/files/{one.id}" if one.is_kept else None
        return cls(**told, is_replaced=one.replaced_by is not None, url=url)


class Plan(Shape):
    """A plan."""

    code: str
    year: int
    title: str
    state: str
    version: int
    items: int


class PlanItem(Shape):
    """An item as the document and the decisions about it say it; names are codes where known."""

    code: str
    parent: str | None
    section: str
    field: str
    kind: str
    title: str
    missing: list[str]
    lead: str | None
    coordinating: list[str]
    assignee: str | None
    verifier: str | None
    deadline: dict[str, Any] | None
    output: str | None
    citations: list[Any]


class PlanPage(Plan):
    """A plan with its head, its figures by lead unit and its periodic reports."""

    issuer: str | None
    number: str | None
    date: date | None
    signer: str | None
    bases: list[str]
    tally: list[dict[str, Any]] | None = Field(
        description="The 2x2 table; for those who see the whole plan."
    )
    report_lines: list[dict[str, Any]]


class Unit(Shape):
    """A unit; `parent` and `heirs` are codes."""

    code: str
    name: str
    parent: str | None
    is_monitor: bool
    leader: str | None = Field(description="Code of the leader in charge.")
    heads: list[str]
    valid_from: date | None
    valid_to: date | None
    heirs: list[str]


class Position(Shape):
    """What somebody is in a unit."""

    unit: str
    kind: str
    from_on: date | None
    to_on: date | None
    is_acting: bool


class Person(Shape):
    """Somebody of the office."""

    code: str
    name: str
    is_disabled: bool
    positions: list[Position]


class Me(Person):
    """Whose token it is, and how far it reaches."""

    roles: list[str]
    stands_in_for: list[str]
    scopes: list[str]
    token: str = Field(description="Id of the token.")


class Notice(Shape):
    """What the caller was told."""

    id: str
    at: Instant
    plan: str
    code: str
    title: str
    kind: str
    rung: str
    is_urgent: bool
    status: str
    instead_of: str | None
    read_at: Instant | None


class Read(Shape):
    """How many notices were new."""

    read: int


class Day(Shape):
    """A day on which the office works otherwise than its week says."""

    day: date
    is_off: bool
    name: str
    source: str


class Year(Shape):
    """The days of a year that are no ordinary ones."""

    year: int
    is_loaded: bool
    days: list[Day]


class TokenShown(Shape):
    """A token, without its secret."""

    id: str
    prefix: str
    name: str
    scopes: list[str]
    created_at: Instant
    expires_at: Instant | None
    used_at: Instant | None


class Report(Shape):
    """A periodic report: which days its figures cover, and by when it is sent."""

    plan: str
    code: str
    title: str
    period: str | None
    first: date | None = Field(description="First day of what it covers.")
    last: date | None
    figures_to: date | None
    recipient: str | None
    lead: str | None
    assignee: str | None
    state: str | None
    due: date | None
    effective_due: date | None
    is_late: bool
    late_working_days: int
    sent_on: date | None
    number: str | None


def picked(shape: Shape, fields: frozenset[str] | None) -> Mapping[str, Any]:
    """Return what was asked for of a shape, ready for JSON."""
    return shape.model_dump(mode="json", include=set(fields) if fields is not None else None)
