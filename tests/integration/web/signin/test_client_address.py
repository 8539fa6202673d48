"""From where a request comes: a header is believed of our own proxies only."""

from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from config.doors import Web
from config.settings import Settings
from dondoc.bootstrap import App, build
from dondoc.web.shield.client import client_address


@pytest.fixture
def app(tmp_path: Path) -> App:
    web = Web(trusted_proxies=("127.0.0.1/32", "10.1.0.0/16"))
    return build(Settings(state_dir=tmp_path, web=web), {})


def asked(peer: str | None, *forwarded: str) -> Request:
    headers = [(b"x-forwarded-for", one.encode()) for one in forwarded]
    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": "/", "headers": headers}
    return Request({**scope, "client": (peer, 1) if peer else None})


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", (), "203.0.113.9"),
        ("203.0.113.9", ("198.51.100.1",), "203.0.113.9"),
        ("127.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        ("127.0.0.1", ("6.6.6.6, 198.51.100.1",), "198.51.100.1"),
        ("127.0.0.1", ("6.6.6.6", "198.51.100.1, 10.1.2.3"), "198.51.100.1"),
        ("127.0.0.1", ("198.51.100.1, unknown",), "127.0.0.1"),
        ("::ffff:127.0.0.1", ("2001:db8::1",), "2001:db8::1"),
        ("127.0.0.1", (), "127.0.0.1"),
        ("testclient", (), ""),
        (None, (), ""),
    ],
)
def test_a_forwarded_address_is_believed_of_our_own_proxies_only(
    app: App, peer: str | None, forwarded: tuple[str, ...], expected: str
) -> None:
    assert client_address(asked(peer, *forwarded), app) == expected
