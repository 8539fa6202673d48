"""What has happened to a task, as one line of time: its states, what people said, what was told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from dondoc.web.rendering import environment
from dondoc.web.tasks import wording
from dondoc.web.visit import Visit

Kind = Literal["state", "talk", "mail"]
KINDS: tuple[Kind, ...] = ("state", "talk", "mail")
#: Notices by which somebody was told, or could not be.
_SAID = ("accepted", "in_doubt", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened; `said` is what somebody wrote, word for word.

    `number` is that of its entry in the log, None where there is none for this reader.
    """

    at: datetime
    kind: Kind
    who: str
    words: str
    said: str = ""
    is_bad: bool = False
    number: int | None = None


def events(
    visit: Visit, page: Mapping[str, Any], numbers: Mapping[int, int], *, only: str = ""
) -> list[Event]:
    """Return what happened, the newest first.

    Args:
        visit: Who reads.
        page: The page of the task.
        numbers: By version of the task, the number in the log of what led to it.
        only: One of `KINDS`; "" is everything.
    """
    found = [
        *_moves(visit, page, numbers), *_talk(visit, page), *_urged(visit, page),
        *_told(visit, page),
    ]  # fmt: skip
    chosen = [one for one in found if only in ("", one.kind)]
    # Of one instant, what came last stands first as well.
    chosen.reverse()
    return sorted(chosen, key=lambda one: one.at, reverse=True)


def _moves(visit: Visit, page: Mapping[str, Any], numbers: Mapping[int, int]) -> Iterator[Event]:
    labels, kind = page["labels"], page["kind"]
    for one in page["history"]:
        words = wording.label(
            visit, one["trigger"], kind=kind, own=page["triggers"].get(one["trigger"], "")
        )
        before, after = one["from_state"], one["to_state"]
        if before != after and before is not None:
            old, new = (wording.state(visit, each, own=labels.get(each, ""))
                        for each in (before, after))  # fmt: skip
            words = f"{words}: {old} → {new}"
        if one["due_to"] is not None and one["due_from"] not in (None, one["due_to"]):
            day = environment(visit.language).filters["day"]
            words += f" · {visit._('Hạn')}: {day(one['due_from'])} → {day(one['due_to'])}"
        if one["decision"]:
            words += f" · {visit._('Quyết định')} {one['decision']}"
        yield Event(
            at=one["at"], kind="state", who=_who(visit, one["actor"], one["on_behalf_of"]),
            words=words, said=one["note"] or "", number=numbers.get(one["version"]),
        )  # fmt: skip


def _talk(visit: Visit, page: Mapping[str, Any]) -> Iterator[Event]:
    for one in page["talk"]:
        yield Event(
            at=one.created_at, kind="talk", who=_who(visit, one.author, one.on_behalf_of),
            words=visit._("Trao đổi"), said=one.words,
        )  # fmt: skip


def _urged(visit: Visit, page: Mapping[str, Any]) -> Iterator[Event]:
    for one in page["urged"]:
        yield Event(
            at=one["at"], kind="talk", who=_who(visit, one["by"], one["on_behalf_of"]),
            words=visit._("Nhắc việc") + f" → {visit.person_name(one['to'])}",
            said=one["note"] or "",
        )  # fmt: skip


def _told(visit: Visit, page: Mapping[str, Any]) -> Iterator[Event]:
    for one in page["notices"]:
        at = one["told_at"] or (one["leave_at"] if one["status"] in _SAID else None)
        if one["status"] not in _SAID or at is None:
            continue
        to = visit.person_name(one["to"]) if one["to"] else visit._("quản trị viên")
        words = f"{_rung(visit, one)} → {to}"
        is_bad = one["status"] == "failed"
        if is_bad:
            words += " – " + visit._("không gửi được")
        elif one["status"] == "in_doubt":
            words += " – " + visit._("chưa rõ đã tới")
        yield Event(at=at, kind="mail", who=visit._("Hệ thống"), words=words, is_bad=is_bad)


def _rung(visit: Visit, one: Mapping[str, Any]) -> str:
    return wording.rung(
        visit, kind=one["kind"], name=one["rung"], occurrence=one["occurrence"],
        position=one["position"],
    )  # fmt: skip


def _who(visit: Visit, actor: str, on_behalf_of: str | None) -> str:
    name = visit._("Hệ thống") if actor == "system" else visit.person_name(actor)
    if on_behalf_of:
        return f"{name} ({visit._('thay')} {visit.person_name(on_behalf_of)})"
    return name
