"""Writing a change of the organisation: units, names, positions and charges, from a day on.

What ends, ends with the day before; what begins, begins with the day; nothing is removed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import update

from engine.audit import Event, append
from engine.commands.allotment import Allotment, PostMove, best
from engine.commands.rights import Standpoint
from engine.organisation import Organisation, Unit
from engine.reshaping import Heir, Reshaping
from engine.store import people
from engine.store import reorganisations as store
from engine.store.session import Transaction
from engine.store.tables import unit as unit_table

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A change of the organisation being carried out: by whose decision, and when."""

    id: str
    who: Standpoint
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writing:
    tx: Transaction
    allotment: Allotment
    organisation: Organisation
    deed: Deed

    @property
    def shape(self) -> Reshaping:
        return self.allotment.shape

    @property
    def on(self) -> date:
        return self.shape.effective_on

    @property
    def last(self) -> date:
        return self.on - _ONE_DAY

    def unit(self, code: str) -> Unit:
        return self.organisation.unit_by_code[code]

    def record(
        self, subject: str, action: str, *, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> None:
        event = Event(
            subject=subject,
            action=action,
            actor=self.deed.who.actor.code,
            on_behalf_of=self.deed.who.on_behalf_of,
            delegation=self.deed.who.delegation_id,
            cause=self.shape.decision or self.shape.note or self.shape.kind,
            before=before,
            after={**after, "reorganisation": self.deed.id},
        )
        append(self.tx, event, at=self.deed.at)


def regroup(
    tx: Transaction, allotment: Allotment, organisation: Organisation, *, deed: Deed
) -> Mapping[str, str]:
    """Write units and people as they are from the day on; return the id of every unit by code."""
    writing = _Writing(tx=tx, allotment=allotment, organisation=organisation, deed=deed)
    ids = {unit.code: unit.id for unit in organisation.units}
    followed = any(writing.unit(code).is_monitor for code in writing.shape.sources)
    for heir in writing.shape.heirs:
        if heir.code in ids:
            _change(writing, heir)
        else:
            ids[heir.code] = _create(writing, heir, ids)
    for unit, to in allotment.children:
        store.adopt(tx, {unit.id: ids[to]})
        before = organisation.unit_by_id[unit.parent_id].code if unit.parent_id else None
        writing.record(f"unit:{unit.id}", "unit.changed",
                       before={"parent": before}, after={"parent": to})  # fmt: skip
    _posts(writing, ids)
    _charges(writing, ids)
    for code in writing.shape.ends:
        store.end_unit(tx, ids[code], last=writing.last)
        writing.record(f"unit:{ids[code]}", "unit.ended", before={"code": code},
                       after={"valid_to": writing.last,
                              "heirs": [heir.code for heir in writing.shape.heirs]})  # fmt: skip
    follows = writing.shape.follows or writing.shape.rest
    if followed and follows is not None:
        _follow(writing, ids, follows)
    return ids


def _create(writing: _Writing, heir: Heir, ids: Mapping[str, str]) -> str:
    first, _ = people.next_ordinals(writing.tx)
    leader = writing.organisation.person_by_code.get(heir.leader) if heir.leader else None
    identity = people.add_unit(
        writing.tx,
        {
            "code": heir.code,
            "name": heir.name,
            "parent_id": ids[heir.parent] if heir.parent else None,
            "leader_id": leader.id if leader else None,
            "leader_code": heir.leader if heir.leader and leader is None else None,
            "is_monitor": False,
            "aliases": [],
            "ordinal": first,
            "valid_from": writing.on,
        },
    )
    writing.record(f"unit:{identity}", "unit.created", before={},
                   after={"code": heir.code, "name": heir.name, "parent": heir.parent,
                          "leader": heir.leader, "valid_from": writing.on})  # fmt: skip
    return identity


def _change(writing: _Writing, heir: Heir) -> None:
    """Give a unit that goes on what is said of it, and keep what it was called before."""
    unit = writing.unit(heir.code)
    values: dict[str, Any] = {}
    before: dict[str, Any] = {}
    if heir.name is not None and heir.name != unit.name:
        store.remember_name(writing.tx, unit.id, unit.name, last=writing.last)
        # What plans call it that were written before must still be understood.
        aliases = dict.fromkeys((*unit.aliases, unit.name))
        values |= {"name": heir.name, "aliases": [one for one in aliases if one != heir.name]}
        before["name"] = unit.name
    leader = writing.organisation.person_by_code.get(heir.leader) if heir.leader else None
    if leader is not None and leader.id != unit.leader_id:
        values |= {"leader_id": leader.id, "leader_code": None}
        old = writing.organisation.person_by_id.get(unit.leader_id or "")
        before["leader"] = old.code if old else None
    above = writing.unit(heir.parent) if heir.parent is not None else None
    if above is not None and above.id != unit.parent_id:
        values["parent_id"] = above.id
        lower = writing.organisation.unit_by_id.get(unit.parent_id or "")
        before["parent"] = lower.code if lower else None
    if values:
        people.change_unit(writing.tx, unit.id, values)
        after = {name: getattr(heir, name) for name in before}
        writing.record(f"unit:{unit.id}", "unit.changed", before=before,
                       after={**after, "from": writing.on})  # fmt: skip


def _follow(writing: _Writing, ids: Mapping[str, str], code: str) -> None:
    # Nobody follows the plan before somebody else does, for the unique index.
    values = update(unit_table)
    writing.tx.execute(values.where(unit_table.c.is_monitor).values(is_monitor=False))
    writing.tx.execute(values.where(unit_table.c.id == ids[code]).values(is_monitor=True))
    writing.record(f"unit:{ids[code]}", "unit.changed", before={"monitor": False},
                   after={"monitor": True})  # fmt: skip


def _posts(writing: _Writing, ids: Mapping[str, str]) -> None:
    found: dict[tuple[str, str], list[PostMove]] = {}
    for row in writing.allotment.ending:
        _end(writing, row)
        _record_post(writing, row, to=None, kind=None)
    for post in writing.allotment.posts:
        if post.row.from_on is None or post.row.from_on < writing.on:
            found.setdefault((post.row.person_id, post.to), []).append(post)
            _end(writing, post.row)
        else:
            new = {"unit_id": ids[post.to], "kind": post.kind}
            people.change_position(writing.tx, post.row.id, new)
        _record_post(writing, post.row, to=post.to, kind=post.kind)
    for (person, to), posts in found.items():
        kind = best([one.kind for one in posts])
        chosen = next(one for one in posts if one.kind == kind)
        values = {"unit_id": ids[to], "kind": kind, "from_on": writing.on,
                  "to_on": chosen.row.to_on,
                  "is_acting": chosen.row.is_acting and chosen.row.kind == kind}  # fmt: skip
        if not _stays(writing, person, ids[to], kind):
            people.add_position(writing.tx, person, values)
    _heads_from_elsewhere(writing, ids)


def _stays(writing: _Writing, person: str, unit_id: str, kind: str) -> bool:
    """Return whether somebody goes on in a unit in a position that is no lower than another."""
    moved = {(one.row.person_id, one.row.unit_id, one.row.kind) for one in writing.allotment.posts}
    return any(
        (one.person_id, one.unit_id) == (person, unit_id)
        and one.to_on is None
        and one.covers(writing.on)
        and (person, unit_id, one.kind) not in moved
        and best([one.kind, kind]) == one.kind
        for one in writing.organisation.holdings
    )


def _heads_from_elsewhere(writing: _Writing, ids: Mapping[str, str]) -> None:
    placed = {(one.person, one.to) for one in writing.allotment.posts}
    for heir in writing.shape.heirs:
        if heir.head is None or (heir.head, heir.code) in placed:
            continue
        person = writing.organisation.person_by_code[heir.head]
        if writing.organisation.head(ids[heir.code], writing.on) == person.id:
            continue
        values = {"unit_id": ids[heir.code], "kind": "unit_head", "from_on": writing.on,
                  "to_on": None}  # fmt: skip
        people.add_position(writing.tx, person.id, values)
        after = {"unit": heir.code, "position": "unit_head", "from": writing.on}
        writing.record(f"person:{person.id}", "person.moved", before={}, after=after)


def _end(writing: _Writing, row: Any) -> None:
    if row.from_on is None or row.from_on < writing.on:
        people.change_position(writing.tx, row.id, {"to_on": writing.last})
    else:
        store.drop_position(writing.tx, row.id)


def _record_post(writing: _Writing, row: Any, *, to: str | None, kind: str | None) -> None:
    was = {"unit": writing.organisation.unit_by_id[row.unit_id].code, "position": row.kind}
    writing.record(f"person:{row.person_id}", "person.moved", before=was,
                   after={"unit": to, "position": kind, "from": writing.on})  # fmt: skip


def _charges(writing: _Writing, ids: Mapping[str, str]) -> None:
    """Let leaders be in charge of the same fields in the heirs.

    Who is in charge of a whole unit was settled with the heir itself.
    """
    ends = [ids[code] for code in writing.shape.ends]
    rest = writing.shape.rest
    heirs = [rest] if rest is not None else [heir.code for heir in writing.shape.heirs]
    for row in store.charges_of(writing.tx, ends, since=writing.on):
        successors = [ids[one] for one in heirs] if row.field else []
        store.move_charge(writing.tx, row, successors, since=writing.on)
