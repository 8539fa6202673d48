"""From which address a request comes: what a proxy says is believed only of our own proxies."""

from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

from starlette.requests import HTTPConnection

from dondoc.bootstrap import App

_Address: TypeAlias = IPv4Address | IPv6Address
_Network: TypeAlias = IPv4Network | IPv6Network


def client_address(request: HTTPConnection, app: App) -> str:
    """Return the address a request comes from, "" where nobody can say.

    `X-Forwarded-For` is read from its end: each proxy adds whom it heard it from, and everything
    before the first address that is none of our proxies may be invented.
    """
    peer = _address(request.client.host) if request.client else None
    if peer is None:
        return ""
    proxies = _networks(app.settings.web.trusted_proxies)
    given = ",".join(request.headers.getlist("x-forwarded-for"))
    heard = [one.strip() for one in given.split(",") if one.strip()]
    while heard and _is_among(peer, proxies):
        before = _address(heard.pop())
        if before is None:
            break
        peer = before
    return str(peer)


def _address(text: str) -> _Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


@cache
def _networks(texts: tuple[str, ...]) -> tuple[_Network, ...]:
    return tuple(ip_network(one) for one in texts)


def _is_among(address: _Address, networks: tuple[_Network, ...]) -> bool:
    return any(address.version == network.version and address in network for network in networks)
