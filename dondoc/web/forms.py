"""Forms that people post, read by a pydantic model; what is wrong with one, said at its place.

A route reads a form with `read_form(Model, form)`. What cannot be taken raises `Mistakes`; the
route shows its page again with `mistakes=...` and `values=...`, so that nothing typed is lost.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import FormData

from dondoc.web.failures import Mistake, Mistakes
from dondoc.web.visit import Visit

#: The version that somebody saw: a number that any column can be compared with.
Version = Annotated[int, Field(ge=0, le=2**31 - 1)]
#: More fields than this in one form, or more files, is no form of ours.
MOST_FIELDS = 3_000
MOST_FILES = 20


class Form(BaseModel):
    """A form; what it does not know is refused, and text loses the blanks around it."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, hide_input_in_errors=True
    )


_Model = TypeVar("_Model", bound=Form)


async def posted(request: Request) -> AsyncIterator[FormData]:
    """Yield what was posted, and let go of its files afterwards; a dependency of routes."""
    form = await request.form(max_fields=MOST_FIELDS, max_files=MOST_FILES)
    try:
        yield form
    finally:
        await form.close()


def read_form(model: type[_Model], form: FormData, visit: Visit) -> _Model:
    """Return a form as its model.

    Lists are the fields that the model declares as `list` or `tuple`.

    Raises:
        Mistakes: every field that cannot be taken, in the language of the visit.
    """
    fields = _fields(model, form)
    if wrong := [name for name, value in fields.items() if _has_nul(value)]:
        words = visit._("Giá trị này không dùng được.")
        raise Mistakes([Mistake(field=name, words=words) for name in wrong])
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        # Where a form is logged for whatever else went wrong, a password in it is not.
        raise Mistakes([_mistake(each, visit) for each in error.errors()]) from None


def typed(form: FormData) -> dict[str, Any]:
    """Return what was typed, by field, to be shown again; files are not among it."""
    return {
        name: [one for one in form.getlist(name) if isinstance(one, str)]
        if len(form.getlist(name)) > 1
        else form[name]
        for name in form
        if isinstance(form[name], str)
    }


def _fields(model: type[Form], form: FormData) -> dict[str, Any]:
    many = {
        info.alias or name
        for name, info in model.model_fields.items()
        if str(info.annotation).startswith(("list", "tuple"))
    }
    return {name: form.getlist(name) if name in many else form[name] for name in form}


def _has_nul(value: Any) -> bool:
    """Tell whether there is a NUL in what was typed: no text in a database holds one."""
    return any(isinstance(one, str) and "\0" in one
               for one in (value if isinstance(value, list) else [value]))  # fmt: skip


def _mistake(found: Mapping[str, Any], visit: Visit) -> Mistake:
    field = str(found["loc"][0]) if found["loc"] else ""
    return Mistake(field=field, words=_words(found, visit))


def _words(found: Mapping[str, Any], visit: Visit) -> str:
    _, about = visit._, found.get("ctx", {})
    match found["type"]:
        case "missing":
            return _("Hãy điền chỗ này.")
        case "string_too_short":
            return (
                _("Hãy điền chỗ này.")
                if about["min_length"] == 1
                else _("Hãy viết ít nhất %(number)s ký tự.") % {"number": about["min_length"]}
            )
        case "string_too_long":
            return _("Nhiều nhất %(number)s ký tự.") % {"number": about["max_length"]}
        case kind if kind.startswith("date"):
            return _("Hãy chọn một ngày có thật.")
        case kind if kind.startswith("int"):
            return _("Hãy viết một số nguyên.")
        case "extra_forbidden":
            return _("Trang này không có ô đó; hãy tải lại trang.")
        case _:
            return _("Giá trị này không dùng được.")
