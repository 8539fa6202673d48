"""The list of what one was told: read by the person himself, or by who stands in for him."""

from collections.abc import Sequence
from datetime import UTC, datetime

from engine import audit
from engine.clock import require_aware
from engine.commands import rights
from engine.commands.rights import Standpoint
from engine.errors import Invalid, NotPermitted, Unknown
from engine.ids import is_id
from engine.store import inbox as store
from engine.store.inbox import Place, Told
from engine.store.rulebooks import Rules
from engine.store.session import Transaction

__all__ = ["Place", "Told", "listed", "place", "place_of", "read"]


def listed(  # noqa: PLR0913 - whose, which, how many, from where: a page of a list
    tx: Transaction,
    *,
    by: tuple[str, str | None],
    only_unread: bool,
    limit: int,
    rules: Rules,
    at: datetime,
    before: Place | None = None,
) -> list[Told]:
    """Return what a person was told, newest first, whatever became of the mail.

    With `before` only what stands after that place in the list.

    Raises:
        Unknown: nobody has that code.
        NotPermitted: the actor does not stand in for the person he asks for.
    """
    at = require_aware(at).astimezone(UTC)
    who = _whose(tx, by, what="notice_list", rules=rules, at=at)
    return store.listed(
        tx, who.principal.id, at=at, only_unread=only_unread, limit=limit, before=before
    )


def place_of(one: Told) -> str:
    """Return where a notice stands in its list, as text to go on from."""
    return f"{one.at.isoformat()}_{one.id}"


def place(text: str) -> Place | None:
    """Return the place that `place_of` wrote; None for the beginning.

    Raises:
        Invalid: it is none.
    """
    if not text:
        return None
    at, _, notice_id = text.partition("_")
    try:
        found = require_aware(datetime.fromisoformat(at))
    except ValueError as error:
        raise Invalid(field="before", problem=f"{text!r} is no place in the list") from error
    if not is_id(notice_id):
        raise Invalid(field="before", problem=f"{text!r} is no place in the list")
    return found, notice_id


def read(
    tx: Transaction,
    names: Sequence[str] | None,
    *,
    by: tuple[str, str | None],
    rules: Rules,
    at: datetime,
) -> int:
    """Remember that a person saw notices of his; return how many were new to him.

    Args:
        tx: The transaction.
        names: Ids of notices; None is all.
        by: Who, and in whose place.
        rules: The rulebook's keeper.
        at: Now.

    Raises:
        Unknown: nobody has that code, or he has no such notice.
        NotPermitted: the actor does not stand in for the person.
    """
    at = require_aware(at).astimezone(UTC)
    who = _whose(tx, by, what="notice_read", rules=rules, at=at)
    ids = None if names is None else [name.strip().lower() for name in names]
    if ids is not None:
        sound = [one for one in ids if is_id(one)]
        there = store.known(tx, who.principal.id, sound, at=at)
        for one in ids:
            if one not in there:
                raise Unknown(what="notice", name=one)
    seen = store.read(tx, who.principal.id, ids=ids, at=at)
    if seen:
        event = audit.Event(
            subject=f"person:{who.principal.id}",
            action="notice.read",
            actor=who.actor.code,
            on_behalf_of=who.on_behalf_of,
            after={"notices": len(seen)},
        )
        audit.append(tx, event, at=at)
    return len(seen)


def _whose(
    tx: Transaction, by: tuple[str, str | None], *, what: str, rules: Rules, at: datetime
) -> Standpoint:
    rulebook = rules.current(tx)
    on = rulebook.calendar.local_date(at)
    who = rights.standpoint(rulebook.organisation, *by, on=on)
    lawful = who.on_behalf_of is None or who.delegation_id is not None
    if who.actor.is_disabled or not lawful:
        raise NotPermitted(actor=who.actor.code, what=what, who=(who.principal.code,))
    return who
