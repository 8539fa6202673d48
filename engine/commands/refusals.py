"""Keeping what was refused: who asked for what, and why it was not granted."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import insert

from engine import audit
from engine.audit.entries import as_row
from engine.commands.request import Request
from engine.errors import Conflict, Refused
from engine.store.record import audit_entry
from engine.store.session import Transaction


def record(tx: Transaction, request: Request, refusal: Refused | Conflict, *, at: datetime) -> None:
    """Store a refusal or a lost race, in a transaction of its own: the request's own is gone.

    Each is a subject of its own, so that refusals never stand in the way of the task's chain.
    """
    record_all(tx, [(request, refusal)], at=at)


def record_all(
    tx: Transaction, refused: Sequence[tuple[Request, Refused | Conflict]], *, at: datetime
) -> None:
    """Store what became of several requests, each as a subject of its own."""
    events = (_event(request, refusal) for request, refusal in refused)
    entries = [audit.chain(event, at=at, head=audit.GENESIS) for event in events]
    if entries:
        tx.execute(insert(audit_entry), [as_row(entry) for entry in entries])


def _event(request: Request, refusal: Refused | Conflict) -> audit.Event:
    return audit.Event(
        subject=f"request:{uuid4()}",
        action="task.refused",
        actor=request.actor,
        on_behalf_of=request.on_behalf_of,
        cause=refusal.code,
        before={"task": request.task, "expected_version": request.expected_version},
        after={
            "trigger": request.trigger,
            "code": refusal.code,
            "message": str(refusal),
            "note": request.note,
            "decision": request.decision,
            "due": request.due,
            "to": request.to,
        },
    )


def record_command(
    tx: Transaction,
    command: str,
    *,
    arguments: Mapping[str, str],
    by: tuple[str, str | None],
    refusal: Refused | Conflict,
    at: datetime,
) -> None:
    """Store the refusal of what concerns no single task: plans, people, the calendar, mail.

    Args:
        tx: A transaction of its own.
        command: What was called, as written in the manual.
        arguments: What it was given.
        by: Who asked, and for whom.
        refusal: Why it was not granted.
        at: Now.
    """
    actor, on_behalf_of = (_kept(one) if one is not None else None for one in by)
    event = audit.Event(
        subject=f"request:{uuid4()}",
        action="command.refused",
        actor=actor or "",
        on_behalf_of=on_behalf_of,
        cause=refusal.code,
        before={"command": command, **{name: _kept(one) for name, one in arguments.items()}},
        after={"code": refusal.code, "message": _kept(str(refusal))},
    )
    audit.append(tx, event, at=at)


def _kept(text: str) -> str:
    """Return text as a record can hold it: what is no text, and was refused for it, spelled out."""
    return text.replace("\0", "\\0").encode(errors="backslashreplace").decode()
