"""What people say to each other about a task, as rows that only ever grow."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from engine.store.doors import comment
from engine.store.session import Transaction
from engine.store.tables import person


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One thing somebody said; people are codes."""

    id: str
    author: str
    on_behalf_of: str | None
    words: str
    created_at: datetime


def add(tx: Transaction, row: Mapping[str, Any]) -> None:
    """Add one."""
    tx.execute(insert(comment).values(**row))


def of_task(tx: Transaction, task_id: str) -> list[Comment]:
    """Return everything that was said about a task, the oldest first."""
    rows = tx.execute(
        select(
            comment.c.id, person.c.code.label("author"), comment.c.on_behalf_of, comment.c.words,
            comment.c.created_at,
        )
        .join(person, person.c.id == comment.c.author_id)
        .where(comment.c.task_id == task_id)
        .order_by(comment.c.created_at, comment.c.id)
    )  # fmt: skip
    return [Comment(**row._mapping) for row in rows]
