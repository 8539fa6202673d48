"""What the address of a server gives away: whether it is this machine, and a password."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine; "" is."""
    if host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def without_password(url: str) -> str:
    """Return the address of a database with its password masked; "" stays."""
    from sqlalchemy.engine import make_url

    return make_url(url).render_as_string(hide_password=True) if url else ""
