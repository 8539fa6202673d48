"""Public holidays of Viet Nam as rows an office may edit; the only importer of `holidays`.

The package knows the law and the swaps announced before its release; `defaults/calendar.toml`
holds what official notices say beyond it, and beats it.
"""

from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

import holidays

from config.defaults import default_policy


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedDay:
    """One local date that differs from the weekly pattern, or a holiday on a weekend."""

    day: date
    off: bool
    name: str
    source: str


def seed_days(year: int) -> list[SeedDay]:
    """Return the known days of a year in order of date, at most one a date.

    A year whose swaps are not announced yet carries "dự kiến" in the source of each day.
    """
    policy = default_policy()
    known = holidays.country_holidays("VN", years=year, language="vi")
    source = f"holidays {version('holidays')} (VN)"
    if year not in policy.announced_years:
        source += ", dự kiến"
    days = {
        day: SeedDay(day=day, off=True, name=name, source=source)
        for day, name in known.items()
        if day.year == year
    }
    for day in known.weekend_workdays:
        if day.year == year:
            days[day] = SeedDay(day=day, off=False, name="Ngày làm việc hoán đổi", source=source)
    for official in policy.official_days:
        if official.day.year == year:
            note = ", cần xác nhận" if official.confirm else ""
            days[official.day] = SeedDay(day=official.day, off=official.off, name=official.name,
                                         source=official.source + note)  # fmt: skip
    return [days[day] for day in sorted(days)]
