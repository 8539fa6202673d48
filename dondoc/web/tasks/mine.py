"""One's own work: what is late, what is due, what waits for a word of one's own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from fastapi import APIRouter, Response

from dondoc.web.rendering import render
from dondoc.web.tasks import narrowing, wording
from dondoc.web.tasks.addresses import act_path, task_path
from dondoc.web.visit import SignedIn, Visit
from engine import escalations, listing
from engine.database import Transaction
from engine.escalations import Escalation
from engine.filters import ME, Filter
from engine.listing import Count, Viewpoint
from engine.possibilities import ACKNOWLEDGE
from engine.views import TaskView

router = APIRouter()

#: Lines of a group; the list that it leads to has the others.
LINES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Some of one's work: the first lines of a list, and the list itself.

    `is_calm` groups stay away while there is nothing in them; `bulk` is the trigger that can be
    pulled for all of them at once. `told` says how tasks came up to the reader, by address, or to
    `thay`, for whom he acts.
    """

    key: str
    words: str
    query: str
    items: Sequence[TaskView]
    count: Count
    is_calm: bool = False
    bulk: str = ""
    told: Mapping[str, Escalation] = field(default_factory=dict)
    thay: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """A group before it is read."""

    key: str
    words: str
    wanted: Filter
    is_calm: bool = False
    bulk: str = ""


@router.get("/viec-cua-toi")
def mine(visit: SignedIn) -> Response:
    """Show the work of whoever is signed in, the most urgent first."""
    viewer = narrowing.viewpoint(visit)
    with visit.read() as tx:
        own = [_read(visit, tx, one, viewer) for one in _own(visit)]
        units = [_read(visit, tx, one, viewer) for one in _of_units(visit)]
        others = [_read(visit, tx, one, viewer) for one in _of_principals(visit)]
        following = Filter(assignee=ME, status="open", sort="due")
        later = listing.page(
            tx, following, viewer, rules=visit.app.rules, at=visit.now, limit=1
        ).items
    return render(
        visit, "tasks/mine.html", own=_shown(own), units=_shown(units), others=_shown(others),
        later=later[0] if later else None, watched=list(_watched(visit)),
        rung=partial(_rung, visit),
        task_path=lambda address, thay: task_path(address, thay=thay),
        answer_path=lambda address, thay: act_path(address, ACKNOWLEDGE, thay=thay),
    )  # fmt: skip


def _shown(groups: Sequence[Group]) -> list[Group]:
    return [one for one in groups if one.items or not one.is_calm]


def _read(visit: Visit, tx: Transaction, asked: _Wanted, viewer: Viewpoint) -> Group:
    rules, at = visit.app.rules, visit.now
    page = listing.page(tx, asked.wanted, viewer, rules=rules, at=at, limit=LINES)
    number = Count(number=len(page.items), is_more=False)
    if page.next is not None:
        number = listing.count(tx, asked.wanted, viewer, rules=rules, at=at, most=100)
    return Group(
        key=asked.key, words=asked.words, query=asked.wanted.as_query(), items=page.items,
        count=number, is_calm=asked.is_calm, bulk=asked.bulk,
        told=_told(visit, tx, asked.wanted, page.items),
        thay=_thay(asked.wanted),
    )  # fmt: skip


def _told(
    visit: Visit, tx: Transaction, wanted: Filter, items: Sequence[TaskView]
) -> Mapping[str, Escalation]:
    """Return how tasks came up to somebody, where that is what the group is about."""
    if wanted.escalated is None:
        return {}
    known = visit.rulebook.organisation.person_by_code
    person = visit.who.person if wanted.escalated == ME else known[wanted.escalated]
    return escalations.of(tx, items, person.id, rulebook=visit.rulebook)


def _rung(visit: Visit, told: Escalation) -> str:
    """Return how often it came up to somebody, and as what he was told."""
    return wording.rung(
        visit, kind="escalation", name=told.rung, occurrence=told.occurrence,
        position=told.position,
    )  # fmt: skip


def _thay(wanted: Filter) -> str:
    return wanted.escalated if wanted.escalated not in (None, ME) else ""


def _own(visit: Visit) -> Iterator[_Wanted]:
    _, own = visit._, Filter(assignee=ME, sort="due")
    for key, words, status in (
        ("overdue", _("Quá hạn"), "overdue"),
        ("due-soon", _("Đến hạn trong 5 ngày làm việc"), "due-soon"),
    ):
        yield _Wanted(key=key, words=words, wanted=_with(own, status=status))
    waiting = Filter(status="waiting-for-me", sort="due")
    yield _Wanted(key="waiting", words=_("Chờ tôi xác nhận, cho ý kiến"), wanted=waiting)
    told = Filter(status="overdue", escalated=ME, sort="due")
    yield _Wanted(key="escalated", words=_("Đã báo lên tôi"), wanted=told, is_calm=True)
    yield _Wanted(
        key="returned", words=_("Bị trả lại"), wanted=_with(own, status="returned"), is_calm=True
    )
    yield _Wanted(
        key="new", words=_("Mới giao, chưa nhận"), wanted=_with(own, status="assigned"),
        is_calm=True, bulk="start",
    )  # fmt: skip
    yield _Wanted(
        key="parts", words=_("Phần phối hợp tôi còn nợ"), is_calm=True,
        wanted=_with(own, status="open", kind="contribution"),
    )  # fmt: skip


def _of_units(visit: Visit) -> Iterator[_Wanted]:
    """Yield what the head of a unit answers for."""
    organisation, _ = visit.rulebook.organisation, visit._
    for unit in organisation.standing:
        if organisation.head(unit.id, visit.today) != visit.who.person.id:
            continue
        for key, words, more in (
            ("overdue", _("Quá hạn"), {"status": "overdue"}),
            ("due-soon", _("Đến hạn trong 5 ngày làm việc"), {"status": "due-soon"}),
            ("parts", _("Phần phối hợp còn nợ"), {"status": "open", "kind": "contribution"}),
        ):
            wanted = _with(Filter(unit=unit.code, sort="due"), **more)
            yield _Wanted(
                key=f"{unit.code}-{key}", words=f"{unit.name}: {words}", wanted=wanted,
                is_calm=True,
            )  # fmt: skip


def _of_principals(visit: Visit) -> Iterator[_Wanted]:
    """Yield what somebody does whom the reader stands in for."""
    _ = visit._
    for code in visit.who.principals:
        told = Filter(status="overdue", escalated=code, sort="due")
        yield _Wanted(
            key=f"{code}-escalated", wanted=told, is_calm=True,
            words=f"{_('Làm thay')} {visit.person_name(code)}: {_('Đã báo lên')}",
        )  # fmt: skip
        for key, words in (
            ("overdue", _("Quá hạn")),
            ("due-soon", _("Đến hạn trong 5 ngày làm việc")),
        ):
            yield _Wanted(
                key=f"{code}-{key}", is_calm=True,
                wanted=Filter(assignee=code, status=key, sort="due"),
                words=f"{_('Làm thay')} {visit.person_name(code)}: {words}",
            )  # fmt: skip


def _watched(visit: Visit) -> Iterator[tuple[str, str]]:
    """Yield the name and the query of each thing that the reader watches."""
    for one in visit.who.person.watches:
        is_unit = one.of == "unit"
        name = visit.unit_name(one.code) if is_unit else f"{visit._('Kế hoạch')} {one.code}"
        wanted = Filter(status="open", sort="due")
        yield name, _with(wanted, **{one.of: one.code}).as_query()


def _with(wanted: Filter, **more: str) -> Filter:
    changed: dict[str, Any] = dict(more)
    return replace(wanted, **changed)
