"""Surrogate keys: UUIDv7 in canonical text, so that rows of one time lie together."""

import uuid_utils


def new_id() -> str:
    """Return a fresh UUIDv7 as 36 characters; later calls sort after earlier ones."""
    return str(uuid_utils.uuid7())
