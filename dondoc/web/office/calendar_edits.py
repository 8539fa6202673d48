"""Edits of a calendar on screen: first what would move and for whom, then the edit itself."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from pydantic import BeforeValidator, Field
from starlette.datastructures import FormData

from dondoc.web.failures import Mistake, Mistakes
from dondoc.web.forms import Form, posted, read_form, typed
from dondoc.web.office.calendars import FIRST_YEAR, LAST_YEAR, page
from dondoc.web.office.doing import attempt
from dondoc.web.rendering import environment, render
from dondoc.web.visit import SignedIn, Visit
from engine.commands import calendars, foresight, unit_calendars
from engine.commands.calendars import DaysEdit
from engine.commands.foresight import CalendarPreview
from engine.commands.unit_calendars import UnitCalendarEdit
from engine.database import Transaction
from engine.errors import Refused

router = APIRouter()

_LONGEST_RANGE = 366
#: Rows of a preview that a person reads; the rest is counted.
_SHOWN = 60

_MaybeDay = Annotated[date | None, BeforeValidator(lambda value: value or None)]


class _Days(Form):
    """Days as somebody wants them; `don_vi` empty is the whole office."""

    tu: date
    den: _MaybeDay = None
    la: str = "off"
    ten: str = Field(default="", max_length=200)
    can_cu: str = Field(min_length=1, max_length=300)
    don_vi: str = ""
    thay: str = ""
    lam: str = "xem"


class _Week(Form):
    """The week of a unit as somebody wants it; by `bo` and `ghi-bo` it has none of its own."""

    don_vi: str
    nghi: tuple[int, ...] = ()
    gio: str = ""
    gui: str = ""
    can_cu_tuan: str = Field(min_length=1, max_length=300)
    thay: str = ""
    lam: str = "xem"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """An edit as it was asked for.

    Attributes:
        edit: What is to be.
        unit: Code of the unit, "" for the office.
        words: What it is, for people.
        confirm: What the button of the preview says again.
        is_final: Whether the preview was seen.
        typed: The form, to be shown again.
    """

    year: int
    edit: DaysEdit | UnitCalendarEdit
    unit: str
    words: str
    confirm: str
    is_final: bool
    typed: Mapping[str, Any]


@router.post("/lich/{year}/doi")
def edit_days(visit: SignedIn, year: int, form: Annotated[FormData, Depends(posted)]) -> Response:
    """Show what days off, or days worked, would move; or make them so."""
    try:
        said = read_form(_Days, form, visit)
        days = _range(said, visit)
    except Mistakes as wrong:
        return _again(visit, year, form, wrong)
    off, worked = ((), days) if said.la == "working" else (days, ())
    by, source, name = visit.by(said.thay), said.can_cu, said.ten
    edit: DaysEdit | UnitCalendarEdit
    if said.don_vi:
        edit = UnitCalendarEdit(
            unit=said.don_vi, off=off, worked=worked, by=by, source=source, name=name
        )
    else:
        edit = DaysEdit(off=off, worked=worked, by=by, source=source, name=name)
    asked = _Asked(
        year=year, edit=edit, unit=said.don_vi, words=_words_of_days(days, said, visit),
        confirm="ghi", is_final=said.lam == "ghi", typed=typed(form),
    )  # fmt: skip
    return _answer(visit, asked)


@router.post("/lich/{year}/tuan")
def edit_week(visit: SignedIn, year: int, form: Annotated[FormData, Depends(posted)]) -> Response:
    """Show what another week of a unit would move; or make it so."""
    try:
        said = read_form(_Week, form, visit)
        is_reset = said.lam in ("bo", "ghi-bo")
        edit = _week_edit(said, visit, is_reset=is_reset)
    except Mistakes as wrong:
        return _again(visit, year, form, wrong)
    _ = visit._
    asked = _Asked(
        year=year, edit=edit, unit=said.don_vi, confirm="ghi-bo" if is_reset else "ghi",
        words=_("Bỏ mọi điều riêng, theo lịch của đơn vị cấp trên") if is_reset
        else _("Tuần làm việc riêng của đơn vị"),
        is_final=said.lam in ("ghi", "ghi-bo"), typed=typed(form),
    )  # fmt: skip
    return _answer(visit, asked)


def _answer(visit: Visit, asked: _Asked) -> Response:
    return _carry_out(visit, asked) if asked.is_final else _preview(visit, asked)


def _preview(visit: Visit, asked: _Asked) -> Response:
    edit = asked.edit
    what = "calendar_unit" if asked.unit else "calendar_set"
    try:
        with visit.read() as tx:
            calendars.permitted(visit.rulebook, edit.by, what=what, at=visit.now)
            calendars.sourced(edit.source)
            compare = foresight.preview_edit(tx, edit, rules=visit.app.rules, at=visit.now)
    except Refused as refusal:
        return page(visit, asked.year, unit=asked.unit, wrong=refusal, values=asked.typed)
    found = compare()
    return render(
        visit, "office/calendar_preview.html", year=asked.year, unit=asked.unit, found=found,
        words=asked.words, source=edit.source, values=asked.typed, confirm=asked.confirm,
        action=visit.request.url.path, moves=found.moves[:_SHOWN], told=_told(found),
    )  # fmt: skip


def _carry_out(visit: Visit, asked: _Asked) -> Response:
    edit, rules, at = asked.edit, visit.app.rules, visit.now

    def make(tx: Transaction) -> None:
        if isinstance(edit, DaysEdit):
            calendars.set_days(tx, edit, rules=rules, at=at)
        else:
            unit_calendars.set_unit_calendar(tx, edit, rules=rules, at=at)

    what = "calendar unit" if asked.unit else "calendar set"
    refusal = attempt(visit, what, make, by=edit.by, unit=asked.unit, source=edit.source)
    if refusal is not None:
        return page(visit, asked.year, unit=asked.unit, wrong=refusal, values=asked.typed)
    of_unit = f"&don_vi={asked.unit}" if asked.unit else ""
    return RedirectResponse(f"/lich/{asked.year}?xong=doi{of_unit}", 303)


def _again(visit: Visit, year: int, form: FormData, wrong: Mistakes) -> Response:
    unit = str(form.get("don_vi") or "")
    return page(visit, year, unit=unit, wrong=wrong, values=typed(form))


def _range(said: _Days, visit: Visit) -> tuple[date, ...]:
    """Return the days of a form.

    Raises:
        Mistakes: there are none, or far too many.
    """
    last = said.den or said.tu
    number = (last - said.tu).days
    if not 0 <= number < _LONGEST_RANGE:
        words = visit._("Ngày cuối phải từ ngày đầu trở đi, trong vòng một năm.")
        raise Mistakes([Mistake(field="den", words=words)])
    if not all(FIRST_YEAR <= one.year <= LAST_YEAR for one in (said.tu, last)):
        raise Mistakes([Mistake(field="tu", words=visit._("Hãy chọn một ngày có thật."))])
    return tuple(said.tu + timedelta(days=each) for each in range(number + 1))


def _words_of_days(days: Sequence[date], said: _Days, visit: Visit) -> str:
    shown = environment(visit.language).filters["day"]
    dates = shown(days[0]) if len(days) == 1 else f"{shown(days[0])} – {shown(days[-1])}"
    kind = visit._("ngày làm việc") if said.la == "working" else visit._("ngày nghỉ")
    return f"{dates}: {kind}{f' ({said.ten})' if said.ten else ''}"


def _week_edit(said: _Week, visit: Visit, *, is_reset: bool) -> UnitCalendarEdit:
    """Return the edit that a form asks for.

    Raises:
        Mistakes: hours that are no hours.
    """
    by = visit.by(said.thay)
    if is_reset:
        return UnitCalendarEdit(unit=said.don_vi, is_reset=True, source=said.can_cu_tuan, by=by)
    try:
        spans = [each.partition("-") for each in said.gio.split(",") if each.strip()]
        hours = tuple((_moment(start), _moment(end)) for start, _, end in spans)
        send_at = _moment(said.gui) if said.gui else None
    except ValueError:
        words = visit._("Hãy viết giờ như 07:00-11:00, 13:00-17:00.")
        raise Mistakes([Mistake(field="gio", words=words)]) from None
    own = visit.rulebook.calendar
    known = visit.rulebook.organisation.unit_by_code.get(said.don_vi)
    if known is not None:
        own = visit.rulebook.calendar_of(known.id)
    # What is as it was stays with the unit above, and follows it.
    weekend = frozenset(each for each in said.nghi if 0 <= each <= 6)  # noqa: PLR2004 - a week
    return UnitCalendarEdit(
        unit=said.don_vi,
        weekend=weekend if weekend != own.weekend else None,
        hours=hours if hours and hours != own.hours else None,
        send_at=send_at if send_at != own.send_at else None,
        source=said.can_cu_tuan,
        by=by,
    )


def _moment(words: str) -> time:
    return datetime.strptime(words.strip(), "%H:%M").time()  # noqa: DTZ007 - a time of any day


def _told(found: CalendarPreview) -> Sequence[tuple[str | None, int]]:
    """Return how many tellings change for each person, those of whom most do first."""
    counted = Counter(one.to for one in found.notices)
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0] or ""))
