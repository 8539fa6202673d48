"""What happens in a scenario: which events there are, and which fields each of them has.

It reads; whether somebody may do what he tries is decided by the engine when it is played.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from dondoc.simulate.names import Known, check_named, check_once
from dondoc.simulate.nodes import Page, line, shown, was_read
from dondoc.simulate.plans import read_change
from dondoc.simulate.scenario import DayEdit, Event, Into, Mode
from engine.spelling import did_you_mean

_ALWAYS = ("at", "do")
_MODES = ("ok", "down", "drop_after_data")
_NO_MOMENT = datetime(1969, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The fields of one event."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


def _moves(*extra: str) -> Form:
    return Form(required=("task",), optional=("note", "evidence", "for", *extra))


#: Every event of the format.
FORMS: Mapping[str, Form] = {
    "start": _moves(),
    "report": _moves(),
    "verify": _moves(),
    "return": _moves("due"),
    "withdraw": _moves(),
    "cancel": _moves("decision"),
    "reopen": _moves("decision"),
    "submit": _moves("decision"),
    "waive": _moves(),
    "reassign": Form(required=("task", "to"), optional=("note", "for")),
    "set_due": Form(required=("task", "due"), optional=("note", "for")),
    "urge": Form(required=("task",), optional=("note", "for")),
    "absence": Form(required=("person", "from", "to", "substitute"), optional=("note",)),
    "calendar": Form(optional=("days_off", "work_days", "note")),
    "stop_scheduler": Form(),
    "start_scheduler": Form(),
    "second_scheduler": Form(),
    "smtp": Form(optional=("mode", "refuse")),
    "extend": Form(required=("task",), optional=("due", "note", "for")),
    "approve": Form(required=("task",), optional=("due", "note", "for")),
    "refuse": Form(required=("task",), optional=("note", "for")),
    "raise": Form(required=("task",), optional=("note", "category", "evidence", "for")),
    "answer": Form(required=("task",), optional=("note", "pause", "for")),
    "acknowledge": Form(required=("task",), optional=("note", "promise", "for")),
    "deactivate": Form(required=("person",), optional=("successor", "note", "for")),
    "merge_units": Form(required=("units", "into"), optional=("note", "decision", "for")),
    "adjust": Form(optional=("tasks", "cancel", "note", "decision", "for")),
}


def read_events(
    page: Page,
    node: Node | None,
    *,
    known: Known,
    zone: ZoneInfo,
    within: tuple[datetime, datetime],
) -> tuple[Event, ...]:
    """Return the events in file order, which is also the order of time.

    Args:
        page: Where faults are noted.
        node: The list.
        known: What the file defines.
        zone: The zone of its times.
        within: First and last instant of the play, both included.
    """
    reader = _Reader(page, known, zone)
    events: list[Event] = []
    latest: datetime | None = None
    for entry in page.listed(node):
        at, event = reader.event(entry)
        if at is not None and was_read(at):
            if within[0] <= within[1] and not within[0] <= at <= within[1]:
                cure = "sửa at, hoặc start và until"
                page.wrong(entry, "sự kiện ngoài khoảng start..until của kịch bản", cure)
            if latest is not None and at < latest:
                page.wrong(entry, "sự kiện sai thứ tự thời gian", "xếp theo thời gian")
            latest = at
        if event is not None:
            events.append(event)
    return tuple(events)


@dataclass(frozen=True, slots=True)
class _Reader:
    page: Page
    known: Known
    zone: ZoneInfo
    _readers: dict[str, tuple[str, Callable[[Node], Any]]] = field(init=False, repr=False)
    #: Codes that an adjustment has brought so far.
    _met: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Say how each field is read, and what an event calls it."""
        page = self.page
        readers: dict[str, tuple[str, Callable[[Node], Any]]] = {
            "by": ("by", self._person),
            "for": ("behalf", self._person),
            "task": ("task", self._task),
            "note": ("note", lambda node: page.text(node, lines=True)),
            "decision": ("decision", page.text),
            "evidence": ("evidence", lambda node: page.each(node, page.text)),
            "due": ("due", page.day),
            "person": ("person", self._person),
            "substitute": ("substitute", self._person),
            "refuse": ("refused", lambda node: page.each(node, self._person)),
            "category": ("category", page.text),
            "promise": ("promise", page.day),
            "successor": ("successor", self._person),
            "units": ("units", lambda node: page.each(node, self._unit)),
            "into": ("into", self._into),
            "pause": ("pause", self._range),
        }
        object.__setattr__(self, "_readers", readers)

    def event(self, node: Node) -> tuple[datetime | None, Event | None]:
        """Return when an event is, and the event: None where nobody can say which it is."""
        do = self._do(node)
        if do is None:
            return self._when(node), None
        form = FORMS[do]
        optional = ("by", *form.optional)
        fields = self.page.mapping(node, required=(*_ALWAYS, *form.required), optional=optional)
        at = self.page.given(fields, "at", self._moment, None)
        read = {
            self._readers[key][0]: self._readers[key][1](value)
            for key, value in fields.items()
            if key in self._readers
        }
        event = Event(line=line(node), at=at or _NO_MOMENT, do=do, **read)
        return at, self._particular(event, fields, node)

    def _particular(self, event: Event, fields: Mapping[str, Node], node: Node) -> Event:
        """Return an event with the fields that only its kind has."""
        match event.do:
            case "reassign":
                return replace(event, to=self.page.given(fields, "to", self._person, None))
            case "absence":
                return self._absence(event, fields)
            case "smtp":
                return self._smtp(event, fields, node)
            case "calendar":
                return self._calendar(event, fields, node)
            case "adjust":
                return self._adjust(event, fields, node)
            case _:
                return event

    def _when(self, node: Node) -> datetime | None:
        """Return when something is that cannot be read otherwise."""
        named = _values(node, "at")
        return self._moment(named[0]) if named else None

    def _do(self, node: Node) -> str | None:
        """Return the name of an event that can be played."""
        if not isinstance(node, MappingNode):
            self.page.wrong(node, f"{shown(node)} không phải sự kiện", "viết {at: ..., do: ...}")
            return None
        named = _values(node, "do")
        if not named:
            self.page.wrong(node, "sự kiện thiếu 'do'", "viết thêm khoá ấy")
            return None
        do = self.page.text(named[0])
        if do and do not in FORMS:
            self.page.wrong(named[0], f"không có sự kiện {do!r}", did_you_mean(do, FORMS))
        else:
            return do or None
        return None

    def _absence(self, event: Event, fields: Mapping[str, Node]) -> Event:
        if not {"from", "to"} <= fields.keys():
            return event
        first, last = self.page.day(fields["from"]), self.page.day(fields["to"])
        if last < first:
            problem = "vắng mặt kết thúc trước khi bắt đầu"
            self.page.wrong(fields["to"], problem, "đổi chỗ from và to")
        if event.person and event.person == event.substitute:
            problem = f"{event.person} không thể thay chính mình"
            self.page.wrong(event.line, problem, "nêu một người khác ở substitute")
        return replace(event, from_on=first, to_on=last)

    def _smtp(self, event: Event, fields: Mapping[str, Node], node: Node) -> Event:
        said = fields.get("mode")
        if isinstance(said, MappingNode):
            inner = self.page.mapping(said, required=("refuse",))
            refused = self.page.each(inner.get("refuse"), self._person)
            return replace(event, mode="ok", refused=refused)
        if said is None:
            if not event.refused:
                self.page.wrong(node, "sự kiện smtp thiếu 'mode'", "ok, down, drop_after_data")
            return replace(event, mode="ok")
        name = self.page.one_of(said, (*_MODES, "refuse"), "cách máy chủ thư")
        if (name == "refuse") != bool(event.refused):
            self.page.wrong(said, "'refuse' cần danh sách người", "viết mode: {refuse: [tp]}")
        return replace(event, mode=cast("Mode", name if name in _MODES else "ok"))

    def _calendar(self, event: Event, fields: Mapping[str, Node], node: Node) -> Event:
        edits = [
            DayEdit(day=day, is_off=key == "days_off")
            for key in ("days_off", "work_days")
            for entry in self.page.listed(fields.get(key))
            for day in self.page.days(entry)
        ]
        if not edits:
            self.page.wrong(node, "sự kiện calendar không nói ngày nào", "days_off hoặc work_days")
        return replace(event, days=tuple(edits))

    def _adjust(self, event: Event, fields: Mapping[str, Node], node: Node) -> Event:
        tasks = []
        for entry in self.page.listed(fields.get("tasks")):
            code = next(iter(_codes(entry)), "")
            is_new = code in self.known.added and code not in self._met
            self._met.add(code)
            task = read_change(self.page, entry, self.known, is_new=is_new)
            tasks += [task] if task else []
        given_up = self.page.each(fields.get("cancel"), self._task)
        if not tasks and not given_up:
            self.page.wrong(node, "sự kiện adjust không đổi gì", "nêu tasks hoặc cancel")
        named = [(task.line, task.code) for task in tasks]
        check_once(self.page, "nhiệm vụ", [*named, *((event.line, code) for code in given_up)])
        return replace(event, tasks=tuple(tasks), given_up=given_up)

    def _range(self, node: Node) -> tuple[date, date] | None:
        fields = self.page.mapping(node, required=("from", "to"))
        if not {"from", "to"} <= fields.keys():
            return None
        first, last = self.page.day(fields["from"]), self.page.day(fields["to"])
        if last < first:
            self.page.wrong(fields["to"], "khoảng ngày kết thúc trước khi bắt đầu", "đổi chỗ")
        return first, last

    def _into(self, node: Node) -> Into | None:
        fields = self.page.mapping(node, required=("code", "name"), optional=("head", "leader"))
        if not {"code", "name"} <= fields.keys():
            return None
        return Into(
            code=self.page.code(fields["code"]),
            name=self.page.name(fields["name"]),
            head=self.page.given(fields, "head", self._person, None),
            leader=self.page.given(fields, "leader", self._person, None),
        )

    def _moment(self, node: Node) -> datetime:
        return self.page.moment(node, self.zone).astimezone(UTC)

    def _person(self, node: Node) -> str:
        return self._name(node, self.known.people, "người")

    def _task(self, node: Node) -> str:
        return self._name(node, self.known.tasks, "nhiệm vụ")

    def _unit(self, node: Node) -> str:
        return self._name(node, self.known.units, "đơn vị")

    def _name(self, node: Node, known: frozenset[str] | None, what: str) -> str:
        name = self.page.text(node)
        check_named(self.page, node, what, (name,), known)
        return name


def codes_adjusted(play: Node | None) -> frozenset[str]:
    """Return every code that an adjustment speaks of, without judging anything."""
    events = play.value if isinstance(play, SequenceNode) else ()
    entries = (
        entry
        for event in events
        for listed in _values(event, "tasks")
        if isinstance(listed, SequenceNode)
        for entry in listed.value
    )
    return frozenset(code for entry in entries for code in _codes(entry))


def codes_merged(play: Node | None) -> frozenset[str]:
    """Return the code of every unit that a merger makes, without judging anything."""
    events = play.value if isinstance(play, SequenceNode) else ()
    made = (into for event in events for into in _values(event, "into"))
    return frozenset(code for into in made for code in _codes(into))


def _codes(entry: Node) -> list[str]:
    return [node.value.strip() for node in _values(entry, "code") if isinstance(node, ScalarNode)]


def _values(node: Node, key: str) -> list[Node]:
    """Return what stands under a key of a mapping that is not known well enough to be read."""
    pairs = node.value if isinstance(node, MappingNode) else ()
    return [value for name, value in pairs if name.value == key]
