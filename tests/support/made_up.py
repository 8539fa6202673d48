"""Rows of made-up tasks in a database, and made-up organisations whose ids are those of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import insert

from engine.ids import new_id
from engine.organisation import Charge, Organisation
from engine.store import plans
from engine.store.record import contribution, notice, task
from engine.store.session import Transaction
from tests.support.strategies import PEOPLE

UNITS = ("SO", "VP", "CNTT")
_AT = datetime(2014, 1, 2, tzinfo=UTC)
_NOBODY = [None, *PEOPLE]
FIELDS = ("", "1. Thể chế", "2. Hạ tầng")


@st.composite
def drawn_tasks(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A few rows: what a plan has, and what hangs on it; names are codes."""
    people, units = st.sampled_from(_NOBODY), st.sampled_from(UNITS)
    rows: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["task", "contribution", "obstacle", "extension"]))
        is_part = kind != "task" and number > 0
        above = rows[draw(st.integers(0, number - 1))] if is_part else None
        rows.append(
            {
                "code": f"T{number}",
                "kind": kind if is_part else "task",
                "parent": above["code"] if above else None,
                "state": draw(st.sampled_from(["assigned", "in_progress", "reported"])),
                "lead": draw(units),
                "assignee": draw(people),
                "verifier": draw(people),
                "leader": draw(people),
                "reported_by": draw(people),
                "reported_for": draw(people),
                # What hangs on an item stands under the heading of the item.
                "field": above["field"] if above else draw(st.sampled_from(FIELDS)),
                "coordinating": draw(st.lists(units, max_size=2, unique=True)),
                "told": draw(st.lists(st.sampled_from(PEOPLE), max_size=2, unique=True)),
                "is_superseded": draw(st.booleans()),
            }
        )
    return rows


CHARGES = st.lists(
    st.tuples(st.sampled_from(PEOPLE), st.sampled_from([None, *UNITS]), st.sampled_from(FIELDS)),
    max_size=3,
)


def known(
    organisation: Organisation, charges: list[tuple[str, str | None, str]], ids: Mapping[str, str]
) -> Organisation:
    """Return an organisation whose ids are those of the database."""
    return Organisation(
        units=tuple(
            replace(one, id=ids[one.id], parent_id=ids.get(one.parent_id or ""),
                    leader_id=ids.get(one.leader_id or ""))
            for one in organisation.units
        ),
        people=tuple(replace(one, id=ids[one.id]) for one in organisation.people),
        holdings=tuple(
            replace(one, person_id=ids[one.person_id], unit_id=ids[one.unit_id])
            for one in organisation.holdings
        ),
        delegations=tuple(
            replace(one, person_id=ids[one.person_id], substitute_id=ids[one.substitute_id])
            for one in organisation.delegations
        ),
        charges=tuple(
            Charge(leader_id=ids[leader], unit_id=ids[unit] if unit else None, field=field)
            for leader, unit, field in charges
            if unit or field
        ),
    )  # fmt: skip


def insert_rows(
    tx: Transaction, rows: list[dict[str, Any]], ids: Mapping[str, str]
) -> dict[str, set[str]]:
    """Store the rows and what was told of them; return ids of who was told, by code."""
    plan_id = plans.insert_plan(
        tx, {"code": new_id(), "year": 2014, "title": "Kế hoạch", "citations": []}
    )
    known = {one["code"]: new_id() for one in rows}
    told: dict[str, set[str]] = {code: set() for code in known}
    for number, one in enumerate(rows):
        tx.execute(
            insert(task).values(
                id=known[one["code"]], plan_id=plan_id, code=one["code"], kind=one["kind"],
                parent_id=known.get(one["parent"]), ordinal=number, title="Việc", citations=[],
                intake={}, field=one["field"], state=_state(one),
                lead_unit_id=ids[one["lead"]],
                **{f"{name}_id": ids.get(one[name]) for name in
                   ("assignee", "verifier", "leader", "reported_by", "reported_for")},
            )
        )  # fmt: skip
        for ordinal, unit in enumerate(one["coordinating"], 1):
            tx.execute(
                insert(contribution).values(
                    id=new_id(), task_id=known[one["code"]], ordinal=ordinal, name=unit,
                    unit_id=ids[unit],
                )
            )  # fmt: skip
        for person in one["told"]:
            _tell(tx, known[one["code"]], ids[person], is_superseded=one["is_superseded"])
            if not one["is_superseded"]:
                for code in filter(None, (one["code"], one["parent"])):
                    told[code].add(ids[person])
    return told


def _state(one: Mapping[str, Any]) -> str:
    if one["kind"] == "obstacle":
        return "raised"
    return "requested" if one["kind"] == "extension" else str(one["state"])


def _tell(tx: Transaction, task_id: str, person_id: str, *, is_superseded: bool) -> None:
    tx.execute(
        insert(notice).values(
            id=new_id(), task_id=task_id, ladder="unit", deadline_version=1, arming=1,
            rung="remind-3", occurrence=1, recipient_id=person_id, kind="reminder",
            position="assignee", is_planned=True, created_at=_AT,
            status="superseded" if is_superseded else "accepted",
        )
    )  # fmt: skip
