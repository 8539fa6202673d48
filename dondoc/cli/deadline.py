"""`plan deadline`: what a phrase is understood as, in words a person can check."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.draft import Deadline, Remark

#: What a phrase can say of a deadline.
KINDS = {
    "fixed_date": "ngày cố định",
    "month": "trong tháng",
    "quarter": "trong quý",
    "half_year": "trong 6 tháng",
    "year": "trong năm",
    "range": "từ ngày đến ngày",
    "milestones": "nhiều mốc",
    "recurring": "lặp lại",
    "event_relative": "tính từ một sự kiện",
    "standing": "thường xuyên",
    "on_demand": "khi có yêu cầu",
    "reference": "theo văn bản khác",
    "ditto": "như mục trên",
    "none": "không ghi hạn",
    "unresolved": "chưa hiểu",
}
_PERIODS = {
    "day": "hằng ngày",
    "week": "hằng tuần",
    "month": "hằng tháng",
    "quarter": "hằng quý",
    "half_year": "6 tháng một lần",
    "year": "hằng năm",
}
_UNITS = {"d": "ngày", "wd": "ngày làm việc", "h": "giờ", "mo": "tháng"}
#: Days printed of a phrase that comes back; `--json` holds all of them.
_DAYS_SHOWN = 12
#: Kinds in which "trước" and "chậm nhất" make a difference of a day.
_BOUNDED = frozenset({"fixed_date", "range", "milestones"})


def told(deadline: "Deadline", reasons: Sequence["Remark"]) -> Iterator[str]:
    """Yield the lines that say how a phrase was read, and why somebody must confirm it."""
    yield f"{KINDS[deadline.kind]}: {_days(deadline.due)}{_bound(deadline)}"
    if deadline.start:
        yield f"  từ ngày: {_day(deadline.start)}"
    if deadline.time:
        yield f"  giờ: {deadline.time}"
    if deadline.period:
        periods = ", ".join(_PERIODS.get(one, one) for one in deadline.period.split(","))
        yield f"  chu kỳ: {periods}"
    if deadline.n is not None and deadline.unit:
        side = "trước" if deadline.n < 0 else "sau"
        yield f"  khoảng: {abs(deadline.n):g} {_UNITS[deadline.unit]} {side}"
    if deadline.event:
        yield f"  sự kiện: {deadline.event}"
    for reason in reasons:
        yield f"  cần xác nhận: {reason.message}"


def _bound(deadline: "Deadline") -> str:
    if not deadline.due:
        return ""
    if not deadline.inclusive:
        return " (không tính ngày nêu trong cụm từ)"
    return " (tính cả ngày đó)" if deadline.kind in _BOUNDED else ""


def _days(days: Sequence[date]) -> str:
    shown = ", ".join(_day(day) for day in days[:_DAYS_SHOWN])
    rest = f" ... (tất cả {len(days)} ngày)" if len(days) > _DAYS_SHOWN else ""
    return f"{shown}{rest}" or "chưa thành ngày"


def _day(day: date) -> str:
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"
