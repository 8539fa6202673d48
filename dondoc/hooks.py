"""HTTP out: the way to programs of others, and to none that only this machine can reach (SSRF).

A name is looked up once, every address it has is judged, and the connection goes to the address
that was judged: a name that means something else a moment later changes nothing.
"""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TypeAlias
from urllib.parse import SplitResult, urlsplit

import httpx2

from dondoc.bootstrap import App
from dondoc.secretbox import box_of
from engine.clock import Clock
from engine.errors import Invalid
from engine.plaintext import clean
from scheduler.webhooks import Hooks, Reply

_Address: TypeAlias = IPv4Address | IPv6Address
_AGENT = "dondoc"
_PORTS = {"http": 80, "https": 443}
#: Of an answer, the beginning is enough to see what is wrong.
_MOST_BYTES = 500
#: A conversation may last so many times as long as one may wait for its next piece.
_WHOLE = 2
_NAT64 = ip_network("64:ff9b::/96")


class ForbiddenError(Exception):
    """An address that nothing of ours may be sent to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Which addresses may be called: public ones, and the office's own where it says so.

    `networks` are ranges of addresses, as `webhooks.private_networks` has them.
    """

    networks: tuple[str, ...] = ()

    def checked(self, url: str) -> SplitResult:
        """Return the parts of an address that can be one, before anybody looks it up.

        Raises:
            Invalid: it is no address of the web, holds a password, or is a forbidden number.
        """
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError as error:
            raise Invalid(field="url", problem=f"{url!r} không phải địa chỉ web") from error
        is_plain = url.isascii() and url.isprintable() and " " not in url
        if parts.scheme not in _PORTS or not host or not is_plain:
            raise Invalid(field="url", problem="viết dạng https://máy.cơquan.vn/đường-dẫn")
        if parts.username is not None or parts.password is not None or parts.fragment:
            raise Invalid(field="url", problem="không kèm tên, mật khẩu hay dấu #")
        try:
            literal = ip_address(host)
        except ValueError:
            literal = None
        if literal is not None:
            try:
                self.judge(literal, parts.scheme)
            except ForbiddenError as error:
                raise Invalid(field="url", problem=str(error)) from error
        return parts

    def judge(self, address: _Address, scheme: str) -> None:
        """Return if an address may be called.

        Raises:
            ForbiddenError: it is private, or public and would be spoken to in the open.
        """
        meant = _meant(address)
        if any(meant.version == ip_network(one).version and meant in ip_network(one)
               for one in self.networks):  # fmt: skip
            return
        if not meant.is_global or meant.is_multicast or meant.is_reserved:
            message = f"{address} là địa chỉ nội bộ; cho phép trong webhooks.private_networks"
            raise ForbiddenError(message)
        if scheme != "https":
            message = "gọi ra ngoài phải dùng https"
            raise ForbiddenError(message)

    def addresses(self, host: str, port: int, scheme: str) -> Sequence[str]:
        """Return the addresses that a name has now, all of them judged.

        Raises:
            ForbiddenError: one of them may not be called.
            OSError: it has none.
        """
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        known = list(dict.fromkeys(str(each[4][0]).partition("%")[0] for each in found))
        for each in known:
            self.judge(ip_address(each), scheme)
        return known


def _meant(address: _Address) -> _Address:
    """Return the address behind one that only wraps another."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpCaller:
    """Posts messages to addresses that a guard lets through; it follows no redirect."""

    guard: Guard
    timeout_seconds: int

    def post(self, url: str, *, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Post a message and return the answer, or why there is none."""
        try:
            parts = self.guard.checked(url)
            host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
            found = self.guard.addresses(host, port, parts.scheme)
            return self._sent_to_first(parts, found, body, headers)
        except (ForbiddenError, Invalid) as error:
            return Reply(code=None, words=str(error))
        except (OSError, UnicodeError, RuntimeError, httpx2.HTTPError, httpx2.InvalidURL) as error:
            return Reply(code=None, words=f"{type(error).__name__}: {clean(str(error))}")

    def _sent_to_first(
        self, parts: SplitResult, addresses: Sequence[str], body: bytes, headers: Mapping[str, str]
    ) -> Reply:
        *others, last = addresses
        for address in others:
            try:
                return self._sent(parts, address, body, headers)
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                continue
        return self._sent(parts, last, body, headers)

    def _sent(
        self, parts: SplitResult, address: str, body: bytes, headers: Mapping[str, str]
    ) -> Reply:
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        place = f"[{address}]" if ":" in address else address
        target = parts._replace(netloc=f"{place}:{port}").geturl()
        told = {**headers, "Host": parts.netloc, "User-Agent": _AGENT,
                "Accept-Encoding": "identity"}  # fmt: skip
        with (
            self._client() as client,
            client.stream(
                "POST", target, content=body, headers=told, extensions={"sni_hostname": host}
            ) as answer,
        ):
            words = b""
            for piece in answer.iter_raw(_MOST_BYTES):
                words += piece
                if len(words) >= _MOST_BYTES:
                    break
            text = clean(words[:_MOST_BYTES].decode(errors="replace"))
            return Reply(code=answer.status_code, words=text)

    @contextmanager
    def _client(self) -> Iterator[httpx2.Client]:
        """Open the way out, and close it when its time is over, however slowly somebody answers."""
        # Proxies of the environment would look the name up a second time.
        client = httpx2.Client(
            timeout=self.timeout_seconds, follow_redirects=False, trust_env=False
        )
        closing = threading.Timer(_WHOLE * self.timeout_seconds, client.close)
        closing.daemon = True
        closing.start()
        try:
            with client:
                yield client
        finally:
            closing.cancel()


def guard_of(app: App) -> Guard:
    """Return what may be called from this office."""
    return Guard(networks=tuple(app.settings.webhooks.private_networks))


def hooks_of(app: App, clock: Clock, *, is_stopping: Callable[[], bool] = lambda: False) -> Hooks:
    """Return the part of the service that tells programs of others."""
    caller = HttpCaller(guard=guard_of(app), timeout_seconds=app.settings.webhooks.timeout_seconds)

    def unseal(sealed: str) -> str:
        return box_of(app).unseal(sealed)

    return Hooks(
        database=app.database, clock=clock, rules=app.rules, caller=caller, unseal=unseal,
        is_stopping=is_stopping,
    )  # fmt: skip
