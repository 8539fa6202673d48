"""Whether each task stands where its entries have brought it.

Whoever changes the table of tasks and not the log is found here.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from engine.audit.columns import STANDING, standing_after
from engine.audit.entries import GENESIS
from engine.audit.judge import Judge
from engine.store import audit_log, audit_scan
from engine.store.audit_scan import LEAST
from engine.store.session import Database

_FIRST = GENESIS.hash
_WORDS = {"state": "trạng thái", "due_on": "hạn", "assignee_id": "người thực hiện"}
_PAGE = 1_000


def compare(database: Database, judge: Judge) -> None:
    """Report every task whose standing or newest hash is not what the log says.

    Args:
        database: Where the tasks are.
        judge: Knows the newest hash of each subject, and takes the findings.
    """
    for place, problem in _differing(database, judge.heads):
        judge.report("state", None, place=place, problem=problem)


def astray(database: Database) -> Iterator[tuple[str, str]]:
    """Yield place and problem of every task that is not as its newest entries left it.

    The log itself is not judged: that takes `verify`.
    """
    yield from _differing(database, None)


def _differing(database: Database, heads: Mapping[str, str] | None) -> Iterator[tuple[str, str]]:
    last = audit_scan.keys(database.dialect, [LEAST])[0]
    while True:
        with database.read() as tx:
            rows = audit_scan.tasks_after(tx, last, most=_PAGE)
            last = audit_scan.keys(database.dialect, [rows[-1].id])[0] if rows else last
        for row in rows:
            known = {row.hash or _FIRST, row.audit_hash}
            if heads is not None:
                known.add(heads.get(f"task:{row.id}", _FIRST))
            said = standing_after(row.body) if row.body is not None else {}
            if len(known) > 1 or _differences(said, _standing(row)):
                yield from _look_closer(database, row.id)
        if len(rows) < _PAGE:
            return


def _look_closer(database: Database, identity: str) -> Iterator[tuple[str, str]]:
    """Replay one task from all of its entries.

    Its newest one may say nothing about the state, or be younger than the last block.
    """
    with database.read() as tx:
        row = audit_log.task_head(tx, identity)
        entries = audit_scan.entries_of(tx, f"task:{identity}")
    if row is None:
        return
    said: dict[str, str | None] = {}
    for entry in entries:
        said |= standing_after(entry.body)
    for name in _differences(said, _standing(row)):
        problem = (
            f"{_WORDS[name]} trong bảng là {_standing(row)[name]!r}, "
            f"theo nhật ký phải là {said.get(name)!r}"
        )
        yield f"nhiệm vụ {row.address}", problem
        return
    if row.audit_hash != (entries[-1].hash if entries else _FIRST):
        yield f"nhiệm vụ {row.address}", "không trỏ tới mục nhật ký cuối cùng của nó"


def _standing(row: Any) -> dict[str, str | None]:
    """Return the fields of STANDING of a row, as entries write them."""
    due_on = row.due_on.isoformat() if isinstance(row.due_on, date) else row.due_on
    return {"state": row.state, "due_on": due_on, "assignee_id": row.assignee_id}


def _differences(said: Mapping[str, str | None], is_now: Mapping[str, str | None]) -> list[str]:
    if is_now["state"] is None and not said:
        # Not yet assigned: the plan's own entries speak of it.
        return []
    return [name for name in STANDING if _plain(said.get(name)) != _plain(is_now[name])]


def _plain(value: str | None) -> str | None:
    # SQLite keeps ids without their dashes.
    return value.replace("-", "") if value is not None else None
