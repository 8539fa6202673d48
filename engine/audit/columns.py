"""Whether an entry's columns say what its body says, and what the body says of a task's state.

Lists are read from the columns, hashes are taken of the body: the two must not part.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from engine.audit.entries import canonical
from engine.store.audit_log import Raw, Stored

_AT = b',"at":"'
_STATE = b'"state":"'


@dataclass(slots=True)
class Reader:
    """Compares entry after entry, and keeps the last state of each subject.

    A body is canonical: what stands before its values and after them is known to the letter, which
    is several times faster than parsing it.

    Attributes:
        states: By subject, the last state an entry gave it.
    """

    states: dict[str, str] = field(default_factory=dict)
    _beginnings: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def agree(self, row: Raw, identity: str) -> bool:
        """Return whether the columns are surely the body's; False means: look with `fault`.

        Args:
            row: The entry.
            identity: Its id with dashes.
        """
        _, subject, seq, prev, _, at, action, actor, body = row
        beginning = self._beginnings.get((action, actor))
        if beginning is None:
            beginning = f'{{"action":"{action}","actor":"{actor}","after":{{'.encode()
            self._beginnings[action, actor] = beginning
        cut = body.find(_AT)
        start = body.find(_STATE, 0, cut)
        if start >= 0:
            start += len(_STATE)
            self.states[subject] = body[start : body.index(b'"', start)].decode()
        about = f',"id":"{identity}","on_behalf_of":null'
        return (
            body.startswith(beginning)
            and body.startswith(f',"at":"{at}","before":{{'.encode(), cut)
            and body.endswith(
                f'{about},"prev":"{prev}","seq":{seq},"subject":"{subject}"}}'.encode()
            )
        )


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


def state_after(body: bytes) -> str | None:
    """Return the state that a task has after this entry; None where it says nothing about it."""
    try:
        after = json.loads(body)["after"]
    except (KeyError, TypeError, ValueError, RecursionError):
        return None
    state = after.get("state") if isinstance(after, dict) else None
    return state if isinstance(state, str) else None
