"""A scenario file becomes a `Scenario`, or is refused with every line that is wrong.

It knows the frame of the format; the sections are read in `offices`, `plans`, `events` and
`outcomes`. It plays nothing.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from yaml.nodes import Node

from dondoc.simulate.documents import MAX_BYTES
from dondoc.simulate.events import codes_adjusted, codes_merged, read_events
from dondoc.simulate.names import Known
from dondoc.simulate.nodes import Page, was_read
from dondoc.simulate.offices import read_calendar, read_organisation, read_policy
from dondoc.simulate.outcomes import read_expectations
from dondoc.simulate.plans import check_tasks, read_plan
from dondoc.simulate.scenario import PersonSpec, PlanSpec, Scenario, UnitSpec
from engine.errors import BadInput, Fault
from engine.oserrors import os_words

FORMAT = "dondoc-scenario/1"

_NO_MOMENT = datetime(1969, 12, 31, tzinfo=UTC)
_REQUIRED = ("format", "name", "start", "until", "organisation", "plan")
_OPTIONAL = ("timezone", "calendar", "policy", "play", "expect")


def read_scenario(path: Path) -> Scenario:
    """Return the scenario in a file.

    Raises:
        BadInput: the file cannot be read, or something in it is wrong; every fault is named.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        fault = Fault(place="tệp", problem=f"không đọc được ({os_words(error)})")
        raise BadInput(source=str(path), faults=[fault]) from error
    return parse_scenario(content, source=str(path), folder=path.parent)


def parse_scenario(content: bytes, *, source: str, folder: Path) -> Scenario:
    """Return the scenario in a file's bytes; `folder` is where the files it names are sought.

    Raises:
        BadInput: something is wrong; every fault is named, with its line.
    """
    page = Page(source)
    root = page.parse(content)
    fields = page.mapping(root, required=_REQUIRED, optional=_OPTIONAL)
    said = page.given(fields, "format", page.text, "")
    if said and said != FORMAT:
        page.wrong(fields["format"], f"không hiểu dạng {said!r}", f"dùng {FORMAT!r}")
    scenario = _scenario(page, fields, folder=folder)
    page.check()
    return scenario


def _scenario(page: Page, fields: Mapping[str, Node], *, folder: Path) -> Scenario:
    zone = _zone(page, fields.get("timezone"))
    start, until = (_moment(page, fields.get(key), zone) for key in ("start", "until"))
    if was_read(until) and until < start:
        page.wrong(fields["until"], "kịch bản kết thúc trước khi bắt đầu", "sửa start hoặc until")
    office, days = read_calendar(page, fields.get("calendar"), zone)
    office, ladders = read_policy(page, fields.get("policy"), office)
    units, people = read_organisation(page, fields.get("organisation"))
    plan = read_plan(page, fields.get("plan"), folder)
    office = replace(
        office, reports=tuple(one for one in office.reports if one.period in plan.reports)
    )
    known = _known(fields, units, people=people, plan=plan)
    check_tasks(page, plan.tasks, known)
    play = read_events(page, fields.get("play"), known=known, zone=zone, within=(start, until))
    return Scenario(
        source=page.source,
        name=page.given(fields, "name", page.text, ""),
        office=office,
        start=start,
        until=until,
        days=days,
        units=units,
        people=people,
        ladders=ladders,
        plan=plan,
        play=play,
        expect=read_expectations(page, fields.get("expect"), known=known, zone=zone),
    )


def _known(
    fields: Mapping[str, Node],
    units: tuple[UnitSpec, ...],
    *,
    people: tuple[PersonSpec, ...],
    plan: PlanSpec,
) -> Known:
    is_written = "plan" in fields and plan.files is None
    has_people = "organisation" in fields
    planned = frozenset(task.code for task in plan.tasks)
    added = codes_adjusted(fields.get("play")) - planned
    return Known(
        units=frozenset(unit.code for unit in units) | codes_merged(fields.get("play"))
        if has_people
        else None,
        people=frozenset(person.id for person in people) if has_people else None,
        tasks=planned | added | plan.report_codes if is_written else None,
        added=added if is_written else frozenset(),
    )


def _moment(page: Page, node: Node | None, zone: ZoneInfo) -> datetime:
    return page.moment(node, zone).astimezone(UTC) if node is not None else _NO_MOMENT


def _zone(page: Page, node: Node | None) -> ZoneInfo:
    name = page.text(node) if node is not None else "Asia/Ho_Chi_Minh"
    # What the machine of the reader is set to is no place.
    if name in available_timezones() - {"localtime", "Factory"}:
        return ZoneInfo(name)
    if node is not None:
        page.wrong(node, f"không có múi giờ {name!r}", 'viết dạng "Asia/Ho_Chi_Minh"')
    return ZoneInfo("UTC")
