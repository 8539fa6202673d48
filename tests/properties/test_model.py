"""Fault 7: whatever is asked, whoever dies and whenever, tables and record are as they should be.

A short run on both databases; the long one is in tests/faults.
"""

from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from engine.store.session import Database
from tests.support.databases import Source
from tests.support.driven import machine_of
from tests.support.furnished import COURSE
from tests.support.town import Town, careless

#: As many as some seconds allow.
EXAMPLES = {"sqlite": 12, "postgresql": 5}


def test_fault_7_whatever_happens_tables_and_record_are_as_they_should_be(
    backend: str, database_source: Source, tmp_path: Path
) -> None:
    def furnish() -> Town:
        return Town(careless(Database(database_source.migrated(tmp_path).url)), COURSE)

    machine = machine_of(furnish)

    short = settings(max_examples=EXAMPLES[backend], stateful_step_count=30, deadline=None,
                     suppress_health_check=list(HealthCheck))  # fmt: skip
    run_state_machine_as_test(machine, settings=short)

    assert machine.examples_whole >= EXAMPLES[backend]
