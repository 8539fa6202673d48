"""The tables of SQLite, made by the migrations once for a whole run and copied from then on.

A scenario, a demonstration and `dondoc init` each make a file of their own. What the migrations do
is proved by tests that always run them.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from engine import migrations

_upgrade = migrations.upgrade
#: The first file that was made, kept for as long as the process lives.
_kept: list[bytes] = []


@contextmanager
def made_once() -> Iterator[None]:
    """Have every new SQLite file inside begin as a copy of the first."""

    def upgrade(url: str, owner_url: str | None = None) -> None:
        file = _new_file(url)
        if file is None:
            _upgrade(url, owner_url)
        elif _kept:
            # As the migrations make it: readable by its owner only.
            file.touch(mode=0o600)
            file.write_bytes(_kept[0])
        else:
            _upgrade(url, owner_url)
            _kept.append(file.read_bytes())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrations, "upgrade", upgrade)
        yield


def _new_file(url: str) -> Path | None:
    """Return the file of a URL if it is one that can be made, and that is not there yet."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    file = Path(parsed.database)
    is_free = file.parent.is_dir() and os.access(file.parent, os.W_OK) and not file.exists()
    return file if is_free else None
