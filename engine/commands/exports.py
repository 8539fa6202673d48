"""Taking a list out of the house as a file: nothing changes, and yet it is an act (S8)."""

from datetime import datetime

from engine import audit
from engine.ids import new_id
from engine.store.session import Transaction


def record(tx: Transaction, actor: str, query: str, *, form: str, rows: int, at: datetime) -> None:
    """Store that somebody took a list out.

    Args:
        tx: The transaction.
        actor: Code of the person.
        query: The filter string, which says what the list was.
        form: `csv` or `xlsx`.
        rows: How many lines it had.
        at: Now.
    """
    event = audit.Event(
        subject=f"export:{new_id()}",
        action="list.exported",
        actor=actor,
        after={"query": query, "form": form, "rows": rows},
    )
    audit.append(tx, event, at=at)
