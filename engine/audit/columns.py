"""Whether an entry's columns say what its body says, and what the body says of a task's state.

Lists are read from the columns, hashes are taken of the body: the two must not part.
"""

import json
import uuid
from typing import Any, Final

from engine.audit.entries import canonical
from engine.store import audit_scan
from engine.store.audit_scan import GREATEST, LEAST, Stored
from engine.store.session import Database

#: Entries compared in one statement: long enough for the database to work alone, short enough for
#: SQLite's writers.
_PAGE = 5_000

#: What the entries of a task say of it, and the table of tasks must agree with.
STANDING: Final = ("state", "due_on", "assignee_id")


def faults(database: Database) -> dict[str, str]:
    """Return what is wrong with columns, by the id of the entry.

    The database itself compares them and hands over only what is in doubt; meanwhile the caller can
    do something else.
    """
    found: dict[str, str] = {}
    last, end = audit_scan.keys(database.dialect, [LEAST, GREATEST])
    while last != end:
        with database.read() as tx:
            until = audit_scan.page_end(tx, last, most=_PAGE) or end
            doubtful = audit_scan.doubtful(tx, after=last, until=until)
        for row in doubtful:
            identity = str(uuid.UUID(row.key))
            problem = fault(row, identity)
            if problem:
                found[identity] = problem
        last = until
    return found


def fault(row: Stored, identity: str) -> str | None:
    """Return in which way the columns and the body differ; None where they do not."""
    try:
        body: dict[str, Any] = json.loads(row.body)
        if canonical(body).encode() != row.body:
            return "nội dung không ở dạng chuẩn"
        said = (body["id"], body["subject"], body["seq"], body["prev"], body["at"], body["action"],
                body["actor"])  # fmt: skip
    except (KeyError, TypeError, ValueError, RecursionError):
        return "nội dung không đọc được"
    held = (identity, row.subject, row.subject_seq, row.prev, row.at, row.action, row.actor)
    names = ("id", "subject", "subject_seq", "prev", "at", "action", "actor")
    different = [name for name, one, other in zip(names, said, held, strict=True) if one != other]
    return f"cột {', '.join(different)} khác với nội dung đã băm" if different else None


def standing_after(body: bytes) -> dict[str, str | None]:
    """Return what an entry says of where its task stands; the fields of STANDING it names."""
    try:
        after = json.loads(body)["after"]
    except (KeyError, TypeError, ValueError, RecursionError):
        return {}
    if not isinstance(after, dict):
        return {}
    return {name: after[name] for name in STANDING if name in after}
