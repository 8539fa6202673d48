"""Fault 42: many writers, roll-backs and a kill; the record stays one."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from engine.audit.verify import verify
from engine.store.record import audit_block, audit_entry
from engine.store.session import Database
from tests.support import writing_log
from tests.support.audit_log import export, judge, sealed

_WRITERS = 8
_APPENDS = 40
_ROOT = Path(__file__).resolve().parents[2]


def _start(url: str, number: int) -> subprocess.Popen[str]:
    # The first one is killed long before it is done.
    appends = _APPENDS if number else 100 * _APPENDS
    return subprocess.Popen(
        [sys.executable, writing_log.__file__, url, f"writer-{number}", str(appends), str(number)],
        cwd=_ROOT,
        env={"PYTHONPATH": str(_ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def writers(database_url: str) -> Iterator[list[subprocess.Popen[str]]]:
    started = [_start(database_url, number) for number in range(_WRITERS)]
    yield started
    for writer in started:
        writer.kill()
        writer.wait()
        if writer.stdout is not None:
            writer.stdout.close()


@pytest.mark.fault
def test_fault_42_g16_the_record_survives_eight_writers_roll_backs_and_a_kill(
    database: Database, writers: list[subprocess.Popen[str]]
) -> None:
    victim, *others = writers
    while any(writer.poll() is None for writer in others):
        # Among so many writers a turn of the sealer may not get in; the next one does its work.
        with suppress(OperationalError):
            sealed(database)
        if victim.poll() is None and _is_written_by(database, "writer-0"):
            victim.kill()
        time.sleep(0.05)
    told = [line for writer in writers for line in writer.communicate()[0].splitlines()]

    sealed(database)

    verdict = verify(database)
    with database.read() as tx:
        stored = set(tx.execute(select(audit_entry.c.id)).scalars())
        listed = [one for ids in tx.execute(select(audit_block.c.entries)).scalars() for one in ids]
    assert victim.returncode == -signal.SIGKILL
    assert [writer.returncode for writer in others] == [0] * (_WRITERS - 1)
    assert verdict.findings == ()
    assert sorted(listed) == sorted(stored)
    # A line may be cut off by the kill; an entry committed may have gone untold.
    whole = {one for one in told if len(one) == len(next(iter(stored)))}
    assert whole <= stored
    assert len(stored) - len(whole) <= 1
    assert judge(export(database)).findings == ()


def _is_written_by(database: Database, name: str) -> bool:
    with database.read() as tx:
        found = tx.execute(select(audit_entry.c.id).where(audit_entry.c.actor == name).limit(1))
        return found.first() is not None
