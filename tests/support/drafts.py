"""Plans and assignment tables as a reader would hand them over, in a few words."""

from datetime import date
from typing import Any

from engine.draft import Deadline, DraftItem, DraftPlan, Worksheet, WorksheetRow

CODE = "KH-2014"


def deadline(*days: str, phrase: str | None = None, **other: Any) -> Deadline:
    """Return a deadline of given last days."""
    due = tuple(date.fromisoformat(day) for day in days)
    kind: Any = "recurring" if len(due) > 1 else "fixed_date" if due else "none"
    return Deadline(**{"phrase": phrase or "/".join(days), "kind": kind, "due": due, **other})


def item(code: str, **other: Any) -> DraftItem:
    """Return an item; a task unless something else is said."""
    given = {"code": code, "parent": None, "section": "II.1", "field": "Thể chế", "kind": "task",
             "title": f"Nhiệm vụ {code}"}  # fmt: skip
    return DraftItem(**{**given, **other})


def plan(*items: DraftItem, code: str = CODE, **other: Any) -> DraftPlan:
    """Return a plan of items."""
    given = {"code": code, "year": 2014, "title": "Kế hoạch cải cách hành chính",
             "source_name": "ke-hoach.txt", "digest": "a" * 64}  # fmt: skip
    return DraftPlan(**{**given, **other}, items=items)


def row(number: int, code: str, **other: Any) -> WorksheetRow:
    """Return a row of an assignment table, led by CNTT and done by cv unless said otherwise."""
    given = {"lead": "CNTT", "assignee": "cv", "output": "Quyết định"}
    return WorksheetRow(row=number, code=code, **{**given, **other})


def worksheet(*rows: WorksheetRow, **other: Any) -> Worksheet:
    """Return an assignment table of rows."""
    given = {"source_name": "phan-cong.csv", "digest": "b" * 64}
    return Worksheet(**{**given, **other}, rows=rows)
