"""What a mail says of what somebody did to a task; which group of a message it belongs to."""

from dondoc.mail import meanwhile
from engine.notices import LetterItem

#: Event to its group.
GROUP_OF = {
    "assigned": "assigned",
    "reassigned": "assigned",
    "returned": "returned",
    "cancelled": "changed",
    "reopened": "changed",
    "due_set": "changed",
    "adjusted": "changed",
    "extended": "changed",
    "raised": "answer",
    "requested": "answer",
    "answered": "replied",
    "refused": "replied",
    "unit_changed": "changed",
    "calendar_moved": "changed",
    "acknowledged": "changed",
    "delivered": "waiting",
    "waived": "changed",
    "urged": "urged",
}

#: Event to (words of its status, words between them and the deadline; none: without it).
STATUS = {
    "assigned": ("Giao việc", ", hạn "),
    "reassigned": ("Chuyển việc", ", hạn "),
    "returned": ("Trả lại", ""),
    "cancelled": ("Hủy nhiệm vụ", ""),
    "reopened": ("Mở lại", ", hạn "),
    "due_set": ("Thời hạn mới", " "),
    "adjusted": ("Điều chỉnh", ", hạn "),
    "extended": ("Gia hạn", " đến "),
    "unit_changed": ("Đổi đơn vị chủ trì", ", hạn "),
    "calendar_moved": ("Lịch đổi", ", hạn "),
    "acknowledged": ("Đã hẹn", " "),
    "absence_summary": ("Trong thời gian vắng", ""),
}

#: Event to what its actor is called.
_ACTORS = {
    "assigned": "Người giao",
    "returned": "Người trả lại",
    "reassigned": "Người giao",
    "due_set": "Người đặt hạn",
    "extended": "Người đồng ý",
    "acknowledged": "Người trả lời",
    "calendar_moved": "Người sửa lịch",
    "delivered": "Người gửi",
    "waived": "Người ghi nhận",
    "urged": "Người nhắc",
    "answered": "Người cho ý kiến",
    # Who asks is named with what is asked; the reader is the one to decide.
    "raised": "",
    "requested": "",
}

#: Event to what its note is.
_NOTES = {
    "acknowledged": "Trả lời",
    "extended": "Ý kiến",
    "calendar_moved": "Theo văn bản",
    "urged": "Đề nghị",
}

#: Event to what a message with it alone says of the task first.
_OPENINGS = {
    "unit_changed": "có đơn vị chủ trì mới theo quyết định sắp xếp tổ chức.",
    "adjusted": "được điều chỉnh theo quyết định.",
    "cancelled": "được quyết định dừng thực hiện.",
    "reopened": "được quyết định mở lại.",
    "due_set": "có thời hạn mới.",
    "calendar_moved": "có hạn tính sang ngày khác, vì lịch làm việc thay đổi.",
    "extended": "được gia hạn.",
    "acknowledged": "đã có người trả lời và hẹn ngày.",
}


def opening(item: LetterItem, whose: str) -> str:
    """Return the first sentence of a message about a change alone.

    Args:
        item: What is told.
        whose: What the task is to the reader, as the start of a sentence.
    """
    if item.is_lost:
        whom = "đồng chí" if item.position == "assignee" else "đơn vị đồng chí"
        if item.rung == "adjusted" and not item.decision:
            # Work that comes back was given to others, by nobody's decision about the plan.
            return f"Nhiệm vụ sau không còn giao cho {whom}."
        why = "sắp xếp tổ chức" if item.rung == "unit_changed" else "điều chỉnh kế hoạch"
        return f"Theo quyết định {why}, nhiệm vụ sau không còn giao cho {whom}."
    if item.meanwhile is not None:
        return meanwhile.opening(item.meanwhile, whose)
    if item.rung == "adjusted" and not item.decision:
        return f"{whose} có thay đổi."
    return f"{whose} {_OPENINGS.get(item.rung, 'có thay đổi.')}"


def taken_over(position: str) -> str:
    """Return the first sentence to whoever takes a task over, by what he is to be to it."""
    return {
        "verifier": "Đồng chí được giao tiếp tục xác nhận kết quả của nhiệm vụ sau.",
        "leader_in_charge": "Đồng chí được giao tiếp tục trả lời đề nghị về nhiệm vụ sau.",
        "unit_head": "Nhiệm vụ sau của đơn vị đồng chí nay chưa có người thực hiện.",
    }.get(position, "Đồng chí được giao tiếp tục thực hiện nhiệm vụ sau.")


def asked_of_heir(position: str) -> str:
    """Return what is asked of whoever was given a task, or took it over."""
    return {
        "verifier": "Đề nghị xem hồ sơ; khi có báo cáo thì xác nhận hoặc trả lại kèm lý do.",
        "leader_in_charge": "Đề nghị đồng chí xem hồ sơ và cho ý kiến.",
    }.get(position, "Đề nghị nhận việc và tổ chức thực hiện.")


def actor_label(item: LetterItem) -> str:
    """Return what whoever did it is called; "" where he is named with what he asks."""
    if item.part is not None and item.rung == "assigned":
        return "Người đề nghị"
    return _ACTORS.get(item.rung, "Người quyết định")


def note_label(item: LetterItem) -> str:
    """Return what the note of an event is: an answer, or the reason for what was done."""
    return _NOTES.get(item.rung, "Lý do")
