"""Compares what came of a scenario with what was expected; it judges nothing else.

Every difference is one failure with what was expected and what was got, side by side.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dondoc.simulate.scenario import Expectations, Expected, ExpectedNotice
from dondoc.simulate.story import Sent, Story

_NOTHING = "nothing"
#: Kinds of which `exact` allows none that is not listed.
_URGING = ("reminder", "escalation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One expectation that does not hold."""

    what: str
    expected: str
    got: str


def compare(story: Story, expect: Expectations, *, zone: ZoneInfo) -> tuple[Failure, ...]:
    """Return every expectation that does not hold, in the order of the format."""
    return (
        *_notices(story, expect, zone),
        *_tasks(story, expect),
        *_refusals(story, expect, zone),
        *_records("superseded", _superseded(story), wanted=expect.superseded, zone=zone),
        *_records("alerts", _alerts(story), wanted=expect.alerts, zone=zone),
        *_audit(story),
    )


def _notices(story: Story, expect: Expectations, zone: ZoneInfo) -> Iterable[Failure]:
    if expect.notices is None and not expect.exact:
        return
    wanted = Counter(expect.notices or ())
    urging: Counter[ExpectedNotice] = Counter()
    others: Counter[ExpectedNotice] = Counter()
    for message in story.messages:
        for notice, kinds in _rungs(message):
            is_urging = bool(kinds & set(_URGING))
            (urging if is_urging else others)[notice] += message_copies(message, notice)
    got = urging + others
    for missing in sorted((wanted - got).elements(), key=_order):
        yield Failure(
            what="notices",
            expected=_notice(missing, zone),
            got=_nearest(missing, got - wanted, zone),
        )
    surplus = got - wanted
    for notice in sorted(surplus, key=_order):
        # What is listed may not come twice, whatever its kind; what is not listed matters only
        # if it urges, and only where the list is said to be whole.
        if notice in wanted or (expect.exact and notice in urging):
            for _ in range(surplus[notice]):
                yield Failure(what="notices", expected=_NOTHING, got=_notice(notice, zone))


def message_copies(message: Sent, notice: ExpectedNotice) -> int:
    """Return how many copies of a message were taken in the minute of a notice."""
    return sum(_minute(at) == notice.at for at in message.taken_at)


def _rungs(message: Sent) -> list[tuple[ExpectedNotice, set[str]]]:
    """Return what a message tells by rung, for each minute in which a copy was taken."""
    kinds: dict[str, set[str]] = {}
    tasks: dict[str, set[str]] = {}
    for item in message.items:
        kinds.setdefault(item.rung, set()).add(item.kind)
        tasks.setdefault(item.rung, set()).add(item.task)
    minutes = dict.fromkeys(_minute(at) for at in message.taken_at)
    return [
        (ExpectedNotice(at=at, to=message.to, rung=rung, tasks=frozenset(named)), kinds[rung])
        for at in minutes
        for rung, named in tasks.items()
    ]


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _order(notice: ExpectedNotice) -> tuple[datetime, str, str, list[str]]:
    return notice.at, notice.to, notice.rung, sorted(notice.tasks)


def _notice(notice: ExpectedNotice, zone: ZoneInfo) -> str:
    at = notice.at.astimezone(zone)
    tasks = ", ".join(sorted(notice.tasks))
    return f"{at:%Y-%m-%dT%H:%M} to {notice.to}: {notice.rung} [{tasks}]"


def _nearest(wanted: ExpectedNotice, left: Mapping[ExpectedNotice, int], zone: ZoneInfo) -> str:
    """Return what was told instead: the rung to somebody else, at another time, of other tasks."""
    near = [
        one for one in left
        if one.rung == wanted.rung and (one.tasks & wanted.tasks or one.to == wanted.to)
    ]  # fmt: skip
    if not near:
        return _NOTHING
    closest = min(
        near,
        key=lambda one: (one.to != wanted.to, one.tasks != wanted.tasks, abs(one.at - wanted.at)),
    )
    return _notice(closest, zone)


def _tasks(story: Story, expect: Expectations) -> Iterable[Failure]:
    ends = {task.code: task for task in story.tasks}
    for one in expect.tasks:
        code = one.fields["code"]
        end = ends.get(code)
        if end is None:
            yield Failure(what="tasks", expected=f"a task {code}", got=_NOTHING)
            continue
        got = {
            "code": end.code, "state": end.state, "overdue": end.overdue_working_days,
            "cell": end.cell, "due": end.due, "effective_due": end.effective_due,
            "lead": end.lead, "assignee": end.assignee,
        }  # fmt: skip
        differing = [key for key, value in one.fields.items() if not _same(key, value, got[key])]
        if differing:
            yield Failure(
                what="tasks",
                expected=f"{code}: {_shown({key: one.fields[key] for key in differing})}",
                got=f"{code}: {_shown({key: got[key] for key in differing})}",
            )


def _same(key: str, wanted: object, got: object) -> bool:
    # A task that is not late is overdue by nothing, however that is said.
    return wanted == got or (key == "overdue" and not wanted and not got)


def _refusals(story: Story, expect: Expectations, zone: ZoneInfo) -> Iterable[Failure]:
    got = [
        {"at": _minute(one.at), "by": one.by, "do": one.do, "task": one.task, "code": one.code}
        for one in story.refused
    ]
    missing, surplus = _matched(expect.refused, got)
    for wanted in missing:
        same_time = [one for one in surplus if one["at"] == wanted.get("at")]
        shown = _shown(same_time[0], zone) if same_time else _NOTHING
        yield Failure(what="refused", expected=_shown(wanted, zone), got=shown)
    for one in surplus:
        yield Failure(what="refused", expected=_NOTHING, got=_shown(one, zone))


def _superseded(story: Story) -> list[dict[str, Any]]:
    return [
        {"task": one.task, "rung": one.rung, "by": one.by, "reason": one.reason}
        for one in story.superseded
    ]


def _alerts(story: Story) -> list[dict[str, Any]]:
    return [
        {"at": _minute(one.at), "code": one.code, "message": one.message} for one in story.alerts
    ]


def _records(
    what: str,
    got: list[dict[str, Any]],
    *,
    wanted: tuple[Expected, ...] | None,
    zone: ZoneInfo,
) -> Iterable[Failure]:
    if wanted is None:
        return
    missing, surplus = _matched(wanted, got)
    for one in missing:
        yield Failure(what=what, expected=_shown(one, zone), got=_listed(surplus, zone))
    if not wanted:
        for one in surplus:
            yield Failure(what=what, expected=_NOTHING, got=_shown(one, zone))


def _matched(
    wanted: Sequence[Expected], got: Sequence[Mapping[str, Any]]
) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """Return the expected records that nothing matches, and what no expected record matches."""
    left = list(got)
    missing: list[Mapping[str, Any]] = []
    # Those that say most choose first, so that a vague one cannot take what another one needs.
    for one in sorted(wanted, key=lambda each: -len(each.fields)):
        found = next((record for record in left if _fits(one.fields, record)), None)
        if found is None:
            missing.append(one.fields)
        else:
            left.remove(found)
    return missing, left


def _fits(wanted: Mapping[str, Any], got: Mapping[str, Any]) -> bool:
    return all(_field_fits(key, value, got.get(key)) for key, value in wanted.items())


def _field_fits(key: str, wanted: object, got: object) -> bool:
    if key in {"reason", "message"} and isinstance(wanted, str) and isinstance(got, str):
        # A reason begins with its word and goes on with particulars: `outage 2014-01-23...`.
        return got == wanted or got.startswith(f"{wanted} ")
    return wanted == got


def _audit(story: Story) -> Iterable[Failure]:
    if not story.audit.is_verified:
        got = story.audit.problem or "not verified"
        yield Failure(what="audit", expected="verified", got=got)


def _shown(fields: Mapping[str, Any], zone: ZoneInfo | None = None) -> str:
    return ", ".join(f"{key} {_value(key, value, zone)}" for key, value in fields.items())


def _value(key: str, value: object, zone: ZoneInfo | None) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%dT%H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if key == "overdue" and value is not None:
        return f"{value}wd"
    return "null" if value is None else str(value)


def _listed(records: Sequence[Mapping[str, Any]], zone: ZoneInfo) -> str:
    return " | ".join(_shown(one, zone) for one in records) or _NOTHING
