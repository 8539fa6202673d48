"""Vietnamese words of dates and positions, as they stand in a mail.

Dates follow Nghị định 30/2020/NĐ-CP, phụ lục I: days below 10 and the months 1 and 2 take a zero.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

_WEEKDAYS = (
    "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật",
)  # fmt: skip

#: Position to (what the task is to its holder, why he is written to).
_POSITIONS = {
    "assignee": ("Nhiệm vụ do đồng chí thực hiện", "người thực hiện"),
    "unit_head": ("Nhiệm vụ do đơn vị đồng chí chủ trì", "người đứng đầu đơn vị chủ trì"),
    "lead_unit": ("Nhiệm vụ do đơn vị đồng chí chủ trì", "người của đơn vị chủ trì"),
    "coordinating_units": (
        "Nhiệm vụ đơn vị đồng chí phối hợp thực hiện",
        "người đứng đầu đơn vị phối hợp",
    ),
    "leader_in_charge": ("Nhiệm vụ thuộc lĩnh vực đồng chí phụ trách", "lãnh đạo phụ trách"),
    "director": ("Nhiệm vụ trong kế hoạch của cơ quan", "người đứng đầu cơ quan"),
    "verifier": ("Nhiệm vụ do đồng chí xác nhận kết quả", "người xác nhận kết quả"),
    "monitor": ("Nhiệm vụ do đơn vị đồng chí theo dõi", "người đứng đầu đơn vị theo dõi"),
    "administrator": ("Nhiệm vụ trong kế hoạch của cơ quan", "quản trị viên"),
}

_TOLD = {
    "assignee": "người thực hiện",
    "unit_head": "Trưởng đơn vị",
    "lead_unit": "đơn vị chủ trì",
    "coordinating_units": "đơn vị phối hợp",
    "leader_in_charge": "lãnh đạo phụ trách",
    "director": "Giám đốc",
    "verifier": "người xác nhận",
    "monitor": "đơn vị theo dõi",
    "administrator": "quản trị viên",
}


@lru_cache(maxsize=1024)
def short_date(day: date) -> str:
    """Return a date as `22/5/2026`, `05/01/2026`."""
    return f"{day.day:02d}/{_month(day)}/{day.year}"


@lru_cache(maxsize=1024)
def day_and_month(day: date) -> str:
    """Return a date as `08/5`."""
    return f"{day.day:02d}/{_month(day)}"


@lru_cache(maxsize=1024)
def long_date(day: date) -> str:
    """Return a date as `thứ Sáu, ngày 22 tháng 5 năm 2026`."""
    weekday = _WEEKDAYS[day.weekday()]
    return f"{weekday}, ngày {day.day:02d} tháng {_month(day)} năm {day.year}"


def belongs(position: str) -> str:
    """Return what a task is to the holder of a position, as the start of a sentence."""
    return _POSITIONS.get(position, _POSITIONS["director"])[0]


def holder(position: str) -> str:
    """Return why the holder of a position is written to."""
    return _POSITIONS.get(position, ("", "người có liên quan"))[1]


def told(position: str) -> str:
    """Return the position as it is named when it will be told."""
    return _TOLD.get(position, position)


def aside(years: Sequence[int]) -> str:
    """Return what a reader must know of dates in years whose holidays are not loaded."""
    if not years:
        return ""
    named = ", ".join(map(str, years))
    return f"Lịch nghỉ năm {named} chưa có, nên ngày làm việc của năm đó chưa trừ ngày lễ."


def _month(day: date) -> str:
    return f"{day.month:02d}" if day.month <= 2 else str(day.month)  # noqa: PLR2004  # see the source
