"""Fault 15: a process is stopped in the middle of its work, and another one takes the work over."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.support.office import World
from tests.support.post import smtp
from tests.support.premises import ROOT
from tests.support.smtp_lab import SmtpLab
from tests.support.stopped_relay import LEASE, hurried

pytestmark = pytest.mark.fault


@pytest.fixture
def lab() -> Iterator[SmtpLab]:
    """A mail server."""
    server = SmtpLab()
    yield server
    server.close()


def reminded(world: World) -> None:
    """Let one reminder wait to leave, and nothing else."""
    world.plan({"code": "T1", "due": "2014-06-05"})
    world.now("2014-06-02T09:10")
    world.deliver()
    world.now("2014-06-05T07:30")
    world.sweep()


def stopped(world: World, lab: SmtpLab, moment: str) -> subprocess.Popen[str]:
    """Start a relay, and return it when it has been stopped at the moment."""
    url = world.database.engine.url.render_as_string(hide_password=False)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.stopped_relay", url, str(lab.port),
         world.clock.now().isoformat(), moment],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    _, status = os.waitpid(process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    return process


def resume(process: subprocess.Popen[str]) -> str:
    """Let a process go on, and return what it says at its end."""
    process.send_signal(signal.SIGCONT)
    said, _ = process.communicate(timeout=60)
    return said


@pytest.mark.parametrize("moment", ["claimed", "worded", "taken"])
def test_fault_15_g7_a_holder_that_slept_through_its_lease_tells_nobody_twice(
    world: World, lab: SmtpLab, moment: str
) -> None:
    reminded(world)
    sleeper = stopped(world, lab, moment)
    time.sleep(LEASE.total_seconds() + 1)

    awake = hurried(world, smtp(lab))
    awake.turn()
    said = resume(sleeper)
    awake.turn()

    assert len(lab.mailbox) == 1
    assert "'lost_leases': 1" in said
    # What was handed over and not written down is in doubt; being a reminder it is not sent again.
    states = {row.status for row in world.ledger() if row.is_planned}
    assert states == {"accepted" if moment == "claimed" else "in_doubt"}


@pytest.mark.parametrize("moment", ["claimed", "worded"])
def test_fault_15_the_late_holder_cannot_write_over_what_came_of_it_meanwhile(
    world: World, lab: SmtpLab, moment: str
) -> None:
    reminded(world)
    sleeper = stopped(world, lab, moment)
    time.sleep(LEASE.total_seconds() + 1)
    hurried(world, smtp(lab)).turn()
    before = [(row.id, row.status, row.tries, row.told_at) for row in world.ledger()]

    resume(sleeper)

    after = [(row.id, row.status, row.tries, row.told_at) for row in world.ledger()]
    settled = {row[0]: row for row in before if row[1] in ("accepted", "in_doubt")}
    assert settled
    assert {row[0]: row for row in after if row[0] in settled} == settled
