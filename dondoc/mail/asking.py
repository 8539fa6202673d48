"""What a mail says of obstacles and extensions: what is asked of a leader, and what came of it."""

from dataclasses import dataclass

from dondoc.mail import words
from engine.notices import LetterItem, Requested

_CATEGORIES = {
    "funding": "kinh phí",
    "procedure": "thủ tục",
    "coordination": "phối hợp",
    "other": "khác",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A request in words: of the subject, of the first sentence, and of what is asked."""

    status: str
    opening: str
    ask: str


def said(item: LetterItem, request: Requested, *, office: str) -> Said:
    """Return what a message says of a request.

    Args:
        item: What is told.
        request: The request it is about.
        office: Name of the unit that follows the plan; "" where the reader belongs to it.
    """
    if item.ladder or item.rung in ("raised", "requested"):
        return _waiting(item, request, office)
    if request.kind == "extension":
        return Said(
            status="Không gia hạn",
            opening="Đề nghị gia hạn nhiệm vụ sau không được đồng ý; thời hạn giữ nguyên.",
            ask="Đề nghị thực hiện theo thời hạn hiện nay.",
        )
    paused = ", tạm dừng tính hạn" if request.pause else ""
    return Said(
        status=f"Đã có ý kiến về vướng mắc{paused}",
        opening=f"Lãnh đạo đã cho ý kiến về vướng mắc của nhiệm vụ sau{paused}.",
        ask="Đề nghị thực hiện theo ý kiến của lãnh đạo.",
    )


def facts(request: Requested) -> tuple[tuple[str, str], ...]:
    """Return labels and values of a request, in order; values may be empty."""
    asked_on = words.short_date(request.asked_on)
    by = f" ({request.asked_by}, ngày {asked_on})"
    answered = ("Ý kiến", request.answer or "")
    if request.kind == "extension":
        asked = words.short_date(request.due_asked) if request.due_asked else ""
        return (
            ("Xin gia hạn", f"đến {asked}{by}"),
            ("Lý do", request.reason),
            ("Khi xin", _overdue(request)),
            ("Đã gia hạn", f"{request.granted_before} lần" if request.granted_before else ""),
            answered,
        )
    return (
        ("Vướng mắc", f"“{request.reason}”{by}"),
        ("Loại", _CATEGORIES.get(request.category, request.category)),
        ("Đề nghị", request.wanted or ""),
        answered,
        ("Tạm dừng", _pause(request)),
    )


def quoted(item: LetterItem) -> tuple[tuple[str, str], ...]:
    """Return the open obstacles of a task, as they were written."""
    return tuple(
        ("Vướng mắc", f"“{one.reason}” (ghi ngày {words.short_date(one.on)})")
        for one in item.obstacles
    )


def _waiting(item: LetterItem, request: Requested, office: str) -> Said:
    noted = f"; {office} ghi nhận và thực hiện ý kiến của đồng chí" if office else ""
    days = item.working_days_waiting or 0
    waits = f" đã chờ {days} ngày làm việc" if days else ""
    if request.kind == "extension":
        until = words.short_date(request.due_asked) if request.due_asked else ""
        status = (
            f"Chờ quyết định gia hạn {days} ngày làm việc" if days else (f"Xin gia hạn đến {until}")
        )
        return Said(
            status=f"{status} – đề nghị quyết định",
            opening=f"Đề nghị gia hạn nhiệm vụ sau{waits or ' chờ quyết định'}.",
            ask=f"Đề nghị đồng chí đồng ý, cho một hạn khác, hoặc không đồng ý kèm lý do{noted}.",
        )
    status = f"Vướng mắc chờ ý kiến {days} ngày làm việc" if days else "Vướng mắc"
    return Said(
        status=f"{status} – đề nghị cho ý kiến",
        opening=f"Vướng mắc của nhiệm vụ sau{waits or ' chờ ý kiến chỉ đạo'}.",
        ask=f"Đề nghị đồng chí cho ý kiến chỉ đạo, nếu cần thì tạm dừng tính hạn{noted}.",
    )


def _overdue(request: Requested) -> str:
    overdue = request.overdue_working_days
    return f"đã quá hạn {overdue} ngày làm việc" if overdue else ""


def _pause(request: Requested) -> str:
    if request.pause is None:
        return ""
    first, last = request.pause
    return f"từ {words.short_date(first)} đến hết {words.short_date(last)}"
