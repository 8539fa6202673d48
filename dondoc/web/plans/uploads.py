"""Files as people hand them in: so many bytes, read by a child process, one at a time each."""

from typing import Any

from starlette.datastructures import FormData, UploadFile

from dondoc.intake import file_name, most_of
from dondoc.web.failures import Mistake, Mistakes
from dondoc.web.visit import Visit
from engine.commands.plan_imports import Papers

_MB = 1_000_000
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


def _bytes(part: Any, visit: Visit, *, name: str) -> tuple[str, bytes] | None:
    if not isinstance(part, UploadFile) or not part.filename:
        return None
    called = file_name(part.filename)
    most = most_of(called, most_mb=visit.app.settings.web.max_upload_mb)
    data = part.file.read(most + 1)
    if len(data) > most:
        words = visit._("Tệp lớn quá %(most)s MB; kiểm tra xem có chọn nhầm không.")
        raise Mistakes([Mistake(field=name, words=words % {"most": most // _MB})])
    if not data:
        raise Mistakes([Mistake(field=name, words=visit._("Tệp rỗng."))])
    return called, data
