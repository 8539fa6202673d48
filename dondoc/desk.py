"""Where requests about tasks are handed in: one transaction for the deed, one for a refusal."""

from datetime import datetime

from engine.commands import refusals, tasks
from engine.commands.request import Outcome, Request
from engine.database import Database, Rules
from engine.errors import Conflict, Refused


def pull(database: Database, request: Request, *, rules: Rules, at: datetime) -> Outcome:
    """Carry a request out and commit it; keep a record of its refusal if it is refused.

    Raises:
        Refused: as `engine.commands.tasks.perform`; the refusal is in the audit record.
        Conflict: somebody was faster; so is that.
    """
    try:
        with database.begin() as tx:
            return tasks.perform(tx, request, rules=rules, at=at)
    except (Refused, Conflict) as refusal:
        with database.begin() as tx:
            refusals.record(tx, request, refusal, at=at)
        raise
