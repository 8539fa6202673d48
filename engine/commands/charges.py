"""What each leader is in charge of: a unit, a field, or a field of one unit; it never commits."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from engine.audit import Event, append
from engine.clock import require_aware
from engine.commands import rights
from engine.commands.rights import Standpoint, find_person
from engine.errors import Invalid, Unknown
from engine.organisation import Organisation, Person, Unit
from engine.spelling import fold, nearest
from engine.store import duties as store
from engine.store.rulebooks import Rules, bump
from engine.store.session import Transaction

#: Who may say what a leader is in charge of (rule 18).
MAY_CHARGE = ("monitor", "director")

_LEADERS = ("director", "deputy_director")
_ONE_DAY = timedelta(days=1)
#: Widths of the columns in which they are kept.
_LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Charging:
    """What a leader is given charge of, by code; dates are local, both included, None is open.

    Attributes:
        field: The beginning of a heading of plans, "" for everything a unit does.
        source: The decision that says so.
    """

    leader: str
    unit: str | None = None
    field: str = ""
    from_on: date | None = None
    to_on: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeSeen:
    """A charge as a list shows it; `source` is "" where the list of units says so."""

    leader: str
    unit: str | None
    field: str
    from_on: date | None
    to_on: date | None
    source: str


def charge(
    tx: Transaction, wanted: Charging, *, by: tuple[str, str | None], rules: Rules, at: datetime
) -> str:
    """Give a leader charge of something and return the id of the charge.

    Raises:
        Unknown: the leader, the unit or the actor is nobody.
        NotPermitted: the actor is neither the head of the monitoring unit nor the director.
        Invalid: it is a charge of nothing, of nobody's word, of somebody who is no leader then, or
            the dates are turned round.
    """
    at = require_aware(at).astimezone(UTC)
    rulebook = rules.current(tx)
    organisation, today = rulebook.organisation, rulebook.calendar.local_date(at)
    leader, unit, who = _parties(organisation, wanted, by, on=today)
    _check(wanted, leader, organisation, today=today)
    values = {
        "leader_id": leader.id,
        "unit_id": unit.id if unit else None,
        "field": wanted.field.strip() or None,
        "from_on": wanted.from_on,
        "to_on": wanted.to_on,
        "source": wanted.source.strip(),
        "created_at": at,
    }
    identity = store.add_charge(tx, values)
    append(tx, _event(leader, who, action="person.charged", after=_shown(wanted, identity)), at=at)
    bump(tx)
    return identity


def discharge(
    tx: Transaction,
    wanted: Charging,
    *,
    last: date,
    by: tuple[str, str | None],
    rules: Rules,
    at: datetime,
) -> None:
    """Let a leader be in charge of something through a day; one who was not to be yet, never is.

    Raises:
        Unknown: as `charge`, or he is not in charge of that.
        NotPermitted: as `charge`.
        Invalid: the day is before yesterday.
    """
    at = require_aware(at).astimezone(UTC)
    rulebook = rules.current(tx)
    organisation, today = rulebook.organisation, rulebook.calendar.local_date(at)
    leader, unit, who = _parties(organisation, wanted, by, on=today)
    unit_id = unit.id if unit else None
    row = next(
        (
            one
            for one in store.charges_of(tx, leader.id, since=today)
            if one.unit_id == unit_id and fold(one.field or "") == fold(wanted.field)
        ),
        None,
    )
    if row is None:
        if unit is not None and unit.leader_id == leader.id and not wanted.field:
            problem = (
                f"{unit.code} do {leader.code} phụ trách theo danh sách đơn vị; "
                "sửa cột Lãnh đạo phụ trách rồi unit import"
            )
            raise Invalid(field="end", problem=problem)
        what = " – ".join(part for part in (wanted.unit, wanted.field) if part)
        raise Unknown(what="charge", name=f"{leader.code}: {what}")
    if last < today - _ONE_DAY:
        raise Invalid(field="end", problem="ngày đã qua; sớm nhất là hôm qua")
    store.end_charge(tx, row, last=last)
    before = {"charge": row.id, "to": row.to_on}
    after = {"charge": row.id, "to": last}
    append(tx, _event(leader, who, action="person.discharged", before=before, after=after), at=at)
    bump(tx)


def listed(tx: Transaction, *, on: date, rules: Rules) -> list[ChargeSeen]:
    """Return what every leader is in charge of on a day or later, those of units first."""
    organisation = rules.current(tx).organisation
    people, units = organisation.person_by_id, organisation.unit_by_id
    of_units = [
        ChargeSeen(leader=people[one.leader_id].code, unit=one.code, field="", from_on=None,
                   to_on=None, source="")
        for one in organisation.standing
        if one.leader_id in people
    ]  # fmt: skip
    return of_units + [
        ChargeSeen(
            leader=people[row.leader_id].code,
            unit=units[row.unit_id].code if row.unit_id else None,
            field=row.field or "",
            from_on=row.from_on,
            to_on=row.to_on,
            source=row.source,
        )
        for row in store.charges(tx, since=on)
    ]


def _parties(
    organisation: Organisation, wanted: Charging, by: tuple[str, str | None], *, on: date
) -> tuple[Person, Unit | None, Standpoint]:
    who = rights.standpoint(organisation, by[0], by[1], on=on)
    leader = find_person(organisation, wanted.leader)
    unit = organisation.unit_by_code.get(wanted.unit) if wanted.unit else None
    if wanted.unit and unit is None:
        known = organisation.unit_by_code
        raise Unknown(what="unit", name=wanted.unit, hint=nearest(wanted.unit, known))
    rights.require(organisation, who, None, on=on, what="charge", any_of=MAY_CHARGE)
    return leader, unit, who


def _check(wanted: Charging, leader: Person, organisation: Organisation, *, today: date) -> None:
    if not (wanted.unit or wanted.field.strip()):
        raise Invalid(field="unit", problem="nêu đơn vị, lĩnh vực, hoặc cả hai")
    if not 0 < len(wanted.source.strip()) <= _LONGEST:
        problem = f"nêu văn bản phân công, tối đa {_LONGEST} ký tự"
        raise Invalid(field="source", problem=problem)
    if len(wanted.field) > _LONGEST:
        raise Invalid(field="field", problem=f"dài quá {_LONGEST} ký tự")
    if wanted.from_on and wanted.to_on and wanted.from_on > wanted.to_on:
        raise Invalid(field="to", problem="ngày kết thúc trước ngày bắt đầu")
    day = max(wanted.from_on or today, today)
    if wanted.unit:
        rights.require_standing(organisation.unit_by_code[wanted.unit])
    if not any(leader.id in organisation.holders(kind, day) for kind in _LEADERS):
        problem = f"{leader.code} không giữ chức Giám đốc hay Phó Giám đốc vào ngày đó"
        raise Invalid(field="leader", problem=problem)


def _shown(wanted: Charging, identity: str) -> dict[str, Any]:
    return {
        "charge": identity,
        "unit": wanted.unit,
        "field": wanted.field.strip(),
        "from": wanted.from_on,
        "to": wanted.to_on,
        "source": wanted.source.strip(),
    }


def _event(leader: Person, who: Standpoint, *, action: str, **shown: Any) -> Event:
    return Event(
        subject=f"person:{leader.id}",
        action=action,
        actor=who.actor.code,
        on_behalf_of=who.on_behalf_of,
        delegation=who.delegation_id,
        **shown,
    )
