"""Read models: tasks in lists and on their own page, plans, the 2x2 table. They write nothing."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, select

from engine import listing, requests
from engine.commands import contributions, undecided
from engine.commands import edits as working
from engine.commands.edits import Edit
from engine.errors import Unknown
from engine.filters import Filter
from engine.organisation import Organisation
from engine.pauses import pauses_stored
from engine.rulebook import Rulebook
from engine.store import contributions as owed
from engine.store import plans, tasks
from engine.store.evidence import proofs
from engine.store.record import (
    PLAN_KINDS,
    contribution,
    history,
    message,
    notice,
    plan,
    task,
)
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.views import TaskView, promises

CELLS = ("completed_on_time", "completed_late", "open_within_term", "open_overdue")
#: What is counted beside the cells, never inside them.
BESIDE = ("standing", "cancelled")
_ONE_MINUTE = timedelta(minutes=1)


def list_tasks(
    tx: Transaction, wanted: Filter, *, rules: Rules, at: datetime, limit: int = 1_000
) -> list[TaskView]:
    """Return up to `limit` tasks that a filter lets through, in the order it names.

    On nobody's behalf: whoever reads for somebody asks `engine.listing.page`.

    Raises:
        Unknown: the filter names a unit, person or plan that does not exist.
        Invalid: it needs a reader.
    """
    return listing.page(tx, wanted, None, rules=rules, at=at, limit=limit).items


def show_task(tx: Transaction, address: str, *, rules: Rules, at: datetime) -> dict[str, Any]:
    """Return everything about one task: its line, history, evidence, notices and what comes next.

    Raises:
        Unknown: no task, or several, have that address.
    """
    found = tasks.load(tx, address)
    if len(found) != 1:
        hint = " | ".join(one.task.address for one in found) or None
        raise Unknown(what="task", name=address, hint=hint)
    rulebook, one = rules.current(tx), found[0].task
    today = rulebook.calendar.local_date(at)
    row = tx.execute(listing.select_lines().where(task.c.id == one.id)).all()
    more = tx.execute(
        select(task.c.deadline, task.c.output, task.c.citations, task.c.intake, task.c.field)
        .where(task.c.id == one.id)
    ).one()  # fmt: skip
    machine = rulebook.machine(one)
    return {
        "task": listing.views(tx, row, rulebook, today=today)[0],
        "field": more.field,
        "deadline": more.deadline,
        "output": more.output,
        "citations": more.citations,
        "remarks": more.intake.get("warnings", []),
        "coordinating": _coordinating(tx, one.id),
        "contributions": contributions.shown(owed.parts(tx, [one.id]), one, rulebook),
        "allowed": list(machine.allowed(one.state)) if one.state else [],
        "history": [dict(row._mapping) for row in tx.execute(_history_of(one.id))],
        "evidence": _evidence_of(tx, one.id),
        "notices": _notices_of(tx, one.id, rulebook),
        "requests": requests.of_task(tx, one.id, rules=rules),
        "pauses": pauses_stored(one.pauses),
        "promises": promises(one, rulebook, today=today),
    }


def tally(
    tx: Transaction, plan_code: str, *, rules: Rules, at: datetime
) -> dict[str, Counter[str]]:
    """Return the 2x2 of a plan per lead unit code, with standing and cancelled tasks beside.

    The four cells of a unit add up to its tracked tasks; headings and dropped items count nowhere.
    """
    views = list_tasks(tx, Filter(plan=plan_code), rules=rules, at=at, limit=1_000_000)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one in views:
        if one.state is None:
            continue
        beside = "cancelled" if one.state == "cancelled" else "standing"
        counts[one.lead or ""][one.cell or beside] += 1
    return dict(counts)


def show_plan(tx: Transaction, code: str, *, rules: Rules, at: datetime) -> dict[str, Any]:
    """Return a plan's own facts, its 2x2 per unit, its report lines and what is undecided.

    Raises:
        Unknown: there is no such plan.
    """
    found, rulebook = plans.get(tx, code), rules.current(tx)
    counts = tally(tx, code, rules=rules, at=at) if found.state != "draft" else {}
    today = rulebook.calendar.local_date(at)
    items = [edit.after for edit in working.as_they_are(tx, found, rulebook)]
    faults = undecided.faults(items, rulebook, on=today) if found.state == "draft" else []
    head = plans.head(tx, found.id)
    return {
        "plan": {"code": found.code, "year": found.year, "title": found.title,
                 "state": found.state, "version": found.version, "items": len(items),
                 "issuer": head["issuer"], "number": head["number"], "date": head["issued_on"],
                 "signer": head["signer"], "bases": [one["text"] for one in head["bases"]],
                 "targets": [{"section": one["section"], "text": one["text"]}
                             for one in head["targets"]]},
        "tally": [
            {"unit": unit, **{name: counts[unit][name] for name in (*CELLS, *BESIDE)}}
            for unit in sorted(counts)
        ],
        "report_lines": plans.report_lines(tx, found.id),
        "undecided": [
            {"place": one.place, "problem": one.problem, "cure": one.cure} for one in faults
        ],
    }  # fmt: skip


def plan_items(tx: Transaction, code: str, *, rules: Rules) -> list[dict[str, Any]]:
    """Return the items of a plan as they stand, in document order, before and after activation.

    Names are codes where they are known, else as written; `missing` is judged anew.

    Raises:
        Unknown: there is no such plan.
    """
    rulebook = rules.current(tx)
    edits = working.as_they_are(tx, plans.get(tx, code), rulebook)
    return items_after(edits, rulebook.organisation)


def items_after(edits: Sequence[Edit], organisation: Organisation) -> list[dict[str, Any]]:
    """Return items as they are after an import, in the shape of `plan_items`."""
    code_of = {edit.after.id: edit.after.code for edit in edits}
    return [_item(edit, code_of, organisation) for edit in edits]


def _item(edit: Edit, code_of: Mapping[str, str], organisation: Organisation) -> dict[str, Any]:
    item = edit.after
    return {
        "code": item.code,
        "parent": code_of.get(item.parent_id or ""),
        "section": item.section,
        "field": item.field,
        "kind": item.kind,
        "title": item.title,
        "missing": _missing(item),
        "near_duplicates": list(item.intake.get("near_duplicates", ())),
        "lead": working.lead_text(item, organisation),
        "leads": list(item.intake.get("leads") or ()),
        "coordinating": [name for name, _ in edit.has],
        "assignee": working.person_text(item, "assignee", organisation),
        "verifier": working.person_text(item, "verifier", organisation),
        "deadline": _deadline(item),
        "output": item.output,
        "citations": list(item.citations),
        "decision": item.decision,
        "source": {
            key: place for key, place in item.intake.get("source", {}).items()
            if place is not None
        },
        "warnings": list(item.intake.get("warnings", ())),
    }  # fmt: skip


def _deadline(item: plans.Item) -> dict[str, Any] | None:
    if item.deadline is None:
        return None
    return {key: item.deadline.get(key) for key in ("phrase", "kind", "due", "confidence")}


def _missing(item: plans.Item) -> list[str]:
    if item.kind == "heading":
        return []
    is_dated = item.kind in ("task", "recurring")
    has = {
        "lead": item.lead_unit_id is not None,
        "due": not is_dated or bool(item.due),
        "output": not is_dated or bool(item.output),
        "verifier": item.verifier_id is not None,
        "legal_basis": bool(item.citations),
    }
    return [name for name, is_there in has.items() if not is_there]


def plan_codes(tx: Transaction) -> list[str]:
    """Return the codes of all plans, newest year first."""
    return list(tx.execute(select(plan.c.code).order_by(plan.c.year.desc(), plan.c.code)).scalars())


def active_plans(tx: Transaction) -> list[str]:
    """Return the codes of the plans that are carried out, newest year first."""
    running = select(plan.c.code).where(plan.c.state == "active")
    return list(tx.execute(running.order_by(plan.c.year.desc(), plan.c.code)).scalars())


def list_plans(tx: Transaction) -> list[dict[str, Any]]:
    """Return every plan with the number of its items, newest year first."""
    rows = tx.execute(
        select(plan.c.code, plan.c.year, plan.c.title, plan.c.state, plan.c.version,
               func.count(task.c.id).label("items"))
        .outerjoin(task, and_(task.c.plan_id == plan.c.id, task.c.kind.in_(PLAN_KINDS)))
        .group_by(plan.c.id).order_by(plan.c.year.desc(), plan.c.code)
    )  # fmt: skip
    return [dict(row._mapping) for row in rows]


def _coordinating(tx: Transaction, task_id: str) -> list[str]:
    rows = tx.execute(
        select(contribution.c.name)
        .where(contribution.c.task_id == task_id)
        .order_by(contribution.c.ordinal)
    )
    return list(rows.scalars())


def _history_of(task_id: str) -> Select[Any]:
    columns = [one for one in history.c if one.name not in ("id", "task_id")]
    return select(*columns).where(history.c.task_id == task_id).order_by(history.c.version)


def _evidence_of(tx: Transaction, task_id: str) -> list[dict[str, Any]]:
    return [
        {"version": one.version, "name": one.name, "sha256": one.sha256,
         "size_bytes": one.size_bytes, "is_kept": one.is_kept, "media_type": one.media_type,
         "reason": one.reason, "is_replaced": one.replaced_by is not None}
        for one in proofs(tx, task_id)
    ]  # fmt: skip


def _notices_of(tx: Transaction, task_id: str, rulebook: Rulebook) -> list[dict[str, Any]]:
    rows = tx.execute(
        select(notice.c.rung, notice.c.kind, notice.c.occurrence, notice.c.position,
               notice.c.recipient_id, notice.c.status, notice.c.leave_at, notice.c.told_at,
               notice.c.superseded_by, notice.c.reason, message.c.reference)
        .outerjoin(message, message.c.id == notice.c.message_id)
        .where(notice.c.task_id == task_id).order_by(notice.c.created_at, notice.c.id)
    )  # fmt: skip
    people = rulebook.organisation.person_by_id
    found = []
    for row in rows:
        shown = dict(row._mapping)
        person = shown.pop("recipient_id")
        found.append({"to": people[person].code if person else None, **shown})
    return found
