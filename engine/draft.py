"""A plan as it was read from files, before anybody has decided anything.

`workflows.planfile` fills these records, `engine.commands.plans` stores them. They hold what the
document says and what was understood of it, side by side; nothing here is a task yet.
"""

from dataclasses import asdict, dataclass
from datetime import date as Day  # noqa: N812 - some records have a field named date
from typing import Any, Literal

Kind = Literal["heading", "standing", "task", "recurring"]
Confidence = Literal["auto", "confirm"]
DeadlineKind = Literal[
    "fixed_date",
    "month",
    "quarter",
    "half_year",
    "year",
    "range",
    "milestones",
    "recurring",
    "event_relative",
    "standing",
    "on_demand",
    "reference",
    "ditto",
    "none",
    "unresolved",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A deadline phrase and how it was read.

    `due` holds the last permitted days, local dates in rising order (D-1 for "trước ngày D").
    `confidence` is `confirm` where a person must say yes before anything is reminded from it.
    """

    phrase: str
    kind: DeadlineKind
    due: tuple[Day, ...] = ()
    start: Day | None = None
    inclusive: bool = True
    time: str | None = None
    tentative: bool = False
    period: str | None = None
    event: str | None = None
    n: float | None = None
    unit: Literal["d", "wd", "h", "mo"] | None = None
    confidence: Confidence = "auto"

    def as_mapping(self) -> dict[str, Any]:
        """Return the stored and printed form; `start` is called `from` there."""
        mapping: dict[str, Any] = asdict(self)
        start = mapping.pop("start")
        mapping["from"] = start.isoformat() if start else None
        mapping["due"] = [day.isoformat() for day in self.due]
        return mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A legal document named in the text; number as written, normalised, e.g. 34/2016/NĐ-CP."""

    number: str
    type: str | None = None
    issuer: str | None = None
    date: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A remark of the reader about an item (`warnings` in the answer)."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where something stands in the files of a plan; counted from 1, None where there is no such.

    `file` is named where a plan came in several; `passage` is what stands there, word for word.
    """

    file: str | None = None
    page: int | None = None
    line: int | None = None
    paragraph: int | None = None
    sheet: str | None = None
    table: int | None = None
    row: int | None = None
    passage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftItem:
    """One item of a plan, as read. Unit and person names are verbatim text, not codes.

    `lead` is the cell as written, `leads` the names in it; where there are several, somebody
    must say which one answers for the task.
    """

    code: str
    parent: str | None
    section: str
    field: str
    kind: Kind
    title: str
    missing: tuple[str, ...] = ()
    near_duplicates: tuple[str, ...] = ()
    lead: str | None = None
    leads: tuple[str, ...] = ()
    coordinating: tuple[str, ...] = ()
    assignee: str | None = None
    verifier: str | None = None
    deadline: Deadline | None = None
    output: str | None = None
    urgent: bool = False
    evidence_optional: bool = False
    decision: str | None = None
    citations: tuple[Citation, ...] = ()
    source: Source = Source()
    warnings: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """A periodic report the plan asks for: `month`, `quarter`, `half_year` or `year`."""

    period: str
    recipient: str | None
    phrase: str
    source: Source = Source()


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A figure the plan promises ("100% văn bản ..."); kept with the plan, no task by itself."""

    text: str
    section: str
    source: Source = Source()


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """A "Căn cứ ..." clause of the preamble, word for word, with the documents it names."""

    text: str
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPlan:
    """A whole plan, as read from one file or several; items in document order, codes unique.

    `signer` is the office of who signed, as written ("KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC"); `remarks` are
    those of the reader about the document as a whole.
    """

    code: str
    year: int
    title: str
    source_name: str
    digest: str
    issuer: str | None = None
    number: str | None = None
    date: Day | None = None
    citations: tuple[Citation, ...] = ()
    report_lines: tuple[ReportLine, ...] = ()
    items: tuple[DraftItem, ...] = ()
    signer: str | None = None
    bases: tuple[Basis, ...] = ()
    targets: tuple[Target, ...] = ()
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksheetRow:
    """A row of an assignment table, matched to an item by its code; None means an empty cell.

    `kind` is the class that the decision, else the deadline phrase, gives the item; `decision` is
    `keep`, `drop`, `class <kind>` or None.
    """

    row: int
    code: str
    title: str | None = None
    kind: Kind | None = None
    lead: str | None = None
    leads: tuple[str, ...] = ()
    coordinating: tuple[str, ...] = ()
    assignee: str | None = None
    deadline: Deadline | None = None
    output: str | None = None
    decision: str | None = None
    verifier: str | None = None
    urgent: bool | None = None
    warnings: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Worksheet:
    """An assignment table, as read; rows in file order."""

    source_name: str
    digest: str
    rows: tuple[WorksheetRow, ...]
