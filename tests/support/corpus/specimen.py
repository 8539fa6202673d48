"""A file that no office would send, and what must become of it."""

from dataclasses import dataclass
from pathlib import Path

#: It may be read, or refused in good order; nothing else is promised.
EITHER = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    """A file, not yet on the disk.

    Attributes:
        name: Its name; the ending is what somebody claims it to be.
        data: What is in it.
        refused: Part of the sentence that refuses it, or several with bars between; `EITHER`
            where it may be read too, None where it must be.
        reads: Parts of what is read of it, where it is.
    """

    name: str
    data: bytes
    refused: str | None = EITHER
    reads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Specimen:
    """A file on the disk, and what must become of it; as `Odd` says it."""

    path: Path
    refused: str | None
    reads: tuple[str, ...]
