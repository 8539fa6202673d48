"""What a workflow's definition may say, and everything that is wrong with one that says more.

It knows the words of a definition and judges plain mappings as they come from a file; `workflow`
builds the typed records from what passed here.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.errors import Fault
from engine.spelling import did_you_mean, nearest

#: What may have a state and a clock.
SUBJECTS: Final = ("task", "contribution", "obstacle", "extension", "report")
#: Whose delay a state counts.
LADDERS: Final = ("unit", "verifier", "leader")
#: Who may pull a trigger, told from the subject: `reporter` is who reported last.
ROLES: Final = (
    "assignee", "unit_head", "reporter", "verifier", "director", "monitor", "leader_in_charge",
    "lead_side",
)  # fmt: skip
#: What a request must bring; `four_eyes` is who must not bring it, `due_optional` may be absent.
NEEDS: Final = ("note", "evidence", "decision", "four_eyes", "due", "due_optional", "to")
#: Who may be told that it happened; resolved after the change, so `assignee` is the new one.
POSITIONS: Final = (
    "assignee", "lead_unit", "coordinating_units", "unit_head", "leader_in_charge", "director",
    "verifier", "monitor",
)  # fmt: skip
#: What the message says; each has words of its own in the mail.
NOTICES: Final = (
    "returned", "cancelled", "reopened", "reassigned", "due_set", "answered", "refused",
    "delivered", "waived",
)  # fmt: skip

KEYS: Final = ("name", "version", "subject", "initial", "states", "triggers")
STATE_KEYS: Final = ("name", "label", "ladder", "final")
TRIGGER_KEYS: Final = (
    "name", "label", "from", "to", "edit", "who", "needs", "tells", "notice",
)  # fmt: skip

_NAME = re.compile(r"[a-z][a-z0-9_]*")
#: Longest names, as the columns that keep them.
_WORKFLOW_LENGTH, _TRIGGER_LENGTH, _STATE_LENGTH = 64, 32, 16
_LABEL_LENGTH = 80
_VERSION_LIMIT = 2**31 - 1


@dataclass(frozen=True, slots=True)
class _Section:
    """A part of the definition that is being read, and the list its faults go to."""

    place: str
    values: Mapping[str, Any]
    faults: list[Fault]

    def refuse(self, key: str, problem: str, cure: str = "") -> None:
        place = ", ".join(part for part in (self.place, key) if part)
        self.faults.append(Fault(place=place, problem=problem, cure=cure))

    def only(self, known: Sequence[str]) -> None:
        for key in self.values:
            if key not in known:
                self.refuse(
                    _shown(str(key)), "khóa không có trong định dạng", did_you_mean(key, known)
                )

    def name(self, key: str, *, length: int) -> str | None:
        value = self.values.get(key)
        if isinstance(value, str) and _NAME.fullmatch(value) and len(value) <= length:
            return value
        problem = "thiếu" if value is None else f"{value!r} không phải là một tên"
        self.refuse(key, problem, f"chữ thường a-z, số và _, bắt đầu bằng chữ, tối đa {length}")
        return None

    def label(self) -> None:
        value = self.values.get("label")
        if not isinstance(value, str) or not value.strip():
            self.refuse("label", "thiếu nhãn", "viết một nhãn tiếng Việt")
        elif not value.isprintable() or len(value) > _LABEL_LENGTH:
            self.refuse("label", "nhãn không đọc được", f"một dòng, tối đa {_LABEL_LENGTH} ký tự")

    def flag(self, key: str) -> bool:
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            self.refuse(key, f"{value!r} không phải true hoặc false", "viết true hoặc false")
        return value is True

    def choice(self, key: str, known: Collection[str]) -> str | None:
        """Return the value, or the name it was probably meant to be."""
        value = self.values.get(key)
        return None if value is None else self._known(key, value, known)

    def choices(self, key: str, known: Collection[str], *, least: int = 0) -> list[str]:
        """Return the list's values, each as itself or as what it was probably meant to be."""
        value = self.values.get(key, [])
        if not isinstance(value, list):
            self.refuse(key, f"{value!r} không phải là một danh sách", 'viết ["a", "b"]')
            return []
        if len(value) < least:
            self.refuse(key, "danh sách trống", did_you_mean("", known))
        for again in _repeated(value):
            self.refuse(key, f"{again!r} được ghi hai lần", "bỏ bớt một")
        found = [self._known(key, each, known) for each in value]
        return [name for name in found if name is not None]

    def sections(self, key: str) -> Iterator["_Section"]:
        value = self.values.get(key)
        if not isinstance(value, list) or not value:
            self.refuse(key, "thiếu hoặc trống", f"viết ít nhất một [[{key}]]")
            return
        for number, each in enumerate(value, start=1):
            place = f"{key}[{number}]"
            if not isinstance(each, Mapping):
                self.refuse(place, f"{each!r} không phải là một bảng", f"viết [[{key}]]")
                continue
            name = each.get("name")
            named = f"{place} ({_shown(name)})" if isinstance(name, str) else place
            yield _Section(named, each, self.faults)

    def _known(self, key: str, value: object, known: Collection[str]) -> str | None:
        if isinstance(value, str) and value in known:
            return value
        name = value if isinstance(value, str) else str(value)
        self.refuse(key, f"không có tên {value!r}", did_you_mean(name, known))
        return nearest(name, known)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arrow:
    """A trigger out of one state, as far as it could be read; `target` None leads nowhere."""

    trigger: str | None
    source: str
    target: str | None
    place: str


def faults_of(mapping: Mapping[str, Any]) -> tuple[Fault, ...]:
    """Return everything that is wrong with a definition, in the order of the file; () if nothing.

    A misspelt state counts as the state it was probably meant to be, so that one slip does not
    also make half of the states look unreachable.
    """
    faults: list[Fault] = []
    top = _Section("", mapping, faults)
    top.only(KEYS)
    top.name("name", length=_WORKFLOW_LENGTH)
    _check_version(top)
    _required(top, "subject", SUBJECTS)
    states = _check_states(top)
    initial = _required(top, "initial", states)
    arrows = [arrow for section in top.sections("triggers") for arrow in _arrows(section, states)]
    _check_repeated_arrows(arrows, faults)
    if initial is not None:
        _check_reachable(initial, states, arrows=arrows, faults=faults)
    _check_ends(states, arrows, faults=faults)
    return tuple(faults)


def _check_version(top: _Section) -> None:
    version = top.values.get("version")
    if type(version) is not int or not 1 <= version <= _VERSION_LIMIT:
        problem = "thiếu" if version is None else f"{version!r} không phải là số phiên bản"
        top.refuse("version", problem, "viết một số nguyên từ 1")


def _required(section: _Section, key: str, known: Collection[str]) -> str | None:
    if section.values.get(key) is None:
        section.refuse(key, "thiếu", did_you_mean("", known))
    return section.choice(key, known)


def _check_states(top: _Section) -> dict[str, _Section]:
    """Return the states that have a name, by name."""
    states: dict[str, _Section] = {}
    for section in top.sections("states"):
        section.only(STATE_KEYS)
        section.label()
        ladder = section.choice("ladder", LADDERS)
        if section.flag("final") and ladder is not None:
            section.refuse("ladder", "trạng thái kết thúc không đôn đốc ai", "bỏ ladder hoặc final")
        name = section.name("name", length=_STATE_LENGTH)
        if name in states:
            section.refuse("name", f"trạng thái {name!r} đã có ở {states[name].place}", "đổi tên")
        elif name is not None:
            states[name] = section
    return states


def _arrows(section: _Section, states: Collection[str]) -> list[_Arrow]:
    section.only(TRIGGER_KEYS)
    name = section.name("name", length=_TRIGGER_LENGTH)
    section.label()
    sources = section.choices("from", states, least=1)
    target = _target(section, states)
    section.choices("who", ROLES, least=1)
    needs = section.choices("needs", NEEDS)
    if "due" in needs and "due_optional" in needs:
        section.refuse("needs", "vừa due vừa due_optional", "giữ một trong hai")
    _check_notice(section)
    is_edit = section.values.get("edit") is True
    return [
        _Arrow(
            trigger=name,
            source=source,
            target=source if is_edit else target,
            place=section.place,
        )
        for source in dict.fromkeys(sources)
    ]


def _target(section: _Section, states: Collection[str]) -> str | None:
    is_edit = section.flag("edit")
    if is_edit == ("to" in section.values):
        problem = "vừa có to vừa có edit" if is_edit else "không có to cũng không có edit"
        cure = "ghi to = trạng thái đến, hoặc edit = true nếu trạng thái giữ nguyên"
        section.refuse("to", problem, cure)
    return section.choice("to", states)


def _check_notice(section: _Section) -> None:
    tells = section.choices("tells", POSITIONS)
    notice = section.choice("notice", NOTICES)
    if tells and "notice" not in section.values:
        section.refuse("notice", "có tells mà không nói báo gì", did_you_mean("", NOTICES))
    if notice is not None and not section.values.get("tells"):
        section.refuse("tells", "có notice mà không báo ai", did_you_mean("", POSITIONS))


def _check_repeated_arrows(arrows: Sequence[_Arrow], faults: list[Fault]) -> None:
    first: dict[tuple[str, str], str] = {}
    for arrow in arrows:
        if arrow.trigger is None:
            continue
        earlier = first.setdefault((arrow.source, arrow.trigger), arrow.place)
        if earlier != arrow.place:
            problem = f"từ {arrow.source!r} đã có {arrow.trigger!r} ở {earlier}"
            cure = f"bỏ {arrow.source!r} ở một trong hai"
            faults.append(Fault(place=f"{arrow.place}, from", problem=problem, cure=cure))


def _check_reachable(
    initial: str,
    states: Mapping[str, _Section],
    *,
    arrows: Sequence[_Arrow],
    faults: list[Fault],
) -> None:
    forward = [(arrow.source, arrow.target) for arrow in arrows]
    reached = _closure({initial}, forward)
    for name, section in states.items():
        if name not in reached:
            problem = f"không có đường nào từ {initial!r} đến trạng thái này"
            cure = "thêm một trigger có to dẫn đến nó, hoặc bỏ nó"
            faults.append(Fault(place=section.place, problem=problem, cure=cure))


def _check_ends(
    states: Mapping[str, _Section], arrows: Sequence[_Arrow], *, faults: list[Fault]
) -> None:
    ends = {name for name, section in states.items() if section.values.get("final") is True}
    if states and not ends:
        problem = "không có trạng thái kết thúc nào"
        faults.append(Fault(place="states", problem=problem, cure="ghi final = true ở một"))
        return
    backward = [(arrow.target, arrow.source) for arrow in arrows]
    ending = _closure(ends, backward)
    for name, section in states.items():
        if name not in ending:
            problem = "từ trạng thái này không có đường nào đến trạng thái kết thúc"
            cure = "thêm một trigger đi tiếp, hoặc ghi final = true"
            faults.append(Fault(place=section.place, problem=problem, cure=cure))


def _closure(start: set[str], steps: Sequence[tuple[str | None, str | None]]) -> set[str]:
    """Return everything that can be come to from the start, itself included."""
    reached, news = set(start), set(start)
    while news:
        news = {to for at, to in steps if at in news and to is not None} - reached
        reached |= news
    return reached


def _shown(name: str) -> str:
    """Return a name as it may stand in a line of text."""
    return name if name and name.isprintable() else repr(name)


def _repeated(values: Sequence[object]) -> list[object]:
    return [value for index, value in enumerate(values) if value in values[:index]]
