"""The recording courier keeps what it is given, and fails the way a mail server fails."""

from datetime import UTC, date, datetime, timedelta

import pytest

from dondoc.simulate.courier import RecordingCourier, Witness
from dondoc.simulate.scenario import Mode
from engine.clock import PinnedClock
from engine.notices import Letter, LetterItem
from scheduler.courier import Envelope, Rendered

START = datetime(2014, 3, 10, 0, 30, tzinfo=UTC)


class Plain:
    """Words every letter alike."""

    def render(self, letter: Letter) -> Rendered:
        return Rendered(subject="Nhắc", content=letter.reference.encode())


def item(code: str, *, kind: str = "reminder") -> LetterItem:
    return LetterItem(
        kind="escalation" if kind == "escalation" else "reminder", ladder="unit", rung="remind-3",
        position="assignee", plan_code="KH", plan_title="", plan_number=None, plan_issued_on=None,
        section="", field="", code=code, title="", output=None, state="assigned",
        state_since=None, due_on=date(2014, 3, 13), effective_due_on=date(2014, 3, 13),
        due_time=None, working_days_left=3, lead_unit=None, assignee=None,
    )  # fmt: skip


class Bench:
    """A courier, its clock, and somebody who hands it letters."""

    def __init__(self) -> None:
        self.clock = PinnedClock(START)
        self.witness = Witness(Plain())
        self.courier = RecordingCourier(self.witness, self.clock)

    def hand(self, reference: str, *items: LetterItem, to: str = "cv") -> str:
        letter = Letter(
            reference=reference, recipient=to, address=f"{to}@example.test",
            sent_at=self.clock.now(), items=items,
        )  # fmt: skip
        envelope = Envelope(
            reference=reference, sender="a@example.test", address=letter.address, recipient=to
        )
        return self.courier.deliver(envelope, lambda: self.witness.render(letter).content).outcome


def test_a_message_is_kept_with_what_it_was_about_and_when_it_was_taken() -> None:
    bench = Bench()

    outcome = bench.hand("<1@x>", item("T1"), item("T2"))

    (message,) = bench.courier.messages()
    assert outcome == "accepted"
    assert message.taken_at == (START,)
    assert [one.task for one in message.items] == ["T1", "T2"]
    assert (message.to, message.kind, message.content) == ("cv", "reminder", b"<1@x>")


def test_a_message_of_several_kinds_is_a_digest() -> None:
    bench = Bench()

    bench.hand("<1@x>", item("T1"), item("T2", kind="escalation"))

    assert bench.courier.messages()[0].kind == "digest"


@pytest.mark.parametrize(
    ("mode", "outcome", "kept"),
    [("ok", "accepted", 1), ("down", "temporary", 0), ("drop_after_data", "in_doubt", 1)],
)
def test_the_server_behaves_as_it_is_told(mode: Mode, outcome: str, kept: int) -> None:
    bench = Bench()
    bench.courier.behave(mode)

    answered = bench.hand("<1@x>", item("T1"))

    assert answered == outcome
    assert len(bench.courier.messages()) == kept


def test_only_the_people_named_are_refused() -> None:
    bench = Bench()
    bench.courier.behave("ok", refused=["tp"])

    answers = [bench.hand("<1@x>", item("T1"), to=to) for to in ("tp", "cv")]

    assert answers == ["permanent", "accepted"]


def test_a_message_sent_again_is_one_message_with_two_copies() -> None:
    bench = Bench()
    bench.courier.behave("drop_after_data")
    bench.hand("<1@x>", item("T1"))
    bench.clock.advance(timedelta(minutes=30))
    bench.courier.behave("ok")

    bench.hand("<1@x>", item("T1"))

    (message,) = bench.courier.messages()
    assert message.copies == 2
    assert message.status == "accepted"


def test_nothing_is_kept_of_a_message_that_was_withdrawn() -> None:
    bench = Bench()
    envelope = Envelope(reference="<1@x>", sender="a@x.test", address="b@x.test", recipient="cv")

    delivery = bench.courier.deliver(envelope, lambda: None)

    assert delivery.outcome == "withdrawn"
    assert bench.courier.messages() == ()
