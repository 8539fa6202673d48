"""The seed of the calendar against the official notices of each year."""

from datetime import date, timedelta

import pytest

from config.holidays import seed_days


def days(*spans: str) -> set[date]:
    """Read `2023-01-20..26`: a first date and the last day, of the same month or of `MM-DD`."""
    found = set()
    for span in spans:
        first, _, last = span.partition("..")
        start = date.fromisoformat(first)
        end = date.fromisoformat(first[: 10 - len(last)] + last) if last else start
        found |= {start + timedelta(n) for n in range((end - start).days + 1)}
    return found


OFFICIAL = [
    (
        2023,
        days("2023-01-02", "2023-01-20", "2023-01-23..26", "2023-05-01..03", "2023-09-01",
             "2023-09-04"),
        set(),
    ),
    (
        2024,
        days("2024-01-01", "2024-02-08..09", "2024-02-12..14", "2024-04-18", "2024-04-29..30",
             "2024-05-01", "2024-09-02..03"),
        days("2024-05-04"),
    ),
    (
        2025,
        days("2025-01-01", "2025-01-27..31", "2025-04-07", "2025-04-30", "2025-05-01..02",
             "2025-09-01..02"),
        days("2025-04-26"),
    ),
    (
        2026,
        days("2026-01-01..02", "2026-02-16..20", "2026-04-27", "2026-04-30", "2026-05-01",
             "2026-08-31", "2026-09-01..02", "2026-11-24"),
        days("2026-01-10", "2026-08-22"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("year", "closed", "worked"), OFFICIAL)
def test_the_seed_of_a_year_equals_the_official_notice(
    year: int, closed: set[date], worked: set[date]
) -> None:
    seed = seed_days(year)

    assert {row.day for row in seed if row.off and row.day.weekday() < 5} == closed
    assert {row.day for row in seed if not row.off} == worked
    assert [row.day for row in seed] == sorted({row.day for row in seed})


def test_the_gaps_of_2026_carry_the_notice_that_fills_them() -> None:
    by_day = {row.day: row for row in seed_days(2026)}

    assert by_day[date(2026, 1, 2)].source.startswith("12729/VPCP-KGVX")
    assert by_day[date(2026, 1, 10)].source.startswith("12729/VPCP-KGVX")
    assert by_day[date(2026, 11, 24)].source.endswith("cần xác nhận")


def test_a_year_nobody_has_announced_says_so_on_every_day() -> None:
    computed = [row for row in seed_days(2027) if "holidays" in row.source]

    assert computed
    assert all(row.source.endswith("dự kiến") for row in computed)
