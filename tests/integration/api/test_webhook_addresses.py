"""Addresses of programs that are told: none leads inside, however it is written."""

from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from dondoc.hooks import Guard, HttpCaller
from tests.support.programs import Program


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://10.1.2.3/x",
     "http://169.254.169.254/latest/meta-data", "http://0.0.0.0/", "ftp://example.vn/",
     "https://u:p@example.vn/", "http://93.184.216.34/", "javascript:alert(1)", "https://", "//x"],
)  # fmt: skip
def test_an_address_inside_or_in_the_open_is_refused_when_it_is_given(
    program: Program, url: str
) -> None:
    answer = program("cvp").post("webhooks", json={"url": url})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/url"


@dataclass(slots=True)
class Listener:
    """A server on this machine that notes whoever comes."""

    port: int
    hits: list[str]


@pytest.fixture
def listener() -> Iterator[Listener]:
    hits: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            hits.append(f"{self.headers['Host']} {self.path}")
            if self.path == "/redirect":
                self.send_response(307)
                self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/inside")  # type: ignore[attr-defined]
            else:
                self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Listener(server.server_port, hits)
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f000001", "017700000001", "localhost", "127.1"]
)
def test_no_way_of_writing_it_leads_to_this_machine(listener: Listener, host: str) -> None:
    caller = HttpCaller(guard=Guard(), timeout_seconds=2)

    reply = caller.post(f"http://{host}:{listener.port}/", body=b"{}", headers={})

    assert reply.code is None
    assert listener.hits == []


def test_a_redirect_leads_nowhere(listener: Listener) -> None:
    caller = HttpCaller(guard=Guard(networks=("127.0.0.0/8",)), timeout_seconds=2)

    reply = caller.post(f"http://127.0.0.1:{listener.port}/redirect", body=b"{}", headers={})

    assert reply.code == 307
    assert listener.hits == [f"127.0.0.1:{listener.port} /redirect"]


def test_a_name_that_means_another_address_a_moment_later_changes_nothing(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def rebinding(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        address = "127.0.0.1" if len(asked) > 1 else "93.184.216.34"
        return [(2, 1, 6, "", (address, port))]

    caller = HttpCaller(guard=Guard(), timeout_seconds=1)
    monkeypatch.setattr("dondoc.hooks.socket.getaddrinfo", rebinding)
    sent: list[str] = []
    monkeypatch.setattr(
        HttpCaller, "_sent", lambda _self, _parts, address, *_: sent.append(address)
    )

    caller.post(f"https://doi.example.vn:{listener.port}/", body=b"{}", headers={})
    second = caller.post(f"https://doi.example.vn:{listener.port}/", body=b"{}", headers={})

    assert sent == ["93.184.216.34"]
    assert second.code is None
    assert listener.hits == []


def test_a_machine_of_the_office_is_called_where_the_settings_let_it(
    listener: Listener,
) -> None:
    caller = HttpCaller(guard=Guard(networks=("127.0.0.1/32",)), timeout_seconds=2)

    reply = caller.post(f"http://localhost:{listener.port}/tin?x=1", body=b"{}", headers={})

    assert reply.code == 200
    assert listener.hits == [f"localhost:{listener.port} /tin?x=1"]
