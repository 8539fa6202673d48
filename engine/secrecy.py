"""Secrets that a client is given and sends back: made here, kept only as their digest."""

import hashlib
import secrets

_BYTES = 32


def new_secret() -> str:
    """Return 256 random bits as text that fits into a cookie, a header and an address."""
    return secrets.token_urlsafe(_BYTES)


def digest(secret: str) -> str:
    """Return what is stored of a secret: its SHA-256, in hex.

    A secret of 256 random bits needs no salt and no slow hash; passwords are another matter.
    """
    return hashlib.sha256(secret.encode()).hexdigest()
