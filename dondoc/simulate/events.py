"""What happens in a scenario: which events there are, and which fields each of them has.

It reads; whether somebody may do what he tries is decided by the engine when it is played.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from yaml.nodes import MappingNode, Node

from dondoc.simulate.names import Known
from dondoc.simulate.nodes import Page, line
from dondoc.simulate.scenario import DayEdit, Event, Mode
from engine.spelling import did_you_mean

_ALWAYS = ("at", "do")
_MODES = ("ok", "down", "drop_after_data")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The fields of one event; `playable` is false for what a later version will play."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    playable: bool = True


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
    "reassign": Form(required=("task", "to"), optional=("note", "for")),
    "set_due": Form(required=("task", "due"), optional=("note", "for")),
    "absence": Form(required=("person", "from", "to", "substitute"), optional=("note",)),
    "calendar": Form(optional=("days_off", "work_days", "note")),
    "stop_scheduler": Form(),
    "start_scheduler": Form(),
    "second_scheduler": Form(),
    "smtp": Form(optional=("mode", "refuse")),
    "extend": Form(playable=False),
    "approve": Form(playable=False),
    "refuse": Form(playable=False),
    "raise": Form(playable=False),
    "answer": Form(playable=False),
    "acknowledge": Form(playable=False),
    "deactivate": Form(playable=False),
    "merge_units": Form(playable=False),
    "adjust": Form(playable=False),
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
    for entry in page.listed(node):
        event = reader.event(entry)
        if event is None:
            continue
        if within[0] <= within[1] and not within[0] <= event.at <= within[1]:
            page.wrong(event.line, "sự kiện ngoài khoảng start..until của kịch bản")
        if events and event.at < events[-1].at:
            page.wrong(event.line, "sự kiện sai thứ tự thời gian", "xếp theo thời gian")
        events.append(event)
    return tuple(events)


@dataclass(frozen=True, slots=True)
class _Reader:
    page: Page
    known: Known
    zone: ZoneInfo
    _readers: dict[str, tuple[str, Callable[[Node], Any]]] = field(init=False, repr=False)

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
        }
        object.__setattr__(self, "_readers", readers)

    def event(self, node: Node) -> Event | None:
        do = self._do(node)
        if do is None:
            return None
        form = FORMS[do]
        optional = ("by", *form.optional)
        fields = self.page.mapping(node, required=(*_ALWAYS, *form.required), optional=optional)
        if "at" not in fields:
            return None
        at = self.page.moment(fields["at"], self.zone).astimezone(UTC)
        read = {
            self._readers[key][0]: self._readers[key][1](value)
            for key, value in fields.items()
            if key in self._readers
        }
        event = Event(line=line(node), at=at, do=do, **read)
        if do == "reassign" and "to" in fields:
            return replace(event, to=self._person(fields["to"]))
        if do == "absence":
            return self._absence(event, fields)
        if do == "smtp":
            return self._smtp(event, fields, node)
        return self._calendar(event, fields, node) if do == "calendar" else event

    def _do(self, node: Node) -> str | None:
        """Return the name of an event that can be played."""
        pairs = node.value if isinstance(node, MappingNode) else ()
        named = [value for key, value in pairs if key.value == "do"]
        if not named:
            self.page.wrong(node, "sự kiện thiếu 'do'")
            return None
        do = self.page.text(named[0])
        if do not in FORMS:
            self.page.wrong(named[0], f"không có sự kiện {do!r}", did_you_mean(do, FORMS))
            return None
        if not FORMS[do].playable:
            self.page.wrong(named[0], f"phiên bản này chưa chơi được sự kiện {do!r}", "bỏ sự kiện")
            return None
        return do

    def _absence(self, event: Event, fields: Mapping[str, Node]) -> Event:
        if not {"from", "to"} <= fields.keys():
            return event
        first, last = self.page.day(fields["from"]), self.page.day(fields["to"])
        if last < first:
            self.page.wrong(fields["to"], "vắng mặt kết thúc trước khi bắt đầu")
        if event.person == event.substitute:
            self.page.wrong(event.line, "người thay phải là người khác")
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

    def _person(self, node: Node) -> str:
        return self._name(node, self.known.people, "người")

    def _task(self, node: Node) -> str:
        return self._name(node, self.known.tasks, "nhiệm vụ")

    def _name(self, node: Node, known: frozenset[str] | None, what: str) -> str:
        name = self.page.text(node)
        if name and known is not None and name not in known:
            problem = f"không có {what} {name!r} trong tệp này"
            self.page.wrong(node, problem, did_you_mean(name, known))
        return name
