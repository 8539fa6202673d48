"""Files named as evidence: their digest goes into the record, so that a later swap shows."""

import hashlib
from pathlib import Path

from engine.commands.request import Evidence
from engine.plaintext import clean


def of_file(path: Path) -> Evidence:
    """Return the evidence that a file is: its name, SHA-256 and size; the file stays where it is.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256")
    return Evidence(
        name=clean(path.name), sha256=digest.hexdigest(), size_bytes=path.stat().st_size
    )
