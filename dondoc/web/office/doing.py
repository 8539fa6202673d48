"""Deeds of the office's pages: done in one transaction, or refused, recorded and said in words."""

from collections.abc import Callable, Sequence
from http import HTTPStatus

from dondoc.statuses import status_of
from dondoc.web.failures import Mistake, Mistakes, words_of
from dondoc.web.visit import Visit
from engine.commands import refusals
from engine.database import Transaction
from engine.errors import BadInput, Conflict, Refused


def attempt(
    visit: Visit,
    command: str,
    deed: Callable[[Transaction], object],
    *,
    by: tuple[str, str | None] | None = None,
    **arguments: str,
) -> Refused | Conflict | None:
    """Do something and commit it; return what refused it, which is in the record then.

    Args:
        visit: Whose page it is.
        command: What is asked for, as written in the manual.
        deed: Does it.
        by: Who asks, and for whom; the reader himself where it is not said.
        arguments: What the record says of it.
    """
    try:
        with visit.write() as tx:
            deed(tx)
    except (Refused, Conflict) as refusal:
        with visit.write() as tx:
            refusals.record_command(
                tx, command, arguments=arguments, by=by or visit.by(), refusal=refusal,
                at=visit.now,
            )  # fmt: skip
        return refusal
    return None


def judged(
    wrong: Refused | Conflict | Mistakes | None, visit: Visit
) -> tuple[Sequence[Mistake], int]:
    """Return what is wrong with a form as its page shows it, and the status of the page.

    Each fault of a file stands by its place.
    """
    if wrong is None:
        return (), HTTPStatus.OK
    if isinstance(wrong, Mistakes):
        return wrong.mistakes, HTTPStatus.UNPROCESSABLE_ENTITY
    if isinstance(wrong, BadInput):
        _head, *faults = words_of(wrong, visit).splitlines()
        return [Mistake(field="", words=each.strip()) for each in faults], status_of(wrong)
    return [Mistake(field="", words=words_of(wrong, visit))], status_of(wrong)
