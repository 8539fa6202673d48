"""The policy every office starts with, read from config/defaults/*.toml; law and custom as data.

Nothing is judged here: `engine` validates ladders, `workflows` its rules of intake.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialDay:
    """A day an official notice speaks of.

    Attributes:
        off: Whether it is a day off; False is a weekend day that is worked.
        confirm: The office should check it each year: its enacting text was not seen.
    """

    day: date
    off: bool
    name: str
    source: str
    confirm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultPolicy:
    """Everything the shipped files say.

    Attributes:
        ladders: Rungs by ladder name, in order, in the form of a scenario's `policy.ladders`.
        ladders_source: What the audit record names as their source.
        official_days: In order of date, at most one a date.
        announced_years: Years whose swapped days are known.
        report_lines: The whole of reports.toml.
    """

    ladders: Mapping[str, tuple[Mapping[str, Any], ...]]
    ladders_source: str
    official_days: tuple[OfficialDay, ...]
    announced_years: frozenset[int]
    report_lines: Mapping[str, Any]


@cache
def default_policy() -> DefaultPolicy:
    """Return the shipped policy, read once."""
    ladders = _read("ladders")
    calendar = _read("calendar")
    return DefaultPolicy(
        ladders={name: tuple(rungs) for name, rungs in ladders.items() if name != "source"},
        ladders_source=ladders["source"],
        official_days=tuple(sorted(map(_official_day, calendar["day"]), key=lambda d: d.day)),
        announced_years=frozenset(calendar["announced"]),
        report_lines=_read("reports"),
    )


@cache
def reading_rules(of: Literal["intake", "names", "organisation"]) -> Mapping[str, Any]:
    """Return the words by which files are read: plans (`intake`), names in them, units, people."""
    return _read(of)


@cache
def security_rules() -> Mapping[str, Any]:
    """Return the thresholds of signing in by profile, and the words that are guessed first."""
    return _read("security")


def _official_day(entry: Mapping[str, object]) -> OfficialDay:
    match entry:
        case {"date": date() as day, "off": bool() as off, "name": str() as name,
              "source": str() as source}:  # fmt: skip
            confirm = entry.get("confirm") is True
            return OfficialDay(day=day, off=off, name=name, source=source, confirm=confirm)
    message = f"config/defaults/calendar.toml: {entry!r}"
    raise ValueError(message)


def _read(name: str) -> dict[str, Any]:
    text = files("config").joinpath("defaults", f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
