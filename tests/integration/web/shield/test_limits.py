"""What one request may ask of us, and what it gets when it asks for more."""

import socket
import time
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import pytest
from fastapi import HTTPException
from sqlalchemy.exc import OperationalError

from dondoc.web import serving
from dondoc.web.shield import limits
from dondoc.web.shield.turns import MOST_AT_ONCE, own_turn
from tests.support.web import Site

FORM = {"content-type": "application/x-www-form-urlencoded"}
#: Takes a form from whoever comes.
DOOR = "/ngon-ngu"


def test_a_body_that_is_announced_as_too_large_is_refused_before_it_is_read(site: Site) -> None:
    announced = {**FORM, "content-length": "1000000000"}

    # A body that is shorter than announced would be waited for.
    answer = site.as_("cv").post(DOOR, content=b"lang=en", headers=announced)

    assert answer.status_code == 413
    assert "Tệp quá lớn" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_body_that_turns_out_too_large_is_read_no_further(site: Site) -> None:
    read = []

    def growing() -> Iterator[bytes]:
        for number in range(100):
            read.append(number)
            yield b"a" * 100_000

    answer = site.as_("cv").post(DOOR, content=growing(), headers=FORM)

    assert answer.status_code == 413


def test_a_hundred_thousand_fields_are_no_form(site: Site) -> None:
    fields = "&".join(f"f{number}=" for number in range(100_000))

    answer = site.as_("cv").post(DOOR, content=fields.encode(), headers=FORM)

    assert answer.status_code in (400, 413)


@pytest.mark.parametrize("announced", ["-1", "1e3", "", "١"])
def test_a_length_that_is_no_number_is_refused(site: Site, announced: str) -> None:
    headers: Any = {**FORM, "content-length": announced.encode()}

    answer = site.as_("cv").post(DOOR, content=b"lang=en", headers=headers)

    assert answer.status_code == 400


def test_a_request_with_hundreds_of_headers_is_refused(site: Site) -> None:
    many = {f"x-{number}": "1" for number in range(300)}

    answer = site.as_("cv").get("/viec-cua-toi", headers=many)

    assert answer.status_code == 431


@pytest.mark.parametrize("path", ["/ke-hoach/K%00", "/nhiem-vu?q=%00"])
def test_an_address_with_a_nul_is_no_address(site: Site, path: str) -> None:
    answer = site.as_("cv").get(path)

    assert answer.status_code == 400


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8000"])
def test_an_unknown_host_is_refused(site: Site, host: str) -> None:
    answer = site.as_("cv").get("/viec-cua-toi", headers={"host": host})

    assert answer.status_code == 400
    assert "evil" not in answer.text


@pytest.mark.parametrize("path", ["//evil.example/x", "/@evil.example", "/\\evil.example"])
def test_no_address_leads_to_another_host(site: Site, path: str) -> None:
    answer = site.as_("cv").get("http://127.0.0.1:8000" + path)

    assert answer.status_code == 404
    assert "location" not in answer.headers


def test_a_forwarded_host_is_not_believed(site: Site) -> None:
    answer = site.as_(None).get("/viec-cua-toi", headers={"x-forwarded-host": "evil.example"})

    assert answer.status_code == 303
    assert "evil" not in answer.headers["location"]


def test_fault_9_a_database_that_is_busy_is_said_to_be_busy(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = Mock(side_effect=OperationalError("SELECT 1", {}, Exception("database is locked")))
    reader = site.as_("cv")
    monkeypatch.setattr(site.app.database, "read", locked)
    answer = reader.get("/viec-cua-toi")

    assert answer.status_code == 503
    assert answer.headers["retry-after"].isdigit()
    assert "SELECT" not in answer.text


def test_what_nobody_foresaw_is_a_page_with_its_number_and_nothing_else(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        message = "a secret of the machine"
        raise RuntimeError(message)

    reader = site.as_("cv")
    monkeypatch.setattr("dondoc.web.visit.viewer_of", broken)
    answer = reader.get("/viec-cua-toi")

    assert answer.status_code == 500
    assert answer.headers["x-request-id"] in answer.text
    assert "secret" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_nobody_has_two_turns_at_costly_work() -> None:
    with (
        own_turn("cv", "export"), own_turn("tp", "export"), own_turn("cv", "import"),
        pytest.raises(HTTPException) as refused, own_turn("cv", "export"),
    ):  # fmt: skip
        pytest.fail("a second turn")

    assert refused.value.status_code == 429
    with own_turn("cv", "export"):
        assert refused.value.headers == {"Retry-After": "10"}


def test_everybody_together_has_few_turns() -> None:
    turns = [own_turn(f"cv{number}", "export") for number in range(MOST_AT_ONCE)]
    for turn in turns:
        turn.__enter__()
    with pytest.raises(HTTPException), own_turn("gd", "export"):
        pytest.fail("one turn too many")
    for turn in turns:
        turn.__exit__(None, None, None)

    with own_turn("gd", "export"):
        assert True


def test_whoever_dribbles_a_request_is_not_waited_for(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "_HEAD_SECONDS", 0.3)
    listener = serving.listen("127.0.0.1", 0)
    with (
        serving.served(site.web, listener),
        socket.create_connection(listener.getsockname(), timeout=60) as line,
    ):
        line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        time.sleep(0.2)
        began = time.monotonic()
        try:
            line.sendall(b"X-Slow: 1\r\n")
            said = line.recv(1000)
        except ConnectionError:
            # Given up before the second line came: that is what is promised, too.
            said = b""

    assert said == b""
    assert time.monotonic() - began < 30


def test_whoever_dribbles_a_body_is_not_waited_for(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_LONGEST_SILENCE_SECONDS", 0.3)
    listener = serving.listen("127.0.0.1", 0)
    with (
        serving.served(site.web, listener),
        socket.create_connection(listener.getsockname(), timeout=60) as line,
    ):
        line.sendall(
            b"POST /ngon-ngu HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nlang="
        )
        said = line.recv(1000)

    assert said.startswith(b"HTTP/1.1 408")


def test_others_are_answered_while_somebody_dribbles(site: Site) -> None:
    listener = serving.listen("127.0.0.1", 0)
    with serving.served(site.web, listener):
        slow = [socket.create_connection(listener.getsockname()) for _ in range(50)]
        for line in slow:
            line.sendall(b"GET / HTTP/1.1\r\n")
        with socket.create_connection(listener.getsockname(), timeout=60) as quick:
            quick.sendall(b"GET /static/app.css HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            said = quick.recv(100)
        for line in slow:
            line.close()

    assert said.startswith(b"HTTP/1.1 200")
