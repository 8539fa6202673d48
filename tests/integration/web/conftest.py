"""A small office with its pages, on a database of each kind."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from config import logs
from tests.support.office import World
from tests.support.web import Site, site_of


@pytest.fixture(autouse=True, scope="module")
def _quiet_log() -> Iterator[None]:
    """Have failures logged as the service logs them: without a picture of every variable."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    logs.configure(level="error", form="json")
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def site(world: World, tmp_path: Path) -> Iterator[Site]:
    """The pages of an office with an active plan of five tasks, on 2014-01-15, 08:00 local.

    `T1` of cv in CNTT is due 2014-01-20, `T2` of cv in CNTT 2014-02-10, `T3` of CNTT without an
    assignee 2014-03-31, `T4` of cvp in VP 2014-01-22, `T5` is a standing duty of CNTT.
    """
    world.plan(
        {"code": "T1", "lead": "CNTT", "assignee": "cv", "due": "2014-01-20"},
        {"code": "T2", "lead": "CNTT", "assignee": "cv", "due": "2014-02-10"},
        {"code": "T3", "lead": "CNTT", "due": "2014-03-31"},
        {"code": "T4", "lead": "VP", "assignee": "cvp", "due": "2014-01-22"},
        {"code": "T5", "lead": "CNTT", "standing": True},
    )
    made = site_of(world, tmp_path)
    yield made
    made.close()
