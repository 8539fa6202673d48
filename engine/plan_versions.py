"""The versions of a plan, as anybody may read them; what was kept once is never lost."""

from collections.abc import Mapping
from typing import Any

from engine.adjustment import Stated, stated_from
from engine.commands import versions
from engine.errors import Invalid, Unknown
from engine.rulebook import Rulebook
from engine.store import plans as store
from engine.store.plans import Plan, Version
from engine.store.session import Transaction


def list_versions(tx: Transaction, code: str) -> list[dict[str, Any]]:
    """Return every version of a plan, oldest first; 0 is the document as it was taken in.

    Raises:
        Unknown: there is no such plan.
    """
    plan = store.get(tx, code)
    return [
        {**_head(one), "is_current": plan.state != "draft" and one.number == plan.version}
        for one in store.versions(tx, plan.id)
    ]


def show_version(tx: Transaction, code: str, number: int) -> dict[str, Any]:
    """Return a whole plan as one of its versions kept it.

    Raises:
        Unknown: there is no such plan, or no such version of it.
        Invalid: the version is older than the keeping of contents.
    """
    plan = store.get(tx, code)
    about, content = _kept(tx, plan, number)
    return {
        "plan": {**content["plan"], **_head(about)},
        "items": [
            # Every key is there, so that programs need not ask.
            {**_BLANK, **one}
            for one in content["items"]
        ],
    }


def stated(
    tx: Transaction, code: str, number: int | None, *, rulebook: Rulebook
) -> tuple[Stated, ...]:
    """Return the items of a plan in a version, or as they stand now.

    Raises:
        Unknown: there is no such plan, or no such version of it.
        Invalid: the version is older than the keeping of contents.
    """
    plan = store.get(tx, code)
    if number is None:
        return versions.stated_items(tx, plan, rulebook)
    _, content = _kept(tx, plan, number)
    return tuple(stated_from(one) for one in content["items"])


_BLANK: Mapping[str, Any] = {
    name: () if name in ("coordinating", "due", "citations") else None for name in Stated.__slots__
}


def _kept(tx: Transaction, plan: Plan, number: int) -> tuple[Version, Mapping[str, Any]]:
    known = {one.number: one for one in store.versions(tx, plan.id)}
    if number not in known:
        newest = max(known, default=None)
        hint = f"{plan.code}@{newest}" if newest is not None else None
        raise Unknown(what="version", name=f"{plan.code}@{number}", hint=hint)
    content = store.version_content(tx, plan.id, number)
    if not content:
        raise Invalid(field="version", problem=f"{plan.code}@{number} kept no content")
    return known[number], content


def _head(one: Version) -> dict[str, Any]:
    return {
        "version": one.number,
        "decision": one.decision,
        "decided_on": one.decided_on,
        "note": one.note,
        "source": one.source_name,
        "sha256": one.digest,
        "at": one.created_at,
        "by": one.actor,
        "is_kept": one.has_content,
    }
