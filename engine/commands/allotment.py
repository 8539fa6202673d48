"""Who gets what when the organisation changes: everything the sources have, found and judged.

Nothing is written. A preview, a plan for a later day and the change itself all ask here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine.commands.subjects import MARK
from engine.errors import BadInput, Fault
from engine.organisation import Organisation, Unit
from engine.reshaping import Reshaping
from engine.rulebook import Rulebook
from engine.spelling import did_you_mean, fold
from engine.store import reorganisations as store
from engine.store import tasks as task_store
from engine.store.session import Transaction
from engine.store.tables import POSITIONS
from engine.store.tasks import Loaded

_CURE = "ghi nơi nhận trong tệp phân giao (--allocation): mã việc, lĩnh vực hoặc người"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskMove:
    """A task, or another subject, that gets another lead unit.

    `assignee_id` is who goes on doing it; None where he does not come along.
    """

    loaded: Loaded
    to: str
    assignee_id: str | None

    @property
    def is_bereft(self) -> bool:
        """Whether it loses whoever did it."""
        return self.assignee_id != self.loaded.task.assignee_id


@dataclass(frozen=True, slots=True, kw_only=True)
class PostMove:
    """A position that goes on elsewhere, or as another one."""

    row: Any
    person: str
    to: str
    kind: str


@dataclass(slots=True, kw_only=True)
class Allotment:
    """Everything a change moves, by code of the unit that gets it.

    Attributes:
        contributions: What goes to another unit; None where it has become the lead unit itself.
        drafts: Rows without a state; None where a draft has to be decided anew.
        ending: Positions that end with nothing after them.
    """

    shape: Reshaping
    tasks: list[TaskMove] = field(default_factory=list)
    contributions: list[tuple[Any, str | None]] = field(default_factory=list)
    series: list[tuple[Any, str]] = field(default_factory=list)
    drafts: list[tuple[Any, str | None]] = field(default_factory=list)
    posts: list[PostMove] = field(default_factory=list)
    ending: list[Any] = field(default_factory=list)
    children: list[tuple[Unit, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """What one judgement needs at hand."""

    shape: Reshaping
    organisation: Organisation
    rulebook: Rulebook
    found: Allotment
    ids: Mapping[str, str]

    @property
    def on(self) -> date:
        return self.shape.effective_on

    def code(self, unit_id: str) -> str:
        return self.organisation.unit_by_id[unit_id].code

    def is_final(self, state: str | None, workflow: str, version: int) -> bool:
        if state is None:
            return False
        return self.rulebook.machines[workflow, version].states[state].final

    def miss(self, place: str, problem: str) -> None:
        self.found.faults.append(Fault(place=place, problem=problem, cure=_CURE))


def allot(tx: Transaction, shape: Reshaping, rulebook: Rulebook) -> Allotment:
    """Return who gets what.

    Args:
        tx: The transaction.
        shape: The change.
        rulebook: The rules, with the organisation as it is before the change.

    Raises:
        BadInput: something has to go somewhere and nobody said where, or the allocation names what
            there is not; every fault is named.
    """
    organisation = rulebook.organisation
    found = Allotment(shape=shape)
    ids = {code: organisation.unit_by_code[code].id for code in shape.sources}
    scene = _Scene(shape=shape, organisation=organisation, rulebook=rulebook, found=found, ids=ids)
    _posts(tx, scene)
    _children(scene)
    loaded = task_store.load_of_units(tx, list(ids.values()))
    _tasks(scene, loaded)
    _contributions(tx, scene)
    _series(tx, scene)
    _drafts(tx, scene)
    found.faults.extend(_strange(tx, scene, loaded))
    for unit_id in store.with_calendars(tx, [ids[code] for code in shape.ends]):
        found.warnings.append(f"lịch làm việc riêng của {scene.code(unit_id)} không chuyển theo")
    if found.faults:
        raise BadInput(source="phân giao", faults=found.faults)
    found.warnings.extend(_idle(tx, scene, loaded))
    return found


def _posts(tx: Transaction, scene: _Scene) -> None:
    shape, found, people = scene.shape, scene.found, scene.organisation.person_by_id
    heads = {heir.head: heir.code for heir in shape.heirs if heir.head is not None}
    missing: dict[str, None] = {}
    for row in store.positions_in(tx, list(scene.ids.values()), since=scene.on):
        person, unit = people[row.person_id].code, scene.code(row.unit_id)
        to = heads.get(person) or shape.allocation.people.get(person) or shape.rest
        if to is None and not shape.is_whole:
            continue
        if to is None:
            found.ending.append(row)
            if shape.heirs:
                missing.setdefault(person)
            continue
        kind = _kind(row, person, unit, to, scene)
        if (unit, row.kind) != (to, kind):
            found.posts.append(PostMove(row=row, person=person, to=to, kind=kind))
    for person in missing:
        scene.miss(person, "chưa phân về đơn vị nào")
    if found.ending and not shape.heirs:
        names = ", ".join(dict.fromkeys(people[row.person_id].code for row in found.ending))
        found.warnings.append(f"thôi chức vụ, chưa về đơn vị nào: {names}")


def _kind(row: Any, person: str, unit: str, to: str, scene: _Scene) -> str:
    """Return the position somebody holds from the day on (rule 21: former heads become members)."""
    heir = next((one for one in scene.shape.heirs if one.code == to), None)
    head = heir.head if heir is not None else None
    if head == person:
        return "unit_head"
    is_former = row.kind == "unit_head" and (unit != to or head is not None)
    return "officer" if is_former else str(row.kind)


def best(kinds: Sequence[str]) -> str:
    """Return the highest of some positions."""
    return min(kinds, key=POSITIONS.index)


def _children(scene: _Scene) -> None:
    ends = {scene.ids[code] for code in scene.shape.ends}
    for unit in scene.organisation.standing:
        if unit.parent_id not in ends or unit.id in ends:
            continue
        heirs = {heir.code for heir in scene.shape.heirs}
        to = scene.shape.allocation.units.get(unit.code) or scene.shape.rest
        if unit.code in heirs:
            continue
        if to is None:
            scene.miss(unit.code, "đơn vị trực thuộc chưa phân về đơn vị nào")
        else:
            scene.found.children.append((unit, to))


def _members(scene: _Scene) -> Mapping[str, set[str]]:
    """Return by code of a unit who is in it from the day on."""
    organisation, shape = scene.organisation, scene.shape
    found: dict[str, set[str]] = {}
    gone = {(one.row.person_id, scene.code(one.row.unit_id)) for one in scene.found.posts}
    for unit in organisation.standing:
        if unit.code not in shape.ends:
            members = organisation.members(unit.id, scene.on)
            found[unit.code] = {one for one in members if (one, unit.code) not in gone}
    for post in scene.found.posts:
        found.setdefault(post.to, set()).add(post.row.person_id)
    for heir in shape.heirs:
        if heir.head is not None:
            found.setdefault(heir.code, set()).add(organisation.person_by_code[heir.head].id)
    return found


def _tasks(scene: _Scene, loaded: Sequence[Loaded]) -> None:
    members, people = _members(scene), scene.organisation.person_by_id
    for one in loaded:
        task = one.task
        if scene.is_final(task.state, task.workflow, task.workflow_version):
            continue
        doer = people[task.assignee_id].code if task.assignee_id else None
        unit = scene.code(task.lead_unit_id or "")
        allocation = scene.shape.allocation
        to = allocation.of_task(task.address, heading=task.field, assignee=doer) or scene.shape.rest
        if to is None and scene.shape.is_whole:
            scene.miss(task.address, "chưa phân cho đơn vị nào")
        if to is None or to == unit:
            continue
        stays = task.assignee_id if task.assignee_id in members.get(to, ()) else None
        if stays != task.assignee_id:
            scene.found.warnings.append(
                f"{task.address} sang {to} nhưng {doer} không về {to}: chưa còn ai thực hiện"
            )
        scene.found.tasks.append(TaskMove(loaded=one, to=to, assignee_id=stays))


def _contributions(tx: Transaction, scene: _Scene) -> None:
    shape = scene.shape
    moved = {one.loaded.task.id: one.to for one in scene.found.tasks}
    rows = [
        row for row in store.contributions_of(tx, list(scene.ids.values()))
        if not scene.is_final(row.state, row.workflow, row.workflow_version)
    ]  # fmt: skip
    for row in rows:
        unit, address = scene.code(row.unit_id), f"{row.plan_code}/{row.code}"
        part = f"{address}{MARK}{unit}"
        names = (part, part.rpartition("/")[2])
        named = [shape.allocation.tasks[one] for one in names if one in shape.allocation.tasks]
        to = named[0] if named else shape.allocation.of_field(row.field) or shape.rest
        if to is None and shape.is_whole:
            scene.miss(part, f"phần phối hợp của {unit} chưa phân cho đơn vị nào")
        lead = moved.get(row.task_id) or (scene.code(row.lead_unit_id) if row.lead_unit_id else "")
        if to is not None and to == lead:
            scene.found.contributions.append((row, None))
        elif to is not None and to != unit:
            scene.found.contributions.append((row, to))
    _drop_doubles(tx, scene)
    _drop_leads(tx, scene, moved, known={row.id for row in rows})


def _drop_doubles(tx: Transaction, scene: _Scene) -> None:
    """Let a unit be named once beside a task; what was asked of it stays as it was asked."""
    moving = {row.id: to for row, to in scene.found.contributions}
    tasks = {row.task_id for row, _ in scene.found.contributions}
    named: set[tuple[str, str]] = set()
    doubles: set[str] = set()
    found = store.contributions_to(tx, sorted(tasks))
    for row in sorted(found, key=lambda one: (one.subject_id is None, one.id in moving)):
        to = moving.get(row.id, scene.code(row.unit_id))
        if to is not None and row.subject_id is None and (row.task_id, to) in named:
            doubles.add(row.id)
        elif to is not None:
            named.add((row.task_id, to))
    scene.found.contributions[:] = [
        (row, None if row.id in doubles else to) for row, to in scene.found.contributions
    ]


def _drop_leads(
    tx: Transaction, scene: _Scene, moved: Mapping[str, str], *, known: set[str]
) -> None:
    """Find heirs that contribute already to tasks which they are to lead."""
    by_code = scene.organisation.unit_by_code
    leads = {task: by_code[code].id for task, code in moved.items() if code in by_code}
    for row in store.contributions_to(tx, list(leads)):
        if row.unit_id == leads[row.task_id] and row.id not in known:
            scene.found.contributions.append((row, None))


def _series(tx: Transaction, scene: _Scene) -> None:
    for row in store.series_of(tx, list(scene.ids.values())):
        unit, address = scene.code(row.lead_unit_id), f"{row.plan_code}/{row.code}"
        allocation = scene.shape.allocation
        to = allocation.of_task(address, heading="", assignee=None) or scene.shape.rest
        if to is None and scene.shape.is_whole:
            scene.miss(address, "việc định kỳ chưa phân cho đơn vị nào")
        elif to is not None and to != unit:
            scene.found.series.append((row, to))


def _drafts(tx: Transaction, scene: _Scene) -> None:
    for row in store.drafted(tx, list(scene.ids.values())):
        unit, address = scene.code(row.lead_unit_id), f"{row.plan_code}/{row.code}"
        allocation = scene.shape.allocation
        to = allocation.of_task(address, heading=row.field, assignee=None) or scene.shape.rest
        is_bereft = to is None and unit in scene.shape.ends
        if is_bereft or (to is not None and to != unit):
            scene.found.drafts.append((row, to))


def _strange(tx: Transaction, scene: _Scene, loaded: Sequence[Loaded]) -> Iterator[Fault]:
    """Yield what the allocation names and there is not."""
    given = scene.shape.allocation
    heirs = {heir.code for heir in scene.shape.heirs}
    for named in (given.tasks, given.fields, given.people, given.units):
        for name, unit in named.items():
            if unit not in heirs:
                yield Fault(place=name, problem=f"{unit} không phải đơn vị nhận",
                            cure=did_you_mean(unit, heirs))  # fmt: skip
    known = _addresses(tx, scene, loaded) if given.tasks else set()
    for name in given.tasks:
        if name not in known:
            yield Fault(place=name, problem="không phải việc của đơn vị được sắp xếp",
                        cure=did_you_mean(name, known))  # fmt: skip
    people = scene.organisation.person_by_code
    for name in given.people:
        if name not in people:
            cure = did_you_mean(name, people)
            yield Fault(place=name, problem="không có người này", cure=cure)


def _idle(tx: Transaction, scene: _Scene, loaded: Sequence[Loaded]) -> Iterator[str]:
    """Yield what is said of people and fields that the sources do not have.

    No fault: who is named for a later day may have left by then.
    """
    ids, given = list(scene.ids.values()), scene.shape.allocation
    units = ", ".join(scene.shape.sources)
    held = {row.person_id for row in store.positions_in(tx, ids, since=scene.on)}
    held |= {one.task.assignee_id for one in loaded if one.task.assignee_id}
    for name in given.people:
        if scene.organisation.person_by_code[name].id not in held:
            yield f"{name} không thuộc {units}: không chuyển gì"
    if not given.fields:
        return
    rows = (*store.contributions_of(tx, ids), *store.drafted(tx, ids))
    known = {fold(one.task.field) for one in loaded} | {fold(row.field) for row in rows}
    for name in given.fields:
        if fold(name) not in known:
            yield f"{units} không có việc nào thuộc lĩnh vực “{name}”: không chuyển gì"


def _addresses(tx: Transaction, scene: _Scene, loaded: Sequence[Loaded]) -> set[str]:
    """Return every name by which something of the sources can be allocated."""
    ids = list(scene.ids.values())
    known = {one.task.address for one in loaded}
    known |= {f"{row.plan_code}/{row.code}{MARK}{scene.code(row.unit_id)}"
              for row in store.contributions_of(tx, ids)}  # fmt: skip
    for rows in (store.series_of(tx, ids), store.drafted(tx, ids)):
        known |= {f"{row.plan_code}/{row.code}" for row in rows}
    return known | {name.rpartition("/")[2] for name in known}
