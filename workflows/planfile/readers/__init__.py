"""Files to blocks: one module per format; nothing here knows what a task is."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from workflows.planfile.blocks import Document, Format
from workflows.planfile.rules import IntakeRules
from workflows.planfile.secrecy import refuse_secrets

#: What a reader of one format is: clean bytes in, blocks out.
Reader = Callable[["InputFile", IntakeRules], Document]


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """A file as it was handed in; `name` is what its user calls it, never a path to open."""

    name: str
    data: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes, hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


def read_document(file: InputFile, *, rules: IntakeRules) -> Document:
    """Read a file by what it is.

    Raises:
        BadInput: it is nothing we read, damaged, protected, too large, or a state secret; every
            fault at once, in Vietnamese.
    """
    from workflows.planfile.readers.sniffing import format_of

    document = _reader(format_of(file, rules=rules))(file, rules)
    refuse_secrets(document, rules=rules)
    return document


def _reader(kind: Format) -> Reader:
    # Each brings a library of its own; a plan in running text needs none of them.
    match kind:
        case "csv":
            from workflows.planfile.readers.delimited import read
        case "docx":
            from workflows.planfile.readers.word import read
        case "md":
            from workflows.planfile.readers.markdown import read
        case "pdf":
            from workflows.planfile.readers.pdf import read
        case "txt":
            from workflows.planfile.readers.plain import read
        case "xlsx":
            from workflows.planfile.readers.sheets import read
    return read
