"""Sets a scenario up: a fresh database, the office, its calendar, its ladders and its plan.

Everything goes through the commands an office itself would use; what they refuse is told as a
fault of the scenario, with the line it comes from.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn, cast

from config.defaults import default_policy, reading_rules
from dondoc.bootstrap import operator
from dondoc.simulate.scenario import DayEdit, Files, Scenario, TaskSpec
from engine import migrations, queries
from engine.commands import (
    activation,
    calendars,
    people,
    plans,
    policy,
    units,
    workflows,
    worksheets,
)
from engine.database import Database, Rules, Transaction
from engine.draft import Deadline, DraftItem, DraftPlan, Kind, ReportLine, Source
from engine.errors import BadInput, Fault, Undecided
from engine.filters import Filter
from engine.ladder_form import ladder_to_mapping
from engine.oserrors import os_words
from engine.roster import PeopleSheet, PersonEntry, PositionKind, UnitEntry, UnitSheet
from workflows.planfile.readers import InputFile
from workflows.registry import shipped

#: Where a database in memory may lie as a file that several schedulers can open.
_MEMORY = Path("/dev/shm")  # noqa: S108 - mkdtemp makes a folder of its own there


@contextmanager
def fresh_database(url: str | None, *, keep: Path | None = None) -> Iterator[Database]:
    """Open an empty database with all tables: a throw-away one, or the one named.

    Args:
        url: The database; None makes one and throws it away.
        keep: Where a copy of the throw-away one is left at the end.

    Raises:
        BadInput: the database named holds something already, or is none that could be kept.
    """
    with _folder() as folder:
        file = folder / "simulation.sqlite"
        address = f"sqlite:///{file}" if url is None else _address(url)
        _make_tables(address)
        database = Database(address)
        try:
            _require_empty(database)
            yield database
        finally:
            database.dispose()
        if keep is not None and url is None:
            shutil.copyfile(file, keep)
            keep.chmod(0o600)


def _make_tables(address: str) -> None:
    """Make all tables in a database without any; one that holds something is left untouched."""
    # A file that is not there yet is made by the migration, readable by its owner only; asking it
    # first how new it is would make it readable by everybody.
    is_new = address.startswith("sqlite:///") and not Path(address[len("sqlite:///") :]).exists()
    held = None if is_new else migrations.current(address)
    if held is None and not is_new and (found := migrations.tables(address)):
        _refuse(f"cơ sở dữ liệu đã có bảng {min(found)!r} của chương trình khác")
    if held is None:
        migrations.upgrade(address)
    elif held != migrations.newest():
        _refuse("cơ sở dữ liệu đã có bảng của một phiên bản dondoc khác")


def _refuse(problem: str) -> NoReturn:
    cure = "kịch bản chỉ chơi trên cơ sở dữ liệu trống; hãy tạo một cơ sở dữ liệu mới"
    fault = Fault(place="--database", problem=problem, cure=cure)
    raise BadInput(source="--database", faults=[fault])


def _address(url: str) -> str:
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite" and rest.removeprefix("/") not in {"", ":memory:"}:
        return url
    if scheme in {"postgresql", "postgresql+psycopg"}:
        return f"postgresql+psycopg://{rest}"
    problem = f"không đọc được địa chỉ cơ sở dữ liệu {scheme!r}"
    if scheme == "sqlite":
        problem = "không có tên tệp, mà cơ sở dữ liệu trong bộ nhớ thì chơi xong là mất"
    cure = '"sqlite:///tệp" hoặc "postgresql://máy-chủ/tên"'
    fault = Fault(place="--database", problem=problem, cure=cure)
    raise BadInput(source="--database", faults=[fault])


@contextmanager
def _folder() -> Iterator[Path]:
    where = _MEMORY if _MEMORY.is_dir() else None
    try:
        folder = Path(tempfile.mkdtemp(prefix="dondoc-", dir=where))
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix="dondoc-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _require_empty(database: Database) -> None:
    """Return if nobody has set anything up in the database.

    Ladders, workflows and a calendar that lie there already would be played instead of those of
    the scenario.
    """
    with database.read() as tx:
        held = {
            "kế hoạch": queries.list_plans(tx),
            "đơn vị": units.listed(tx),
            "thang": policy.ladders_in_force(tx),
            "quy trình": workflows.published(tx),
        }
    names = [name for name, found in held.items() if found]
    if names:
        _refuse(f"cơ sở dữ liệu đã có {', '.join(names)}")


def set_up(database: Database, scenario: Scenario, *, rules: Rules) -> frozenset[str]:
    """Make the scenario's office and activate its plan; return the codes of its items.

    Raises:
        BadInput: the office or the plan cannot be set up as written, or an event names a task that
            is not in the files of the plan.
    """
    actor = operator()
    with database.begin() as tx:
        workflows.install(tx, shipped(), at=scenario.start, actor=actor)
        defaults = default_policy()
        ladders = {name: ladder_to_mapping(one) for name, one in scenario.ladders.items()}
        policy.install_ladders(
            tx,
            {**defaults.ladders, **ladders},
            source=defaults.ladders_source if not ladders else "scenario",
            actor=actor,
            at=scenario.start,
        )
        units.import_units(tx, _unit_sheet(scenario), at=scenario.start, actor=actor)
        people.import_people(tx, _people_sheet(scenario), at=scenario.start, actor=actor)
    with database.begin() as tx:
        _load_calendar(tx, scenario, rules, actor=actor)
    with database.begin() as tx:
        codes = _take_in(tx, scenario, rules)
    _check_codes(scenario, codes)
    with database.begin() as tx:
        _activate(tx, scenario, rules)
        at = scenario.start
        views = queries.list_tasks(tx, Filter(), rules=rules, at=at, limit=1_000_000)
    return frozenset(view.code for view in views)


def _unit_sheet(scenario: Scenario) -> UnitSheet:
    entries = [
        UnitEntry(
            place=f"dòng {unit.line}",
            code=unit.code,
            name=unit.name,
            parent=unit.parent,
            leader=unit.leader,
            is_monitor=unit.is_monitor,
        )
        for unit in scenario.units
    ]
    return UnitSheet(source=_file_name(scenario), entries=entries)


def _people_sheet(scenario: Scenario) -> PeopleSheet:
    entries = [
        PersonEntry(
            place=f"dòng {person.line}",
            code=person.id,
            name=person.name,
            unit=person.unit,
            position=cast("PositionKind", person.position),
            email=person.email,
        )
        for person in scenario.people
    ]
    return PeopleSheet(source=_file_name(scenario), entries=entries)


def _file_name(scenario: Scenario) -> str:
    """Return what the record calls the file; the folders above it are this machine's business."""
    return Path(scenario.source).name


class _SeedDay:
    """A day of the scenario's calendar, as a year is seeded."""

    def __init__(self, edit: DayEdit, *, file: str) -> None:
        self.day = edit.day
        self.off = edit.is_off
        self.name = "Ngày nghỉ" if edit.is_off else "Ngày làm bù"
        self.source = edit.source or file


def _load_calendar(tx: Transaction, scenario: Scenario, rules: Rules, *, actor: str) -> None:
    seed = [_SeedDay(edit, file=_file_name(scenario)) for edit in scenario.days]
    zone = scenario.office.zone
    first = scenario.start.astimezone(zone).year
    last = scenario.until.astimezone(zone).year
    years = {scenario.plan.year, *range(first, last + 2), *(one.day.year for one in seed)}
    for year in sorted(years):
        calendars.load_year(tx, year, seed, at=scenario.start, actor=actor, rules=rules)


def _take_in(tx: Transaction, scenario: Scenario, rules: Rules) -> frozenset[str]:
    plan, at = scenario.plan, scenario.start
    actor = _of_the_monitoring_unit(scenario)
    if plan.files is None:
        draft = _draft(scenario)
        plans.import_plan(tx, draft, actor=actor, rules=rules, at=at)
        return frozenset(item.code for item in draft.items)
    return _read_files(tx, scenario, plan.files, actor=actor, rules=rules)


def _read_files(
    tx: Transaction, scenario: Scenario, files: Files, *, actor: str, rules: Rules
) -> frozenset[str]:
    from workflows.planfile import read_plan, read_worksheet
    from workflows.planfile.rules import IntakeRules

    plan, at = scenario.plan, scenario.start
    how = IntakeRules.from_mapping(reading_rules("intake"))
    draft = read_plan([_file(files.plan)], code=plan.code, year=plan.year, rules=how)
    plans.import_plan(tx, draft, actor=actor, rules=rules, at=at)
    sheet = read_worksheet(_file(files.worksheet), year=plan.year, rules=how)
    worksheets.merge(tx, sheet, into=plan.code, actor=actor, rules=rules, at=at)
    return frozenset(item.code for item in draft.items)


def _file(path: Path) -> InputFile:
    try:
        data = path.read_bytes()
    except OSError as error:
        fault = Fault(place="tệp", problem=f"không đọc được ({os_words(error)})",
                      cure="kiểm tra quyền đọc")  # fmt: skip
        raise BadInput(source=str(path), faults=[fault]) from error
    return InputFile(name=path.name, data=data)


def _draft(scenario: Scenario) -> DraftPlan:
    plan = scenario.plan
    headings = {task.parent for task in plan.tasks}
    return DraftPlan(
        code=plan.code,
        year=plan.year,
        title=scenario.name,
        source_name=scenario.source,
        digest="0" * 64,
        items=tuple(_item(task, is_heading=task.code in headings) for task in plan.tasks),
        report_lines=tuple(
            ReportLine(period=one, recipient=None, phrase="") for one in plan.reports
        ),
    )


def _item(task: TaskSpec, *, is_heading: bool) -> DraftItem:
    kind: Kind = "heading" if is_heading else "standing" if task.standing else "task"
    deadline = None
    if task.due is not None:
        deadline = Deadline(phrase=task.due.isoformat(), kind="fixed_date", due=(task.due,))
    return DraftItem(
        code=task.code,
        parent=task.parent,
        section="",
        field="",
        kind=kind,
        title=task.title,
        lead=task.lead,
        coordinating=task.coordinating,
        assignee=task.assignee,
        verifier=task.verifier,
        deadline=deadline,
        urgent=task.urgent,
        evidence_optional=task.evidence_optional,
        source=Source(line=task.line),
    )


def _activate(tx: Transaction, scenario: Scenario, rules: Rules) -> None:
    try:
        activation.activate(
            tx,
            scenario.plan.code,
            actor=_who_activates(scenario),
            rules=rules,
            at=scenario.start,
        )
    except Undecided as refusal:
        lines = {task.code: task.line for task in scenario.plan.tasks}
        faults = [_placed(fault, lines, scenario.plan.line) for fault in refusal.faults]
        raise BadInput(source=scenario.source, faults=faults) from refusal


def _placed(fault: Fault, lines: dict[str, int], otherwise: int) -> Fault:
    at = lines.get(fault.place, otherwise)
    return Fault(place=f"dòng {at}", problem=f"{fault.place}: {fault.problem}", cure=fault.cure)


def _of_the_monitoring_unit(scenario: Scenario) -> str:
    """Return who imports the plan: the head of the monitoring unit, else anybody in it."""
    monitor = next(unit.code for unit in scenario.units if unit.is_monitor)
    members = [person for person in scenario.people if person.unit == monitor]
    if not members:
        line = next(unit.line for unit in scenario.units if unit.is_monitor)
        problem = "đơn vị theo dõi không có ai để nhập kế hoạch"
        fault = Fault(place=f"dòng {line}", problem=problem, cure="thêm người vào đơn vị ấy")
        raise BadInput(source=scenario.source, faults=[fault])
    heads = [person for person in members if person.position == "unit_head"]
    return (heads or members)[0].id


def _who_activates(scenario: Scenario) -> str:
    """Return the head of the monitoring unit, else a leader."""
    monitor = next(unit.code for unit in scenario.units if unit.is_monitor)
    held = {
        (person.position, person.unit == monitor): person.id for person in reversed(scenario.people)
    }
    ranked = (("unit_head", True), ("director", False), ("deputy_director", False))
    found = next((held[one] for one in ranked if one in held), None)
    return found or _of_the_monitoring_unit(scenario)


def _check_codes(scenario: Scenario, codes: frozenset[str]) -> None:
    """Refuse events on tasks that the plan's files do not hold.

    A recurring item becomes one task per date, coded after it, so what begins with its code may
    come to be.
    """
    if scenario.plan.files is None:
        return
    codes |= {task.code for event in scenario.play for task in event.tasks}
    codes |= scenario.plan.report_codes
    faults = [
        Fault(
            place=f"dòng {event.line}", problem=f"không có nhiệm vụ {event.task!r} trong kế hoạch"
        )
        for event in scenario.play
        if event.task and event.task not in codes and event.task.rpartition(".")[0] not in codes
    ]
    if faults:
        raise BadInput(source=scenario.source, faults=faults)
