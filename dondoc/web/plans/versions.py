"""The versions of a plan, and what differs between two of them."""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from dondoc.web.plans import wording
from dondoc.web.plans.seeing import require_whole
from dondoc.web.rendering import render
from dondoc.web.visit import SignedIn, Visit
from engine import plan_versions
from engine.adjustment import ItemChange, compare

router = APIRouter()

#: Two numbers of versions, together; no plan has more.
_LONGEST = 8


@router.get("/ke-hoach/{code}/phien-ban")
def show(visit: SignedIn, code: str) -> Response:
    """Show every version of a plan, and offer two to be compared."""
    require_whole(visit, code, what="read_versions")
    with visit.read() as tx:
        found = plan_versions.list_versions(tx, code)
    return render(visit, "plans/versions.html", code=code, versions=found,
                  kept=[one for one in found if one["is_kept"]])  # fmt: skip


@router.get("/ke-hoach/{code}/so-sanh")
def differ(visit: SignedIn, code: str) -> Response:
    """Show what differs between two versions, item by item."""
    require_whole(visit, code, what="read_versions")
    asked = visit.request.query_params
    first, second = asked.get("a", ""), asked.get("b", "")
    if not (first.isdecimal() and second.isdecimal()) or len(first + second) > _LONGEST:
        return RedirectResponse(f"/ke-hoach/{quote(code)}/phien-ban", 303)
    with visit.read() as tx:
        rulebook = visit.app.rules.current(tx)
        old, new = (
            plan_versions.stated(tx, code, int(one), rulebook=rulebook) for one in (first, second)
        )
    changes = compare(old, new)
    return render(
        visit, "plans/diff.html", code=code, first=int(first), second=int(second),
        changes=told(changes, visit), counts=counts(changes),
    )  # fmt: skip


def told(changes: "tuple[ItemChange, ...]", visit: Visit) -> list[dict[str, Any]]:
    """Return changes as templates show them."""
    return [
        {"code": one.code, "title": one.title, "what": one.what,
         "fields": wording.changed(one.fields, visit)}
        for one in changes
    ]  # fmt: skip


def counts(changes: "tuple[ItemChange, ...]") -> dict[str, int]:
    """Return how many items were added, changed and removed."""
    return {
        what: sum(one.what == what for one in changes) for what in ("added", "changed", "removed")
    }
