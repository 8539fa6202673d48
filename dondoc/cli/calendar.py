"""`calendar`: which days the office works, who said so, and how far away a working day is."""

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dondoc.cli.door import AsJson, AsPerson, ForPerson, acting, opened, read_date, say
from dondoc.cli.output import columns, emit, line
from dondoc.cli.previews import counted, print_notices
from dondoc.cli.verbs import noun

if TYPE_CHECKING:
    from dondoc.bootstrap import App
    from engine.calendar import WorkingCalendar

calendar = noun("Lịch làm việc của cơ quan.")

#: Fewer working days than this lie in any year; how far a count may have to look.
_FEWEST_IN_A_YEAR = 150
_WEEKDAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")


class Kind(StrEnum):
    """What a day becomes."""

    OFF = "off"
    WORKING = "working"


@calendar.command()
def show(
    ctx: typer.Context,
    year: Annotated[int, typer.Argument(min=2000, max=2100, metavar="NĂM")],
    as_json: AsJson = False,
) -> None:
    """Liệt kê ngày nghỉ và ngày làm bù của một năm, kèm nguồn."""
    with opened(ctx) as app:
        days, is_loaded = _days(app, year)
    if as_json:
        emit({"year": year, "loaded": is_loaded, "days": days, "next": None})
        return
    columns(
        ("NGÀY", "THỨ", "", "TÊN", "NGUỒN"),
        [
            (one["date"], _WEEKDAYS[date.fromisoformat(one["date"]).weekday()],
             "nghỉ" if one["off"] else "LÀM VIỆC", one["name"], one["source"])
            for one in days
        ],
    )  # fmt: skip
    if not is_loaded:
        say(ctx, f"Lịch {year} chưa nạp vào cơ sở dữ liệu; đây là dữ liệu kèm chương trình.")


@calendar.command("set")
def set_day(
    ctx: typer.Context,
    day: Annotated[str, typer.Argument(metavar="NGÀY")],
    kind: Annotated[Kind, typer.Argument(metavar="off|working")],
    *,
    source: Annotated[str, typer.Option("--source", help="Văn bản làm căn cứ.")] = "",
    name: Annotated[str, typer.Option("--name", help="Tên gọi của ngày.")] = "",
    is_trial: Annotated[
        bool, typer.Option("--dry-run", help="Chỉ xem thông báo nào sẽ đổi, cho ai; không ghi gì.")
    ] = False,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Đặt một ngày là ngày nghỉ (off) hoặc ngày làm việc (working)."""
    from engine.commands import calendars

    if is_trial:
        _say_what_would_change(ctx, read_date(day, field="NGÀY"), off=kind is Kind.OFF)
        return
    edit = calendars.DayEdit(
        day=read_date(day, field="NGÀY"),
        off=kind is Kind.OFF,
        source=source,
        actor=acting(actor, what="calendar_set"),
        on_behalf_of=principal,
        name=name,
    )
    with opened(ctx) as app, app.database.begin() as tx:
        changed = calendars.set_day(tx, edit, at=app.clock.now(), rules=app.rules)
    what = "ngày nghỉ" if edit.off else "ngày làm việc"
    say(ctx, f"{edit.day}: {what}." + ("" if changed else " (Không đổi.)"))


def _say_what_would_change(ctx: typer.Context, day: date, *, off: bool) -> None:
    from engine.commands import foresight

    with opened(ctx) as app, app.database.read() as tx:
        compare = foresight.preview_day(tx, day, off=off, rules=app.rules, at=app.clock.now())
        zone = app.office.zone
    found = compare()
    what = "ngày nghỉ" if off else "ngày làm việc"
    if not found.is_changed:
        say(ctx, f"{day}: đang là {what} rồi; không thông báo nào đổi.")
        return
    print_notices(found.notices, zone)
    say(ctx, f"{day} thành {what}. {counted(found.notices, found.until).rstrip('.')}.")


@calendar.command()
def load(
    ctx: typer.Context, year: Annotated[int, typer.Argument(min=2000, max=2100, metavar="NĂM")]
) -> None:
    """Nạp ngày lễ của một năm; những ngày cơ quan đã tự đặt được giữ nguyên."""
    from dondoc.foundation import load_years

    with opened(ctx) as app, app.database.begin() as tx:
        (done,) = load_years(tx, (year,), at=app.clock.now(), actor=app.operator, rules=app.rules)
    say(ctx, f"Lịch {year}: đổi {len(done.changed)} ngày, bỏ {len(done.removed)}, "
             f"giữ {len(done.kept)} ngày cơ quan tự đặt.")  # fmt: skip


@calendar.command("add-days", context_settings={"ignore_unknown_options": True})
def add_days(
    ctx: typer.Context,
    day: Annotated[str, typer.Argument(metavar="NGÀY")],
    days: Annotated[int, typer.Argument(metavar="N", min=-2000, max=2000)],
    as_json: AsJson = False,
) -> None:
    """Tính ngày làm việc thứ N sau (N âm: trước) một ngày."""
    start = read_date(day, field="NGÀY")
    with opened(ctx) as app:
        found = _calendar(app, around=start, working_days=days).shift(start, days)
    if as_json:
        emit({"from": start, "working_days": days, "date": found})
        return
    line(found.isoformat())


def _days(app: "App", year: int) -> tuple[list[dict[str, Any]], bool]:
    from config.holidays import seed_days
    from engine.commands import calendars

    with app.database.read() as tx:
        stored = {one.day: one for one in calendars.days_of(tx, year)}
        is_loaded = calendars.is_loaded(tx, year)
    shown = {
        one.day: {"date": one.day.isoformat(), "off": one.off, "name": one.name,
                  "source": one.source, "kind": "seed"}
        for one in ([] if is_loaded else seed_days(year))
    } | {
        one.day: {"date": one.day.isoformat(), "off": one.off, "name": one.name,
                  "source": one.source, "kind": one.kind}
        for one in stored.values()
    }  # fmt: skip
    return [shown[day] for day in sorted(shown)], is_loaded


def _calendar(app: "App", *, around: date, working_days: int) -> "WorkingCalendar":
    """Return the office's calendar, with the shipped days of years that are not loaded yet."""
    from dataclasses import replace

    from engine.commands import calendars

    with app.database.read() as tx:
        found = calendars.calendar_in_force(tx, rules=app.rules)
    reach = abs(working_days) // _FEWEST_IN_A_YEAR + 1
    off, worked = set(found.days_off), set(found.work_days)
    for year in range(max(2000, around.year - reach), min(2100, around.year + reach) + 1):
        for one in _days(app, year)[0]:
            day = date.fromisoformat(one["date"])
            (off if one["off"] else worked).add(day)
    return replace(found, days_off=frozenset(off), work_days=frozenset(worked))
