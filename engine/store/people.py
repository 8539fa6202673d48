"""Units, people, positions and delegations: the rows behind the organisation."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update

from engine.ids import new_id
from engine.store.session import Transaction
from engine.store.tables import person, position, unit


def leader_codes(tx: Transaction) -> dict[str, str | None]:
    """Return by unit code the code of its leader in charge, bound to a person or not yet."""
    rows = tx.execute(
        select(unit.c.code, func.coalesce(person.c.code, unit.c.leader_code)).outerjoin(
            person, person.c.id == unit.c.leader_id
        )
    )
    return dict(rows.all())


def unbound_leaders(tx: Transaction) -> dict[str, str]:
    """Return by unit code the code of a leader in charge whom nobody has imported yet."""
    rows = tx.execute(
        select(unit.c.code, unit.c.leader_code)
        .where(unit.c.leader_id.is_(None), unit.c.leader_code.is_not(None))
        .order_by(unit.c.ordinal)
    )
    return dict(rows.all())


def bind_leader(tx: Transaction, person_id: str, *, code: str) -> list[str]:
    """Give the units that wait for a leader of that code this person; return their ids."""
    rows = tx.execute(
        update(unit)
        .where(unit.c.leader_code == code, unit.c.leader_id.is_(None))
        .values(leader_id=person_id, leader_code=None)
        .returning(unit.c.id)
    )
    return sorted(rows.scalars())


def next_ordinals(tx: Transaction) -> tuple[int, int]:
    """Return the ordinals a new unit and a new person get, behind everybody."""
    last_unit = tx.execute(select(func.max(unit.c.ordinal))).scalar()
    last_person = tx.execute(select(func.max(person.c.ordinal))).scalar()
    return (last_unit if last_unit is not None else -1) + 1, (
        last_person if last_person is not None else -1
    ) + 1


def add_unit(tx: Transaction, values: Mapping[str, Any]) -> str:
    """Insert a unit and return its id."""
    identity = new_id()
    tx.execute(insert(unit).values(id=identity, **values))
    return identity


def change_unit(tx: Transaction, unit_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of a unit."""
    tx.execute(update(unit).where(unit.c.id == unit_id).values(**values))


def add_person(tx: Transaction, values: Mapping[str, Any]) -> str:
    """Insert a person and return his id."""
    identity = new_id()
    tx.execute(insert(person).values(id=identity, **values))
    return identity


def change_person(tx: Transaction, person_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of a person."""
    tx.execute(update(person).where(person.c.id == person_id).values(**values))


def lock_person(tx: Transaction, code: str) -> None:
    """Keep others from changing a person until the end of the transaction."""
    tx.execute(select(person.c.id).where(person.c.code == code).with_for_update())


def positions_of(tx: Transaction, person_ids: Sequence[str]) -> dict[str, list[Any]]:
    """Return by person his positions (id, unit_id, kind, from_on, to_on), oldest first."""
    rows = tx.execute(
        select(position)
        .where(position.c.person_id.in_(person_ids))
        .order_by(position.c.from_on.is_not(None), position.c.from_on, position.c.id)
    )
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    return found


def add_position(tx: Transaction, person_id: str, values: Mapping[str, Any]) -> None:
    """Insert a position of a person."""
    tx.execute(insert(position).values(id=new_id(), person_id=person_id, **values))


def change_position(tx: Transaction, position_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of a position."""
    tx.execute(update(position).where(position.c.id == position_id).values(**values))


def end_positions(tx: Transaction, person_id: str, *, last: date) -> None:
    """Let every position of a person end on a day; one that would begin later goes."""
    after = or_(position.c.to_on.is_(None), position.c.to_on > last)
    for row in tx.execute(select(position).where(position.c.person_id == person_id, after)).all():
        chosen = position.c.id == row.id
        if row.from_on is not None and row.from_on > last:
            tx.execute(delete(position).where(chosen))
        else:
            tx.execute(update(position).where(chosen).values(to_on=last))


def preferences_of(tx: Transaction, person_id: str) -> dict[str, Any]:
    """Return what a person has chosen for himself."""
    found = tx.execute(select(person.c.preferences).where(person.c.id == person_id)).scalar_one()
    return dict(found or {})
