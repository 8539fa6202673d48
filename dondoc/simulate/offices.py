"""The office of a scenario: its calendar, its policy, its units and people."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time
from itertools import pairwise
from typing import Literal, cast
from zoneinfo import ZoneInfo

from yaml.nodes import Node, SequenceNode

from dondoc.bootstrap import report_lines
from dondoc.simulate.names import check_circles, check_named, check_once
from dondoc.simulate.nodes import Page, is_null, line
from dondoc.simulate.scenario import DayEdit, PersonSpec, UnitSpec
from engine.addresses import is_address
from engine.calendar import WorkingCalendar
from engine.ladder import Ladder
from engine.ladder_form import ladder_from_mapping
from engine.office import Office
from engine.workflow_rules import LADDERS, POSITIONS

#: What a person can be in a unit.
KINDS = ("director", "deputy_director", "unit_head", "deputy_head", "officer", "auditor")

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def read_calendar(
    page: Page, node: Node | None, zone: ZoneInfo
) -> tuple[Office, tuple[DayEdit, ...]]:
    """Return the office with its week and hours, and the days that differ; no section, no days."""
    if node is None:
        return Office(zone=zone, reports=report_lines()), ()
    fields = page.mapping(node, optional=("weekend", "days_off", "work_days", "hours", "source"))
    office = Office(zone=zone, reports=report_lines())
    weekend, hours = office.weekend, office.hours
    if "weekend" in fields:
        names = page.each(fields["weekend"], lambda one: page.one_of(one, _WEEKDAYS, "thứ"))
        weekend = frozenset(_WEEKDAYS.index(name) for name in names if name in _WEEKDAYS)
        if len(weekend) == len(_WEEKDAYS):
            page.wrong(fields["weekend"], "tuần không còn ngày làm việc", "bỏ bớt một thứ")
    if "hours" in fields:
        hours = page.each(fields["hours"], lambda one: _span(page, one))
        _check_hours(page, fields["hours"], hours)
    source = page.text(fields["source"]) if "source" in fields else ""
    edits: dict[str, dict[DayEdit, None]] = {}
    for key, is_off in (("days_off", True), ("work_days", False)):
        found = (day for entry in page.listed(fields.get(key)) for day in page.days(entry))
        edits[key] = {DayEdit(day=day, is_off=is_off, source=source): None for day in found}
    worked = {edit.day for edit in edits["work_days"]}
    # Rule 3: a day listed in both is a work day.
    off = tuple(edit for edit in edits["days_off"] if edit.day not in worked)
    changed = replace(office, weekend=weekend, hours=hours)
    _check_years(page, fields.get("days_off", node), changed, off=off, worked=worked)
    return changed, (*off, *edits["work_days"])


def _check_years(
    page: Page, node: Node, office: Office, *, off: tuple[DayEdit, ...], worked: set[date]
) -> None:
    """Note the years without a single working day: nothing in them could ever fall due."""
    calendar = WorkingCalendar(
        zone=office.zone,
        weekend=office.weekend,
        days_off=frozenset(edit.day for edit in off),
        work_days=frozenset(worked),
    )
    for year in sorted({edit.day.year for edit in off}):
        days = calendar.working_days(date(year, 1, 1), date(year, 12, 31))
        if next(days, None) is None:
            page.wrong(node, f"năm {year} không còn ngày làm việc nào", "bớt ngày nghỉ")


def _span(page: Page, node: Node) -> tuple[time, time]:
    first, dash, last = page.text(node).partition("-")
    if not dash:
        page.wrong(node, f"{first!r} không phải khoảng giờ", 'viết dạng "07:30-11:30"')
        return time(0), time(1)
    return page.time(node, first.strip()), page.time(node, last.strip())


def _check_hours(page: Page, node: Node, hours: Iterable[tuple[time, time]]) -> None:
    moments = [moment for span in hours for moment in span]
    if not moments:
        page.wrong(node, "ngày không còn giờ làm việc", 'viết dạng ["07:30-11:30"]')
    if any(later <= earlier for earlier, later in pairwise(moments)):
        page.wrong(node, "các khoảng giờ chồng nhau hoặc ngược", "viết theo thứ tự trong ngày")


def read_policy(page: Page, node: Node | None, office: Office) -> tuple[Office, dict[str, Ladder]]:
    """Return the office with its slot and policy, and the ladders the section gives."""
    if node is None:
        return office, {}
    fields = page.mapping(node, optional=("send_at", "due_on_day_off", "ladders"))
    send_at, moved = office.send_at, str(office.due_on_day_off)
    if "send_at" in fields:
        send_at = page.time(fields["send_at"])
    if "due_on_day_off" in fields:
        moved = page.one_of(fields["due_on_day_off"], ("next", "previous"), "cách dời hạn")
    changed = replace(
        office,
        send_at=send_at,
        due_on_day_off=cast("Literal['next', 'previous']", moved),
    )
    ladders = page.mapping(fields["ladders"], optional=LADDERS) if "ladders" in fields else {}
    return changed, {name: _ladder(page, name, rungs) for name, rungs in ladders.items()}


def _ladder(page: Page, name: str, node: Node) -> Ladder:
    found: list[Ladder] = []
    names: set[str] = set()
    for entry in page.listed(node):
        fields = page.mapping(entry, required=("rung", "at", "to"), optional=("repeat",))
        rung = page.given(fields, "rung", page.code, "")
        if rung and rung in names:
            page.wrong(fields["rung"], f"bậc {rung!r} viết hai lần", "đổi tên một bậc")
        names.add(rung)
        mapping = {
            "rung": rung,
            "at": page.given(fields, "at", page.text, ""),
            "to": page.given(fields, "to", lambda one: _positions(page, one), ()),
        }
        if "repeat" in fields:
            mapping["repeat"] = _repeat(page, fields["repeat"])
        try:
            found.append(ladder_from_mapping(name, [mapping]))
        except ValueError:
            if mapping["at"]:
                problem = f"{mapping['at']!r} không phải mốc"
                page.wrong(fields["at"], problem, "viết -3wd, +2wd, 0wd hoặc -3d")
    return Ladder(name=name, rungs=tuple(rung for one in found for rung in one.rungs))


def _positions(page: Page, node: Node) -> tuple[str, ...]:
    to = page.each(node, lambda one: page.one_of(one, POSITIONS, "vị trí"))
    if not to and isinstance(node, SequenceNode):
        page.wrong(node, "bậc không báo cho ai", "nêu ít nhất một vị trí")
    return to


def _repeat(page: Page, node: Node) -> str:
    text = page.text(node)
    number, _, unit = text.partition("wd")
    if unit or not text.endswith("wd") or not number.isascii() or not number.isdigit():
        page.wrong(node, f"{text!r} không phải chu kỳ", "viết dạng 5wd")
        return "1wd"
    if not 1 <= int(number) <= 260:  # noqa: PLR2004 - about the working days of a year
        page.wrong(node, f"chu kỳ {text} quá ngắn hoặc quá dài", "viết từ 1wd đến 260wd")
        return "1wd"
    return text


def read_organisation(
    page: Page, node: Node | None
) -> tuple[tuple[UnitSpec, ...], tuple[PersonSpec, ...]]:
    """Return units and people in file order."""
    if node is None:
        return (), ()
    fields = page.mapping(node, required=("units", "people"))
    units = [unit for one in page.listed(fields.get("units")) if (unit := _unit(page, one))]
    people = [one for entry in page.listed(fields.get("people")) if (one := _person(page, entry))]
    for kind, named in (
        ("đơn vị", [(unit.line, unit.code) for unit in units]),
        ("người", [(person.line, person.id) for person in people]),
    ):
        check_once(page, kind, named)
    _check_units(page, node, units, frozenset(person.id for person in people))
    codes = frozenset(unit.code for unit in units)
    for person in people:
        check_named(page, person.line, "đơn vị", (person.unit,), codes)
    return tuple(units), tuple(people)


def _unit(page: Page, node: Node) -> UnitSpec | None:
    """Return a unit, with blanks for what it lacks; None where not even its code is known."""
    fields = page.mapping(node, required=("code", "name"), optional=("parent", "leader", "monitor"))
    unit = UnitSpec(
        line=line(node),
        code=page.given(fields, "code", page.code, ""),
        name=page.given(fields, "name", page.name, ""),
        parent=page.given(fields, "parent", page.code, None),
        leader=page.given(fields, "leader", page.code, None),
        is_monitor=page.flag(fields.get("monitor")),
    )
    return unit if unit.code else None


def _person(page: Page, node: Node) -> PersonSpec | None:
    """Return a person, with blanks for what he lacks; None where not even his id is known."""
    required = ("id", "name", "unit", "position")
    fields = page.mapping(node, required=required, nullable=("email",))
    code = page.given(fields, "id", page.code, "")
    email: str | None = f"{code}@example.test"
    if "email" in fields:
        email = None if is_null(fields["email"]) else page.text(fields["email"])
    if code and email and not is_address(email):
        cure = 'viết dạng "ten@coquan.vn"; không có địa chỉ thì viết null'
        page.wrong(fields.get("email", node), f"{email!r} không phải địa chỉ thư điện tử", cure)
    person = PersonSpec(
        line=line(node),
        id=code,
        name=page.given(fields, "name", page.name, ""),
        unit=page.given(fields, "unit", page.code, ""),
        position=page.given(fields, "position", lambda one: page.one_of(one, KINDS, "chức vụ"), ""),
        email=email,
    )
    return person if person.id else None


def _check_units(page: Page, node: Node, units: list[UnitSpec], people: frozenset[str]) -> None:
    if not units:
        page.wrong(node, "không có đơn vị nào", "khai ít nhất một đơn vị")
    elif not any(unit.is_monitor for unit in units):
        page.wrong(node, "chưa có đơn vị theo dõi", "ghi monitor: true ở một đơn vị")
    codes = {unit.code: unit for unit in units}
    for index, unit in enumerate(units):
        if index == 0 and unit.parent is not None:
            page.wrong(unit.line, "đơn vị đầu tiên là gốc, không có parent", "bỏ parent")
        elif index > 0 and unit.parent is None:
            page.wrong(unit.line, f"{unit.code} thiếu 'parent'", "nêu đơn vị cấp trên")
        check_named(page, unit.line, "đơn vị", (unit.parent,), codes.keys())
        check_named(page, unit.line, "người", (unit.leader,), people)
    for extra in [unit for unit in units if unit.is_monitor][1:]:
        page.wrong(extra.line, "đã có một đơn vị theo dõi (monitor)", "chỉ một đơn vị theo dõi")
    check_circles(page, [(unit.line, unit.code, unit.parent) for unit in units])
