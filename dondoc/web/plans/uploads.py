"""Files as people hand them in: so many bytes, read by a child process, one at a time each."""

import re
from typing import Any

from starlette.datastructures import FormData, UploadFile

from dondoc.papers import intake_rules
from dondoc.web.failures import Mistake, Mistakes
from dondoc.web.visit import Visit
from engine.commands.plan_imports import Papers
from engine.errors import BadInput, Fault
from workflows.planfile import InputFile
from workflows.planfile.readers.sniffing import most_bytes

_MB = 1_000_000
_LONGEST_NAME = 200
#: Ways out that only a terminal has, in brackets.
_TYPED = re.compile(r" \((?:--|(?:plan|task|unit|person) [a-z])[^)]*\)")
#: Endings that the file chooser offers; what a file is, is judged by what is in it.
ENDINGS = ".docx,.xlsx,.pdf,.csv,.txt,.md"


def handed_in(form: FormData, visit: Visit, *, wants: str) -> Papers:
    """Return the files of a form: `file`, and `appendix` where there is one.

    Raises:
        Mistakes: there is none, it is empty, or it is too large; `wants` says what is wanted.
    """
    files = [_bytes(form.get(name), visit, name=name) for name in ("file", "appendix")]
    document, appendix = files
    if document is None:
        raise Mistakes([Mistake(field="file", words=wants)])
    return Papers(files=tuple(one for one in (document, appendix) if one is not None))


def input_files(papers: Papers) -> list[InputFile]:
    """Return files as the readers of plans take them."""
    return [InputFile(name=name, data=data) for name, data in papers.files]


def faults_of(error: BadInput) -> list[dict[str, str]]:
    """Return what is wrong with a file as plain data."""
    return [fault_of(one) for one in error.faults]


def fault_of(fault: Fault) -> dict[str, str]:
    """Return one thing that is wrong as plain data."""
    return {"place": fault.place, "problem": for_page(fault.problem), "cure": for_page(fault.cure)}


def for_page(words: str) -> str:
    """Return words without what is typed on a command line."""
    return _TYPED.sub("", words)


def _bytes(part: Any, visit: Visit, *, name: str) -> tuple[str, bytes] | None:
    if not isinstance(part, UploadFile) or not part.filename:
        return None
    called = _named(part.filename)
    most = min(most_bytes(called, rules=intake_rules()),
               visit.app.settings.web.max_upload_mb * _MB)  # fmt: skip
    data = part.file.read(most + 1)
    if len(data) > most:
        words = visit._("Tệp lớn quá %(most)s MB; kiểm tra xem có chọn nhầm không.")
        raise Mistakes([Mistake(field=name, words=words % {"most": most // _MB})])
    if not data:
        raise Mistakes([Mistake(field=name, words=visit._("Tệp rỗng."))])
    return called, data


def _named(text: str) -> str:
    """Return the name of a file without the folders that some programs send with it."""
    name = text.replace("\\", "/").rpartition("/")[2].replace("\0", "")
    name = name.encode(errors="backslashreplace").decode()
    return name if len(name) <= _LONGEST_NAME else name[-_LONGEST_NAME:]
