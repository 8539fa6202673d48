"""The settings in force, as an administrator gave them; secrets are never shown."""

from fastapi import APIRouter, Response

from config.settings import Settings
from dondoc.web.rendering import render
from dondoc.web.visit import Administrator

router = APIRouter(prefix="/quan-tri/cau-hinh")


@router.get("")
def show(visit: Administrator) -> Response:
    """Show every setting with its value and its meaning; they are changed in dondoc.toml."""
    shown = visit.app.settings.shown()
    sections = [
        (name, type(info.default).__doc__ or "", _rows(type(info.default), shown[name]))
        for name, info in Settings.model_fields.items()
        if isinstance(shown[name], dict)
    ]
    return render(visit, "office/settings.html", sections=sections)


def _rows(section: type, values: dict[str, object]) -> list[tuple[str, str, str]]:
    """Return key, value and meaning of each setting of a section."""
    fields = section.model_fields.items()  # type: ignore[attr-defined]  # a model by contract
    return [
        (info.alias or name, _said(values.get(info.alias or name)), info.description or "")
        for name, info in fields
    ]


def _said(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
