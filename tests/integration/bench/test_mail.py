"""The rows of mail: both sides hand the same message to a server that takes everything."""

import smtplib

import pytest

from dondoc.bench import mail
from dondoc.bench.mail import Effort
from dondoc.bench.sink import HOST, sink
from dondoc.bench.stage import Place


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "WARM_UP", 1)
    monkeypatch.setattr(mail, "QUICK", Effort(rounds=1, each=3))


def test_the_server_of_the_measurement_takes_one_message_after_another() -> None:
    with sink() as port, smtplib.SMTP(HOST, port) as client:
        answers = [
            client.sendmail("a@do.test", "b@do.test", b"Subject: x\r\n\r\n.\r\ny\r\n")
            for _ in range(3)
        ]

    assert answers == [{}, {}, {}]


def test_a_row_of_mail_holds_both_rates() -> None:
    row = mail.measure(Place(kind="sqlite"), True)

    assert (row.path, row.database, row.unit) == ("mail", "none", "messages/s")
    assert row.rate > 0
    assert row.limit_rate > 0
    assert row.must_reach == 0.4


def test_every_letter_of_the_measurement_is_one_of_its_own() -> None:
    letters = [mail.letter(number) for number in range(200)]

    assert len({one.reference for one in letters}) == 200
    assert len({one.items[0].title for one in letters}) == 200
