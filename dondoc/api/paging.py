"""Pages of lists: how many, from where on, of which fields; cursors are signed and bound to a list.

A cursor that was changed, or comes from another list, is refused and never guessed at.
"""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import Request
from pydantic import Field

from dondoc.api.caller import Call
from dondoc.api.shapes import Shape
from dondoc.secretbox import SecretBox, box_of
from engine.errors import Invalid
from engine.spelling import did_you_mean

MOST = 200
#: What a query may say besides a filter.
OWN = frozenset({"limit", "cursor", "count", "fields"})

Limit = Annotated[int, Field(ge=1, le=MOST, description="At most so many items.")]
CursorText = Annotated[
    str | None, Field(max_length=2_000, description="`next` of the page before; opaque.")
]
Counted = Annotated[
    bool, Field(description="Also say how many there are, counting to 10,000 at most.")
]
Fields = Annotated[
    str | None,
    Field(max_length=1_000, description="Names of fields, joined by commas; `address` always is."),
]


def filter_of(request: Request) -> str:
    """Return the part of the query that is the filter."""
    pairs = parse_qsl(request.url.query, keep_blank_values=True)
    return urlencode([(key, value) for key, value in pairs if key not in OWN])


def sign_cursor(call: Call, place: str, *, of: str) -> str:
    """Return a cursor for a place of a list."""
    return _box(call).sign("cursor", [of, place])


def read_cursor(call: Call, cursor: str, *, of: str) -> str:
    """Return the place that a cursor stands for.

    Raises:
        Invalid: it was not signed here, or for another list.
    """
    signed = _box(call).unsign("cursor", cursor)
    if not isinstance(signed, list) or len(signed) != 2 or signed[0] != of:  # noqa: PLR2004
        raise Invalid(field="cursor", problem="không phải của danh sách này")
    return str(signed[1])


def next_link(call: Call, cursor: str | None) -> Mapping[str, str]:
    """Return the header that leads to the page behind a cursor; none at the end."""
    if cursor is None:
        return {}
    pairs = parse_qsl(call.request.url.query, keep_blank_values=True)
    kept = [(key, value) for key, value in pairs if key != "cursor"]
    query = urlencode([*kept, ("cursor", cursor)])
    return {"Link": f'<{call.request.url.path}?{query}>; rel="next"'}


def fields_of(text: str | None, shape: type[Shape]) -> frozenset[str] | None:
    """Return the fields that were asked for; None is all.

    Raises:
        Invalid: the shape has no such field.
    """
    if text is None:
        return None
    known = list(shape.model_fields)
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in known:
            raise Invalid(field="fields", problem=f"{name!r}: {did_you_mean(name, known)}")
    return frozenset({"address", *names})


def _box(call: Call) -> SecretBox:
    return box_of(call.app)
