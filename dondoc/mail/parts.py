"""What a mail says of contributions: of one that a unit owes, and of those made to a task."""

from dataclasses import dataclass, replace

from dondoc.mail import words
from dondoc.mail.compose import one_line
from engine.notices import LetterItem, OwedPart, PartOf

_POSITIONS = {
    "assignee": "Phần phối hợp do đồng chí thực hiện",
    "unit_head": "Phần phối hợp của đơn vị đồng chí",
    "lead_unit": "Phần phối hợp của đơn vị đồng chí",
    "leader_in_charge": "Phần phối hợp thuộc lĩnh vực đồng chí phụ trách",
    "verifier": "Phần phối hợp mà đồng chí chờ",
}
#: Position to why its holder is written to, where that is another reason than for a task.
_HOLDERS = {
    "assignee": "người thực hiện phần phối hợp",
    "unit_head": "người đứng đầu đơn vị phối hợp",
    "lead_unit": "người của đơn vị phối hợp",
    "verifier": "người chờ nhận phần phối hợp",
}
_ELSEWHERE = "Phần phối hợp trong kế hoạch của cơ quan"
_ABOVE = frozenset({"leader_in_charge", "director", "monitor", "administrator"})

#: Event to (status, rest of the first sentence, what is asked).
_EVENTS = {
    "reassigned": ("Chuyển phần phối hợp", "nay giao đồng chí thực hiện.", ""),
    "returned": (
        "Trả lại phần phối hợp",
        "được trả lại để bổ sung.",
        "Đề nghị bổ sung theo lý do đã nêu và gửi lại.",
    ),
    "waived": (
        "Ghi nhận không giao",
        "được đơn vị chủ trì ghi nhận là không giao.",
        "Không phải gửi nữa.",
    ),
    "cancelled": (
        "Thôi đề nghị phối hợp",
        "không còn được đề nghị.",
        "Không phải gửi nữa.",
    ),
    "due_set": ("Thời hạn mới của phần phối hợp", "có thời hạn mới.", ""),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A contribution in words: of the subject, of the first sentence, and of what is asked."""

    status: str
    opening: str
    ask: str


def titled(item: LetterItem) -> LetterItem:
    """Return an item about a contribution under the code of its task, and called what it is."""
    if item.part is None:
        return replace(item, parts=tuple(map(_cleaned, item.parts))) if item.parts else item
    part = replace(
        item.part,
        title=one_line(item.part.title),
        lead_unit=one_line(item.part.lead_unit or ""),
        assignee=one_line(item.part.assignee or ""),
    )
    unit = f" của {item.lead_unit}" if item.lead_unit else ""
    # What is asked for is its title; the note of the asking says the same once more.
    is_said = not item.ladder and item.rung == "assigned"
    return replace(
        item,
        part=part,
        code=part.code,
        title=f"Phần phối hợp{unit}: {item.title}",
        note=None if is_said else item.note,
    )


def holder(item: LetterItem) -> str:
    """Return why the recipient is written to about a contribution."""
    return _HOLDERS.get(item.position) or words.holder(item.position)


def said(item: LetterItem, part: PartOf, group: str, *, count: str) -> Said:
    """Return what a message says of a contribution.

    Args:
        item: What is told.
        part: The task that it is for.
        group: The group of the message that the item belongs to.
        count: The days left or past, in words.
    """
    whose = _POSITIONS.get(item.position, _ELSEWHERE)
    lead = part.lead_unit or "đơn vị chủ trì"
    send = f"Đề nghị gửi phần phối hợp cho {lead}."
    if not item.ladder and item.rung in _EVENTS:
        status, opening, ask = _EVENTS[item.rung]
        return Said(status=status, opening=f"{whose} {opening}", ask=ask or send)
    match group:
        case "waiting":
            return _waiting(item)
        case "assigned":
            due = f", hạn {words.short_date(item.due_on)}" if item.due_on else ""
            opening = f"{lead} đề nghị đơn vị đồng chí phối hợp thực hiện nhiệm vụ sau."
            return Said(status=f"Đề nghị phối hợp{due}", opening=opening, ask=send)
        case "overdue":
            return _overdue(item, whose, send, count=count)
        case "today":
            return Said(status="Phần phối hợp đến hạn hôm nay",
                        opening=f"{whose} đến hạn hôm nay.", ask=send)  # fmt: skip
        case "soon":
            return Said(status=f"Phần phối hợp {count}", opening=f"{whose} {count} đến hạn.",
                        ask=send)  # fmt: skip
    return Said(status="Phần phối hợp thay đổi", opening=f"{whose} có thay đổi.", ask=send)


def facts(item: LetterItem, part: PartOf) -> tuple[tuple[str, str], ...]:
    """Return labels and values of the task that a contribution is for; values may be empty."""
    lead = " – ".join(one for one in (part.lead_unit, part.assignee) if one)
    return (
        ("Nhiệm vụ", part.title),
        ("Hạn nhiệm vụ", words.short_date(part.due_on) if part.due_on else ""),
        ("Chủ trì", lead),
        ("Phối hợp", " – ".join(one for one in (item.lead_unit, item.assignee) if one)),
    )


def contributed(item: LetterItem) -> str:
    """Return what units contributed to a task and what was gone without, for its verifier."""
    return "; ".join(_became(one) for one in item.parts if one.state != "cancelled")


def _became(one: OwedPart) -> str:
    if one.state == "waived":
        return f"{one.unit} không giao ({one.note})" if one.note else f"{one.unit} không giao"
    if one.delivered_on is not None:
        return f"{one.unit} đã giao {words.short_date(one.delivered_on)}"
    return f"{one.unit} chưa giao"


def _waiting(item: LetterItem) -> Said:
    days = item.working_days_waiting or 0
    since = f" {days} ngày làm việc" if days else ""
    if item.kind == "escalation":
        return Said(
            status=f"Phần phối hợp chờ nhận{since} – đề nghị đôn đốc",
            opening=f"Phần phối hợp sau đã gửi, chờ đơn vị chủ trì nhận{since}.",
            ask="Đề nghị đồng chí đôn đốc đơn vị chủ trì nhận hoặc trả lại.",
        )
    return Said(
        status=f"Chờ nhận phần phối hợp{since}",
        opening=f"Phần phối hợp sau đã gửi, chờ đồng chí nhận{since}.",
        ask="Đề nghị đồng chí xem, rồi nhận hoặc trả lại kèm lý do.",
    )


def _overdue(item: LetterItem, whose: str, send: str, *, count: str) -> Said:
    late = count or "quá hạn"
    if item.kind != "escalation":
        return Said(status=f"Phần phối hợp {late}", opening=f"{whose} đã {late}.", ask=send)
    verb = "chỉ đạo" if item.position in _ABOVE else "đôn đốc"
    return Said(
        status=f"Phần phối hợp {late} – đề nghị {verb}",
        opening=f"{whose} đã {late}, chưa gửi đơn vị chủ trì.",
        ask=f"Đề nghị đồng chí {verb} để gửi phần phối hợp.",
    )


def _cleaned(one: OwedPart) -> OwedPart:
    note = one_line(one.note) if one.note is not None else None
    return replace(one, unit=one_line(one.unit), note=note)
