"""Notices that would come, go or move: as a table, and in numbers."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dondoc.cli.output import columns

if TYPE_CHECKING:
    from engine.preview import NoticeChange

CHANGES = {"added": "thêm", "removed": "thôi", "moved": "dời", "changed": "sửa"}


def print_notices(notices: "Sequence[NoticeChange]", zone: ZoneInfo) -> None:
    """Print one row for each person, task and rung; repetitions are counted."""
    groups: dict[tuple[str | None, str, str, str], list[NoticeChange]] = {}
    for one in notices:
        groups.setdefault((one.to, one.task, one.rung, one.change), []).append(one)
    if groups:
        columns(
            ("AI", "NHIỆM VỤ", "BẬC", "", "TRƯỚC", "SAU"),
            [_row(same[0], zone, repeated=len(same) - 1) for same in groups.values()],
        )


def counted(notices: "Sequence[NoticeChange]", until: date) -> str:
    """Return how many notices of how many people would change through a day."""
    last = until.strftime("%d/%m/%Y")
    if not notices:
        return f"Đến hết {last} không thông báo nào đổi. Chưa ghi gì."
    numbers = Counter(one.change for one in notices)
    people = len({one.to for one in notices})
    return (
        f"Đến hết {last}: {len(notices)} thông báo đổi, của {people} người (thêm "
        f"{numbers['added']}, thôi {numbers['removed']}, dời {numbers['moved']}). Chưa ghi gì"
    )


def _row(one: "NoticeChange", zone: ZoneInfo, *, repeated: int) -> Sequence[str]:
    again = f" (lần {one.occurrence})" if one.occurrence > 1 else ""
    more = f" và {repeated} lần sau" if repeated else ""
    before, after = (
        at.astimezone(zone).strftime("%d/%m/%Y %H:%M") if at else ""
        for at in (one.at_before, one.at_after)
    )
    change = CHANGES[one.change]
    return one.to or "quản trị", one.task, f"{one.rung}{again}{more}", change, before, after
