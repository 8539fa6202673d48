"""What a mail says of one item: how things stand, what is asked, what comes next.

Facts are stated and something is asked for; nobody is blamed. Knows no layout and no MIME.
"""

from dataclasses import dataclass
from datetime import date

from dondoc.mail import asking, chain, events, meanwhile, parts, urging, words
from engine.notices import LetterItem, PartOf, Requested

#: Groups of a message with several items, in order of urgency, with their headings.
GROUPS = {
    "overdue": "Quá hạn",
    "answer": "Chờ ý kiến",
    "today": "Đến hạn hôm nay",
    "urged": "Được nhắc",
    "returned": "Trả lại",
    "waiting": "Chờ xác nhận",
    "replied": "Đã có ý kiến",
    "soon": "Sắp đến hạn",
    "assigned": "Việc mới giao",
    "changed": "Thay đổi",
    "meanwhile": "Trong thời gian đồng chí vắng",
    "lost": "Thôi giao",
    "alert": "Cần quản trị viên xem",
}

#: Groups in which something must be done now.
TO_DO = frozenset({"overdue", "answer", "today", "returned", "waiting", "soon", "urged"})

#: Field of a plan to what its change is called.
_CHANGED = {
    "due": "Đổi thời hạn",
    "lead": "Đổi chủ trì",
    "coordinating": "Đổi phối hợp",
    "assignee": "Đổi người làm",
    "verifier": "Đổi xác nhận",
    "title": "Đổi nội dung",
    "output": "Đổi sản phẩm",
    "is_urgent": "Đổi mức khẩn",
}

_COORDINATES = "coordinating_units"
_ABOVE = frozenset({"leader_in_charge", "director", "monitor", "administrator"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """One item in words.

    Attributes:
        group: Key of `GROUPS`.
        status: First words of a subject: "Còn 2 ngày làm việc".
        opening: First sentence of a message with this item alone.
        facts: Labels and values, in order.
        ask: What is asked of the recipient.
        outlook: What the ladder does next if nothing changes.
    """

    group: str
    status: str
    opening: str
    facts: tuple[tuple[str, str], ...]
    ask: str
    outlook: str | None


def phrases(item: LetterItem, *, today: date, office: str) -> Phrases:
    """Return an item in words.

    Args:
        item: What is told.
        today: The local day on which the message leaves.
        office: Name of the unit that follows the plan; "" where the reader belongs to it.
    """
    group = group_of(item, today=today)
    if item.request is not None:
        return _of_request(item, item.request, group, office=office)
    if item.part is not None:
        return _of_part(item, item.part, group)
    if group == "urged":
        return _of_urging(item, stands=_stands(item, today=today), office=office)
    return Phrases(
        group=group,
        status=_status(item, group),
        opening=_opening(item, group),
        facts=tuple((label, value) for label, value in _facts(item) if value),
        ask=_ask(item, group, office=office),
        outlook=_outlook(item, group),
    )


def _of_request(item: LetterItem, request: Requested, group: str, *, office: str) -> Phrases:
    said = asking.said(item, request, office=office)
    told = [(label, value) for label, value in _facts(item) if label and value]
    # What is asked stands right after the code of the task that it is about.
    known = (*told[:1], *asking.facts(request), *told[1:])
    return Phrases(
        group=group,
        status=f"Khẩn – {said.status}" if item.is_urgent else said.status,
        opening=said.opening,
        facts=tuple((label, value) for label, value in known if value),
        ask=said.ask,
        outlook=_outlook(item, group),
    )


def _of_part(item: LetterItem, part: PartOf, group: str) -> Phrases:
    said = parts.said(item, part, group, count=count(item))
    told = [(label, value) for label, value in _facts(item) if label != "Chủ trì"]
    known = (*told[:1], *parts.facts(item, part), *told[1:])
    return Phrases(
        group=group,
        status=f"Khẩn – {said.status}" if item.is_urgent else said.status,
        opening=said.opening,
        facts=tuple((label, value) for label, value in known if value),
        ask=said.ask,
        outlook=_outlook(item, group),
    )


def _of_urging(item: LetterItem, *, stands: urging.Stands, office: str) -> Phrases:
    status = urging.status(stands, count(item))
    asks = _decide(item, office=office) if item.position in _ABOVE else _report(office)
    return Phrases(
        group="urged",
        status=f"Khẩn – {status}" if item.is_urgent else status,
        opening=urging.opening(item, stands, count(item)),
        facts=tuple((label, value) for label, value in _facts(item) if value),
        ask=asks,
        outlook=_outlook(item, stands),
    )


def group_of(item: LetterItem, *, today: date) -> str:
    """Return the group an item belongs to; lateness is judged on the day the message leaves."""
    if item.kind == "alert":
        return "alert"
    if item.ladder == "verifier":
        return "waiting"
    if item.ladder == "leader":
        return "answer"
    if item.is_lost:
        return "lost"
    if not item.ladder:
        return events.GROUP_OF.get(item.rung, "changed")
    return _stands(item, today=today) or "soon"


def _stands(item: LetterItem, *, today: date) -> urging.Stands:
    due = item.effective_due_on
    if due is None:
        return ""
    if today < due:
        return "soon"
    return "today" if today == due else "overdue"


def deadline(item: LetterItem) -> str:
    """Return the deadline in full: the effective day, with the stored one where it differs."""
    due = item.effective_due_on or item.due_on
    if due is None:
        return ""
    time = f", trước {item.due_time}" if item.due_time else ""
    rolled = item.due_on is not None and item.due_on != due
    stored = f" (theo kế hoạch: {words.short_date(item.due_on)})" if rolled and item.due_on else ""
    return f"{words.long_date(due)}{time}{stored}"


def count(item: LetterItem) -> str:
    """Return the days left or past, `còn 2 ngày làm việc` or `quá hạn 3 ngày làm việc`."""
    left = item.working_days_left
    if left is None:
        return ""
    if left > 0:
        return f"còn {left} ngày làm việc"
    return f"quá hạn {-left} ngày làm việc" if left < 0 else ""


def previous_due(item: LetterItem) -> str:
    """Return the date that counted before; "" where it is said among the changes."""
    said = any(one.field == "due" for one in item.changes)
    return words.short_date(item.due_from) if item.due_from and not said else ""


def changes(item: LetterItem) -> tuple[tuple[str, str], ...]:
    """Return what a decision changed, as labels and `old → new`."""
    found = []
    for one in item.changes:
        if one.field not in _CHANGED:
            continue
        old, new = (_value(one.field, value) for value in (one.old, one.new))
        if (
            one.field == "due"
            and one.new
            and item.due_on
            and not one.new.endswith(str(item.due_on))
        ):
            # What was granted to this task alone is not shortened by a decision about the plan.
            new += f", giữ hạn đã cho {words.short_date(item.due_on)}"
        found.append((_CHANGED[one.field], f"{old} → {new}"))
    return tuple(found)


def decision(item: LetterItem) -> str:
    """Return the decision told about: its number, with its date where that is known."""
    if not item.decision or item.decided_on is None:
        return item.decision or ""
    return f"{item.decision} ngày {words.short_date(item.decided_on)}"


def _value(field: str, value: str | None) -> str:
    if value is None:
        return "không có"
    if field == "due":
        days = (date.fromisoformat(day) for day in value.split("; "))
        return ", ".join(words.short_date(day) for day in days)
    return value


def capital(sentence: str) -> str:
    """Return the sentence with its first letter large and the rest as it is."""
    return sentence[:1].upper() + sentence[1:]


def _status(item: LetterItem, group: str) -> str:
    status = _plain_status(item, group)
    if item.kind == "escalation" and group in {"overdue", "waiting", "answer"}:
        verb = "chỉ đạo" if item.position in _ABOVE else "đôn đốc"
        verb = "phối hợp" if item.position == _COORDINATES else verb
        status = f"{status} – đề nghị {verb}"
    return f"Khẩn – {status}" if item.is_urgent else status


def _plain_status(item: LetterItem, group: str) -> str:
    if group == "waiting":
        days = item.working_days_waiting or 0
        return f"Chờ xác nhận {days} ngày làm việc" if days else "Chờ xác nhận"
    if group in {"soon", "overdue"}:
        return capital(count(item)) or GROUPS[group]
    if group == "lost" or item.ladder or item.rung not in events.STATUS:
        return GROUPS[group]
    status, dated = events.STATUS[item.rung]
    day = item.promise or item.effective_due_on
    due = words.short_date(day) if day else ""
    return f"{status}{dated}{due}" if due and dated else status


def _opening(item: LetterItem, group: str) -> str:
    whose = words.belongs(item.position)
    unreported = "" if item.state == "reported" else ", chưa có báo cáo kết quả"
    match group:
        case "soon":
            return f"{whose} {count(item)} đến hạn."
        case "today":
            return f"{whose} đến hạn hôm nay."
        case "overdue":
            return f"{whose} đã {count(item) or 'quá hạn'}{unreported}."
        case "waiting":
            return _waiting(item)
        case "assigned" if item.rung == "reassigned":
            return events.taken_over(item.position)
        case "assigned":
            return f"{whose} nay được giao chính thức."
        case "returned":
            return f"{whose} được trả lại để bổ sung báo cáo."
    return events.opening(item, whose)


def _waiting(item: LetterItem) -> str:
    days = item.working_days_waiting or 0
    since = f" {days} ngày làm việc" if days else ""
    if item.position == "verifier":
        return f"Báo cáo kết quả của nhiệm vụ sau chờ đồng chí xác nhận đã{since or ' có'}."
    return f"Báo cáo kết quả của nhiệm vụ sau đã chờ{since}, chưa được xác nhận hay trả lại."


def _facts(item: LetterItem) -> list[tuple[str, str]]:
    since = f" (cập nhật {words.short_date(item.state_since)})" if item.state_since else ""
    return [
        ("Mã", f"{item.plan_code}/{item.code}"),
        ("Thời hạn", deadline(item)),
        ("Hạn trước đây", previous_due(item)),
        *changes(item),
        ("Căn cứ", basis(item)),
        ("Sản phẩm", item.output or ""),
        ("Chủ trì", lead(item)),
        ("Phối hợp", parts.contributed(item)),
        ("Trạng thái", f"{item.state_label or item.state}{since}" if item.state else ""),
        ("Báo cáo ngày", words.short_date(item.reported_on) if item.reported_on else ""),
        ("Quyết định", decision(item)),
        (events.actor_label(item), urging.who(item) or item.actor or ""),
        (events.note_label(item), item.note or ""),
        *asking.quoted(item),
        *chain.facts(item),
        *meanwhile.facts(item),
    ]


def basis(item: LetterItem) -> str:
    """Return the plan and the section from which the task comes."""
    number = f" số {item.plan_number}" if item.plan_number else ""
    issued = f" ngày {words.short_date(item.plan_issued_on)}" if item.plan_issued_on else ""
    section = f", mục {item.section}" if item.section else ""
    plan = f"Kế hoạch{number}{issued}" if number else item.plan_title or item.plan_code
    return f"{plan}{section}"


def lead(item: LetterItem) -> str:
    """Return the lead unit and the person who does the task."""
    return " – ".join(part for part in (item.lead_unit, item.assignee) if part)


def _ask(item: LetterItem, group: str, *, office: str) -> str:
    if item.position == _COORDINATES and group not in ("changed", "lost"):
        stuck = f"; nếu có vướng mắc, báo {office}" if office else ""
        return f"Đề nghị đồng chí phối hợp với đơn vị chủ trì để có kết quả đúng yêu cầu{stuck}."
    match group:
        case "waiting" if item.position == "verifier":
            return "Đề nghị đồng chí xem sản phẩm, rồi xác nhận hoặc trả lại kèm lý do."
        case "overdue" | "waiting" | "answer" if item.kind == "escalation":
            return _decide(item, office=office)
        case "soon" | "today" | "overdue":
            return _report(office)
        case "returned":
            return "Đề nghị bổ sung theo lý do đã nêu và báo cáo lại."
        case "assigned":
            return events.asked_of_heir(item.position)
    return _follow(item)


def _follow(item: LetterItem) -> str:
    """Return what is asked of somebody who is told of a change."""
    if item.is_lost:
        return "Đề nghị bàn giao hồ sơ và kết quả đã có cho nơi được giao mới."
    if item.rung == "unit_changed":
        return "Thời hạn không đổi; đề nghị nhận bàn giao hồ sơ và tiếp tục thực hiện."
    if item.rung == "cancelled":
        return "Đề nghị dừng thực hiện; không phải báo cáo kết quả."
    if item.meanwhile is not None:
        return "Đề nghị đồng chí nắm lại tình hình và tiếp tục theo dõi, thực hiện."
    if item.rung == "acknowledged":
        return _await(item)
    return "Đề nghị thực hiện theo nội dung mới."


def _await(item: LetterItem) -> str:
    """Return what is asked of somebody who hears of an answer: the work, or patience."""
    if item.position in _ABOVE:
        return "Để đồng chí biết; đến hết ngày hẹn mà chưa có báo cáo, hệ thống báo tiếp lên trên."
    return "Đề nghị báo cáo kết quả chậm nhất ngày đã hẹn."


def _report(office: str) -> str:
    if not office:
        return "Đề nghị hoàn thành và ghi nhận kết quả kèm sản phẩm, minh chứng."
    return (
        f"Đề nghị gửi {office} báo cáo kết quả kèm sản phẩm, minh chứng, và nêu vướng mắc nếu có."
    )


def _decide(item: LetterItem, *, office: str) -> str:
    if item.position in _ABOVE:
        noted = f"; {office} ghi nhận và thực hiện ý kiến của đồng chí" if office else ""
        return f"Đề nghị đồng chí cho ý kiến chỉ đạo, đặt lại hạn hoặc giao người khác{noted}."
    stuck = f"; nếu có vướng mắc, báo {office}" if office else ""
    return f"Đề nghị đồng chí đôn đốc để có báo cáo kết quả{stuck}."


def _outlook(item: LetterItem, group: str) -> str | None:
    if not item.next_steps:
        return None
    steps = ", ".join(
        f"{words.told(position)} ngày {words.short_date(day)}" for position, day in item.next_steps
    )
    match group:
        case "soon" | "today" | "assigned":
            return f"Nếu quá hạn: hệ thống báo {steps}."
        case "waiting":
            return f"Nếu chưa xác nhận hay trả lại: hệ thống báo {steps}."
        case "answer":
            return f"Nếu chưa có ý kiến: hệ thống báo {steps}."
    return f"Nếu chưa có kết quả: hệ thống báo {steps}."
