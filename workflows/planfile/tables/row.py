"""A row of a table of tasks, as read; it knows the words of its cells, nothing of plans."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from engine.draft import Deadline, Kind, Remark
from workflows.planfile.blocks import Place

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A row that names a part of the table: "II | Phát triển hạ tầng"; `mark` "" where it has none.

    A group without a title is one whose own row is missing: the numbering began anew.
    """

    mark: str
    title: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """A task, or a heading above tasks; texts are as written, white space apart.

    Attributes:
        place: Where the row stands; of a row mended from two, the first.
        passage: Its cells, joined by " | ".
        table: Which table of tasks of the document it is in, counted from 1.
        code: What the column of codes says; "" where the table has none, until `coded`.
        number: The number or letter it carries, without full stop or bracket: "1", "a", "I.2.1";
            "-" and "+" for bullets, "" where it carries none.
        group: The groups it stands in, the widest first.
        parent: Index, in the rows of its table, of the row it is a part of; None where of none.
        is_heading: Whether other rows are parts of it.
        leads: Names in the cell of the lead unit; `lead_text` is that cell.
        target: What the column of targets and figures says.
        kind: The class that the decision, the column of classes, else the deadline gives it.
        decision: `keep`, `drop`, `class <kind>` or None.
        other: Filled cells of all other columns, by the header as written.
    """

    place: Place
    passage: str
    table: int = 1
    code: str = ""
    number: str = ""
    group: tuple[Group, ...] = ()
    parent: int | None = None
    is_heading: bool = False
    title: str = ""
    leads: tuple[str, ...] = ()
    lead_text: str | None = None
    coordinating: tuple[str, ...] = ()
    assignee: str | None = None
    verifier: str | None = None
    deadline: Deadline | None = None
    output: str | None = None
    target: str | None = None
    kind: Kind | None = None
    decision: str | None = None
    urgent: bool | None = None
    other: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskTable:
    """A table of tasks, from its header to its last page.

    Attributes:
        title: The lines above it, from "Phụ lục ..." on, joined by newlines.
        place: Where its header stands.
        columns: Header as written of each known column, by the key of the column.
        groups: Its groups in order, those without rows too.
        remarks: About the table as a whole: columns that were left aside.
    """

    title: str
    place: Place
    columns: Mapping[str, str]
    rows: tuple[TableRow, ...]
    groups: tuple[Group, ...] = ()
    remarks: tuple[Remark, ...] = ()
