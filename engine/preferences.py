"""What somebody chose for himself: which notices come by mail too, and what he only watches. Pure.

Stored with the person: `{"mail": {"reminder": "off"}, "watch": [{"unit": "CNTT", "every": "day"}]}`
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Every = Literal["day", "week"]

#: Kinds that nobody may have without mail, and why.
MANDATORY: Mapping[str, str] = {
    "assignment": "giao việc",
    "escalation": "báo cáo vượt cấp",
    "decision": "quyết định về việc của người ấy",
    "alert": "cảnh báo",
}
#: Kinds that may come on the list of notices alone.
OPTIONAL = ("reminder",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A unit or a plan that somebody follows without being told of each step."""

    of: Literal["unit", "plan"]
    code: str
    every: Every


def muted(held: Mapping[str, Any] | None) -> frozenset[str]:
    """Return the kinds of notices that a person does not want by mail."""
    chosen = (held or {}).get("mail", {})
    return frozenset(kind for kind in OPTIONAL if chosen.get(kind) == "off")


def watches(held: Mapping[str, Any] | None) -> tuple[Watch, ...]:
    """Return what a person watches, in the order in which he chose it."""
    return tuple(
        Watch(of=of, code=one[of], every=one["every"])
        for one in (held or {}).get("watch", ())
        for of in ("unit", "plan")
        if one.get(of)
    )


def with_mail(held: Mapping[str, Any] | None, kind: str, *, is_on: bool) -> dict[str, Any]:
    """Return the choices with mail of a kind on or off; on is what is not stored."""
    kept = dict(held or {})
    mail = {name: value for name, value in kept.get("mail", {}).items() if name != kind}
    kept["mail"] = mail if is_on else {**mail, kind: "off"}
    return {name: value for name, value in kept.items() if value}


def with_watch(
    held: Mapping[str, Any] | None, *, of: str, code: str, every: Every | None
) -> dict[str, Any]:
    """Return the choices with one thing watched so often, or no more."""
    kept = dict(held or {})
    others = [one for one in kept.get("watch", ()) if one.get(of) != code]
    kept["watch"] = [*others, {of: code, "every": every}] if every else others
    return {name: value for name, value in kept.items() if value}
