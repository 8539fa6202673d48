"""Help: how each role works day by day, which keys do what, and what each refusal means."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, HTTPException, Response
from markdown_it import MarkdownIt
from markupsafe import Markup

from dondoc.api.problems import TITLES
from dondoc.web.language import Language
from dondoc.web.rendering import render
from dondoc.web.visit import Anyone, SignedIn

router = APIRouter()


@router.get("/tro-giup")
def show_help(visit: SignedIn) -> Response:
    """Show how people work with the product, role by role."""
    return render(visit, "record/help.html", text=_guide(visit.language))


@router.get("/loi/{code}")
def show_error(visit: Anyone, code: str) -> Response:
    """Show what a refusal means and what helps; the API's problem documents link here."""
    found = explanations().get(code)
    if found is None:
        raise HTTPException(404)
    title = TITLES[code][visit.language == "en"] if code in TITLES else code
    return render(visit, "record/error.html", code=code, title=title, **found[visit.language])


@cache
def explanations() -> dict[str, dict[Language, Any]]:
    """Return what each code means and what cures it, in both languages."""
    text = files("dondoc.web").joinpath("help", "errors.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def _guide(language: Language) -> Markup:
    """Return the guide; its text is ours, and HTML in it is shown as text."""
    source = files("dondoc.web").joinpath("help", language, "guide.markdown").read_text("utf-8")
    return Markup(MarkdownIt("js-default").render(source))  # noqa: S704 - no word of a user is in it
