"""Mail that came back is read for a few words, and whatever else it holds does nothing."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dondoc.mail import inbound
from tests.support.returned import bounce, reply, vacation

REFERENCE = "<t1.remind-3.0123456789abcdef@office.test>"


def test_s18_a_bounce_names_the_message_the_mailbox_and_the_status() -> None:
    found = inbound.read(bounce(REFERENCE))

    assert (found.kind, found.status, found.address) == ("bounce", "5.1.1", "cv@example.test")
    assert REFERENCE in found.references
    assert found.is_gone


@pytest.mark.parametrize(
    ("status", "action", "kind", "is_gone"),
    [
        ("5.1.1", "failed", "bounce", True),
        ("5.2.2", "failed", "bounce", False),
        ("4.4.7", "failed", "bounce", False),
        ("4.4.1", "delayed", "delay", False),
        ("2.0.0", "delivered", "auto_reply", False),
        ("", "failed", "bounce", False),
    ],
)
def test_s18_what_is_final_and_what_is_not(
    status: str, action: str, kind: str, is_gone: bool
) -> None:
    found = inbound.read(bounce(REFERENCE, status=status, action=action))

    assert (found.kind, found.is_gone) == (kind, is_gone)


def test_s18_an_automatic_answer_is_told_from_a_person() -> None:
    kinds = [inbound.read(one(REFERENCE)).kind for one in (vacation, reply)]

    assert kinds == ["auto_reply", "reply"]


def test_the_same_mail_by_another_way_has_the_same_digest() -> None:
    first, again = bounce(REFERENCE), bounce(REFERENCE, received="an hour later")
    other = bounce(REFERENCE, own="bounce-2")

    digests = [inbound.read(one).digest for one in (first, again, first.replace(b"\r\n", b"\n"))]

    assert len(set(digests)) == 1
    assert inbound.read(other).digest != digests[0]


def test_an_mbox_is_taken_apart_into_its_mails() -> None:
    box = b"".join(
        b"From x@y Sat Jan 25 07:31:00 2014\r\n" + one + b"\r\n"
        for one in (bounce(REFERENCE), vacation(REFERENCE))
    )

    found = [inbound.read(one).kind for one in inbound.split(box)]

    assert found == ["bounce", "auto_reply"]


NESTED = b"".join(
    b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (depth, depth)
    for depth in range(5_000)
)
MALICIOUS = {
    "nothing": b"",
    "zeros": b"\0" * 10_000,
    "no end of headers": b"X: y\r\n" * 100_000,
    "one endless header": b"Subject: " + b"=?utf-8?B?////" * 50_000,
    "nested without end": NESTED,
    "mails in mails": b"Content-Type: message/rfc822\r\n\r\n" * 5_000,
    "a report of reports": b"Content-Type: message/delivery-status\r\n\r\n"
    + b"Action: failed\r\n\r\n" * 20_000,
    "a charset nobody has": b"Subject: =?nobody?Q?=FF=FE?=\r\nFrom: =?x?B?!?= <a@b>\r\n\r\n",
    "control characters": b"Subject: a\x1b[31m\x00\xe2\x80\xae\r\nFrom: \x07\r\n\r\n",
    "references without end": b"References: " + b"<a@b> " * 100_000 + b"\r\n\r\n",
    "twenty megabytes": b"a" * 20_000_000,
}


@pytest.mark.parametrize("octets", MALICIOUS.values(), ids=MALICIOUS.keys())
def test_whatever_comes_back_is_read_in_a_moment_and_breaks_nothing(octets: bytes) -> None:
    began = time.process_time()

    found = inbound.read(octets)

    assert time.process_time() - began < 5
    assert len(found.references) <= 50
    assert found.subject.isprintable()


@given(st.binary(max_size=2_000))
def test_any_bytes_are_read(octets: bytes) -> None:
    found = inbound.read(bounce(REFERENCE)[:700] + octets)

    assert found.kind in ("bounce", "delay", "auto_reply", "reply")
