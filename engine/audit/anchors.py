"""An anchor: the head of the log as it was, kept where nobody with the database can change it."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from engine.audit.entries import canonical
from engine.errors import BadInput, Fault

_FORMAT = "dondoc-audit-anchor/1"
_HASH_DIGITS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """What guarded the log when the anchor was taken: the tables' revision and their triggers."""

    revision: str
    guards: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A block that must be in the log for ever, with this hash.

    Attributes:
        block: Its number; 0 for an empty log.
        hash: Its hash.
        entries: How many entries the log had up to and including it.
        at: When the anchor was taken.
        schema: None in anchors read from the database itself.
    """

    block: int
    hash: str
    entries: int
    at: datetime
    schema: Schema | None = None


def write(anchor: Anchor) -> str:
    """Return the anchor as the text of a file."""
    held: dict[str, Any] = {
        "format": _FORMAT,
        "block": anchor.block,
        "hash": anchor.hash,
        "entries": anchor.entries,
        "at": anchor.at,
    }
    if anchor.schema is not None:
        held["schema"] = {"revision": anchor.schema.revision, "guards": anchor.schema.guards}
    return canonical(held) + "\n"


def read(text: str, *, source: str) -> Anchor:
    """Return the anchor that a file holds.

    Raises:
        BadInput: the text is no anchor.
    """
    try:
        held = json.loads(text)
        return _anchor(held)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        fault = Fault(
            place=source,
            problem=f"không phải tệp mốc neo của dondoc ({error})",
            cure="dùng tệp do lệnh dondoc audit anchor -o TỆP tạo ra",
        )
        raise BadInput(source=source, faults=[fault]) from error


def _anchor(held: Any) -> Anchor:
    if held["format"] != _FORMAT:
        message = f"format {held['format']!r}"
        raise ValueError(message)
    schema = held.get("schema")
    return Anchor(
        block=_count(held["block"]),
        hash=_digest(held["hash"]),
        entries=_count(held["entries"]),
        at=_instant(held["at"]),
        schema=_schema(schema) if schema is not None else None,
    )


def _schema(held: Any) -> Schema:
    return Schema(revision=str(held["revision"]), guards=_digest(held["guards"]))


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        message = f"{value!r} is not a count"
        raise ValueError(message)
    return value


def _digest(value: Any) -> str:
    if not isinstance(value, str) or len(bytes.fromhex(value)) * 2 != _HASH_DIGITS:
        message = f"{value!r} is not a SHA-256"
        raise ValueError(message)
    return value


def _instant(value: Any) -> datetime:
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        message = f"{value!r} has no offset"
        raise ValueError(message)
    return at.astimezone(UTC)
