"""Whether an entry's columns say what its body says, and what the body says of a task's state.

Lists are read from the columns, hashes are taken of the body: the two must not part.
"""

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

from engine.audit.entries import canonical
from engine.store.audit_scan import Stored

#: What the entries of a task say of it, and the table of tasks must agree with.
STANDING: Final = ("state", "due_on", "assignee_id")


def faults(rows: Sequence[Stored], ids: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield place and problem of each entry whose columns are not what its body says.

    A body is canonical, so what stands before its values and after them is known to the letter;
    only what is not surely the same is parsed, which takes longer than everything else together.

    Args:
        rows: Entries.
        ids: Their ids, as bodies write them.
    """
    for place, ((_, subject, seq, prev, _, at, action, actor, body), identity) in enumerate(
        zip(rows, ids, strict=True)
    ):
        # One expression, because this is done for each entry of a log of years.
        if (
            body.startswith(_beginning(action, actor))
            and f'}},"at":"{at}","before":{{'.encode() in body
            and body.endswith(
                f',"id":"{identity}","on_behalf_of":null,"prev":"{prev}","seq":{seq},'
                f'"subject":"{subject}"}}'.encode()
            )
        ):
            continue
        problem = fault(Stored._make(rows[place]), identity)
        if problem:
            yield place, problem


@lru_cache(maxsize=4096)
def _beginning(action: str, actor: str) -> bytes:
    """Return how a body begins that says both; what no body begins with where one is odd."""
    if '"' in f"{action}{actor}":
        return b"?"
    return f'{{"action":"{action}","actor":"{actor}","after":{{'.encode()


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
