"""What every page about plans asks first: who is there, what he may see, what he may do here."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from dondoc.web.visit import Visit
from engine.commands import refusals
from engine.database import Rules, Transaction
from engine.errors import Conflict, NotPermitted, Refused
from engine.plan_pages import require_visible

#: Roles that take plans in, that let them begin, and that change them once they have begun.
IMPORTERS = frozenset({"monitor", "monitoring_unit"})
ACTIVATORS = frozenset({"monitor", "director", "deputy_director"})
ADJUSTERS = frozenset({"monitor", "director"})


def may_import(visit: Visit) -> bool:
    """Return whether somebody may take plans in."""
    return bool(visit.who.roles & IMPORTERS)


def require_importer(visit: Visit) -> None:
    """Return if somebody may take plans in.

    Raises:
        NotPermitted: he may not.
    """
    if not may_import(visit):
        who = ("monitor", "monitoring_unit")
        raise NotPermitted(actor=visit.who.code, what="import_plan", who=who)


def see(visit: Visit, code: str) -> bool:
    """Return whether somebody sees all of a plan, once it is known that he sees any of it.

    Raises:
        Unknown: there is no such plan, or nothing of it is for him.
    """
    with visit.read() as tx:
        return require_visible(tx, code, visit.people, rules=visit.app.rules, at=visit.now)


def require_whole(visit: Visit, code: str, *, what: str) -> None:
    """Return if somebody may see all of a plan, for pages that hold every item.

    Raises:
        Unknown: he may see nothing of it.
        NotPermitted: he may see some of it.
    """
    if not see(visit, code):
        who = ("monitoring_unit", "director", "deputy_director", "auditor")
        raise NotPermitted(actor=visit.who.code, what=what, who=who)


def require_adjuster(visit: Visit) -> None:
    """Return if somebody may change active plans by hand, himself or in the place of another.

    Raises:
        NotPermitted: he may not.
    """
    if not visit.adjusts_as:
        raise NotPermitted(actor=visit.who.code, what="adjust_plan", who=("monitor", "director"))


@contextmanager
def recorded(
    visit: Visit, command: str, arguments: Mapping[str, str], *, on_behalf_of: str = ""
) -> Iterator[Transaction]:
    """Open the transaction of a deed; where it is refused, keep a record of that.

    Raises:
        Refused: the deed was.
        Conflict: somebody was faster.
    """
    try:
        with visit.write() as tx:
            yield tx
    except (Refused, Conflict) as refusal:
        with visit.write() as tx:
            refusals.record_command(
                tx, command, arguments=arguments, by=visit.by(on_behalf_of), refusal=refusal,
                at=visit.now,
            )  # fmt: skip
        raise


@contextmanager
def rehearsed(visit: Visit) -> Iterator[tuple[Transaction, Rules]]:
    """Open a transaction in which a deed is tried and then taken back, whatever it did.

    The rules are a copy of their own: what was read of a database that never was must not stay in
    memory.
    """
    with visit.write() as tx:
        try:
            yield tx, Rules(visit.app.office)
        finally:
            tx.rollback()
