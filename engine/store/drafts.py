"""What was typed into forms and not handed in, as rows: one a person, subject and form."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from engine.ids import new_id
from engine.store.doors import draft
from engine.store.session import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was typed, by field, and when it was kept."""

    content: Mapping[str, Any]
    saved_at: datetime


def find(tx: Transaction, person_id: str, *, subject: str, form: str) -> Draft | None:
    """Return one, None where there is none."""
    row = tx.execute(
        select(draft.c.content, draft.c.saved_at).where(_is(person_id, subject, form))
    ).first()
    return Draft(content=row.content, saved_at=row.saved_at) if row is not None else None


def put(
    tx: Transaction,
    person_id: str,
    *,
    subject: str,
    form: str,
    content: Mapping[str, Any],
    at: datetime,
) -> None:
    """Keep one in the place of what was there."""
    values = {"content": dict(content), "saved_at": at}
    key = {"person_id": person_id, "subject": subject, "form": form}
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    tx.execute(
        insert(draft)
        .values(id=new_id(), **key, **values)
        .on_conflict_do_update(index_elements=list(key), set_=values)
    )


def drop(tx: Transaction, person_id: str, *, subject: str, form: str) -> None:
    """Forget one."""
    tx.execute(delete(draft).where(_is(person_id, subject, form)))


def _is(person_id: str, subject: str, form: str) -> ColumnElement[bool]:
    return and_(draft.c.person_id == person_id, draft.c.subject == subject, draft.c.form == form)
