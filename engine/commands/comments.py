"""Talk about a task: whoever sees it may say something; nothing said is changed or taken away."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from engine import audit
from engine.clock import require_aware
from engine.commands import looking, rights
from engine.commands.request import check_texts
from engine.errors import Invalid, NotPermitted
from engine.ids import new_id
from engine.organisation import Organisation
from engine.store import comments as store
from engine.store.comments import Comment
from engine.store.rulebooks import Rules
from engine.store.session import Transaction

__all__ = ["LONGEST", "Comment", "Said", "comments_of", "say"]

#: Characters of one comment.
LONGEST = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody says of a task."""

    task: str
    words: str

    def __post_init__(self) -> None:
        """Refuse what no database keeps."""
        check_texts(self, "task", "words")


def say(
    tx: Transaction, said: Said, *, by: tuple[str, str | None], rules: Rules, at: datetime
) -> str:
    """Keep what somebody says of a task he may see; return the comment's id. Nobody is told.

    Raises:
        Unknown: there is no such task or person, or he may not see it.
        NotPermitted: he audits, and only reads; or he acts for somebody who did not say so.
        Invalid: nothing is said, or too much.
    """
    at = require_aware(at).astimezone(UTC)
    rulebook = rules.current(tx)
    today = rulebook.calendar.local_date(at)
    who = rights.standpoint(rulebook.organisation, *by, on=today)
    if who.on_behalf_of is not None and who.delegation_id is None:
        substitutes = (f"substitute:{who.principal.code}",)
        raise NotPermitted(actor=who.actor.code, what="comment", who=substitutes)
    people = sorted(who.people)
    found = looking.find(tx, said.task, people=people, rules=rules, at=at).task
    _require_no_auditor(rulebook.organisation, who, today)
    words = said.words.strip()
    if not words:
        raise Invalid(field="words", problem="say something")
    if len(words) > LONGEST:
        raise Invalid(field="words", problem=f"is longer than {LONGEST} characters")
    row = {
        "id": new_id(), "task_id": found.id, "author_id": who.actor.id,
        "on_behalf_of": who.on_behalf_of, "words": words, "created_at": at,
    }  # fmt: skip
    store.add(tx, row)
    event = audit.Event(
        # A subject of its own: the chain of the task belongs to what changes the task.
        subject=f"comment:{row['id']}",
        action="task.commented",
        actor=who.actor.code,
        on_behalf_of=who.on_behalf_of,
        delegation=who.delegation_id,
        before={"task": found.address},
        after={"words": words},
    )
    audit.append(tx, event, at=at)
    return str(row["id"])


def comments_of(tx: Transaction, task_id: str) -> list[Comment]:
    """Return everything that was said about a task, the oldest first."""
    return store.of_task(tx, task_id)


def _require_no_auditor(organisation: Organisation, who: rights.Standpoint, today: date) -> None:
    if set(organisation.holders("auditor", today)) & who.people:
        raise NotPermitted(actor=who.actor.code, what="comment", who=("who sees the task",))
