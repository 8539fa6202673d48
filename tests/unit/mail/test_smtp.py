"""What the courier makes of a server's every mood; the server is real, on loopback."""

import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dondoc.mail.smtp import Server, SmtpCourier
from scheduler.courier import Delivery, Envelope
from tests.support import smtp_lab
from tests.support.certificates import self_signed
from tests.support.smtp_lab import Phase, SmtpLab

MAIL = (
    b"From: a@lab.test\r\nSubject: x\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: 8bit\r\n\r\n.m\xe1\xbb\x99t\r\n..hai\r\n"
)


@pytest.fixture
def lab() -> Iterator[SmtpLab]:
    running = SmtpLab()
    yield running
    running.close()


@pytest.fixture
def couriers() -> Iterator[list[SmtpCourier]]:
    opened: list[SmtpCourier] = []
    yield opened
    for one in opened:
        one.close()


@pytest.fixture
def courier_to(couriers: list[SmtpCourier]) -> Callable[..., SmtpCourier]:
    def make(lab: SmtpLab, **settings: object) -> SmtpCourier:
        chosen = {"security": "none", "timeout": timedelta(seconds=5), **settings}
        server = Server(host="127.0.0.1", port=lab.port, **chosen)  # type: ignore[arg-type]
        couriers.append(SmtpCourier(server))
        return couriers[-1]

    return make


def _to(address: str = "cv@lab.test") -> Envelope:
    return Envelope(reference="<t1.x@lab.test>", sender="dondoc@lab.test", address=address)


def _verbs(lab: SmtpLab) -> list[str]:
    return [command.split(" ", 1)[0].upper() for command in lab.commands]


def _send(courier: SmtpCourier, address: str = "cv@lab.test", content: bytes = MAIL) -> Delivery:
    return courier.deliver(_to(address), lambda: content)


def test_a_message_arrives_byte_for_byte_dots_and_diacritics_included(
    lab: SmtpLab, courier_to: Callable[..., SmtpCourier]
) -> None:
    delivery = _send(courier_to(lab))

    assert (delivery.outcome, delivery.phase, delivery.code) == ("accepted", "dot", 250)
    assert [one.content for one in lab.mailbox] == [MAIL]
    assert lab.mailbox[0].recipients == ("cv@lab.test",)


def test_a_server_without_8bitmime_gets_the_same_words_in_ascii(
    lab: SmtpLab, courier_to: Callable[..., SmtpCourier]
) -> None:
    lab.extensions = []

    _send(courier_to(lab))

    assert lab.mailbox[0].content.isascii()
    assert lab.mailbox[0].text.split() == [".một", "..hai"]
    assert not any("8BITMIME" in command for command in lab.commands)


@pytest.mark.parametrize("code", [421, 450, 451, 452])
@pytest.mark.parametrize("phase", ["banner", "ehlo", "mail", "rcpt", "data", "dot"])
def test_fault_23_a_4yz_at_any_phase_is_temporary_and_the_next_message_passes(
    lab: SmtpLab, courier_to: Callable[..., SmtpCourier], phase: Phase, code: int
) -> None:
    lab.on(phase, f"{code} 4.2.1 not now")
    courier = courier_to(lab)

    first = _send(courier)
    second = _send(courier)

    assert (first.outcome, first.phase, first.code) == ("temporary", phase, code)
    assert first.reply == "4.2.1 not now"
    assert second.outcome == "accepted"
    assert len(lab.mailbox) == 1


@pytest.mark.parametrize("code", [550, 552, 554])
@pytest.mark.parametrize("phase", ["rcpt", "data", "dot"])
def test_fault_24_a_5yz_about_a_recipient_or_a_message_is_permanent(
    lab: SmtpLab, courier_to: Callable[..., SmtpCourier], phase: Phase, code: int
) -> None:
    lab.on(phase, f"{code} 5.1.1 never", recipient="cv@lab.test")
    courier = courier_to(lab)

    refused = _send(courier)
    other = _send(courier, "tp@lab.test")

    assert (refused.outcome, refused.phase, refused.code) == ("permanent", phase, code)
    assert other.outcome == "accepted"
    assert lab.sessions == 1


@pytest.mark.parametrize("phase", ["banner", "ehlo", "mail"])
def test_a_5yz_before_there_is_a_recipient_blames_nobody(
    lab: SmtpLab, courier_to: Callable[..., SmtpCourier], phase: Phase
) -> None:
    lab.on(phase, "550 5.7.1 we do not know you")

    delivery = _send(courier_to(lab))

    assert (delivery.outcome, delivery.phase, delivery.code) == ("temporary", phase, 550)


def test_fault_26_a_line_dropped_after_the_dot_is_in_doubt(
    lab: SmtpLab, courier_to: Callable[..., SmtpCourier]
) -> None:
    lab.on("dot", smtp_lab.KEEP_AND_DROP)

    delivery = _send(courier_to(lab))

    assert (delivery.outcome, delivery.phase, delivery.code) == ("in_doubt", "dot", None)
    assert len(lab.mailbox) == 1


def test_an_answer_to_the_dot_that_is_none_is_in_doubt(
    lab: SmtpLab, courier_to: Callable[..., SmtpCourier]
) -> None:
    lab.on("dot", "what was that")

    assert _send(courier_to(lab)).outcome == "in_doubt"


@pytest.mark.parametrize("phase", ["banner", "ehlo", "mail", "rcpt", "data"])
def test_a_line_dropped_before_the_dot_is_not_sent(
    lab: SmtpLab, courier_to: Callable[..., SmtpCourier], phase: Phase
) -> None:
    lab.on(phase, smtp_lab.DROP, times=2)

    delivery = _send(courier_to(lab))

    assert (delivery.outcome, delivery.phase) == ("temporary", phase)
    assert lab.mailbox == []


@pytest.mark.parametrize(
    ("phase", "outcome"),
    [
        ("banner", "temporary"),
        ("ehlo", "temporary"),
        ("mail", "temporary"),
        ("rcpt", "temporary"),
        ("data", "temporary"),
        ("dot", "in_doubt"),
    ],
)
def test_fault_28_a_server_that_hangs_costs_one_time_out_and_nobody_else(
    lab: SmtpLab, courier_to: Callable[..., SmtpCourier], phase: Phase, outcome: str
) -> None:
    lab.on(phase, smtp_lab.HANG)
    courier = courier_to(lab, timeout=timedelta(seconds=0.6))

    hung = _send(courier)
    other = _send(courier, "tp@lab.test")

    assert (hung.outcome, hung.phase) == (outcome, phase)
    assert other.outcome == "accepted"


def test_fault_25_of_two_recipients_only_the_refused_one_is_to_be_retried(
    lab: SmtpLab, courier_to: Callable[..., SmtpCourier]
) -> None:
    lab.on("rcpt", "450 4.2.1 mailbox busy", recipient="cv@lab.test", times=None)
    courier = courier_to(lab)

    outcomes = [_send(courier, address).outcome for address in ("cv@lab.test", "tp@lab.test")]

    assert outcomes == ["temporary", "accepted"]


def test_one_session_serves_many_messages_and_is_renewed_in_time(
    lab: SmtpLab, courier_to: Callable[..., SmtpCourier]
) -> None:
    courier = courier_to(lab, session_messages=3)

    for _ in range(7):
        _send(courier)

    assert [one.session for one in lab.mailbox] == [1, 1, 1, 2, 2, 2, 3]


def test_452_4_5_3_means_a_new_session_for_the_same_message_at_once(
    lab: SmtpLab, courier_to: Callable[..., SmtpCourier]
) -> None:
    lab.session_limit = 2
    courier = courier_to(lab)

    outcomes = [_send(courier).outcome for _ in range(5)]

    assert outcomes == ["accepted"] * 5
    assert [one.session for one in lab.mailbox] == [1, 1, 2, 2, 3]


def test_452_4_5_3_in_a_fresh_session_too_is_temporary(
    lab: SmtpLab, courier_to: Callable[..., SmtpCourier]
) -> None:
    lab.on("rcpt", "452 4.5.3 too many", times=None)

    delivery = _send(courier_to(lab))

    assert (delivery.outcome, lab.sessions) == ("temporary", 2)


def test_a_kept_session_that_died_meanwhile_is_replaced_without_a_word(
    lab: SmtpLab, courier_to: Callable[..., SmtpCourier]
) -> None:
    courier = courier_to(lab)
    _send(courier)
    lab.on("mail", "421 4.4.2 idle too long")

    delivery = _send(courier)

    assert delivery.outcome == "accepted"
    assert [one.session for one in lab.mailbox] == [1, 2]


def test_a_session_that_lay_idle_is_not_trusted(lab: SmtpLab) -> None:
    passed = [0.0]
    server = Server(host="127.0.0.1", port=lab.port, security="none")
    courier = SmtpCourier(server, monotonic=lambda: passed[0])
    _send(courier)
    passed[0] = 31.0

    _send(courier)
    courier.close()

    assert [one.session for one in lab.mailbox] == [1, 2]


def test_content_is_asked_for_after_the_recipient_is_taken_and_none_sends_nothing(
    lab: SmtpLab, courier_to: Callable[..., SmtpCourier]
) -> None:
    courier = courier_to(lab)
    seen: list[str] = []

    def content() -> bytes | None:
        seen.extend(_verbs(lab))
        return None

    withdrawn = courier.deliver(_to(), content)
    after = _send(courier)

    assert withdrawn.outcome == "withdrawn"
    assert seen == ["EHLO", "MAIL", "RCPT"]
    assert after.outcome == "accepted"
    assert _verbs(lab)[3:5] == ["RSET", "MAIL"]
    assert len(lab.mailbox) == 1


def test_a_content_that_breaks_passes_through_and_leaves_a_clean_line(
    lab: SmtpLab, courier_to: Callable[..., SmtpCourier]
) -> None:
    courier = courier_to(lab)

    def content() -> bytes:
        raise LookupError

    with pytest.raises(LookupError):
        courier.deliver(_to(), content)

    assert _send(courier).outcome == "accepted"
    assert len(lab.mailbox) == 1


def test_a_server_that_is_not_there_is_temporary_at_connect() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    courier = SmtpCourier(Server(host="127.0.0.1", port=port, security="none"))

    delivery = _send(courier)

    assert (delivery.outcome, delivery.phase) == ("temporary", "connect")


def _with_tls(lab: SmtpLab, folder: Path, *, host: str) -> Path:
    made = self_signed(folder, host=host)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.certificate, made.key)
    lab.tls = context
    return made.certificate


def test_starttls_carries_the_message_and_the_login_in_a_verified_channel(
    lab: SmtpLab, courier_to: Callable[..., SmtpCourier], tmp_path: Path
) -> None:
    lab.extensions = ["8BITMIME", "AUTH PLAIN"]
    trusted = _with_tls(lab, tmp_path, host="localhost")
    server = Server(
        host="localhost", port=lab.port, ca_file=trusted, username="dondoc", password="secret"
    )
    courier = SmtpCourier(server)

    delivery = _send(courier)
    courier.close()

    assert delivery.outcome == "accepted"
    assert _verbs(lab) == ["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "QUIT"]


def test_fault_34_a_stripped_starttls_is_refused_before_anything_is_said(
    lab: SmtpLab, courier_to: Callable[..., SmtpCourier]
) -> None:
    courier = courier_to(lab, security="starttls", username="dondoc", password="secret")

    delivery = _send(courier)

    assert (delivery.outcome, delivery.phase) == ("temporary", "starttls")
    assert _verbs(lab) == ["EHLO"]


@pytest.mark.parametrize("host", ["localhost", "elsewhere.test"])
def test_fault_34_a_certificate_nobody_vouches_for_is_refused(
    lab: SmtpLab, tmp_path: Path, host: str
) -> None:
    made = _with_tls(lab, tmp_path, host=host)
    # Unknown authority in the one case, known authority but another name in the other.
    trusted = made if host != "localhost" else None
    courier = SmtpCourier(Server(host="localhost", port=lab.port, ca_file=trusted))

    delivery = _send(courier)

    assert (delivery.outcome, delivery.phase) == ("temporary", "starttls")
    assert "CERTIFICATE_VERIFY_FAILED" in delivery.reply
    assert lab.mailbox == []


def test_a_refused_login_is_ours_to_put_right(
    lab: SmtpLab, courier_to: Callable[..., SmtpCourier]
) -> None:
    lab.extensions = ["AUTH PLAIN"]
    lab.on("auth", "535 5.7.8 bad credentials")

    delivery = _send(courier_to(lab, username="dondoc", password="wrong"))

    assert (delivery.outcome, delivery.phase, delivery.code) == ("temporary", "login", 535)


def test_a_password_is_not_shown_by_a_server_in_words() -> None:
    server = Server(host="mail.test", port=25, username="dondoc", password="geheim")

    assert "geheim" not in repr(server)
