"""What importing a file would do to a plan, row by row, before anything is written.

A review is computed from what was read and what is stored; it is shown as text, as a worksheet or
on a page, and none of that is known here.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from engine.draft import DeadlineKind, Kind, Remark, Source

Action = Literal["create", "update", "unchanged", "absent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field of one item, as it is stored and as the file says it; None: nothing there."""

    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody has to decide before the row can be activated.

    `code` is stable and documented, `problem` and `cure` are Vietnamese; `options` are answers that
    would do, the likeliest first.
    """

    code: str
    problem: str
    cure: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One row of a review: what would become of it, why, and where that stands in the file.

    Names of units and people are as they would be stored: the code where one of ours was found,
    else the text as written. `leads` are the names between which somebody has to choose; `groups`
    those of `coordinating` that mean several units at once. `due` holds the last permitted days,
    `near_duplicates` the codes of rows that read alike.
    """

    code: str
    kind: Kind
    title: str
    section: str
    field: str
    action: Action
    changes: tuple[FieldChange, ...] = ()
    questions: tuple[Question, ...] = ()
    warnings: tuple[Remark, ...] = ()
    lead: str | None = None
    leads: tuple[str, ...] = ()
    coordinating: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    assignee: str | None = None
    verifier: str | None = None
    deadline_phrase: str | None = None
    deadline_kind: DeadlineKind | None = None
    due: tuple[date, ...] = ()
    output: str | None = None
    decision: str | None = None
    is_urgent: bool = False
    near_duplicates: tuple[str, ...] = ()
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """All rows of one import or of one stored draft, in document order.

    `remarks` are about the document as a whole. Once a plan `is_draft` no more, only a decision
    changes it.
    """

    plan: str
    year: int
    title: str
    rows: tuple[Proposal, ...]
    remarks: tuple[Remark, ...] = ()
    is_draft: bool = True

    @property
    def summary(self) -> dict[str, int]:
        """Rows by what becomes of them, and how many wait for a decision."""
        counts = dict.fromkeys(("create", "update", "unchanged", "absent"), 0)
        for row in self.rows:
            counts[row.action] += 1
        return {**counts, "needs_decision": sum(bool(row.questions) for row in self.rows)}
