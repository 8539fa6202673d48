"""What a decision changes of the items a plan has already, and where it may not.

It judges and writes nothing: every row that cannot be carried out is named, all of them at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from engine.adjustment import QUIET, Adjustment, Entry, Stated, changed_fields, is_cut
from engine.commands import versions
from engine.draft import Citation, Deadline
from engine.errors import Fault
from engine.joining import ALIKE, likeness
from engine.machine import Table
from engine.naming import Names, is_prefix
from engine.plaintext import shortened
from engine.review import FieldChange
from engine.rulebook import Rulebook
from engine.spelling import fold
from engine.store.plans import Item
from engine.task import Task

#: Whatever may have its date moved may be adjusted: the workflow itself says in which states.
_LIKE = "set_due"
CANCEL = "cancel"

#: Likeness of two titles, per cent, below which a row with a known code may be a slip.
_SAME_TASK = 50.0
#: A title shorter than this part of the stored one was cut short, and is not a new one.
_WHOLE = 0.8
#: So much of a title is quoted.
_QUOTED = 60

_WORDS: Mapping[str, str] = {
    "title": "nội dung",
    "kind": "loại",
    "lead": "đơn vị chủ trì",
    "coordinating": "đơn vị phối hợp",
    "assignee": "người thực hiện",
    "verifier": "người xác nhận",
    "due": "thời hạn",
    "deadline": "thời hạn",
    "output": "sản phẩm",
    "is_urgent": "khẩn",
}

#: (name as written, id of the unit if it is one of ours)
Contributions = tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A plan as an adjustment finds it; `tasks` holds those items that are tasks, by code."""

    items: Mapping[str, Item]
    tasks: Mapping[str, Task]
    contributions: Mapping[str, Contributions]
    rulebook: Rulebook
    names: Names
    stated: Mapping[str, Stated]
    today: date

    def series(self, heading: Item) -> list[Item]:
        """Return the tasks that a recurring item was spread into, in order."""
        if not heading.intake.get("recurring"):
            return []
        return [one for one in self.items.values() if one.parent_id == heading.id]

    def machine(self, item: Item) -> Table:
        """Return the workflow that an item's task runs."""
        return self.rulebook.machine(self.tasks[item.code])


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """One item as it will be.

    Attributes:
        old: As it is stored.
        new: As it will be stored.
        contributions: Its contributing units; None where they stay.
        changes: What differs, in words.
        due: The date its task gets; None where the date stays.
        kept: A later date that somebody granted this task alone, and that stays.
        is_cancelled: The task is given up.
    """

    old: Item
    new: Item
    contributions: Contributions | None = None
    changes: tuple[FieldChange, ...] = ()
    due: date | None = None
    kept: date | None = None
    is_cancelled: bool = False

    @property
    def is_quiet(self) -> bool:
        """Whether nobody has to do anything else because of it."""
        return not self.is_cancelled and all(one.field in QUIET for one in self.changes)


@dataclass(slots=True)
class Amendments:
    """What is to be done to the items, and why some of it cannot be."""

    holding: Holding
    found: dict[str, Amendment] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)

    def take(self, entry: Entry, item: Item) -> None:
        """Judge one row of the document."""
        self.met.add(item.code)
        series = self.holding.series(item)
        if entry.decision == "drop":
            self._drop(entry, item)
            return
        if item.is_dropped and item.state is None:
            if entry.decision == "keep":
                cure = "thêm một mục mới có mã khác"
                self._fault(entry.place, f"{item.code} đã bỏ trước khi kích hoạt", cure)
            return
        self._amend(entry, item)
        if series:
            self._amend_series(entry, item, series)

    def give_up(self, item: Item, *, place: str) -> None:
        """Have a task cancelled, where its state allows it."""
        self.met.add(item.code)
        if item.state is None:
            return
        machine = self.holding.machine(item)
        if (item.state, CANCEL) in machine.arrows:
            self.found[item.code] = Amendment(old=item, new=item, is_cancelled=True)
        elif item.state != machine.arrows[machine.workflow.initial, CANCEL].target:
            label = machine.states[item.state].label.lower()
            self._fault(place, f"{item.code} {label}, không hủy được", "bỏ dòng này khỏi tệp")

    def absent(self, adjustment: Adjustment) -> list[Item]:
        """Return the open tasks that a whole plan does not name any more."""
        if not adjustment.is_whole:
            return []
        return [
            one
            for one in self.holding.items.values()
            if one.state is not None
            and one.code not in self.met
            and not self.holding.machine(one).states[one.state].final
        ]

    def _drop(self, entry: Entry, item: Item) -> None:
        if item.kind != "heading":
            self.give_up(item, place=entry.place)
            return
        for child in self.holding.items.values():
            if child.parent_id == item.id and child.state is not None:
                machine = self.holding.machine(child)
                if not machine.states[child.state].final:
                    self.give_up(child, place=entry.place)
                self.met.add(child.code)

    def _amend_series(self, entry: Entry, heading: Item, series: Sequence[Item]) -> None:
        """Lead, people and products of a recurring item are those of its open tasks as well."""
        known = {one.code for one in series}
        self.met |= known
        same = replace(entry, title=None, kind=None, deadline=None, parent=None, decision=None)
        for child in series:
            if not self.holding.machine(child).states[child.state or ""].final:
                self._amend(same, child)
        if entry.deadline is None or not _is_other(entry.deadline, heading):
            return
        # Several days are doubtful for one task; of a recurring item they are its dates.
        is_list = entry.deadline.kind == "milestones"
        if not entry.deadline.due or not (is_list or entry.deadline.confidence == "auto"):
            # A vague deadline has no dates, and must not take those of the tasks away.
            problem = f"{heading.code}: thời hạn {entry.deadline.phrase!r} chưa rõ những ngày nào"
            cure = "ghi các ngày cụ thể, hoặc bỏ ở cột Quyết định để hủy mọi kỳ"
            self._fault(entry.place, problem, cure)
            return
        open_ones = [
            one for one in series if not self.holding.machine(one).states[one.state or ""].final
        ]
        closed = {one.due for one in series} - {one.due for one in open_ones}
        wanted = [day for day in entry.deadline.due if (day,) not in closed]
        staying = {day for day in wanted if (day,) in {one.due for one in open_ones}}
        free = [one for one in open_ones if not (one.due and one.due[0] in staying)]
        moved = [day for day in wanted if day not in staying]
        for child, day in zip(free, moved, strict=False):
            moved_to = replace(entry.deadline, due=(day,), confidence="auto")
            self._amend(replace(same, deadline=moved_to), child)
        for child in free[len(moved) :]:
            self.give_up(child, place=entry.place)
        if len(moved) > len(free):
            days = ", ".join(f"{day:%d/%m/%Y}" for day in moved[len(free) :])
            cure = f"thêm mỗi kỳ thành một dòng mới, mã {heading.code}.{len(series) + 1} trở đi"
            self._fault(entry.place, f"{heading.code} có thêm kỳ: {days}", cure)

    def _amend(self, entry: Entry, item: Item) -> None:
        new = _as_stated(entry, item, self.holding)
        units = self._contributions(entry, item)
        held = self.holding.contributions
        old_words = self.holding.stated[item.code]
        contributions = held if units is None else {**held, item.id: units}
        words = versions.stated([new], contributions, self.holding.rulebook)[item.code]
        changes = changed_fields(old_words, replace(words, parent=old_words.parent))
        if not changes:
            return
        if entry.decision != "keep" and self._is_another(entry, item):
            return
        amendment = Amendment(old=item, new=new, contributions=units, changes=changes)
        if not amendment.is_quiet and self._is_refused(entry, amendment):
            return
        self.found[item.code] = _dated(amendment)

    def _contributions(self, entry: Entry, item: Item) -> Contributions | None:
        if entry.coordinating is None:
            return None
        found: list[tuple[str, str | None]] = []
        for name in entry.coordinating:
            unit = self.holding.names.unit(name)
            found.append((name, unit.id if unit else None))
        now = self.holding.contributions.get(item.id, ())
        same = [unit or fold(name) for name, unit in found]
        return None if same == [unit or fold(name) for name, unit in now] else tuple(found)

    def _is_another(self, entry: Entry, item: Item) -> bool:
        """Whether a row seems to mean another task than the one whose code it has."""
        title = entry.title or item.title
        if is_prefix(title, item.title) or is_prefix(item.title, title):
            return False
        is_cut = len(title) < _WHOLE * len(item.title)
        is_slip = is_cut and likeness(title, item.title[: len(title)]) >= ALIKE
        if likeness(title, item.title) >= _SAME_TASK and not is_slip:
            return False
        self._fault(
            entry.place,
            f"mã {item.code} là {shortened(item.title, most=_QUOTED)!r}, "
            f"tệp nói {shortened(title, most=_QUOTED)!r}",
            "sửa mã nếu là mục khác; nếu đúng là đổi nội dung, ghi đủ nội dung mới và giữ ở cột "
            "Quyết định",
        )
        return True

    def _is_refused(self, entry: Entry, amendment: Amendment) -> bool:
        old, new = amendment.old, amendment.new
        if old.state is None:
            return False
        machine = self.holding.machine(old)
        if (old.state, _LIKE) not in machine.arrows:
            state = machine.states[old.state]
            why = "đang chờ xác nhận" if state.ladder == "verifier" else state.label.lower()
            what = ", ".join(_WORDS[one.field] for one in amendment.changes if one.field in _WORDS)
            self._fault(
                entry.place,
                f"{old.code} {why}, mà tệp nói khác ({what})",
                "mở lại trước nếu phải đổi; nếu không, để dòng này như kế hoạch hiện hành"
                if state.final
                else "xác nhận hoặc trả lại trước, rồi điều chỉnh",
            )
            return True
        if (new.kind == "standing") != (old.kind == "standing"):
            cure = "hủy mục này (cột Quyết định: bỏ) và thêm một mục mới có mã khác"
            self._fault(entry.place, f"{old.code} đổi loại {old.kind} thành {new.kind}", cure)
            return True
        return False

    def _fault(self, place: str, problem: str, cure: str) -> None:
        self.faults.append(Fault(place=place, problem=problem, cure=cure))


def _dated(amendment: Amendment) -> Amendment:
    """Return an amendment with the date its task gets.

    A later date that was granted to one task alone is not shortened by a decision about all.
    """
    old, new = amendment.old, amendment.new
    if old.state is None or old.due == new.due or not new.due:
        return amendment
    planned = new.due[-1]
    is_granted = old.due_on is not None and old.due_on != (old.due[-1] if old.due else None)
    if is_granted and old.due_on is not None and old.due_on > planned:
        return replace(amendment, kept=old.due_on)
    return replace(amendment, due=planned if planned != old.due_on else None)


def _as_stated(entry: Entry, item: Item, holding: Holding) -> Item:
    """Return an item with what a row says of it laid over what is stored."""
    said = dict((*_people(entry, item, holding), *_words(entry, item), *_place(entry, item)))
    return replace(item, **said)


def _words(entry: Entry, item: Item) -> Iterator[tuple[str, Any]]:
    is_said = entry.means == "code"
    if entry.title and (is_said or not is_prefix(entry.title, item.title)):
        yield "title", entry.title
    if is_said and entry.output is not None:
        yield "output", entry.output or None
    elif entry.output and fold(entry.output) != fold(item.output or ""):
        yield "output", entry.output
    if entry.is_urgent is not None and entry.is_urgent != item.is_urgent:
        yield "is_urgent", entry.is_urgent
    if entry.deadline is not None and _is_other(entry.deadline, item):
        yield "deadline", entry.deadline.as_mapping()
    # Between a task and a recurring item of one date there is no difference to anybody.
    is_classed = item.kind != "heading" and entry.kind and _is_classed(entry)
    if is_classed and (entry.kind == "standing") != (item.kind == "standing"):
        yield "kind", entry.kind


def _place(entry: Entry, item: Item) -> Iterator[tuple[str, Any]]:
    """Yield where an item stands in the document, and what it rests on."""
    if entry.section:
        yield "section", entry.section
    if entry.field and fold(entry.field) != fold(item.field):
        yield "field", entry.field
    # What a title cites is cut with it.
    is_whole = not (entry.title and is_cut(entry.title, item.title))
    numbers = [one.number for one in entry.citations] if is_whole else []
    if numbers and numbers != [one["number"] for one in item.citations]:
        yield "citations", [cited(one) for one in entry.citations]


def cited(one: Citation) -> dict[str, Any]:
    """Return a citation as it is stored."""
    return {**asdict(one), "date": one.date.isoformat() if one.date else None}


def _is_classed(entry: Entry) -> bool:
    """Whether the class is more than what the first words suggest."""
    return entry.deadline is not None or (entry.decision or "").startswith("class")


def _is_other(deadline: Deadline, item: Item) -> bool:
    """Whether a deadline says something that the plan does not say already."""
    stored = (item.deadline or {}).get("phrase") or ""
    if deadline.due and deadline.due == item.due:
        return False
    return not (stored and fold(stored) == fold(deadline.phrase))


def _people(entry: Entry, item: Item, holding: Holding) -> Iterator[tuple[str, Any]]:
    """Yield the columns of units and people that a row changes.

    What the plan said already is no change: its people may have been replaced since, one by one.
    """
    intake = dict(item.intake)
    lead_id, assignee_id = item.lead_unit_id, item.assignee_id
    names, organisation = holding.names, holding.rulebook.organisation
    if entry.lead and not _names_lead(entry, item, names):
        leads = entry.leads or (entry.lead,)
        unit = names.unit(leads[0]) if len(leads) == 1 else None
        lead_id = unit.id if unit else None
        intake |= {"lead": entry.lead, "leads": list(leads)}
        if assignee_id not in organisation.members(lead_id or "", holding.today):
            # The head of the unit that gets the task says who does it.
            assignee_id, intake["assignee"] = None, None
    if entry.assignee and not _is_same(entry.assignee, item.intake.get("assignee"), names):
        person = names.person(entry.assignee)
        assignee_id, intake["assignee"] = (person.id if person else None), entry.assignee
    if entry.verifier and not _is_same(entry.verifier, item.intake.get("verifier"), names):
        person = names.person(entry.verifier)
        yield "verifier_id", person.id if person else None
        intake["verifier"] = entry.verifier
    yield "lead_unit_id", lead_id
    yield "assignee_id", assignee_id
    yield "intake", intake


def _is_same(text: str, stored: str | None, names: Names) -> bool:
    """Whether two texts name one person: the same words, or a code and the name of its holder."""
    if stored is None:
        return False
    found = names.person(text)
    return fold(text) == fold(stored) or (found is not None and found == names.person(stored))


def _names_lead(entry: Entry, item: Item, names: Names) -> bool:
    """Whether a row names the lead of an item: the one unit, or the several it was chosen among."""
    leads = entry.leads or (entry.lead or "",)
    units = [names.unit(one) for one in leads]
    known = {fold(one) for one in item.intake.get("leads") or ()}
    if len(leads) > 1 and {fold(one) for one in leads} != known:
        return False
    return any(unit is not None and unit.id == item.lead_unit_id for unit in units)
