"""How far somebody has come in signing in: carried by his own browser, signed, for minutes.

There is no session before the last step; what is half signed in opens nothing.
"""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from dondoc.secretbox import box_of
from dondoc.thresholds import thresholds_of
from dondoc.web.signin.factors import new_secret
from dondoc.web.visit import Visit
from engine.commands.accounts import Account
from engine.commands.sessions import Method
from engine.errors import Invalid

#: `inactive` ends it: only a new link helps. `code`: a code of the second factor. `password`: a new
#: password, because the old one has served its time. `enrol`: a second factor, for the first time.
Step = Literal["inactive", "code", "password", "enrol"]
_PURPOSE = "signin"
_LASTS = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """Who it is as far as he has shown, and what he has passed.

    Attributes:
        mark: The state of his password when he began; a ticket is worth nothing after a change.
        sealed: The secret he is to take over at `enrol`, sealed.
        onwards: The page he wanted.
    """

    person_id: str
    method: Method
    mark: str
    onwards: str
    passed: tuple[Step, ...] = ()
    sealed: str = ""

    def past(self, step: Step) -> "Ticket":
        """Return it with a step passed."""
        return replace(self, passed=(*self.passed, step))


def mark_of(account: Account | None) -> str:
    """Return what changes whenever the password does."""
    changed_at = account.password_changed_at if account else None
    return changed_at.isoformat() if changed_at else ""


def next_step(
    visit: Visit, ticket: Ticket, account: Account | None, *, at: datetime
) -> Step | None:
    """Return what is still to be shown; None where he may come in."""
    if ticket.method == "demo" or account is None:
        return None
    thresholds = thresholds_of(visit.app.settings)
    came_by_link = ticket.method == "link"
    if not came_by_link and thresholds.is_inactive(account.last_at, at=at):
        return "inactive"
    if account.totp_secret is not None and "code" not in ticket.passed:
        return "code"
    changed_at = account.password_changed_at
    is_old = account.is_administrator and thresholds.is_password_old(changed_at, at=at)
    if ticket.method == "password" and is_old:
        return "password"
    if account.is_administrator and account.totp_secret is None:
        return "enrol"
    return None


def ready_to_enrol(visit: Visit, ticket: Ticket) -> Ticket:
    """Return a ticket with a secret to take over."""
    if ticket.sealed:
        return ticket
    return replace(ticket, sealed=box_of(visit.app).seal(new_secret()))


def written(visit: Visit, ticket: Ticket) -> str:
    """Return a ticket as the value of a hidden field."""
    return box_of(visit.app).sign(_PURPOSE, asdict(ticket))


def read(visit: Visit, text: str) -> Ticket | None:
    """Return the ticket of a hidden field; None where it is none of ours, or too old."""
    try:
        data = box_of(visit.app).unsign(_PURPOSE, text, _LASTS)
    except Invalid:
        return None
    return Ticket(**{**data, "passed": tuple(data["passed"])})
