"""Whether each task stands where its entries have brought it.

Whoever changes the table of tasks and not the log is found here.
"""

from collections.abc import Mapping

from engine.audit.columns import state_after
from engine.audit.entries import GENESIS
from engine.audit.judge import Judge
from engine.store import audit_log
from engine.store.audit_log import LEAST
from engine.store.session import Database

_PAGE = 1_000


def compare(database: Database, judge: Judge, states: Mapping[str, str]) -> None:
    """Report every task whose state or newest hash is not what the log says.

    Args:
        database: Where the tasks are.
        judge: Knows the newest hash of each subject, and takes the findings.
        states: By subject, the last state in the sealed log.
    """
    after = LEAST
    while True:
        with database.read() as tx:
            rows = audit_log.task_heads(tx, after=after, most=_PAGE)
        for row in rows:
            subject = f"task:{row.id}"
            agreed = judge.heads.get(subject, GENESIS.hash) == row.audit_hash
            if not agreed or states.get(subject) != row.state:
                _look_closer(database, judge, row.id)
        if len(rows) < _PAGE:
            return
        after = rows[-1].id


def _look_closer(database: Database, judge: Judge, identity: str) -> None:
    """Replay one task from its own entries: it may have moved since the last block was closed."""
    with database.read() as tx:
        row = audit_log.task_head(tx, identity)
        entries = audit_log.entries_of(tx, f"task:{identity}")
    if row is None:
        return
    said = [state for entry in entries if (state := state_after(entry.body)) is not None]
    state = said[-1] if said else None
    if row.state != state:
        problem = f"trạng thái trong bảng là {row.state!r}, theo nhật ký phải là {state!r}"
        judge.report("state", None, place=f"nhiệm vụ {row.address}", problem=problem)
    elif row.audit_hash != (entries[-1].hash if entries else GENESIS.hash):
        problem = "không trỏ tới mục nhật ký cuối cùng của nó"
        judge.report("state", None, place=f"nhiệm vụ {row.address}", problem=problem)
