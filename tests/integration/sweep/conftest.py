"""What the sweep logs about a poisoned task is kept from the terminal."""

from collections.abc import Iterator, MutableSequence

import pytest
import structlog
from structlog.typing import EventDict


@pytest.fixture(autouse=True)
def logged() -> Iterator[MutableSequence[EventDict]]:
    """Everything logged during the test."""
    with structlog.testing.capture_logs() as entries:
        yield entries
