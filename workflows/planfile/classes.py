"""What an item is and what it lacks, by its words; a decision of the office comes before both."""

from collections.abc import Sequence

from engine.draft import Deadline, DraftItem, Kind
from workflows.planfile.rules import ClassWords

_DECIDED: dict[str, Kind] = {
    "class standing": "standing",
    "class task": "task",
    "class recurring": "recurring",
}


def class_of(
    title: str,
    deadline: Deadline | None = None,
    *,
    decision: str | None = None,
    has_children: bool = False,
    words: ClassWords,
) -> Kind:
    """Return the class of an item: decision, else deadline phrase, else first words of its title.

    An item with children is a heading whatever its words say. A deadline kind that the rules leave
    out ("none", "ditto") says nothing.
    """
    if has_children:
        return "heading"
    stated = stated_class(deadline, decision=decision, words=words)
    if stated:
        return stated
    if _opens_with(title, words.recurring):
        return "recurring"
    return "standing" if _opens_with(title, words.standing) else "task"


def stated_class(
    deadline: Deadline | None, *, decision: str | None, words: ClassWords
) -> Kind | None:
    """Return the class that a decision, else a deadline phrase, gives; None if neither does."""
    if decision in _DECIDED:
        return _DECIDED[decision]
    return words.by_deadline.get(deadline.kind) if deadline is not None else None


def missing_of(item: DraftItem) -> tuple[str, ...]:
    """Return which of the six clear things ("sáu rõ") an item lacks, as stable keys in fixed order.

    A heading has no life of its own and lacks at most its text; a standing duty owes no day and no
    output.
    """
    if item.kind == "heading":
        return () if item.title else ("content",)
    dated = item.kind in {"task", "recurring"}
    present = {
        "lead": item.lead,
        "content": item.title,
        "due": not dated or (item.deadline is not None and item.deadline.due),
        "output": not dated or item.output,
        "verifier": item.verifier,
        "legal_basis": item.citations,
    }
    return tuple(key for key, there in present.items() if not there)


def _opens_with(title: str, openings: Sequence[str]) -> bool:
    lowered = title.lower()
    return any(
        lowered.startswith(opening) and not lowered[len(opening) : len(opening) + 1].isalnum()
        for opening in openings
    )
