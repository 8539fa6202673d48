"""Statements compiled once for a whole run, and not again for the database of every test.

A service compiles a statement the first time it needs it; a test has a database of its own, and
with it an engine that knows no statement yet.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.util import LRUCache

from engine.store import session

#: More than the whole program has.
_MOST = 5000


class Compiled(LRUCache[Any, Any]):
    """What SQLAlchemy compiled, shared by all engines that speak alike."""

    def get(self, key: Any, default: Any = None) -> Any:
        """Return what was compiled for another engine of the same kind, or the default."""
        return super().get(_alike(key), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        """Keep what was compiled."""
        super().__setitem__(_alike(key), value)


@contextmanager
def compiled_once() -> Iterator[None]:
    """Have every `Database` that is made inside look up what others compiled."""
    options = {"compiled_cache": Compiled(_MOST)}
    make = partial(create_engine, execution_options=options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "create_engine", make)
        yield


def _alike(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect, *rest = key
    return (type(dialect), dialect.server_version_info, *rest)
