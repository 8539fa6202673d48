"""What can be done to a task, in the language of whoever looks, and why it cannot."""

from collections.abc import Mapping, Sequence

from dondoc.web.failures import words_of
from dondoc.web.rendering import term
from dondoc.web.visit import Visit
from engine.commands.urging import URGED
from engine.errors import FourEyes, NotPermitted, Refused
from engine.possibilities import Possibility

#: Events by which work is given to somebody.
_GIVING = ("assigned", "reassigned")


def labels(visit: Visit) -> Mapping[str, str]:
    """Return what is written on buttons: by trigger, or kind and trigger where that is another."""
    return {**_of_triggers(visit), **_of_what_follows(visit)}


def _of_triggers(visit: Visit) -> Mapping[str, str]:
    _ = visit._
    return {
        "start": _("Nhận việc"),
        "report": _("Báo cáo kết quả"),
        "withdraw": _("Rút báo cáo"),
        "verify": _("Xác nhận"),
        "return": _("Trả lại"),
        "cancel": _("Hủy"),
        "reopen": _("Mở lại"),
        "reassign": _("Đổi người thực hiện"),
        "set_due": _("Đặt lại hạn"),
        "waive": _("Ghi nhận không giao"),
        "submit": _("Ghi nhận đã gửi"),
        "answer": _("Cho ý kiến"),
        "approve": _("Đồng ý gia hạn"),
        "refuse": _("Không đồng ý gia hạn"),
        "obstacle.take_back": _("Rút vướng mắc"),
        "extension.take_back": _("Rút đề nghị gia hạn"),
        "contribution.report": _("Gửi phần phối hợp"),
        "contribution.withdraw": _("Rút lại"),
        "contribution.verify": _("Nhận phần phối hợp"),
        "contribution.cancel": _("Thôi đề nghị"),
        "contribution.reassign": _("Chọn người thực hiện"),
        "report.waive": _("Miễn gửi"),
    }


def _of_what_follows(visit: Visit) -> Mapping[str, str]:
    """Return what is called otherwise than by a workflow."""
    _ = visit._
    return {
        "acknowledge": _("Trả lời, hẹn ngày"),
        "acknowledged": _("Trả lời, hẹn ngày"),
        "raise": _("Báo vướng mắc"),
        "urge": _("Nhắc việc"),
        "extend": _("Đề nghị gia hạn"),
        "ask_contribution": _("Đề nghị phối hợp"),
        "add_evidence": _("Thêm minh chứng"),
        "replace_evidence": _("Thay minh chứng"),
        "assign": _("Giao việc"),
        "ask": _("Đề nghị phối hợp"),
        "extended": _("Gia hạn"),
        "paused": _("Tạm dừng tính hạn"),
        "lapse": _("Thôi, vì nhiệm vụ kết thúc"),
        "follow": _("Theo nhiệm vụ"),
        "migrate": _("Chuyển sang phiên bản mới của quy trình"),
        "adjust": _("Điều chỉnh kế hoạch"),
        "reword": _("Sửa nội dung"),
        "moved_unit": _("Chuyển đơn vị"),
    }


def label(visit: Visit, trigger: str, *, kind: str = "", own: str = "") -> str:
    """Return what a trigger is called.

    Args:
        visit: Who reads.
        trigger: The trigger.
        kind: The kind of what it is pulled on.
        own: What its workflow calls it, in Vietnamese; an office may have words of its own.
    """
    known = labels(visit)
    found = known.get(f"{kind}.{trigger}") or known.get(trigger)
    if visit.language == "vi" and own:
        return own
    return found or own or term(trigger, visit.language)


def state(visit: Visit, code: str | None, *, own: str = "") -> str:
    """Return what a state is called, its first letter large."""
    if code is None:
        return ""
    words = own if visit.language == "vi" and own else term(code, visit.language)
    return words[:1].upper() + words[1:]


def why_not(visit: Visit, one: Possibility) -> str:
    """Return why something cannot be done, "" where it can."""
    return "" if one.refusal is None else refused(visit, one.refusal, who=one.who)


def refused(visit: Visit, refusal: Refused, *, who: Sequence[str] = ()) -> str:
    """Return why something was refused; `who` are codes of the people who may."""
    if isinstance(refusal, FourEyes):
        words = visit._("%(name)s đã báo cáo kết quả này; người khác phải xác nhận hoặc trả lại.")
        return words % {"name": visit.person_name(refusal.reporter)}
    if isinstance(refusal, NotPermitted):
        return _only(visit, refusal, who)
    return words_of(refusal, visit)


def _only(visit: Visit, refusal: NotPermitted, who: Sequence[str]) -> str:
    names = ", ".join(visit.person_name(code) for code in who)
    roles = ", ".join(_role(visit, role) for role in refusal.who)
    if names:
        return visit._("Chỉ %(names)s (%(roles)s) được làm việc này.") % {
            "names": names, "roles": roles,
        }  # fmt: skip
    return visit._("Chỉ %(roles)s được làm việc này.") % {"roles": roles}


def _role(visit: Visit, role: str) -> str:
    kind, _, person = role.partition(":")
    if kind == "substitute" and person:
        words = visit._("người được %(name)s ủy quyền trong ngày này")
        return words % {"name": visit.person_name(person)}
    return term(role, visit.language)


def rung(visit: Visit, *, kind: str, name: str, occurrence: int, position: str) -> str:
    """Return what a notice is, in words: a reminder, a rung upwards, the news of an event."""
    _ = visit._
    if kind == "reminder":
        words = _("Nhắc theo thang")
    elif kind == "escalation":
        words = _("Báo lên %(position)s") % {"position": term(position, visit.language)}
    elif name in _GIVING:
        return _("Giao việc")
    elif name == URGED:
        return _("Lời nhắc")
    else:
        return _("Thông báo thay đổi")
    if occurrence == 1:
        return words
    return f"{words}, " + _("lần %(number)d") % {"number": occurrence}
