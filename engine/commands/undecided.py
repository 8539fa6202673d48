"""What keeps a plan from being activated, and what is only worth a warning."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from engine.draft import Remark
from engine.errors import Fault
from engine.naming import Names
from engine.organisation import Organisation
from engine.review import Question
from engine.rulebook import Rulebook
from engine.store.plans import Item

#: Remarks of the reader on dates that contradict something; each is a question of that code.
CONTRADICTIONS = frozenset(
    {
        "deadline_contradicts_output", "no_such_day", "start_after_due", "weekday_mismatch",
        "year_outside_plan",
    }
)  # fmt: skip
#: Remarks of the reader that say why a date has to be confirmed.
DOUBTS = CONTRADICTIONS | {
    "date_elsewhere", "date_in_output", "deadline_unresolved", "due_before_plan", "open_range",
    "recurring_without_day", "several_cadences", "several_milestones", "tentative",
    "unknown_words", "unsure_reading", "waits_for_event", "year_unsure",
}  # fmt: skip
#: Answers offered where a whole unit would do.
_OPTIONS = 5
#: Days of one item that a question names.
_DAYS = 6


def questions(
    items: Sequence[Item], rulebook: Rulebook, *, on: date
) -> Mapping[str, tuple[Question, ...]]:
    """Return what has to be decided before the plan can be activated, by code of the item.

    Undecided is: no lead unit, or one outside the agency; a class with a date but no confirmed
    date; a near-duplicate nobody has settled; an assignee outside the lead unit.
    """
    names = Names(rulebook.organisation)
    by_code = {item.code: item for item in items}
    asked = {
        item.code: (
            *_lead(item, names),
            *_date(item),
            *_duplicates(item, by_code),
            *_people(item, rulebook.organisation, names, on=on),
        )
        for item in items
        if not item.is_dropped
    }
    return {code: ones for code, ones in asked.items() if ones}


def faults(items: Sequence[Item], rulebook: Rulebook, *, on: date) -> list[Fault]:
    """Return every question as a fault of its row, in document order."""
    return [
        Fault(place=code, problem=one.problem, cure=one.cure)
        for code, ones in questions(items, rulebook, on=on).items()
        for one in ones
    ]


def lacking(item: Item) -> tuple[Remark, ...]:
    """Return what an item lacks by "sáu rõ", or holds in vain, that does not hold the plan up."""
    if item.is_dropped:
        return ()
    found = []
    if item.kind == "standing" and item.due:
        days = _listed(item.due)
        message = f"là việc thường xuyên nên hạn {days} không được nhắc; đổi Loại nếu phải theo hạn"
        found.append(Remark(code="date_not_followed", message=message))
    if item.kind != "task":
        return tuple(found)
    if not item.output:
        found.append(Remark(code="no_output", message="chưa rõ sản phẩm"))
    if not item.citations:
        found.append(Remark(code="no_basis", message="chưa rõ căn cứ"))
    return tuple(found)


def warnings(items: Sequence[Item], rulebook: Rulebook, *, on: date) -> list[Fault]:
    """Return what is missing by "sáu rõ" but does not hold the plan up, and unbound leaders."""
    lacked = [(item, one) for item in items for one in lacking(item)]
    found = [
        Fault(place=item.code, problem=one.message)
        for code in ("date_not_followed", "no_output", "no_basis")
        for item, one in lacked
        if one.code == code
    ]
    unbound = [
        unit.code
        for unit in rulebook.organisation.standing
        if rulebook.organisation.leader_in_charge(unit.id, on=on) is None
        and unit.parent_id is not None
    ]
    if unbound:
        found.append(
            Fault(place="đơn vị", problem=f"chưa có lãnh đạo phụ trách: {', '.join(unbound)}",
                  cure="nhập danh sách người có mã lãnh đạo đó")
        )  # fmt: skip
    found += _headless(items, rulebook.organisation, on=on)
    return found


def past(items: Sequence[Item], rulebook: Rulebook, *, on: date) -> list[Fault]:
    """Return items whose last day is over already: they would be late from the first day on."""
    late = [
        (item, [day for day in item.due if rulebook.calendar.effective(day) < on])
        for item in items
        if item.kind in ("task", "recurring") and not item.is_dropped
    ]
    return [
        Fault(
            place=item.code,
            problem=f"hạn {_listed(days)} đã qua khi giao, sẽ bị báo quá hạn ngay",
            cure="nếu không đúng: task set-due, hoặc hủy theo quyết định",
        )
        for item, days in late
        if days
    ]


def _headless(items: Sequence[Item], organisation: Organisation, *, on: date) -> list[Fault]:
    leads = dict.fromkeys(item.lead_unit_id for item in items if item.lead_unit_id)
    codes = [
        organisation.unit_by_id[unit].code
        for unit in leads
        if unit in organisation.unit_by_id and organisation.head(unit, on) is None
    ]
    if not codes:
        return []
    problem = f"chưa có người đứng đầu: {', '.join(codes)}"
    cure = "thư của trưởng đơn vị sẽ tới lãnh đạo phụ trách; nhập người giữ chức vụ đó"
    return [Fault(place="đơn vị", problem=problem, cure=cure)]


def _lead(item: Item, names: Names) -> Iterator[Question]:
    if item.kind == "heading" or item.lead_unit_id is not None:
        return
    leads = item.intake.get("leads") or ()
    text = item.intake.get("lead")
    if len(leads) > 1:
        yield _several(leads, names)
    elif not text:
        yield Question(
            code="no_lead", problem="chưa có đơn vị chủ trì", cure="ghi cột Đơn vị chủ trì"
        )
    elif names.is_group(text):
        yield Question(
            code="lead_is_group",
            problem=f"đơn vị chủ trì {text!r} là tên chung của nhiều đơn vị",
            cure="plan decide ... lead MÃ: một đơn vị chịu trách nhiệm",
        )
    else:
        yield _stranger(text, names)


def _several(leads: Sequence[str], names: Names) -> Question:
    ours = tuple(dict.fromkeys(unit.code for one in leads if (unit := names.unit(one))))
    offered = f" ({' hoặc '.join(ours)})" if ours else ""
    return Question(
        code="several_leads",
        problem=f"có {len(leads)} đơn vị chủ trì: {'; '.join(leads)}",
        cure=f"plan decide ... lead MÃ{offered}; các đơn vị còn lại thành phối hợp",
        options=ours,
    )


def _stranger(text: str, names: Names) -> Question:
    near = names.near_units(text)
    problem = f"đơn vị chủ trì {text!r} không thuộc cơ quan"
    if near:
        return Question(
            code="lead_unknown",
            problem=problem,
            cure=f"có phải ý là {near[0].name!r}?",
            options=tuple(unit.code for unit in near),
        )
    if names.is_outside(text):
        only = "đơn vị ngoài cơ quan chỉ có thể phối hợp; plan decide ... lead MÃ"
        return Question(code="lead_outside", problem=problem, cure=only)
    # A unit spelt otherwise, a person, a body outside: nothing tells them apart.
    return Question(
        code="lead_unknown",
        problem=f"không tìm thấy đơn vị chủ trì {text!r} trong cơ quan",
        cure="chọn một đơn vị của cơ quan: ghi lại cột Đơn vị chủ trì, hoặc plan decide ... lead "
        "MÃ; nếu là đơn vị ngoài cơ quan thì chỉ có thể phối hợp",
    )


def _date(item: Item) -> Iterator[Question]:
    if item.kind == "standing":
        yield from _contradicted(item)
    if item.kind not in ("task", "recurring"):
        return
    deadline = item.deadline
    if deadline is None:
        yield Question(
            code="no_date",
            problem="chưa có thời hạn",
            cure="ghi cột Thời gian hoàn thành, hoặc plan decide ... due NGÀY",
        )
        return
    phrase = deadline.get("phrase", "")
    if not item.due:
        code, reasons = _doubts(item)
        asked = Question(
            code="date_unresolved",
            problem=f"thời hạn {phrase!r} chưa thành ngày{reasons}",
            cure="plan decide ... due NGÀY",
        )
        yield replace(asked, code=code or asked.code)
    elif deadline.get("confidence") != "auto":
        days = _listed(item.due)
        code, reasons = _doubts(item)
        asked = Question(
            code="date_unconfirmed",
            problem=f"thời hạn {phrase!r} được hiểu là {days}, chưa ai xác nhận{reasons}",
            cure="plan decide ... due NGÀY",
            options=(",".join(day.isoformat() for day in item.due),),
        )
        yield replace(asked, code=code or asked.code)


def _listed(days: Sequence[date]) -> str:
    """Return days as a person reads them; of a weekly item the first, the last and how many."""
    told = [day.strftime("%d/%m/%Y") for day in days]
    if len(told) <= _DAYS:
        return ", ".join(told)
    return f"{', '.join(told[:3])} ... {told[-1]} ({len(told)} ngày)"


def _contradicted(item: Item) -> Iterator[Question]:
    """Yield a question about a duty without a day beside which a day stands."""
    code, reasons = _doubts(item)
    is_open = (item.deadline or {}).get("confidence") == "confirm"
    if code and is_open and not (item.decision or "kind" in item.intake.get("decided", ())):
        yield Question(
            code=code,
            problem=f"được hiểu là nhiệm vụ thường xuyên, chưa ai xác nhận{reasons}",
            cure="plan decide ... class standing, hoặc due NGÀY",
            options=("class standing",),
        )


def _doubts(item: Item) -> tuple[str | None, str]:
    """Return the code of what contradicts a date, and all that the reader doubted of it."""
    said = [one for one in item.intake.get("warnings", ()) if one["code"] in DOUBTS]
    codes = [one["code"] for one in said if one["code"] in CONTRADICTIONS]
    reasons = "; ".join(one["message"] for one in said)
    return next(iter(codes), None), f" ({reasons})" if reasons else ""


def _duplicates(item: Item, by_code: Mapping[str, Item]) -> Iterator[Question]:
    for code in item.intake.get("near_duplicates", ()):
        other = by_code.get(code)
        if other is None or other.is_dropped:
            continue
        if not (item.decision == "keep" and other.decision == "keep"):
            yield Question(
                code="near_duplicate",
                problem=f"gần trùng với {code}, chưa quyết định",
                cure="plan decide ... keep hoặc drop (cột Quyết định: giữ / bỏ)",
                options=("keep", "drop"),
            )


def _people(
    item: Item, organisation: Organisation, names: Names, *, on: date
) -> Iterator[Question]:
    cure = "dùng mã người đã nhập"
    if item.assignee_id is None and (text := item.intake.get("assignee")):
        yield Question(
            code="assignee_unknown",
            problem=f"người thực hiện {text!r} không có trong danh sách",
            cure=cure,
            options=tuple(one.code for one in names.near_people(text)),
        )
    if item.verifier_id is None and (text := item.intake.get("verifier")):
        yield Question(
            code="verifier_unknown",
            problem=f"người xác nhận {text!r} không có trong danh sách",
            cure=cure,
            options=tuple(one.code for one in names.near_people(text)),
        )
    if item.assignee_id is None or item.lead_unit_id is None:
        return
    members = organisation.members(item.lead_unit_id, on)
    if item.assignee_id not in members:
        person = organisation.person_by_id[item.assignee_id]
        yield Question(
            code="assignee_elsewhere",
            problem=f"{person.code} không thuộc đơn vị chủ trì",
            cure="chọn người của đơn vị chủ trì",
            options=tuple(organisation.person_by_id[one].code for one in members[:_OPTIONS]),
        )
