"""`calendar`: which days the office and its units work, who said so, and how far away a day is."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dondoc.cli.door import (
    AsJson,
    AsPerson,
    ForPerson,
    acting,
    opened,
    read_date,
    read_file,
    say,
)
from dondoc.cli.output import columns, emit, line
from dondoc.cli.previews import moves_of, print_moves, show_calendar_preview
from dondoc.cli.verbs import noun

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dondoc.bootstrap import App
    from engine.calendar import WorkingCalendar
    from engine.commands.calendars import DaysEdit
    from engine.commands.unit_calendars import UnitCalendarEdit

calendar = noun("Lịch làm việc của cơ quan.")

#: Fewer working days than this lie in any year; how far a count may have to look.
_FEWEST_IN_A_YEAR = 150
#: More days than this at once are a slip of the pen.
_LONGEST_RANGE = 366
_DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")


Source = Annotated[str, typer.Option("--source", help="Văn bản làm căn cứ.")]
Name = Annotated[str, typer.Option("--name", help="Tên gọi của ngày.")]
Weekend = Annotated[
    str | None,
    typer.Option("--weekend", metavar="sat,sun", help="Ngày nghỉ trong tuần; none: không nghỉ."),
]
Hours = Annotated[
    str | None,
    typer.Option("--hours", metavar="07:00-11:00,13:00-17:00", help="Giờ làm việc."),
]
SendAt = Annotated[str | None, typer.Option("--send-at", metavar="08:00", help="Giờ gửi thư nhắc.")]
Reset = Annotated[
    bool, typer.Option("--reset", help="Bỏ mọi điều riêng, theo lịch của đơn vị cấp trên.")
]
DryRun = Annotated[
    bool,
    typer.Option("--dry-run", help="Chỉ xem hạn và thông báo nào sẽ đổi, của ai; không ghi gì."),
]


class Kind(StrEnum):
    """What a day becomes."""

    OFF = "off"
    WORKING = "working"


OwnDay = Annotated[
    tuple[str, Kind] | None,
    typer.Option("--day", metavar="NGÀY off|working", help="Ngày riêng, hoặc TỪ..ĐẾN."),
]


@calendar.command()
def show(
    ctx: typer.Context,
    year: Annotated[int, typer.Argument(min=2000, max=2100, metavar="NĂM")],
    *,
    unit: Annotated[
        str | None, typer.Option("--unit", metavar="MÃ", help="Lịch của một đơn vị.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Liệt kê ngày nghỉ và ngày làm bù của một năm, kèm nguồn."""
    with opened(ctx) as app:
        days, is_loaded = _days(app, year)
        pattern: dict[str, Any] = {}
        if unit is not None:
            days, pattern = _of_unit(app, unit, year, days)
    if as_json:
        emit({"year": year, "loaded": is_loaded, **pattern, "days": days, "next": None})
        return
    columns(
        ("NGÀY", "THỨ", "", "TÊN", "NGUỒN"),
        [
            (one["date"], _WEEKDAYS[date.fromisoformat(one["date"]).weekday()],
             "nghỉ" if one["off"] else "LÀM VIỆC", one["name"], one["source"])
            for one in days
        ],
    )  # fmt: skip
    if pattern:
        say(ctx, _pattern_words(pattern))
    if not is_loaded:
        say(ctx, f"Lịch {year} chưa nạp vào cơ sở dữ liệu; đây là dữ liệu kèm chương trình.")


@calendar.command("set")
def set_days(
    ctx: typer.Context,
    days: Annotated[
        list[str], typer.Argument(metavar="NGÀY...", help="Một hay nhiều ngày, hoặc TỪ..ĐẾN.")
    ],
    kind: Annotated[Kind, typer.Argument(metavar="off|working")],
    *,
    source: Source = "",
    name: Name = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Đặt một hay nhiều ngày là ngày nghỉ (off) hoặc ngày làm việc (working)."""
    from engine.commands import calendars

    chosen = _spelt(days)
    edit = calendars.DaysEdit(
        off=chosen if kind is Kind.OFF else (),
        worked=chosen if kind is Kind.WORKING else (),
        source=source,
        by=_by(actor, principal, what="calendar_set", is_trial=dry_run),
        name=name,
    )
    shown = ", ".join(day.isoformat() for day in chosen)
    words = f"{shown}: {'ngày nghỉ' if kind is Kind.OFF else 'ngày làm việc'}"
    _carry_out(ctx, edit, words=words, is_trial=dry_run, as_json=as_json)


@calendar.command("import")
def import_days(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp TOML: source, off, working.")],
    *,
    source: Source = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Đặt mọi ngày nghỉ và ngày làm bù ghi trong một tệp, báo mỗi đơn vị một lần."""
    from engine.commands import calendars
    from workflows.calendarfile import parse

    found = parse(read_file(file), source=str(file))
    edit = calendars.DaysEdit(
        off=found.off,
        worked=found.worked,
        source=source or found.source or "",
        by=_by(actor, principal, what="calendar_set", is_trial=dry_run),
        name=found.name,
    )
    words = f"{len(found.off)} ngày nghỉ, {len(found.worked)} ngày làm việc"
    _carry_out(ctx, edit, words=words, is_trial=dry_run, as_json=as_json)


@calendar.command("unit")
def set_unit(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(metavar="ĐƠN_VỊ")],
    *,
    weekend: Weekend = None,
    hours: Hours = None,
    send_at: SendAt = None,
    day: OwnDay = None,
    reset: Reset = False,
    source: Source = "",
    name: Name = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Đặt lịch riêng của một đơn vị: ngày nghỉ trong tuần, giờ làm việc, giờ gửi, ngày riêng."""
    from engine.commands.unit_calendars import UnitCalendarEdit

    days, kind = (_spelt([day[0]]), day[1]) if day is not None else ((), None)
    edit = UnitCalendarEdit(
        unit=code,
        weekend=_weekend(weekend) if weekend is not None else None,
        hours=_hours(hours) if hours is not None else None,
        send_at=_moment(send_at, field="--send-at") if send_at is not None else None,
        off=days if kind is Kind.OFF else (),
        worked=days if kind is Kind.WORKING else (),
        is_reset=reset,
        source=source,
        by=_by(actor, principal, what="calendar_unit", is_trial=dry_run),
        name=name,
    )
    words = f"{code}: {'bỏ' if reset else 'đặt'} lịch riêng"
    _carry_out(ctx, edit, words=words, is_trial=dry_run, as_json=as_json)


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


def _carry_out(
    ctx: typer.Context,
    edit: "DaysEdit | UnitCalendarEdit",
    *,
    words: str,
    is_trial: bool,
    as_json: bool,
) -> None:
    """Make an edit, or say what it would change."""
    from engine.commands import calendars, foresight, unit_calendars

    if is_trial:
        with opened(ctx) as app, app.database.read() as tx:
            compare = foresight.preview_edit(tx, edit, rules=app.rules, at=app.clock.now())
            zone = app.office.zone
        show_calendar_preview(ctx, compare(), zone, words=words, as_json=as_json)
        return
    with opened(ctx) as app, app.database.begin() as tx:
        at = app.clock.now()
        if isinstance(edit, calendars.DaysEdit):
            done = calendars.set_days(tx, edit, rules=app.rules, at=at)
        else:
            done = unit_calendars.set_unit_calendar(tx, edit, rules=app.rules, at=at)
    if as_json:
        emit({"changed": done.is_changed, "days": done.changed, "moves": moves_of(done.moves)})
        return
    say(ctx, f"{words}." + ("" if done.is_changed else " (Không đổi.)"))
    print_moves(done.moves)


def _by(
    actor: str | None, principal: str | None, *, what: str, is_trial: bool
) -> tuple[str, str | None]:
    return (actor or "" if is_trial else acting(actor, what=what)), principal


def _spelt(words: list[str]) -> tuple[date, ...]:
    """Return the days that words mean, each `2025-09-01`, `01/09/2025` or a range of both."""
    found: list[date] = []
    for word in words:
        first, is_range, last = word.partition("..")
        begins = read_date(first, field="NGÀY")
        ends = read_date(last, field="NGÀY") if is_range else begins
        if not 0 <= (ends - begins).days < _LONGEST_RANGE:
            problem = f"{word}: khoảng ngày sai"
            raise typer.BadParameter(problem, param_hint="NGÀY")
        found += [begins + timedelta(days=number) for number in range((ends - begins).days + 1)]
    return tuple(dict.fromkeys(found))


def _weekend(words: str) -> frozenset[int]:
    if words.strip() == "none":
        return frozenset()
    names = [one.strip() for one in words.split(",")]
    if unknown := [one for one in names if one not in _DAY_NAMES]:
        problem = f"{', '.join(unknown)}: viết {', '.join(_DAY_NAMES)}, hoặc none"
        raise typer.BadParameter(problem, param_hint="--weekend")
    return frozenset(_DAY_NAMES.index(one) for one in names)


def _hours(words: str) -> tuple[tuple[time, time], ...]:
    spans = [one.partition("-") for one in words.split(",")]
    return tuple(
        (_moment(start, field="--hours"), _moment(end, field="--hours")) for start, _, end in spans
    )


def _moment(word: str, *, field: str) -> time:
    try:
        return datetime.strptime(word.strip(), "%H:%M").time()  # noqa: DTZ007 - a time of any day
    except ValueError:
        problem = f"{word!r}: viết dạng 07:30"
        raise typer.BadParameter(problem, param_hint=field) from None


def _of_unit(
    app: "App", unit: str, year: int, days: list[dict[str, Any]]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the days of a year as a unit has them, and its weekly pattern."""
    from engine.commands import unit_calendars

    with app.database.read() as tx:
        own = unit_calendars.own_days(tx, unit, rules=app.rules)
        found = unit_calendars.unit_calendar_of(tx, unit, rules=app.rules)
    by_day = {one["date"]: one for one in days} | {
        one.day.isoformat(): {"date": one.day.isoformat(), "off": one.off, "name": one.name,
                              "source": one.source, "kind": "unit"}
        for one in own
        if one.day.year == year
    }  # fmt: skip
    pattern = {
        "unit": unit,
        "weekend": [_DAY_NAMES[number] for number in sorted(found.weekend)],
        "hours": [f"{start:%H:%M}-{end:%H:%M}" for start, end in found.hours],
        "send_at": f"{found.send_at:%H:%M}",
    }
    return [by_day[day] for day in sorted(by_day)], pattern


def _pattern_words(pattern: "Mapping[str, Any]") -> str:
    off = ", ".join(_WEEKDAYS[_DAY_NAMES.index(one)] for one in pattern["weekend"]) or "không"
    return (
        f"{pattern['unit']}: nghỉ hằng tuần {off}; giờ làm việc {', '.join(pattern['hours'])}; "
        f"gửi lúc {pattern['send_at']}."
    )


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
