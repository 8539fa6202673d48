"""Dates and notices that would move, come or go: as tables, and in numbers."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import typer

from dondoc.cli.door import say
from dondoc.cli.output import columns, emit

if TYPE_CHECKING:
    from engine.commands.foresight import CalendarPreview
    from engine.preview import DueMove, NoticeChange

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


def moves_of(moves: "Sequence[DueMove]") -> list[dict[str, Any]]:
    """Return dates that move in plain values."""
    return [{"task": one.task.address, "from": one.before, "to": one.after} for one in moves]


def print_moves(moves: "Sequence[DueMove]") -> None:
    """Print one row for each task whose effective due date moves."""
    if moves:
        rows = [(one.task.address, f"{one.before:%d/%m/%Y}", f"{one.after:%d/%m/%Y}",
                 one.task.title) for one in moves]  # fmt: skip
        columns(("NHIỆM VỤ", "HẠN TÍNH", "THÀNH", "NỘI DUNG"), rows)


def show_calendar_preview(
    ctx: typer.Context, found: "CalendarPreview", zone: ZoneInfo, *, words: str, as_json: bool
) -> None:
    """Show which dates and notices an edit of a calendar would move, and in which units."""
    if as_json:
        emit(
            {
                "changed": found.is_changed,
                "until": found.until,
                "moves": moves_of(found.moves),
                "notices": [_plain(one, zone) for one in found.notices],
                "units": [
                    {"unit": code, "moves": moves, "notices": notices}
                    for code, (moves, notices) in found.units.items()
                ],
            }
        )
        return
    if not found.is_changed:
        say(ctx, f"{words}: đang như vậy rồi; không hạn nào, không thông báo nào đổi.")
        return
    print_moves(found.moves)
    print_notices(found.notices, zone)
    if found.units:
        rows = [(code, str(moves), str(notices)) for code, (moves, notices) in found.units.items()]
        columns(("ĐƠN VỊ", "HẠN DỜI", "THÔNG BÁO ĐỔI"), rows)
    say(ctx, f"{words}. {counted(found.notices, found.until).rstrip('.')}.")


def _plain(one: "NoticeChange", zone: ZoneInfo) -> dict[str, Any]:
    before, after = (
        at.astimezone(zone).isoformat() if at else None for at in (one.at_before, one.at_after)
    )
    return {"change": one.change, "to": one.to, "task": one.task, "rung": one.rung,
            "occurrence": one.occurrence, "before": before, "after": after}  # fmt: skip


def _row(one: "NoticeChange", zone: ZoneInfo, *, repeated: int) -> Sequence[str]:
    again = f" (lần {one.occurrence})" if one.occurrence > 1 else ""
    more = f" và {repeated} lần sau" if repeated else ""
    before, after = (
        at.astimezone(zone).strftime("%d/%m/%Y %H:%M") if at else ""
        for at in (one.at_before, one.at_after)
    )
    change = CHANGES[one.change]
    return one.to or "quản trị", one.task, f"{one.rung}{again}{more}", change, before, after
