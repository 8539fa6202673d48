"""The process that reads: one request on standard input, one answer on standard output.

Everything it will need is imported before the walls stand, since the files of the program may be
out of reach behind them.
"""

import importlib
import os
import sys
import traceback
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path, PurePath
from typing import Any, BinaryIO

from engine.errors import BadInput
from workflows.planfile import read_plan, read_worksheet, survey_files
from workflows.planfile.confinement.walls import stand
from workflows.planfile.confinement.wire import (
    END,
    Answer,
    Failure,
    Refusal,
    Request,
    read_head,
    read_request,
)

_ALWAYS = (
    "encodings.ascii", "encodings.cp1252", "encodings.cp1258", "encodings.cp437",
    "encodings.latin_1", "encodings.utf_16", "encodings.utf_16_be", "encodings.utf_16_le",
    "encodings.utf_32", "encodings.utf_8_sig", "workflows.planfile.readers.sniffing",
)  # fmt: skip

#: What is loaded only when a file of that kind is read.
_BY_ENDING = {
    ".docx": ("workflows.planfile.readers.word",),
    ".pdf": ("pdfplumber", "workflows.planfile.readers.pdf"),
    ".xlsx": ("openpyxl", "workflows.planfile.readers.sheets"),
}
_TEXT_READERS = tuple(
    f"workflows.planfile.readers.{name}" for name in ("delimited", "markdown", "plain")
)


def main() -> None:
    """Read one request, put up the walls, answer."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    # What a library prints is no answer.
    sys.stdout = sys.stderr
    head = read_head(source)
    _import_ahead(PurePath(name).suffix.lower() for name, _ in head["files"])
    limits = head["limits"]
    stand(memory_bytes=limits["child_memory_bytes"], cpu_seconds=limits["child_cpu_seconds"])
    try:
        encoded = _answered(source, head)
    except MemoryError:
        # What filled the memory went with the frames that held it.
        encoded = _encoded(Answer(failure=Failure(kind="memory")))
    sink.write(encoded)
    sink.flush()
    # Nothing is left to do, and tearing down a large document takes its time.
    os._exit(0)


def _answered(source: BinaryIO, head: Mapping[str, Any]) -> bytes:
    try:
        return _encoded(_read(read_request(source, head)))
    except BadInput as refused:
        return _encoded(Answer(refusal=Refusal(source=refused.source, faults=refused.faults)))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent must say something
        return _encoded(Answer(failure=Failure(kind="unforeseen", place=_place(error))))


def _read(asked: Request) -> Answer:
    if asked.wanted == "worksheet":
        return Answer(worksheet=read_worksheet(asked.files[0], year=asked.year, rules=asked.rules))
    if asked.wanted == "survey":
        return Answer(survey=survey_files(asked.files, rules=asked.rules))
    read = read_plan(
        asked.files, code=asked.code, year=asked.year, follow=asked.follow, rules=asked.rules
    )
    return Answer(plan=read)


def _encoded(answer: Answer) -> bytes:
    return answer.model_dump_json().encode() + END


def _place(error: Exception) -> str:
    """Return where something unforeseen happened, without a word of the document."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}, {Path(last.filename).name}:{last.lineno}"


def _import_ahead(endings: Iterable[str]) -> None:
    wanted = [*_ALWAYS, *_TEXT_READERS]
    for ending in endings:
        wanted += _BY_ENDING.get(ending, ())
    for name in wanted:
        with suppress(ImportError):
            importlib.import_module(name)


if __name__ == "__main__":
    main()
