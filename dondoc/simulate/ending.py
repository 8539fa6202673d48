"""How everything stands when a scenario is over, read from the record."""

from datetime import datetime

from dondoc.simulate.story import (
    Audited,
    Happened,
    Raised,
    Sent,
    Silenced,
    Story,
    TaskEnd,
)
from engine import queries, withheld
from engine.audit.verify import verify
from engine.commands.subjects import code_of_task
from engine.database import Database, Rules
from engine.filters import Filter
from engine.views import TaskView

_ALL = 1_000_000


def ending(
    database: Database,
    *,
    rules: Rules,
    at: datetime,
    happened: tuple[Happened, ...],
    messages: tuple[Sent, ...],
) -> Story:
    """Return the whole story, its tasks as they stand at an instant.

    The record is verified from its first entry to the last; the caller has sealed it.
    """
    audit = _audited(database)
    with database.read() as tx:
        views = queries.list_tasks(tx, Filter(), rules=rules, at=at, limit=_ALL)
        silenced = withheld.silenced(tx)
        troubles = withheld.troubles(tx, with_cleared=True)
    return Story(
        happened=happened,
        messages=messages,
        tasks=tuple(_task(view) for view in views),
        refused=tuple(one.refusal for one in happened if one.refusal),
        superseded=tuple(
            Silenced(task=code_of_task(one.task), rung=one.rung, by=one.by, reason=one.reason)
            for one in silenced
        ),
        alerts=tuple(Raised(at=one.at, code=one.code, message=one.message) for one in troubles),
        audit=audit,
    )


def _task(view: TaskView) -> TaskEnd:
    return TaskEnd(
        code=view.code,
        title=view.title,
        kind=view.kind,
        state=view.state,
        lead=view.lead,
        assignee=view.assignee,
        due=view.due,
        effective_due=view.effective_due,
        overdue_working_days=view.overdue_working_days,
        cell=view.cell,
    )


def _audited(database: Database) -> Audited:
    verdict = verify(database)
    return Audited(
        entries=verdict.entries,
        blocks=verdict.blocks,
        is_verified=verdict.is_clean,
        problem=str(verdict.first) if verdict.first else None,
    )
