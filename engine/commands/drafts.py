"""What somebody has typed and not handed in yet: his alone, kept until he hands it in.

No record is kept of drafts: nobody has said anything by one.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from engine.clock import require_aware
from engine.errors import Invalid
from engine.store import drafts as store
from engine.store.drafts import Draft
from engine.store.session import Transaction

__all__ = ["LONGEST", "Draft", "discard", "draft_of", "keep"]

#: Characters of one draft, all fields together.
LONGEST = 50_000


def keep(
    tx: Transaction,
    person_id: str,
    *,
    subject: str,
    form: str,
    content: Mapping[str, str],
    at: datetime,
) -> None:
    """Keep what somebody typed, in the place of what he typed before.

    Args:
        tx: The transaction.
        person_id: He.
        subject: What the form is about, `task:<id>`.
        form: Which form.
        content: What was typed, by field.
        at: Now.

    Raises:
        Invalid: it is too long to be typed.
    """
    at = require_aware(at).astimezone(UTC)
    if len(json.dumps(dict(content), ensure_ascii=False)) > LONGEST:
        raise Invalid(field="draft", problem=f"is longer than {LONGEST} characters")
    kept = {name: value.replace("\0", "") for name, value in content.items()}
    store.put(tx, person_id, subject=subject, form=form, content=kept, at=at)


def draft_of(tx: Transaction, person_id: str, *, subject: str, form: str) -> Draft | None:
    """Return what somebody typed and did not hand in; None where there is nothing."""
    return store.find(tx, person_id, subject=subject, form=form)


def discard(tx: Transaction, person_id: str, *, subject: str, form: str) -> None:
    """Forget a draft: it was handed in, or is not wanted."""
    store.drop(tx, person_id, subject=subject, form=form)
