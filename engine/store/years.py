"""The alert that days of a year are needed and not loaded: raised once a year, ahead of need."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import exists, func, select

from engine import years
from engine.calendar import WorkingCalendar
from engine.rulebook import Rulebook
from engine.store import alerts
from engine.store.record import task
from engine.store.session import Transaction
from engine.task import Task

#: The code of the alert.
CODE = "calendar_not_loaded"


def foresee(tx: Transaction, tasks: Iterable[Task], rulebook: Rulebook, *, at: datetime) -> None:
    """Raise the alert for every year into which the ladders of tasks reach."""
    days = set(years.reach(tasks, rulebook))
    _raise(tx, years.unloaded(days, rulebook.calendar), at=at)


def look_ahead(tx: Transaction, calendar: WorkingCalendar, *, at: datetime) -> None:
    """Raise the alert for the year that running ladders will soon need; cheap at any size."""
    is_anything_running = exists().where(task.c.next_at.is_not(None))
    if not tx.execute(select(is_anything_running)).scalar_one():
        return
    latest = tx.execute(select(func.max(task.c.next_at))).scalar_one()
    days = {calendar.local_date(latest), calendar.local_date(at + years.AHEAD)}
    _raise(tx, years.unloaded(days, calendar), at=at)


def key(year: int) -> str:
    """Return what names the alert of a year."""
    return f"{CODE}:{year}"


def _raise(tx: Transaction, missing: Iterable[int], *, at: datetime) -> None:
    for year in missing:
        alert = alerts.Alert(
            code="calendar_not_loaded",
            message=f"lịch năm {year} chưa nạp (calendar not loaded for {year}); ngày làm việc "
            "của năm đó đang tính theo tuần làm việc, chưa trừ ngày lễ; chạy: "
            f"dondoc calendar load {year}",
            key=key(year),
        )
        alerts.raise_alert(tx, alert, at=at)
