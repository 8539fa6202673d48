"""Files on their way to become a plan, or a change of one: kept with what was chosen so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from engine.ids import new_id
from engine.store.doors import plan_import
from engine.store.session import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanImport:
    """A file that was handed in, without its bytes.

    Attributes:
        id: Its id.
        person_id: Who handed it in; nobody else goes on with it.
        created_at: When.
        name: The file's name as its user knows it.
        appendix_name: That of the appendix beside it.
        choices: What was chosen so far, and what reading it last said.
        state: `open`, `done` or `given_up`.
        plan_code: The plan that it became or that it changes.
    """

    id: str
    person_id: str
    created_at: datetime
    name: str
    appendix_name: str | None
    choices: Mapping[str, Any]
    state: str
    plan_code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """Files as they were handed in: name and bytes, the document first."""

    files: tuple[tuple[str, bytes], ...]


_COLUMNS = tuple(plan_import.c[name] for name in PlanImport.__slots__)


def insert_import(
    tx: Transaction, papers: Papers, *, person_id: str, values: Mapping[str, Any], at: datetime
) -> str:
    """Keep files and return the id of the import."""
    made = new_id()
    (name, content), appendix = papers.files[0], papers.files[1:2]
    tx.execute(
        insert(plan_import).values(
            id=made, person_id=person_id, created_at=at, name=name, content=content,
            appendix_name=appendix[0][0] if appendix else None,
            appendix=appendix[0][1] if appendix else None, state="open", **values,
        )
    )  # fmt: skip
    return made


def find(tx: Transaction, import_id: str, *, for_change: bool = False) -> PlanImport | None:
    """Return an import by id; `for_change` keeps others from changing it until the end."""
    wanted = select(*_COLUMNS).where(plan_import.c.id == import_id)
    row = tx.execute(wanted.with_for_update() if for_change else wanted).first()
    return PlanImport(**row._mapping) if row else None


def papers(tx: Transaction, import_id: str) -> Papers:
    """Return the files of an import."""
    row = tx.execute(
        select(plan_import.c.name, plan_import.c.content, plan_import.c.appendix_name,
               plan_import.c.appendix).where(plan_import.c.id == import_id)
    ).one()  # fmt: skip
    files = [(row.name, row.content)]
    if row.appendix_name is not None:
        files.append((row.appendix_name, row.appendix))
    return Papers(files=tuple(files))


def open_of(tx: Transaction, person_id: str) -> list[PlanImport]:
    """Return what somebody has begun and not ended, the newest first."""
    mine = (plan_import.c.person_id == person_id, plan_import.c.state == "open")
    rows = tx.execute(select(*_COLUMNS).where(*mine).order_by(plan_import.c.created_at.desc()))
    return [PlanImport(**row._mapping) for row in rows]


def count_open(tx: Transaction, person_id: str) -> int:
    """Return how many imports somebody has begun and not ended."""
    mine = (plan_import.c.person_id == person_id, plan_import.c.state == "open")
    return tx.execute(select(func.count()).select_from(plan_import).where(*mine)).scalar_one()


def update_import(tx: Transaction, import_id: str, **values: Any) -> None:
    """Change columns of an import."""
    tx.execute(update(plan_import).where(plan_import.c.id == import_id).values(**values))
