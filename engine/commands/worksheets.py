"""Filling in a draft plan from an assignment table, by code, else by title."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from engine import audit
from engine.commands import edits as working
from engine.commands import undecided
from engine.commands.edits import Edit
from engine.commands.intake import Imported, imported_event, require_monitoring_unit
from engine.commands.reviews import outcome
from engine.draft import Remark, Source, Worksheet, WorksheetRow
from engine.errors import BadInput, Fault
from engine.joining import Match, Titled, join
from engine.naming import Names, is_prefix
from engine.rulebook import Rulebook
from engine.spelling import fold, nearest
from engine.store import plans as store
from engine.store.plans import Item, Plan
from engine.store.rulebooks import Rules
from engine.store.session import Transaction


def merge(
    tx: Transaction,
    worksheet: Worksheet,
    *,
    into: str,
    actor: str,
    rules: Rules,
    at: datetime,
) -> Imported:
    """Fill in a draft plan from an assignment table, by code, else by title.

    An empty cell leaves what is there. Titles are compared and never rewritten.

    Raises:
        Unknown: there is no such plan.
        NotPermitted: the actor is no member of the monitoring unit.
        BadInput: a row is no item of the plan, a title is another one, or the plan is active and
            the table says something else than it does; every row named.
    """
    rulebook = rules.current(tx)
    require_monitoring_unit(rulebook, actor, what="import_worksheet", at=at)
    plan = store.get(tx, into, for_change=True)
    if plan.state == "draft":
        working.bind(tx, plan, rulebook)
    edits = _edits(tx, worksheet, plan, rulebook)
    done = outcome(plan, edits, rulebook, on=rulebook.calendar.local_date(at))
    changed = [row.code for row in done.review.rows if row.action == "update"]
    if plan.state != "draft":
        if changed:
            faults = [_is_active(code, plan) for code in changed]
            raise BadInput(source=worksheet.source_name, faults=faults)
        return done
    working.write(tx, plan.id, edits)
    if changed:
        event = imported_event(plan, worksheet, sorted(changed), actor=actor)
        audit.append(tx, event, at=at)
    return done


def preview_worksheet(
    tx: Transaction, worksheet: Worksheet, *, into: str, rules: Rules, at: datetime
) -> Imported:
    """Return what `merge` would do, and write nothing; anybody may.

    Raises:
        Unknown: there is no such plan.
        BadInput: a row is no item of the plan, or a title is another one; every row named.
    """
    rulebook, plan = rules.current(tx), store.get(tx, into)
    edits = _edits(tx, worksheet, plan, rulebook)
    return outcome(plan, edits, rulebook, on=rulebook.calendar.local_date(at))


def _edits(tx: Transaction, worksheet: Worksheet, plan: Plan, rulebook: Rulebook) -> list[Edit]:
    known = working.as_they_are(tx, plan, rulebook)
    matches = _matches(worksheet, [edit.after for edit in known])
    names = Names(rulebook.organisation)
    rows = {match.item: (worksheet.rows[row], match) for row, match in matches.items()}
    return [
        _laid_over(edit, *rows[place], worksheet, names) if place in rows else edit
        for place, edit in enumerate(known)
    ]


def _matches(worksheet: Worksheet, items: Sequence[Item]) -> Mapping[int, Match]:
    matches = join(
        [Titled(code=row.code, title=row.title or "") for row in worksheet.rows],
        [Titled(code=item.code, title=item.title) for item in items],
    )
    faults = [
        fault
        for place, row in enumerate(worksheet.rows)
        if (fault := _mismatch(row, matches.get(place), items))
    ]
    if faults:
        raise BadInput(source=worksheet.source_name, faults=faults)
    return matches


def _mismatch(row: WorksheetRow, match: Match | None, items: Sequence[Item]) -> Fault | None:
    place = f"dòng {row.row}"
    if row.code and (match is None or match.how != "code"):
        hint = nearest(row.code, [item.code for item in items])
        cure = f"có phải ý là {hint}?" if hint else "chỉ dùng mã có trong kế hoạch"
        return Fault(place=place, problem=f"kế hoạch không có mã {row.code!r}", cure=cure)
    if match is None:
        problem = f"kế hoạch không có mục nào tên như vậy: {(row.title or '')[:80]!r}"
        return Fault(place=place, problem=problem, cure="ghi mã của mục, hoặc nguyên văn nội dung")
    title = items[match.item].title
    if row.code and row.title and not is_prefix(row.title, title):
        problem = f"nội dung của mã {row.code} khác trong kế hoạch: {row.title!r}"
        return Fault(place=place, problem=problem, cure=f"trong kế hoạch: {title[:80]!r}")
    return None


def _laid_over(
    edit: Edit, row: WorksheetRow, match: Match, worksheet: Worksheet, names: Names
) -> Edit:
    said = working.said_by(row)
    item, remarks = edit.after, []
    if "deadline" in said and _says_nothing_new(item.deadline, said["deadline"]):
        del said["deadline"]
    if match.how == "likeness":
        message = f"ghép theo nội dung gần giống ({match.likeness:.0f} %), không theo mã"
        remarks.append(Remark(code="joined_by_title", message=message))
    remarks += _overruled(item, said, names)
    remarks += [one for one in row.warnings if one.code not in undecided.DOUBTS]
    if "deadline" in said:
        item = _doubted(item, row)
    after = working.laid_over(item, said, had=edit.had, names=names)
    source = Source(file=worksheet.source_name, row=row.row)
    edited = working.edited(edit, after, source=source, names=names)
    return replace(edited, remarks=tuple(remarks))


def _overruled(item: Item, said: Mapping[str, Any], names: Names) -> list[Remark]:
    """Return remarks on what the table says in vain, because it was decided otherwise."""
    decided = item.intake.get("decided", ())
    ignored = []
    if "deadline" in said and "deadline" in decided:
        ignored.append(f"thời hạn {said['deadline']['phrase']!r}")
    names_one = "lead" in said and "leads" not in said and "lead_unit_id" in decided
    if names_one and working.lead_id(names, said["lead"]) != item.lead_unit_id:
        ignored.append(f"đơn vị chủ trì {said['lead']!r}")
    return [
        Remark(code="decided_otherwise", message=f"tệp ghi {one}; điều đã quyết định được giữ")
        for one in ignored
    ]


def _doubted(item: Item, row: WorksheetRow) -> Item:
    """Return the item with what is doubted of its new deadline, and no more of its old one."""
    decided = "deadline" in item.intake.get("decided", ())
    kept = [one for one in item.intake.get("warnings", ()) if one["code"] not in undecided.DOUBTS]
    doubts = [asdict(one) for one in row.warnings if one.code in undecided.DOUBTS]
    return item if decided else replace(item, intake={**item.intake, "warnings": kept + doubts})


def _says_nothing_new(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> bool:
    """Return whether a cell repeats the phrase that is stored.

    A phrase with a figure means what it meant where it was first read, with its heading and its
    neighbours; one without ("như trên") may mean another row by now.
    """
    if old is None or fold(old.get("phrase", "")) != fold(new["phrase"]):
        return False
    if old.get("decided"):
        return True
    has_figure = any(sign.isdigit() for sign in new["phrase"])
    return has_figure or (old.get("due"), old.get("kind")) == (new["due"], new["kind"])


def _is_active(code: str, plan: Plan) -> Fault:
    return Fault(
        place=code,
        problem=f"kế hoạch {plan.code} đang thực hiện và nói khác",
        cure="kế hoạch đã kích hoạt chỉ thay đổi bằng quyết định điều chỉnh (plan adjust)",
    )
