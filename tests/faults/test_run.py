"""`dondoc run` as a process: started, stopped, killed, started again, started twice."""

import signal
import time
from pathlib import Path

import pytest

from tests.support.premises import Premises, stop, wait

#: Enough people to be told in one slot that a kill lands among them.
OFFICERS = 30

pytestmark = pytest.mark.fault


@pytest.fixture
def office(tmp_path: Path) -> Premises:
    """An office whose plan has one task a person, all due on the same Tuesday."""
    place = Premises(tmp_path)
    place.found(officers=OFFICERS, due="14/02/2023", now="2023-02-06T08:00")
    place.dondoc("relay", now="2023-02-06T08:10")
    place.clear_mail()
    return place


def test_run_stops_cleanly_on_sigterm(office: Premises) -> None:
    with office.running("2023-02-08T09:00") as process:
        wait(lambda: "Đang chạy" in office.log())

        code = stop(process)

    assert code == 0
    assert "Đã dừng" in office.log()


def test_run_picks_up_after_kill_9_and_tells_everybody_once(office: Premises) -> None:
    # One of the messages that were on their way when the process died may be in doubt: it is
    # shown, and being a reminder not sent again.
    with office.running("2023-02-14T07:29:58") as process:
        wait(lambda: len(office.mail()) >= 3)
        process.send_signal(signal.SIGKILL)
        process.wait()
    told_before = len(office.mail())

    with office.running("2023-02-14T07:33:30"):
        wait(lambda: len(office.mail()) >= OFFICERS - 1)
        time.sleep(1)

    people = office.told()
    assert told_before < OFFICERS
    assert len(people) == len(set(people))
    assert len(people) >= OFFICERS - 1
    office.dondoc("audit", "verify", now="2023-02-14T07:40")


def test_fault_40_a_second_run_on_one_sqlite_file_is_refused_and_harms_nothing(
    office: Premises,
) -> None:
    with office.running("2023-02-14T07:29:58") as first:
        wait(lambda: "Đang chạy" in office.log())

        second = office.ask("run", now="2023-02-14T07:29:58")
        swept = office.ask("sweep", now="2023-02-14T07:30:05")

        wait(lambda: len(office.mail()) == OFFICERS)
        assert stop(first) == 0

    assert second.returncode == 75
    assert f"(số {first.pid})" in second.stderr
    assert "Traceback" not in second.stderr
    assert "Đang chạy" not in second.stderr
    assert swept.returncode == 0
    assert len(set(office.told())) == OFFICERS


def test_fault_40_a_lock_dies_with_its_process(office: Premises) -> None:
    with office.running("2023-02-08T09:00") as first:
        wait(lambda: "Đang chạy" in office.log())
        first.send_signal(signal.SIGKILL)
        first.wait()

    with office.running("2023-02-08T09:00", log="second.log") as second:
        wait(lambda: "Đang chạy" in office.log("second.log"))
        code = stop(second)

    assert code == 0
