"""Evidence beside a report: brought later, or in place of what was wrong; nothing is taken away.

What a verified task was judged by stays as it is for everybody. A correction is a new version with
a reason, and what it corrects stays readable beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from engine.clock import require_aware
from engine.commands import effects, rights
from engine.commands.effects import Scene
from engine.commands.request import Evidence, Outcome, Request, check_texts
from engine.commands.rights import Standpoint
from engine.commands.tasks import conflict, find, outcome
from engine.errors import Invalid, NoteRequired, TransitionRefused, Unknown
from engine.machine import Arrow, following
from engine.rulebook import Rulebook
from engine.spelling import nearest
from engine.store import change as changes
from engine.store import evidence as store
from engine.store.evidence import Kept, Proof, Strayed
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.store.tasks import Loaded

__all__ = [
    "ADD", "REPLACE", "WHO", "Bringing", "Kept", "Proof", "Strayed", "all_kept", "all_strayed",
    "bring", "evidence_of", "the_kept",
]  # fmt: skip

#: What history and the record call it.
ADD, REPLACE = "add_evidence", "replace_evidence"
WHO = ("assignee", "unit_head", "verifier")

#: In these states evidence comes and goes with the work; afterwards only in place of other.
_OPEN = ("in_progress", "reported")
_FROZEN = "verified"
#: Fewer digits of a digest are no name.
_SHORTEST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Bringing:
    """Evidence that is brought to a task.

    Attributes:
        task: Address of the task.
        evidence: What is brought, kept already where it is a file.
        replaces: Name or digest of what it takes the place of; None where it is added.
        reason: Why it takes that place.
    """

    task: str
    evidence: Evidence
    replaces: str | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no database keeps."""
        check_texts(self, "task", "replaces", "reason")


def bring(
    tx: Transaction, bringing: Bringing, *, by: tuple[str, str | None], rules: Rules, at: datetime
) -> Outcome:
    """Add evidence to a task, or put it in the place of other evidence, which stays readable.

    Raises:
        Unknown: no such task, person, or evidence to replace.
        TransitionRefused: the task takes no evidence in its state; a verified one takes only what
            replaces other.
        NotPermitted: the actor is neither who reports the task nor who verifies it.
        Invalid: it is what is there already, or was replaced before.
        NoteRequired: it replaces other evidence, and nobody says why.
        Conflict: the task changed meanwhile.
    """
    at = require_aware(at).astimezone(UTC)
    loaded = find(tx, bringing.task)
    rulebook = rules.at(tx, loaded.revision)
    trigger = ADD if bringing.replaces is None else REPLACE
    today = rulebook.calendar.local_date(at)
    who = rights.standpoint(rulebook.organisation, *by, on=today)
    arrow = require_bringable(trigger, loaded, who, rulebook, on=today)
    there = store.proofs(tx, loaded.task.id)
    new, said = _judged(bringing, there)
    request = Request(
        actor=who.actor.code,
        trigger=trigger,
        task=loaded.task.address,
        on_behalf_of=who.on_behalf_of,
        note=bringing.reason,
        evidence=(new,),
    )
    scene = Scene(loaded=loaded, rulebook=rulebook, who=who, at=at, said=said)
    granted = effects.describe(request, arrow, scene)
    if not changes.write(tx, granted.change):
        raise conflict(tx, loaded.task)
    return outcome(granted)


def require_bringable(
    trigger: str, loaded: Loaded, who: Standpoint, rulebook: Rulebook, *, on: date
) -> Arrow:
    """Return the edit by which somebody brings evidence to a task now: `ADD` or `REPLACE`.

    Raises:
        TransitionRefused: the task takes none in its state.
        NotPermitted: he is neither who reports the task nor who verifies it.
    """
    arrow = _arrow(trigger, loaded, rulebook)
    rights.require(rulebook.organisation, who, loaded.task, on=on, what=trigger, any_of=WHO)
    return arrow


def evidence_of(tx: Transaction, address: str) -> list[Proof]:
    """Return the evidence of a task in the order in which it came.

    Raises:
        Unknown: there is no such task.
    """
    return store.proofs(tx, find(tx, address).task.id)


def the_kept(tx: Transaction, digest: str) -> Kept:
    """Return the file that is kept under a digest or its first digits.

    Raises:
        Unknown: there is none, or there are several.
    """
    wanted = digest.strip().lower()
    found = store.kept_like(tx, wanted) if len(wanted) >= _SHORTEST else []
    if len(found) != 1:
        hint = " | ".join(one.sha256[:16] for one in found[:5]) or None
        raise Unknown(what="evidence_file", name=digest, hint=hint)
    return found[0]


def all_kept(tx: Transaction) -> list[Kept]:
    """Return every file that some record says is kept, the newest first."""
    return store.kept(tx)


def all_strayed(tx: Transaction) -> list[Strayed]:
    """Return evidence of which the table says something else than the record."""
    return store.strayed(tx)


def _arrow(trigger: str, loaded: Loaded, rulebook: Rulebook) -> Arrow:
    task = loaded.task
    is_frozen = task.state == _FROZEN
    takes = task.state in _OPEN or (is_frozen and trigger == REPLACE)
    if task.state is None or loaded.plan_state != "active" or not takes:
        state = task.state or loaded.plan_state
        raise TransitionRefused(
            trigger=trigger, state=state, allowed=(REPLACE,) if is_frozen else ()
        )
    ladder = rulebook.machine(task).ladder(task.state)
    arrow = following(trigger, "Minh chứng", task.state, ladder=ladder)
    # What is closed stays closed.
    return replace(arrow, who=WHO, is_final=is_frozen)


def _judged(bringing: Bringing, there: Sequence[Proof]) -> tuple[Evidence, dict[str, Any]]:
    """Return the new row, and what the record says of the one whose place it takes."""
    new = bringing.evidence
    current = [one for one in there if one.replaced_by is None]
    same = (new.name, new.sha256)
    if any((one.name, one.sha256) == same for one in current):
        raise Invalid(field="evidence", problem=f"{new.name} is there already")
    if bringing.replaces is None:
        return new, {}
    old = _meant(bringing.replaces, current, there)
    reason = (bringing.reason or "").strip()
    if not reason:
        raise NoteRequired(trigger=REPLACE)
    said = {"replaced": {"name": old.name, "sha256": old.sha256}}
    return replace(new, replaces_id=old.id, reason=reason), said


def _meant(name: str, current: Sequence[Proof], there: Sequence[Proof]) -> Proof:
    wanted = name.strip()
    found = [one for one in current if _is_called(one, wanted)]
    if len(found) == 1:
        return found[0]
    if not found and any(_is_called(one, wanted) for one in there):
        raise Invalid(field="evidence", problem=f"{wanted} was replaced already")
    hint = " | ".join(one.sha256[:16] for one in found if one.sha256)
    raise Unknown(
        what="evidence_file",
        name=wanted,
        hint=hint or nearest(wanted, [one.name for one in current]),
    )


def _is_called(one: Proof, wanted: str) -> bool:
    if one.name == wanted:
        return True
    return len(wanted) >= _SHORTEST and (one.sha256 or "").startswith(wanted.lower())
