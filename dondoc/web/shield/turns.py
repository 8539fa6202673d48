"""Costly work one at a time: nobody keeps the others waiting by asking for ten exports at once."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from fastapi import HTTPException

#: Of one kind, by everybody together.
MOST_AT_ONCE = 4
_AGAIN_SECONDS = 10

_lock = threading.Lock()
_going_on: Counter[tuple[str, str]] = Counter()


@contextmanager
def own_turn(person: str, what: str) -> Iterator[None]:
    """Do something costly while nobody does too much of it.

    Args:
        person: Code of who asks for it; he has one turn at a time.
        what: The kind of work: `import`, `export`.

    Raises:
        HTTPException: 429; his own has not ended, or too many others are at it.
    """
    with _lock:
        everybody = sum(number for (_, kind), number in _going_on.items() if kind == what)
        if _going_on[person, what] or everybody >= MOST_AT_ONCE:
            raise HTTPException(
                HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": str(_AGAIN_SECONDS)}
            )
        _going_on[person, what] += 1
    try:
        yield
    finally:
        with _lock:
            del _going_on[person, what]
