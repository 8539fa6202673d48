"""What a mail says to somebody who is urged by hand: who waits for the work, and how it stands."""

from collections.abc import Sequence
from typing import Literal

from engine.notices import LetterItem

#: How a task stands to its date on the day the message leaves; "" where it has none.
Stands = Literal["soon", "today", "overdue", ""]

#: Position to what its holder is asked to do about the work; all others are asked to see to it.
_VERBS = {"assignee": "đẩy nhanh", "unit_head": "đẩy nhanh"}
_SEES_TO_IT = "quan tâm chỉ đạo"


def status(stands: Stands, count: str) -> str:
    """Return the first words of a subject; `count` are the days left or past, in words."""
    said = {"today": "đến hạn hôm nay", "overdue": count or "quá hạn"}.get(stands, count)
    return f"Nhắc việc – {said}" if said else "Nhắc việc"


def opening(item: LetterItem, stands: Stands, count: str) -> str:
    """Return the first sentence of a message with one such item alone."""
    when = {
        "soon": f", {count} đến hạn",
        "today": ", đến hạn hôm nay",
        "overdue": f", đã {count or 'quá hạn'}, chưa có báo cáo kết quả",
    }.get(stands, "")
    verb = _VERBS.get(item.position, _SEES_TO_IT)
    return f"{_comrade(item)} đề nghị đồng chí {verb} nhiệm vụ sau{when}."


def together(items: Sequence[LetterItem], *, tasks: int) -> str:
    """Return the first sentence of a message with nothing but such items."""
    first, *others = dict.fromkeys(map(_comrade, items))
    named = ", ".join([first, *(one[:1].lower() + one[1:] for one in others)])
    verbs = {_VERBS.get(one.position, _SEES_TO_IT) for one in items}
    verb = verbs.pop() if len(verbs) == 1 else _VERBS["assignee"]
    return f"{named} đề nghị đồng chí {verb} {tasks} nhiệm vụ sau."


def who(item: LetterItem) -> str:
    """Return who urges, and in whose place; "" for what nobody is urged to."""
    if item.rung != "urged" or not item.actor:
        return ""
    stands_in = f" (thay đồng chí {item.acted_for})" if item.acted_for else ""
    return f"{item.actor}{stands_in}"


def _comrade(item: LetterItem) -> str:
    return f"Đồng chí {who(item)}" if who(item) else "Người theo dõi kế hoạch"
