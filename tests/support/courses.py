"""Random offices and what happens in them, for tests.support.town."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from engine.office import Office
from engine.store.change import Evidence
from tests.support.office import ZONE, local
from tests.support.town import START, Course, Deed

PEOPLE = ("gd", "pgd", "cvp", "tp", "cv", "cv2", "th")
UNITS = ("SO", "VP", "CNTT", "HC")
FIRST, LAST = date(2014, 1, 20), date(2014, 3, 7)
#: Whatever can still be owed of a ladder's first round is told by then.
END = date(2014, 3, 24)
_SOMEBODY = st.sampled_from(PEOPLE)
_DAYS = st.integers(0, (LAST - FIRST).days).map(lambda n: FIRST + timedelta(days=n))
_HOURS = (
    ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0))),
    ((time(8, 0), time(12, 0)),),
    ((time(6, 0), time(18, 0)),),
)
_POSITIONS = {
    "unit": ("assignee", "lead_unit", "coordinating_units", "unit_head", "leader_in_charge",
             "director", "monitor", "verifier"),
    "verifier": ("verifier", "monitor", "leader_in_charge", "director"),
}  # fmt: skip


def at(day: date, minute: int, *, second: int = 0) -> datetime:
    """Return the instant of a local day and minute of it."""
    return local(f"{day.isoformat()}T00:00") + timedelta(minutes=minute, seconds=second)


@st.composite
def offices(draw: st.DrawFn) -> Office:
    """Hours, slot and weekend of some office."""
    return Office(
        zone=ZONE,
        weekend=draw(st.sampled_from([frozenset({5, 6}), frozenset({6}), frozenset({2, 4})])),
        hours=draw(st.sampled_from(_HOURS)),
        send_at=draw(
            st.sampled_from([time(7, 30), time(7, 30), time(0, 0), time(16, 59), time(20, 15)])
        ),
        due_on_day_off=draw(st.sampled_from(["next", "previous"])),
        batch=timedelta(minutes=draw(st.sampled_from([10, 0, 45]))),
    )


@st.composite
def variations(draw: st.DrawFn) -> dict[str, Any]:
    """In what some unit works otherwise; its slot is never within minutes of the office's."""
    return {
        "weekend": draw(st.sampled_from([frozenset({6}), frozenset({4, 5}), frozenset[int]()])),
        "send_at": draw(st.none() | st.sampled_from([time(9), time(0, 30), time(16, 45)])),
        "hours": draw(st.none() | st.sampled_from(_HOURS)),
        "off": tuple(draw(st.lists(_DAYS, max_size=3))),
        "worked": tuple(draw(st.lists(_DAYS, max_size=3))),
    }


@st.composite
def rungs(draw: st.DrawFn, ladder: str) -> list[dict[str, Any]]:
    """The rungs of a ladder in any order of days, some on one day, some repeated."""
    found: list[dict[str, Any]] = []
    lowest = -5 if ladder == "unit" else 0
    for index in range(draw(st.integers(1, 6 if ladder == "unit" else 3))):
        offset, unit = draw(st.integers(lowest, 6)), draw(st.sampled_from(["wd", "wd", "d"]))
        to = st.sampled_from(_POSITIONS[ladder])
        rung: dict[str, Any] = {
            "rung": f"{ladder[0]}{index}",
            "at": f"{offset:+d}{unit}" if offset else f"0{unit}",
            "to": draw(st.lists(to, min_size=1, max_size=2, unique=True)),
        }
        if draw(st.integers(0, 3)) == 0:
            rung["repeat"] = f"{draw(st.integers(1, 4))}wd"
        found.append(rung)
    return found


@st.composite
def items(draw: st.DrawFn, code: str) -> dict[str, Any]:
    """An item of the plan; its assignee belongs to the unit that leads."""
    lead = draw(st.sampled_from(["CNTT", "CNTT", "VP", "HC"]))
    # A unit does not help itself: an import drops it from its own coordinators.
    others = [unit for unit in UNITS[1:] if unit != lead]
    members = {"CNTT": ["cv", "cv2", "tp", None], "VP": ["cvp", None], "HC": ["th", None]}[lead]
    item: dict[str, Any] = {
        "code": code,
        "lead": lead,
        "assignee": draw(st.sampled_from(members)),
        "due": draw(_DAYS).isoformat(),
        "coordinating": draw(st.lists(st.sampled_from(others), max_size=2, unique=True)),
        "urgent": draw(st.integers(0, 5)) == 0,
    }
    if draw(st.booleans()):
        item["verifier"] = draw(_SOMEBODY)
    return item


_MINUTES = st.one_of(
    st.sampled_from([0, 7 * 60 + 29, 7 * 60 + 30, 7 * 60 + 31, 7 * 60 + 32, 9 * 60, 11 * 60 + 29,
                     16 * 60 + 59, 17 * 60 + 1, 20 * 60 + 15]),
    st.integers(0, 24 * 60 - 1),
)  # fmt: skip
INSTANTS = st.builds(at, _DAYS, _MINUTES, second=st.sampled_from([0, 0, 0, 20, 59])).filter(
    lambda instant: instant > START
)


@st.composite
def _happenings(draw: st.DrawFn, codes: Sequence[str]) -> tuple[str, dict[str, Any]]:
    kind = draw(st.sampled_from(_KINDS))
    day, task = draw(_DAYS), draw(st.sampled_from(codes))
    match kind:
        case "calendar":
            return kind, {"day": day, "off": draw(st.booleans())}
        case "absence":
            person, substitute = draw(st.permutations(PEOPLE))[:2]
            last = day + timedelta(days=draw(st.integers(0, 9)))
            return kind, {"person": person, "substitute": substitute, "first": day, "last": last}
        case "silence":
            email = draw(st.sampled_from([None, None, "new@example.test"]))
            return kind, {"person": draw(_SOMEBODY), "email": email}
        case "mail":
            return kind, {"mode": draw(st.sampled_from(_MODES))}
        case "answers":
            answers = st.lists(st.sampled_from(_ANSWERS), min_size=1, max_size=3)
            return kind, {"answers": draw(answers)}
        case "stop" | "start_service" | "second" | "restart":
            return kind, {}
    by = draw(st.sampled_from(_ACTORS[kind]))
    return kind, {"by": by, "task": task, **draw(_fields(kind, day))}


@st.composite
def _fields(draw: st.DrawFn, trigger: str, day: date) -> dict[str, Any]:
    if trigger in _ALWAYS_GIVEN:
        return dict(_ALWAYS_GIVEN[trigger])
    match trigger:
        case "return":
            return {"note": "thiếu", "due": day if draw(st.booleans()) else None}
        case "set_due":
            return {"note": "lùi", "due": day}
        case "acknowledge":
            return {"days": draw(st.integers(-1, 9)), "which": draw(st.integers(-1, 4))}
        case "pause":
            return {"after": draw(st.integers(0, 4)), "days": draw(st.integers(0, 6))}
        case "extend":
            return {"days": draw(st.integers(0, 9))}
        case "reassign":
            return {"to": draw(st.sampled_from(["cv", "cv2", "tp", "th"]))}
    return {}


_BY_DECISION = {"note": "theo quyết định", "decision": "1/QĐ"}
_ALWAYS_GIVEN: dict[str, dict[str, Any]] = {
    "report": {"note": "xong", "evidence": (Evidence(name="1/BC"),)},
    "withdraw": {"note": "nhầm"},
    "cancel": _BY_DECISION,
    "reopen": _BY_DECISION,
}

_ACTORS = {
    "start": ("cv", "tp", "cvp", "th"), "report": ("cv", "tp", "cvp", "th"),
    "withdraw": ("tp", "cvp", "th"), "verify": PEOPLE, "return": ("cvp", "tp", "cv", "gd"),
    "cancel": ("gd",), "reopen": ("gd",), "reassign": ("gd",), "set_due": ("gd",),
    "acknowledge": ("tp", "pgd", "gd", "cv", "cvp", "th"), "pause": ("cv", "tp", "cvp", "th"),
    "extend": ("cv", "tp", "cvp", "th"),
}  # fmt: skip
_KINDS = (
    *_ACTORS, "start", "report", "set_due", "acknowledge", "acknowledge", "acknowledge", "pause",
    "pause", "extend", "calendar", "absence", "mail", "mail", "answers", "answers", "silence",
    "stop", "start_service", "second",
    "restart",
)  # fmt: skip
_MODES = ("ok", "ok", "down", "busy", "doubt")
_ANSWERS = ("ok", "down", "busy", "unknown", "doubt", "die", "die-before-dot", "die-after-dot")


@st.composite
def courses(draw: st.DrawFn, *, most_deeds: int = 12) -> Course:
    """An office with everything that happens in it."""
    codes = [f"T{number}" for number in range(1, draw(st.integers(1, 4)) + 1)]
    instants = sorted(draw(st.lists(INSTANTS, max_size=most_deeds)))
    deeds = [(instant, *draw(_happenings(codes))) for instant in instants]
    return Course(
        office=draw(offices()),
        off=frozenset(draw(st.lists(_DAYS, max_size=5))),
        worked=frozenset(draw(st.lists(_DAYS, max_size=3))),
        ladders={
            "unit": draw(rungs("unit")),
            "verifier": draw(rungs("verifier")),
            "leader": [{"rung": "answer", "at": "+3wd", "to": ["director"]}],
        },
        leaders=draw(st.dictionaries(st.sampled_from(UNITS), st.none() | _SOMEBODY, max_size=3)),
        gone=frozenset(draw(st.lists(_SOMEBODY, max_size=2))),
        silent=frozenset(draw(st.lists(_SOMEBODY, max_size=2))),
        held=tuple(draw(st.lists(_holdings(), max_size=3))),
        absences=tuple(draw(st.lists(_absences(), max_size=3))),
        tasks=tuple(draw(items(code)) for code in codes),
        deeds=tuple(Deed(at=instant, do=do, how=how) for instant, do, how in deeds),
    )


@st.composite
def _holdings(draw: st.DrawFn) -> tuple[str, str, str, date | None, date | None]:
    kind = draw(st.sampled_from(["director", "deputy_director", "unit_head", "officer"]))
    first = draw(st.none() | _DAYS)
    last = (first or FIRST) + timedelta(days=draw(st.integers(0, 20)))
    ends = draw(st.booleans())
    unit = draw(st.sampled_from(UNITS))
    return draw(_SOMEBODY), unit, kind, first, last if ends else None


@st.composite
def _absences(draw: st.DrawFn) -> tuple[str, str, date, date]:
    person, substitute = draw(st.permutations(PEOPLE))[:2]
    first = draw(_DAYS)
    return person, substitute, first, first + timedelta(days=draw(st.integers(0, 12)))
