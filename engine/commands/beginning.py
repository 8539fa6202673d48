"""How far an office has come in setting itself up, and its word that its ladders are right."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from engine import audit
from engine.clock import require_aware
from engine.commands import policy, rights
from engine.queries import list_plans
from engine.store import audit_pages
from engine.store.rulebooks import Rules
from engine.store.session import Transaction

#: Who says that the ladders are as the office wants them (rule 18).
MAY_APPROVE: Final = ("monitor", "director")

_LADDERS: Final = "policy:ladders"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """The last test message: `outcome` begins with `accepted` where it was taken."""

    at: datetime
    address: str
    outcome: str

    @property
    def is_taken(self) -> bool:
        """Whether a mail server took it; one kept in a folder says nothing of a server."""
        return self.outcome.startswith("accepted") and "kept" not in self.outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What an office has done so far.

    Attributes:
        tested: The last test message.
        approved: When and by whom the ladders in force were found right; None while nobody did.
        is_ladder_own: Whether a ladder is no longer the shipped one.
        plans: Codes of its plans, drafts included.
    """

    tested: Tested | None
    approved: tuple[datetime, str] | None
    is_ladder_own: bool
    plans: tuple[str, ...]


def progress(tx: Transaction) -> Progress:
    """Return how far an office has come."""
    tested = audit_pages.last_of(tx, "gate:mail", "mail.tested")
    approved = audit_pages.last_of(tx, _LADDERS, "policy.approved")
    after: dict[str, Any] = tested.after if tested is not None else {}
    return Progress(
        tested=Tested(at=tested.at, address=after["address"], outcome=after["outcome"])
        if tested is not None
        else None,
        approved=(approved.at, approved.actor) if approved is not None else None,
        is_ladder_own=any(one.version > 1 for one in policy.ladders_in_force(tx)),
        plans=tuple(one["code"] for one in list_plans(tx)),
    )


def approve_ladders(
    tx: Transaction, *, by: tuple[str, str | None], rules: Rules, at: datetime
) -> None:
    """Keep that somebody found the ladders in force right.

    Raises:
        Unknown: the actor, or the person acted for, is nobody.
        NotPermitted: he is neither the head of the monitoring unit nor the director.
    """
    at, rulebook = require_aware(at).astimezone(UTC), rules.current(tx)
    today = rulebook.calendar.local_date(at)
    who = rights.standpoint(rulebook.organisation, *by, on=today)
    rights.require(
        rulebook.organisation, who, None, on=today, what="approve_ladders", any_of=MAY_APPROVE
    )
    versions = {one.name: one.version for one in policy.ladders_in_force(tx)}
    event = audit.Event(
        subject=_LADDERS,
        action="policy.approved",
        actor=who.actor.code,
        on_behalf_of=who.on_behalf_of,
        delegation=who.delegation_id,
        after={"versions": versions},
    )
    audit.append(tx, event, at=at)
