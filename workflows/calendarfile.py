"""A file of days off and days worked: bytes in, dates and every fault out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from engine.errors import BadInput, Fault
from engine.spelling import did_you_mean
from workflows.tomlfile import mapping_of, text_of

_KEYS: Final = ("source", "name", "off", "working")
_YEARS: Final = range(2000, 2101)
#: A range that is longer was meant otherwise.
_LONGEST: Final = timedelta(days=366)
_RANGE: Final = ".."
_CURE: Final = "viết 2025-09-01, hoặc một khoảng 2025-09-01..2025-09-02"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarFile:
    """What a file says; `source` is the decision its days rest on, None where it names none."""

    off: tuple[date, ...]
    worked: tuple[date, ...]
    source: str | None
    name: str


def parse(content: bytes, *, source: str) -> CalendarFile:
    """Return the days that a TOML file lists as `off` and as `working`.

    Raises:
        BadInput: it is not UTF-8, not TOML, or says something else; every fault is named.
    """
    mapping = mapping_of(text_of(content, source=source), source=source)
    faults = [
        Fault(place=key, problem="khóa không có trong định dạng", cure=did_you_mean(key, _KEYS))
        for key in mapping
        if key not in _KEYS
    ]
    off, worked = (tuple(_listed(mapping, key, faults)) for key in ("off", "working"))
    words = {key: mapping.get(key, "") for key in ("source", "name")}
    faults += [
        Fault(place=key, problem=f"{value!r} không phải là chữ", cure='viết trong nháy "..."')
        for key, value in words.items()
        if not isinstance(value, str)
    ]
    if not faults and not off and not worked:
        cure = 'ghi off = ["2025-05-02"] hoặc working = ["2025-04-26"]'
        faults.append(Fault(place="tệp", problem="không có ngày nào", cure=cure))
    if faults:
        raise BadInput(source=source, faults=faults)
    return CalendarFile(
        off=off, worked=worked, source=words["source"].strip() or None, name=words["name"].strip()
    )


def days_of(text: str) -> tuple[date, ...]:
    """Return the days that `2025-09-01` or `2025-09-01..2025-09-02` means.

    Raises:
        ValueError: it means none.
    """
    first, is_range, last = text.strip().partition(_RANGE)
    begins = date.fromisoformat(first.strip())
    ends = date.fromisoformat(last.strip()) if is_range else begins
    if not begins <= ends <= begins + _LONGEST or not {begins.year, ends.year} <= set(_YEARS):
        message = f"no days: {text!r}"
        raise ValueError(message)
    return tuple(begins + timedelta(days=number) for number in range((ends - begins).days + 1))


def _listed(mapping: Mapping[str, Any], key: str, faults: list[Fault]) -> Iterator[date]:
    listed = mapping.get(key, [])
    if not isinstance(listed, list):
        faults.append(Fault(place=key, problem=f"{listed!r} không phải danh sách", cure=_CURE))
        return
    for number, one in enumerate(listed, start=1):
        try:
            yield from days_of(_text(one))
        except ValueError:
            place, problem = f"{key}[{number}]", f"{one!r} không phải ngày trong lịch"
            faults.append(Fault(place=place, problem=problem, cure=_CURE))


def _text(value: object) -> str:
    # TOML has dates of its own; an instant is none.
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str) else ""
