"""What keeps a plan from being activated, and what is only worth a warning."""

from collections.abc import Iterator, Sequence
from datetime import date

from engine.errors import Fault
from engine.naming import suggest_unit
from engine.organisation import Organisation
from engine.rulebook import Rulebook
from engine.store.plans import Item


def faults(items: Sequence[Item], rulebook: Rulebook, *, on: date) -> list[Fault]:
    """Return every undecided row, in document order; a row may have several faults.

    Undecided is: no lead unit, or one outside the agency; a class with a date but no confirmed
    date; a near-duplicate nobody has settled; an assignee outside the lead unit.
    """
    by_code = {item.code: item for item in items}
    found: list[Fault] = []
    for item in items:
        if item.is_dropped:
            continue
        found += _lead(item, rulebook.organisation)
        found += _date(item)
        found += _duplicates(item, by_code)
        found += _people(item, rulebook.organisation, on=on)
    return found


def warnings(items: Sequence[Item], rulebook: Rulebook, *, on: date) -> list[Fault]:
    """Return what is missing by "sáu rõ" but does not hold the plan up, and unbound leaders."""
    found = [
        Fault(place=item.code, problem="chưa rõ sản phẩm", cure="ghi cột Sản phẩm")
        for item in items
        if item.kind == "task" and not item.is_dropped and not item.output
    ]
    found += [
        Fault(place=item.code, problem="chưa rõ căn cứ", cure="")
        for item in items
        if item.kind == "task" and not item.is_dropped and not item.citations
    ]
    unbound = [
        unit.code
        for unit in rulebook.organisation.units
        if rulebook.organisation.leader_in_charge(unit.id) is None and unit.parent_id is not None
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
            problem=f"hạn {', '.join(f'{day:%d/%m/%Y}' for day in days)} đã qua khi giao, "
            "sẽ bị báo quá hạn ngay",
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


def _lead(item: Item, organisation: Organisation) -> Iterator[Fault]:
    if item.kind == "heading" or item.lead_unit_id is not None:
        return
    text = item.intake.get("lead")
    if not text:
        yield Fault(
            place=item.code, problem="chưa có đơn vị chủ trì", cure="ghi cột Đơn vị chủ trì"
        )
        return
    hint = suggest_unit(organisation, text)
    yield Fault(
        place=item.code,
        problem=f"đơn vị chủ trì {text!r} không thuộc cơ quan",
        cure=f"có phải ý là {hint!r}?" if hint else "đơn vị ngoài cơ quan chỉ có thể phối hợp",
    )


def _date(item: Item) -> Iterator[Fault]:
    if item.kind not in ("task", "recurring"):
        return
    deadline = item.deadline
    if deadline is None:
        yield Fault(
            place=item.code,
            problem="chưa có thời hạn",
            cure="ghi cột Thời gian hoàn thành, hoặc plan decide ... due NGÀY",
        )
        return
    phrase = deadline.get("phrase", "")
    if not item.due:
        yield Fault(
            place=item.code,
            problem=f"thời hạn {phrase!r} chưa thành ngày",
            cure="plan decide ... due NGÀY",
        )
    elif deadline.get("confidence") != "auto":
        days = ", ".join(day.strftime("%d/%m/%Y") for day in item.due)
        yield Fault(
            place=item.code,
            problem=f"thời hạn {phrase!r} được hiểu là {days}, chưa ai xác nhận",
            cure="plan decide ... due NGÀY",
        )


def _duplicates(item: Item, by_code: dict[str, Item]) -> Iterator[Fault]:
    for code in item.intake.get("near_duplicates", ()):
        other = by_code.get(code)
        if other is None or other.is_dropped:
            continue
        if not (item.decision == "keep" and other.decision == "keep"):
            yield Fault(
                place=item.code,
                problem=f"gần trùng với {code}, chưa quyết định",
                cure="plan decide ... keep hoặc drop (cột Quyết định: giữ / bỏ)",
            )


def _people(item: Item, organisation: Organisation, *, on: date) -> Iterator[Fault]:
    for role, text, person_id in (
        ("người thực hiện", item.intake.get("assignee"), item.assignee_id),
        ("người xác nhận", item.intake.get("verifier"), item.verifier_id),
    ):
        if text and person_id is None:
            yield Fault(
                place=item.code, problem=f"{role} {text!r} không có trong danh sách",
                cure="dùng mã người đã nhập",
            )  # fmt: skip
    if item.assignee_id is None or item.lead_unit_id is None:
        return
    if item.assignee_id not in organisation.members(item.lead_unit_id, on):
        yield Fault(
            place=item.code,
            problem=f"{item.intake.get('assignee')} không thuộc đơn vị chủ trì",
            cure="chọn người của đơn vị chủ trì",
        )
