"""An office whose plan asks for periodic reports, at the beginning of 2014."""

import pytest

from config.defaults import default_policy
from engine.clock import PinnedClock
from engine.office import Office
from engine.report_lines import lines_from_mapping
from engine.store.rulebooks import Rules
from engine.store.session import Database
from tests.support.office import ZONE, World, local


@pytest.fixture
def world(office_database: Database) -> World:
    """An office with five people, on Wednesday 2014-01-15, 08:00 local; its reports are known."""
    reports = lines_from_mapping(default_policy().report_lines)
    rules = Rules(Office(zone=ZONE, reports=reports))
    return World(office_database, PinnedClock(local("2014-01-15T08:00")), rules=rules).found()
