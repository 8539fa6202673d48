"""Whether each task stands where its entries have brought it.

Whoever changes the table of tasks and not the log is found here.
"""

from engine.audit.columns import state_after
from engine.audit.entries import GENESIS
from engine.audit.judge import Judge
from engine.store import audit_log, audit_scan
from engine.store.audit_scan import LEAST
from engine.store.session import Database

_FIRST = GENESIS.hash
_PAGE = 1_000


def compare(database: Database, judge: Judge) -> None:
    """Report every task whose state or newest hash is not what the log says.

    Args:
        database: Where the tasks are.
        judge: Knows the newest hash of each subject, and takes the findings.
    """
    with database.read() as tx:
        last = audit_scan.keys(tx, [LEAST])[0]
    while True:
        with database.read() as tx:
            rows = audit_scan.tasks_after(tx, last, most=_PAGE)
            last = audit_scan.keys(tx, [rows[-1].id])[0] if rows else last
        for row in rows:
            heads = {judge.heads.get(f"task:{row.id}", _FIRST), row.hash or _FIRST, row.audit_hash}
            said = state_after(row.body) if row.body is not None else None
            if len(heads) > 1 or said != row.state:
                _look_closer(database, judge, row.id)
        if len(rows) < _PAGE:
            return


def _look_closer(database: Database, judge: Judge, identity: str) -> None:
    """Replay one task from all of its entries.

    Its newest one may say nothing about the state, or be younger than the last block.
    """
    with database.read() as tx:
        row = audit_log.task_head(tx, identity)
        entries = audit_scan.entries_of(tx, f"task:{identity}")
    if row is None:
        return
    said = [state for entry in entries if (state := state_after(entry.body)) is not None]
    state = said[-1] if said else None
    if row.state != state:
        problem = f"trạng thái trong bảng là {row.state!r}, theo nhật ký phải là {state!r}"
        judge.report("state", None, place=f"nhiệm vụ {row.address}", problem=problem)
    elif row.audit_hash != (entries[-1].hash if entries else _FIRST):
        problem = "không trỏ tới mục nhật ký cuối cùng của nó"
        judge.report("state", None, place=f"nhiệm vụ {row.address}", problem=problem)
