"""Alerts that have been seen to: cleared by an administrator, or because the trouble is over."""

from collections.abc import Sequence
from datetime import UTC, datetime

from engine import audit
from engine.clock import require_aware
from engine.errors import Unknown
from engine.spelling import nearest
from engine.store import alerts as store
from engine.store.alerts import Raised
from engine.store.session import Transaction


def clear(tx: Transaction, name: str, *, actor: str, at: datetime, note: str = "") -> list[str]:
    """Clear every standing alert of a code, or the one with that id; return their messages.

    Raises:
        Unknown: no alert that stands has that code or id.
    """
    found = store.standing(tx)
    chosen = [one for one in found if name in (one.alert.code, one.id)]
    if not chosen:
        codes = sorted({one.alert.code for one in found})
        raise Unknown(what="alert", name=name, hint=nearest(name, codes))
    settle(tx, chosen, actor=actor, cause=note.strip() or None, at=at)
    return [one.alert.message for one in chosen]


def settle(
    tx: Transaction, chosen: Sequence[Raised], *, actor: str, cause: str | None, at: datetime
) -> None:
    """Clear alerts and record who says that their trouble is over, and why."""
    at = require_aware(at).astimezone(UTC)
    store.clear(tx, chosen, at=at)
    for one in chosen:
        event = audit.Event(
            subject=f"alert:{one.id}",
            action="alert.cleared",
            actor=actor,
            cause=cause,
            before={"code": one.alert.code, "message": one.alert.message, "raised_at": one.at},
        )
        audit.append(tx, event, at=at)
