"""One's own work: what is late, what is due, what waits for a word of one's own."""

from fastapi import APIRouter, Response

from dondoc.web.rendering import render
from dondoc.web.visit import SignedIn
from engine import queries
from engine.filters import Filter

router = APIRouter()


@router.get("/viec-cua-toi")
def mine(visit: SignedIn) -> Response:
    """Show the work of whoever is signed in, the most urgent first."""
    with visit.read() as tx:
        wanted = Filter(status="open", assignee=visit.who.code, sort="due")
        found = queries.list_tasks(tx, wanted, rules=visit.app.rules, at=visit.now, limit=100)
    return render(visit, "tasks/mine.html", tasks=found)
