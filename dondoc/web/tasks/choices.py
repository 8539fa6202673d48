"""What lists can be narrowed by, in words: keys and values of the filter string."""

from collections.abc import Sequence
from datetime import date
from typing import TypeAlias

from dondoc.web.visit import Visit
from engine.filters import ME

#: A value of the filter string, and its words.
Options: TypeAlias = Sequence[tuple[str, str]]


def statuses(visit: Visit) -> Options:
    """Return where tasks can stand; what asks for something comes first."""
    _ = visit._
    return (
        ("open", _("Đang mở")),
        ("overdue", _("Quá hạn")),
        ("due-soon", _("Đến hạn trong 5 ngày làm việc")),
        ("within-term", _("Trong hạn")),
        ("waiting-for-me", _("Chờ tôi xử lý")),
        ("assigned", _("Được giao")),
        ("in_progress", _("Đang thực hiện")),
        ("returned", _("Bị trả lại")),
        ("reported", _("Đã báo cáo")),
        ("verified", _("Đã xác nhận")),
        ("on-time", _("Xong đúng hạn")),
        ("late", _("Xong trễ hạn")),
        ("cancelled", _("Đã hủy")),
        ("standing", _("Thường xuyên")),
        ("heading", _("Mục gộp")),
        ("draft", _("Dự thảo")),
    )


def dues(visit: Visit) -> Options:
    """Return the spans of due dates that have a name."""
    _ = visit._
    return (
        ("today", _("Hạn hôm nay")),
        ("this-week", _("Hạn tuần này")),
        ("this-month", _("Hạn tháng này")),
        ("this-quarter", _("Hạn quý này")),
    )


def kinds(visit: Visit) -> Options:
    """Return the kinds of rows."""
    _ = visit._
    return (
        ("task", _("Nhiệm vụ có hạn")),
        ("recurring", _("Nhiệm vụ định kỳ")),
        ("standing", _("Nhiệm vụ thường xuyên")),
        ("heading", _("Mục gộp")),
        ("contribution", _("Phần phối hợp")),
        ("obstacle", _("Vướng mắc")),
        ("extension", _("Xin gia hạn")),
        ("report", _("Báo cáo định kỳ")),
    )


def sorts(visit: Visit) -> Options:
    """Return the orders of a list."""
    _ = visit._
    return (
        ("plan", _("Theo kế hoạch")),
        ("due", _("Hạn gần trước")),
        ("-due", _("Hạn xa trước")),
        ("code", _("Theo mã")),
        ("changed", _("Mới thay đổi trước")),
    )


def people(visit: Visit) -> Options:
    """Return the keys that name a person."""
    _ = visit._
    return (
        ("assignee", _("Người thực hiện")),
        ("verifier", _("Người xác nhận")),
        ("leader", _("Lãnh đạo phụ trách")),
        ("escalated", _("Đã báo lên")),
    )


def flags(visit: Visit) -> Options:
    """Return the keys that are either asked for or not."""
    _ = visit._
    return (
        ("obstacle", _("Có vướng mắc chờ ý kiến")),
        ("extension", _("Đang xin gia hạn")),
        ("urgent", _("Khẩn")),
    )


def cells(visit: Visit) -> Options:
    """Return the cells of the 2x2 table."""
    _ = visit._
    return (
        ("completed_on_time", _("Đúng hạn")),
        ("completed_late", _("Trễ hạn")),
        ("open_within_term", _("Trong hạn")),
        ("open_overdue", _("Quá hạn")),
    )


def in_words(key: str, value: str, visit: Visit) -> str:
    """Return a key and its value in words."""
    _ = visit._
    known = {"status": statuses, "kind": kinds, "sort": sorts, "due": dues}
    if key in known:
        words = dict(known[key](visit)).get(value)
        return words or f"{_('Hạn')} {_span(value)}"
    if key in dict(people(visit)):
        who = _("tôi") if value == ME else visit.person_name(value)
        return f"{dict(people(visit))[key]}: {who}"
    if key == "unit":
        codes = {code.casefold(): code for code in visit.rulebook.organisation.unit_by_code}
        return visit.unit_name(codes.get(value.casefold(), value))
    if key == "plan":
        return f"{_('Kế hoạch')} {value}"
    return f"“{value}”" if key == "q" else dict(flags(visit)).get(key, value)


def _span(value: str) -> str:
    """Return a range of dates as people write it."""
    days = [date.fromisoformat(one) for one in value.split("..")]
    return " – ".join(f"{one.day}/{one.month}/{one.year}" for one in days)
