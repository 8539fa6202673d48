"""What somebody had posted when his session was over, carried along until he is back.

It travels with the pages themselves, as one hidden field: nobody else's browser ever holds it.
"""

import json
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData, UploadFile

from dondoc.web.signin.paths import own_path

#: Passwords are typed anew: a page left open is not to hold one.
_SECRET = frozenset({"password", "again", "current"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A form to post again: to which page, with what; of `files` only the fields are known."""

    path: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """It as the value of a hidden field."""
        return json.dumps([self.path, self.fields, self.files], ensure_ascii=False)


def kept_of(path: str, form: FormData) -> Kept:
    """Return a form that was posted to a path."""
    items = form.multi_items()
    files = dict.fromkeys(name for name, value in items if isinstance(value, UploadFile))
    return Kept(
        path=own_path(path),
        fields=tuple(
            (name, value) for name, value in items if isinstance(value, str) and name not in _SECRET
        ),
        files=tuple(files),
    )


def kept_from(text: str) -> Kept | None:
    """Return what a hidden field holds; None where there is nothing, or nothing of ours."""
    if not text:
        return None
    try:
        path, fields, files = json.loads(text)
        return Kept(
            path=own_path(_text(path)),
            fields=tuple((_text(name), _text(value)) for name, value in fields),
            files=tuple(_text(name) for name in files),
        )
    except (TypeError, ValueError, RecursionError):
        return None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        message = "no text"
        raise TypeError(message)
    return value
