"""What a ladder may say, everything that is wrong with one that says more, and what is only odd.

Faults are found in plain mappings as they come from a file; `ladder` builds the rungs from what
passed here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from engine.errors import Fault
from engine.ladder import Ladder, Rung
from engine.spelling import did_you_mean
from engine.workflow_rules import LADDERS, POSITIONS

KEYS: Final = ("rung", "at", "to", "repeat")
#: What stands beside the ladders of a file: the decision they rest on.
SOURCE_KEY: Final = "source"
#: As the columns that keep them.
_NAME_LENGTH, _SOURCE_LENGTH = 64, 300

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_AT = re.compile(r"([+-]?)(\d+)(wd|d)", re.ASCII)
_REPEAT = re.compile(r"(\d+)wd", re.ASCII)
_FARTHEST, _DIGITS = 999, 3
#: Working days in a week, to compare both kinds of offset.
_OF_A_WEEK = 5 / 7


@dataclass(slots=True, kw_only=True)
class _Reading:
    """A ladder that is being read, and the list its faults go to.

    `lines` are the lines on which its rungs begin, as far as they are known.
    """

    ladder: str
    lines: Sequence[int]
    faults: list[Fault]
    known: dict[str, str] = field(default_factory=dict)

    def place(self, number: int, rung: Mapping[str, Any], key: str = "") -> str:
        name = rung.get("rung")
        named = f" ({name})" if isinstance(name, str) and name.isprintable() and name else ""
        line = f"dòng {self.lines[number - 1]}" if number <= len(self.lines) else ""
        found = (f"{self.ladder}[{number}]{named}", line, key)
        return ", ".join(part for part in found if part)

    def refuse(self, place: str, problem: str, cure: str) -> None:
        self.faults.append(Fault(place=place, problem=problem, cure=cure))


def faults_of(
    mapping: Mapping[str, Any], *, lines: Mapping[str, Sequence[int]] | None = None
) -> tuple[Fault, ...]:
    """Return everything that is wrong with the ladders of a file, in its order; () if nothing.

    Args:
        mapping: Ladders by name, each a list of rungs, and perhaps their source.
        lines: By ladder, the line on which each of its rungs begins.
    """
    faults: list[Fault] = []
    for name, rungs in mapping.items():
        if name == SOURCE_KEY:
            faults += _source_faults(rungs)
        elif name in LADDERS:
            _check_ladder(
                _Reading(ladder=name, lines=(lines or {}).get(name, ()), faults=faults), rungs
            )
        else:
            place = name if name.isprintable() else repr(name)
            faults.append(
                Fault(place=place, problem="không có thang nào tên này",
                      cure=did_you_mean(name, LADDERS))
            )  # fmt: skip
    if not any(name != SOURCE_KEY for name in mapping):
        cure = "viết ít nhất một [[unit]], [[verifier]] hoặc [[leader]]"
        faults.append(Fault(place="tệp", problem="không có thang nào", cure=cure))
    return tuple(faults)


def oddities_of(ladder: Ladder) -> tuple[Fault, ...]:
    """Return what is probably not meant of a ladder, though it can be done."""
    climbing = [rung for rung in ladder.rungs if ladder.kind(rung) == "escalation"]
    return (*_upwards(ladder, climbing), *_order(ladder, climbing), *_never(ladder))


def _source_faults(value: object) -> list[Fault]:
    if isinstance(value, str) and value.isprintable() and len(value) <= _SOURCE_LENGTH:
        return []
    cure = f'viết source = "QĐ số ...", một dòng, tối đa {_SOURCE_LENGTH} ký tự'
    return [Fault(place=SOURCE_KEY, problem=f"{value!r} không phải là căn cứ", cure=cure)]


def _check_ladder(reading: _Reading, rungs: object) -> None:
    name = reading.ladder
    if not isinstance(rungs, list):
        reading.refuse(name, "không phải là danh sách các bậc", f"viết mỗi bậc dưới một [[{name}]]")
        return
    if not rungs:
        reading.refuse(name, "không có bậc nào", f"viết ít nhất một [[{name}]]")
    for number, rung in enumerate(rungs, start=1):
        if not isinstance(rung, Mapping):
            reading.refuse(f"{name}[{number}]", f"{rung!r} không phải là một bậc",
                           f"viết [[{name}]]")  # fmt: skip
            continue
        _check_rung(reading, number, rung)


def _check_rung(reading: _Reading, number: int, rung: Mapping[str, Any]) -> None:
    for key in rung:
        if key not in KEYS:
            place = reading.place(number, rung, key if key.isprintable() else repr(key))
            reading.refuse(place, "khóa không có trong định dạng", did_you_mean(key, KEYS))
    _check_name(reading, number, rung)
    for key, problem_of in (("at", _at_problem), ("to", _to_problem), ("repeat", _repeat_problem)):
        found = problem_of(rung.get(key))
        if found is not None:
            reading.refuse(reading.place(number, rung, key), *found)


def _check_name(reading: _Reading, number: int, rung: Mapping[str, Any]) -> None:
    name, place = rung.get("rung"), reading.place(number, rung, "rung")
    if not isinstance(name, str) or not _NAME.fullmatch(name) or len(name) > _NAME_LENGTH:
        problem = "thiếu" if name is None else f"{name!r} không phải là tên một bậc"
        reading.refuse(place, problem, f"chữ a-z, số, '-', '_', '.', tối đa {_NAME_LENGTH} ký tự")
    elif name in reading.known:
        problem = f"bậc {name!r} đã có ở {reading.known[name]}"
        reading.refuse(place, problem, "đổi tên: tên là điều để biết bậc nào đã báo rồi")
    else:
        reading.known[name] = reading.place(number, {})


def _at_problem(value: object) -> tuple[str, str] | None:
    cure = 'viết "-3wd", "+2wd", "0wd" (ngày làm việc) hoặc "-3d" (ngày lịch)'
    if value is None:
        return "thiếu", cure
    match = _AT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return f"{value!r} không phải là một khoảng ngày", cure
    if len(match[2]) > _DIGITS:
        return f"{value!r} quá xa", f"từ -{_FARTHEST} đến +{_FARTHEST}"
    return None


def _to_problem(value: object) -> tuple[str, str] | None:
    if not isinstance(value, list) or not value:
        problem = "thiếu hoặc trống" if not value else f"{value!r} không phải là một danh sách"
        return problem, f'viết to = ["assignee"]; {did_you_mean("", POSITIONS)}'
    for one in value:
        if one not in POSITIONS:
            return f"không có chức vụ nào là {one!r}", did_you_mean(str(one), POSITIONS)
    if len(set(value)) < len(value):
        return "một chức vụ được ghi hai lần", "bỏ bớt một"
    return None


def _repeat_problem(value: object) -> tuple[str, str] | None:
    if value is None:
        return None
    match = _REPEAT.fullmatch(value) if isinstance(value, str) else None
    cure = f'viết "5wd": cứ sau bấy nhiêu ngày làm việc, từ 1wd đến {_FARTHEST}wd'
    if match is None:
        return f"{value!r} không phải là khoảng nhắc lại", f"{cure}; bỏ repeat nếu chỉ báo một lần"
    if len(match[1]) > _DIGITS or int(match[1]) < 1:
        return f"{value!r} ngoài khoảng cho phép", f"{cure}; bỏ repeat nếu chỉ báo một lần"
    return None


def _upwards(ladder: Ladder, climbing: Sequence[Rung]) -> Iterator[Fault]:
    if not climbing:
        cure = 'thêm một bậc báo lên trên, ví dụ to = ["director"]'
        yield Fault(place=ladder.name, problem="không bậc nào báo lên cấp trên", cure=cure)


def _order(ladder: Ladder, climbing: Sequence[Rung]) -> Iterator[Fault]:
    for one, other in pairwise(climbing):
        place = f"{ladder.name} ({other.name})"
        if (one.offset, one.unit) == (other.offset, other.unit):
            problem = f"cùng ngày với {one.name!r}; {other.name!r} báo ngày làm việc sau đó"
            yield Fault(place=place, problem=problem, cure="đặt ngày khác nhau nếu không muốn vậy")
        elif _days(other) < _days(one):
            problem = f"đến trước {one.name!r} dù viết sau; bậc nào đến trước báo trước"
            yield Fault(place=place, problem=problem, cure="viết các bậc theo thứ tự ngày")


def _never(ladder: Ladder) -> Iterator[Fault]:
    for rung in ladder.rungs:
        if ladder.name != "unit" and rung.offset < 0:
            problem = "thang này đếm từ ngày báo cáo hoặc ngày đề nghị, không có ngày nào trước đó"
            yield Fault(place=f"{ladder.name} ({rung.name})", problem=problem,
                        cure="viết ngày dương")  # fmt: skip


def _days(rung: Rung) -> float:
    return rung.offset if rung.unit == "wd" else rung.offset * _OF_A_WEEK
