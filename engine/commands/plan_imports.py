"""Files that people hand in on a page: kept while somebody says what they mean, then done with.

Nothing of a plan changes here. What an import says in the end is carried out by the commands that
import, fill in and adjust; this keeps the file and the choices until then.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from engine import audit
from engine.commands.rights import require, standpoint
from engine.errors import Conflict, Invalid, Unknown
from engine.rulebook import Rulebook
from engine.store import plan_imports as store
from engine.store.plan_imports import Papers, PlanImport
from engine.store.rulebooks import Rules
from engine.store.session import Transaction

__all__ = [
    "MOST_OPEN",
    "Papers",
    "PlanImport",
    "Upload",
    "begin",
    "finish",
    "get",
    "give_up",
    "open_of",
    "papers_of",
    "settle",
]

#: A new plan, or a newer reading of a draft; a table that fills a draft in; a decision.
Purpose = Literal["plan", "worksheet", "adjustment"]

#: What one person has begun and not ended; files are large.
MOST_OPEN = 5

_MAY: Mapping[Purpose, tuple[str, ...]] = {
    "plan": ("monitor", "monitoring_unit"),
    "worksheet": ("monitor", "monitoring_unit"),
    "adjustment": ("monitor", "monitoring_unit", "director"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What somebody hands in: files, what for, and what he says of them."""

    papers: Papers
    purpose: Purpose
    choices: Mapping[str, Any]
    plan_code: str | None = None


def begin(tx: Transaction, upload: Upload, *, actor: str, rules: Rules, at: datetime) -> str:
    """Keep a file and return the id of the import.

    Raises:
        NotPermitted: the actor is no member of the monitoring unit (of a decision: nor director).
        Invalid: he has begun too many and ended none.
    """
    person_id = _require(rules.current(tx), actor, purpose=upload.purpose, at=at)
    if store.count_open(tx, person_id) >= MOST_OPEN:
        raise Invalid(field="import", problem=f"{MOST_OPEN} are open already")
    values = {
        "choices": {**upload.choices, "purpose": upload.purpose},
        "plan_code": upload.plan_code,
    }
    made = store.insert_import(tx, upload.papers, person_id=person_id, values=values, at=at)
    names = [name for name, _ in upload.papers.files]
    after = {"purpose": upload.purpose, "files": names, "plan": upload.plan_code}
    _write(tx, made, action="import.opened", actor=actor, after=after, at=at)
    return made


def get(tx: Transaction, import_id: str, *, person_id: str) -> PlanImport:
    """Return an import that somebody has begun.

    Raises:
        Unknown: there is none of his.
    """
    found = store.find(tx, import_id) if _is_id(import_id) else None
    if found is None or found.person_id != person_id:
        raise Unknown(what="import", name=import_id)
    return found


def papers_of(tx: Transaction, one: PlanImport) -> Papers:
    """Return the files of an import."""
    return store.papers(tx, one.id)


def open_of(tx: Transaction, person_id: str) -> list[PlanImport]:
    """Return what somebody has begun and not ended, the newest first."""
    return store.open_of(tx, person_id)


def settle(
    tx: Transaction, import_id: str, choices: Mapping[str, Any], *, actor: str, rules: Rules,
    at: datetime,
) -> None:  # fmt: skip
    """Keep what was chosen; what is not named stays as it was.

    Raises:
        Unknown: he has no such import.
        Conflict: it has ended.
    """
    found = _open(tx, import_id, actor=actor, rules=rules, at=at)
    store.update_import(tx, found.id, choices={**found.choices, **choices})
    _write(
        tx, found.id, action="import.settled", actor=actor, after={"chosen": sorted(choices)}, at=at
    )


def finish(
    tx: Transaction, import_id: str, *, plan_code: str, actor: str, rules: Rules, at: datetime
) -> None:
    """End an import that has been carried out, in the same transaction.

    Raises:
        Unknown: he has no such import.
        Conflict: it has ended.
    """
    found = _open(tx, import_id, actor=actor, rules=rules, at=at)
    store.update_import(tx, found.id, state="done", plan_code=plan_code)
    _write(tx, found.id, action="import.done", actor=actor, after={"plan": plan_code}, at=at)


def give_up(tx: Transaction, import_id: str, *, actor: str, rules: Rules, at: datetime) -> None:
    """End an import of which nothing comes; its file is forgotten.

    Raises:
        Unknown: he has no such import.
        Conflict: it has ended.
    """
    found = _open(tx, import_id, actor=actor, rules=rules, at=at)
    store.update_import(tx, found.id, state="given_up", content=b"", appendix=None)
    _write(tx, found.id, action="import.given_up", actor=actor, after={}, at=at)


def _require(rulebook: Rulebook, actor: str, *, purpose: Purpose, at: datetime) -> str:
    today = rulebook.calendar.local_date(at)
    who = standpoint(rulebook.organisation, actor, None, on=today)
    require(rulebook.organisation, who, None, on=today, what="import_plan", any_of=_MAY[purpose])
    return who.actor.id


def _open(tx: Transaction, import_id: str, *, actor: str, rules: Rules, at: datetime) -> PlanImport:
    organisation = rules.current(tx).organisation
    who = standpoint(organisation, actor, None, on=rules.current(tx).calendar.local_date(at))
    found = store.find(tx, import_id, for_change=True) if _is_id(import_id) else None
    if found is None or found.person_id != who.actor.id:
        raise Unknown(what="import", name=import_id)
    if found.state != "open":
        raise Conflict(what="import", expected="open", found=found.state)
    return found


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _write(
    tx: Transaction, import_id: str, *, action: str, actor: str, after: Mapping[str, Any],
    at: datetime,
) -> None:  # fmt: skip
    event = audit.Event(
        subject=f"import:{import_id}", action=action, actor=actor, after=dict(after)
    )
    audit.append(tx, event, at=at)
