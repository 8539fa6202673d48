"""Whether the days that tasks count by are known."""

from datetime import date

from engine import years
from engine.diagnosis.findings import Findings
from engine.diagnosis.scene import Scene
from engine.store import alerts, calendars, examination
from engine.store import years as year_alerts


def examine(scene: Scene, found: Findings) -> None:
    """Add years that are needed and not loaded, and damaged rows of the calendar."""
    calendar = scene.calendar
    with scene.database.read() as tx:
        unreadable = calendars.pattern(tx).unreadable
        needed = examination.years_of_tasks(tx)
        alerted = {
            one.alert.key.rpartition(":")[2]
            for one in alerts.standing(tx, codes=[year_alerts.CODE])
        }
    for day in unreadable:
        found.add(
            "calendar_row_unreadable",
            day,
            f"dòng lịch {day!r} không phải một ngày, đang bị bỏ qua",
            cure=f"xóa dòng ấy trong bảng calendar_day (day = {day!r}), rồi: "
            "dondoc calendar load NĂM",
        )
    if not scene.is_live:
        return
    today, soon = calendar.local_date(scene.at), calendar.local_date(scene.at + years.AHEAD)
    needed |= {today.year, soon.year} | {int(one) for one in alerted if one.isdigit()}
    for year in sorted(needed - calendar.loaded_years):
        found.add(
            "calendar_not_loaded",
            str(year),
            f"lịch năm {year} chưa nạp: ngày làm việc của năm đó chưa trừ ngày lễ",
            cure=f"dondoc calendar load {year}",
            # Close enough that somebody may be told on a holiday.
            severity="error" if date(year, 1, 1) <= soon else None,
        )
