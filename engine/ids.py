"""Surrogate keys: UUIDv7 in canonical text, so that rows of one time lie together."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count

import uuid_utils

_ID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_counted: ContextVar[Callable[[], int] | None] = ContextVar("counted", default=None)


def new_id() -> str:
    """Return a fresh UUIDv7 as 36 characters; later calls sort after earlier ones."""
    following = _counted.get()
    if following is not None:
        return f"00000000-0000-7000-8000-{following():012x}"
    return str(uuid_utils.uuid7())


def is_id(text: str) -> bool:
    """Return whether text is a key in canonical form, so that a database may be asked for it."""
    return _ID.fullmatch(text) is not None


@contextmanager
def counted() -> Iterator[None]:
    """Have the ids made in here count up from one: the same acts, the same ids.

    For what is played from nothing on a database of its own; anywhere else they would collide.
    """
    token = _counted.set(count(1).__next__)
    try:
        yield
    finally:
        _counted.reset(token)
