"""The page of a task: what is to be done, everything known of it, and what has happened."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from dondoc.web.rendering import render
from dondoc.web.tasks import wording
from dondoc.web.tasks.addresses import act_path, task_path
from dondoc.web.tasks.events import KINDS, events
from dondoc.web.tasks.fields import is_plain
from dondoc.web.visit import SignedIn, Visit
from engine import taskpage
from engine.auditlog import READERS
from engine.commands import looking
from engine.database import Transaction
from engine.errors import ChildrenOpen, DondocError, NotPermitted, TransitionRefused
from engine.filters import read_filter
from engine.forecast import Foretold
from engine.listing import Viewpoint
from engine.listing import page as listed
from engine.possibilities import (
    ADD_EVIDENCE,
    ASK,
    REPLACE_EVIDENCE,
    URGE,
    Possibility,
    possible,
)

router = APIRouter()

#: What hangs on a task and is shown on its page.
_HANGS = ("obstacle", "extension")
#: States in which a request waits for its answer.
_WAITING = ("raised", "requested")
#: What a page shows first where it is allowed, the weightiest first.
_FIRST = ("verify", "report", "start", "answer", "approve", "submit", "acknowledge")
#: What is put away: rarely done, or done by few.
_RARE = frozenset({"cancel", "reopen", "reassign", "set_due", ASK, ADD_EVIDENCE, REPLACE_EVIDENCE})
#: Tellings of the past that are listed beside those to come; all of them are among the events.
_MOST_TOLD = 6
#: So many lines of a list are looked through for the task before and after.
_MOST_LISTED = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something that can be done, as a page offers it.

    Attributes:
        label: What is written on the button.
        href: Where its form is.
        one: What the engine says of it.
        thay: Code of whom it is done for; "" for oneself.
        is_plain: There is nothing to fill in: the button itself does it.
        is_first: It is what the page is for, for this reader.
    """

    label: str
    href: str
    one: Possibility
    thay: str = ""
    is_plain: bool = False
    is_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a reader is offered on one subject.

    Attributes:
        actions: What he may do.
        rare: What he may do as well, and seldom does.
        locked: What is not his to do, as (words, reason).
        blocked: What would be his to do, were it not for something else; the same.
    """

    actions: Sequence[Action]
    rare: Sequence[Action]
    locked: Sequence[tuple[str, str]]
    blocked: Sequence[tuple[str, str]]


@router.get("/nhiem-vu/{code}")
def bare(visit: SignedIn, code: str) -> Response:
    """Lead to the task that a code means where one active plan has it."""
    with visit.read() as tx:
        found = looking.find(tx, code, people=visit.people, rules=visit.app.rules, at=visit.now)
    return RedirectResponse(task_path(found.task.address), HTTPStatus.SEE_OTHER)


@router.get("/nhiem-vu/{plan}/{code}")
def task(
    visit: SignedIn, plan: str, code: str, xong: str = "", trong: str = "", xem: str = ""
) -> Response:
    """Show a task as its reader may see it.

    Args:
        visit: Who reads.
        plan: Code of the plan.
        code: Of the task, or of what hangs on it.
        xong: The trigger that was pulled just now.
        trong: The filter of the list that the reader comes from.
        xem: Which events he wants to see; all of them where it is none of `KINDS`.
    """
    app = visit.app
    with visit.read() as tx:
        page = taskpage.of_task(
            tx, f"{plan}/{code}", people=visit.people, rules=app.rules, at=visit.now
        )
        about = page["about"]
        if page["kind"] in _HANGS and about is not None:
            where = f"{task_path(about['address'])}#{quote(page['task'].code)}"
            return RedirectResponse(where, HTTPStatus.SEE_OTHER)
        offered = _offered(visit, tx, page)
        reads_log = visit.who.is_administrator or visit.who.roles & set(READERS)
        numbers = taskpage.audit_numbers(tx, page["id"]) if reads_log else {}
    only = xem if xem in KINDS else ""
    before, after = _neighbours(visit, page["task"].address, trong)
    return render(
        visit,
        "tasks/page.html",
        **_about(visit, page),
        **offered,
        events=events(visit, page, numbers, only=only),
        xem=only,
        trong=trong,
        before=before and task_path(before, trong=trong),
        after=after and task_path(after, trong=trong),
        done=wording.label(visit, xong, kind=page["kind"]) if xong else "",
    )


def _about(visit: Visit, page: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the page says of the task itself."""
    return {
        "page": page,
        "task": page["task"],
        "stands": wording.state(visit, page["task"].state, own=page["state_label"]),
        "steps": list(_steps(visit, page)),
        "here": task_path(page["task"].address),
        "may_talk": "auditor" not in visit.who.roles,
        "task_path": task_path,
        "ahead": _ahead(visit, page["ahead"]),
        "reminded": _reminded(page["notices"]),
    }


def _offered(visit: Visit, tx: Transaction, page: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the reader may do about the task, and about what hangs on it."""
    offer = offer_of(visit, tx, page, page["task"].address)
    requests = [_request(visit, tx, page, one) for one in page["requests"]]
    mine, *others = _one_first([offer, *(one["offer"] for one in requests)])
    requests = [{**one, "offer": made} for one, made in zip(requests, others, strict=True)]
    return {
        "offer": mine,
        "requests": requests,
        # Whoever is asked for something else here need not be told at once what is not his.
        "is_asked": any(one["offer"] and one["offer"].actions for one in requests),
    }


def offer_of(visit: Visit, tx: Transaction, page: Mapping[str, Any], address: str) -> Offer:
    """Return what the reader may do himself, and what for whom he stands in."""
    kind = page["kind"]
    found = _possible(visit, tx, address, "")
    offered = [(one, "") for one in found if one.is_allowed]
    own = {one.trigger for one, _ in offered}
    for code in visit.who.principals:
        theirs = _possible(visit, tx, address, code)
        offered += [(one, code) for one in theirs if one.is_allowed and one.trigger not in own]
    rank = {name: number for number, name in enumerate(_FIRST)}
    offered.sort(key=lambda pair: rank.get(pair[0].trigger, len(rank)))
    actions = [
        _action(visit, address, kind, pair=pair, is_first=number == 0)
        for number, pair in enumerate(offered)
    ]
    reachable = {one.trigger for one, _ in offered}
    refused = [one for one in found if one.trigger not in reachable and _is_worth_saying(one)]

    def said(ones: Iterable[Possibility]) -> list[tuple[str, str]]:
        return [
            (wording.label(visit, one.trigger, kind=kind, own=one.label),
             wording.why_not(visit, one))
            for one in ones
        ]  # fmt: skip

    return Offer(
        actions=[one for one in actions if one.one.trigger not in _RARE],
        rare=[one for one in actions if one.one.trigger in _RARE],
        locked=said(one for one in refused if not isinstance(one.refusal, ChildrenOpen)),
        blocked=said(one for one in refused if isinstance(one.refusal, ChildrenOpen)),
    )


def _is_worth_saying(one: Possibility) -> bool:
    """Tell whether a reader may miss what he may not do; whose business it is not, will not."""
    if one.trigger in _RARE or isinstance(one.refusal, TransitionRefused):
        return False
    return one.trigger != URGE or not isinstance(one.refusal, NotPermitted)


def _possible(visit: Visit, tx: Transaction, address: str, thay: str) -> tuple[Possibility, ...]:
    return possible(tx, address, by=visit.by(thay), rules=visit.app.rules, at=visit.now)


def _action(
    visit: Visit,
    address: str,
    kind: str,
    *,
    pair: tuple[Possibility, str],
    is_first: bool,
) -> Action:
    one, thay = pair
    words = wording.label(visit, one.trigger, kind=kind, own=one.label)
    if thay:
        words = f"{words} ({visit._('thay')} {visit.person_name(thay)})"
    return Action(
        label=words,
        href=act_path(address, one.trigger, thay=thay),
        one=one,
        thay=thay,
        is_plain=is_plain(one),
        is_first=is_first and one.trigger in _FIRST,
    )


def _request(
    visit: Visit, tx: Transaction, page: Mapping[str, Any], one: Mapping[str, Any]
) -> dict[str, Any]:
    """Return an obstacle or an extension with what can be done about it."""
    shown = dict(one)
    shown["offer"] = None
    shown["version"] = 0
    if one["state"] in _WAITING:
        address = f"{page['task'].plan}/{one['code']}"
        met = taskpage.of_task(
            tx, address, people=visit.people, rules=visit.app.rules, at=visit.now
        )
        shown["version"] = met["task"].version
        shown["offer"] = offer_of(visit, tx, met, address)
    return shown


def _one_first(offers: Sequence[Offer | None]) -> list[Offer | None]:
    """Return offers in which one button alone stands out: a page asks for one thing."""
    found: list[Offer | None] = []
    is_taken = False
    for one in offers:
        if one is None:
            found.append(one)
            continue
        actions = [replace(each, is_first=each.is_first and not is_taken) for each in one.actions]
        is_taken = is_taken or any(each.is_first for each in actions)
        found.append(replace(one, actions=actions))
    return found


def _ahead(visit: Visit, foretold: Sequence[Foretold]) -> list[tuple[Foretold, str, bool]]:
    """Return the next telling of each rung to each person, in words, and whether it comes back."""
    first: dict[tuple[str, str | None], Foretold] = {}
    again = set()
    for one in foretold:
        key = (one.rung, one.recipient)
        if key in first:
            again.add(key)
        first.setdefault(key, one)
    return [
        (
            one,
            wording.rung(visit, kind=one.kind, name=one.rung, occurrence=1, position=one.position),
            key in again,
        )
        for key, one in first.items()
    ]


def _reminded(notices: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the rungs that somebody was told by, the oldest first."""
    told = [one for one in notices if one["told_at"] and one["kind"] in ("reminder", "escalation")]
    return sorted(told, key=lambda one: one["told_at"])[-_MOST_TOLD:]


def _steps(visit: Visit, page: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (label, standing) of each state of its life: `done`, `here` or "" for what is ahead."""
    state = page["task"].state
    names = [name for name, _ in page["steps"]]
    here = names.index(state) if state in names else -1
    for number, (name, own) in enumerate(page["steps"]):
        standing = "here" if number == here else "done" if number < here else ""
        yield wording.state(visit, name, own=own), standing


def _neighbours(visit: Visit, address: str, trong: str) -> tuple[str | None, str | None]:
    """Return the tasks before and after in the list the reader comes from; a bad list has none."""
    if not trong:
        return None, None
    try:
        wanted = read_filter(trong, today=visit.today)
        with visit.read() as tx:
            found = listed(
                tx, wanted, Viewpoint(person_ids=visit.people), rules=visit.app.rules,
                at=visit.now, limit=_MOST_LISTED,
            )  # fmt: skip
    except DondocError:
        return None, None
    before, after = taskpage.neighbours([one.address for one in found.items], address)
    return before, after
