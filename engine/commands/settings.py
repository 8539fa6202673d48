"""Keeping the settings in force in the record: who reads the log must know by which they ran."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from engine import audit
from engine.audit.entries import canonical
from engine.store import waking
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.store.tables import revision

_NAME = "settings"
#: Fits a signed 64-bit column.
_BITS = 62


def remember(
    tx: Transaction, shown: Mapping[str, Any], *, actor: str, rules: Rules, at: datetime
) -> bool:
    """Record the settings if they are not those recorded last; return whether they were not.

    What is owed depends on some of them (hours, the slot), so every running task is looked at
    again in the next slot.

    Args:
        tx: The caller's transaction.
        shown: Settings in plain JSON values, secrets left out.
        actor: Who runs the process.
        rules: Gives the calendar that these settings make.
        at: Now.
    """
    number = _number(shown)
    column = revision.c.number
    known = tx.execute(select(column).where(revision.c.name == _NAME)).scalar_one_or_none()
    if known == number:
        return False
    if known is None:
        tx.execute(insert(revision).values(name=_NAME, number=number))
    else:
        tx.execute(update(revision).where(revision.c.name == _NAME).values(number=number))
        waking.wake_all(tx, slot=rules.current(tx).next_slot(at))
    event = audit.Event(
        subject="office:settings", action="settings.changed", actor=actor, after=dict(shown)
    )
    audit.append(tx, event, at=at)
    return True


def _number(shown: Mapping[str, Any]) -> int:
    digest = hashlib.sha256(canonical(shown).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - _BITS)
