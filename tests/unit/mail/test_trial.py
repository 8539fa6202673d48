"""Trial mode keeps every message whole, apart, and for its owner's eyes."""

import stat
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dondoc.mail.trial import TrialCourier
from engine.clock import PinnedClock
from scheduler.courier import Envelope


@pytest.fixture
def courier(tmp_path: Path) -> TrialCourier:
    clock = PinnedClock(datetime(2026, 5, 20, 0, 30, tzinfo=UTC))
    return TrialCourier(tmp_path / "mail", clock=clock, zone=ZoneInfo("Asia/Ho_Chi_Minh"))


def _to(recipient: str) -> Envelope:
    return Envelope(
        reference="<x@y>", sender="a@b", address="c@d", recipient=recipient, kind="reminder"
    )


def test_messages_of_one_minute_to_one_person_lie_side_by_side(
    courier: TrialCourier, tmp_path: Path
) -> None:
    replies = [courier.deliver(_to("cv"), lambda n=n: b"%d" % n).reply for n in range(3)]  # type: ignore[misc]

    assert replies == [f"20260520-0730-cv-reminder-{n}.eml" for n in (1, 2, 3)]
    kept = sorted((tmp_path / "mail").iterdir())
    assert [path.name for path in kept] == replies
    assert [path.read_bytes() for path in kept] == [b"0", b"1", b"2"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}


def test_a_code_with_a_path_in_it_stays_in_the_folder(
    courier: TrialCourier, tmp_path: Path
) -> None:
    courier.deliver(_to("../../etc/x"), lambda: b"x")

    assert [path.parent for path in tmp_path.rglob("*.eml")] == [tmp_path / "mail"]


def test_nothing_left_to_say_leaves_no_file(courier: TrialCourier, tmp_path: Path) -> None:
    delivery = courier.deliver(_to("cv"), lambda: None)

    assert delivery.outcome == "withdrawn"
    assert list(tmp_path.rglob("*.eml")) == []


def test_a_folder_that_cannot_be_written_is_a_trouble_for_now(
    courier: TrialCourier, tmp_path: Path
) -> None:
    (tmp_path / "mail").write_text("in the way")

    delivery = courier.deliver(_to("cv"), lambda: b"x")

    assert (delivery.outcome, delivery.phase) == ("temporary", "connect")
