"""What people ask of the organisation, made into one kind of change and judged as such."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine.commands.rights import find_person
from engine.errors import Invalid, Unknown
from engine.organisation import Organisation, Unit
from engine.reshaping import Allocation, Heir, Reshaping
from engine.spelling import nearest

_LONGEST_CODE, _LONGEST_NAME, _LONGEST_DECISION = 64, 300, 128
_FEWEST = 2
_LEADERS = ("director", "deputy_director")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What every change of the organisation says.

    Attributes:
        decision: Number of the decision it rests on.
        effective_on: The local day from whose beginning it holds.
    """

    effective_on: date
    decision: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge(Wish):
    """Units become one: a new one, or one of them under its own code.

    Attributes:
        units: Codes of the units.
        code: That of the unit they become.
        head: Code of its head; None where nobody is named yet.
        leader: Code of its leader in charge; needed where the units have different ones.
        parent: Code of its parent; needed where the units have different ones.
    """

    units: tuple[str, ...]
    code: str
    name: str
    head: str | None = None
    leader: str | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Split(Wish):
    """A unit becomes several, of which it may be one itself.

    Attributes:
        follows: Code of the heir that follows the plan, where the unit does.
    """

    unit: str
    heirs: tuple[Heir, ...]
    allocation: Allocation = field(default_factory=Allocation)
    follows: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename(Wish):
    """A unit gets another name; its code stays."""

    unit: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dissolve(Wish):
    """A unit ends; units that stand get what it has, all of it where there is only one."""

    unit: str
    heirs: tuple[str, ...] = ()
    allocation: Allocation = field(default_factory=Allocation)
    follows: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer(Wish):
    """A function goes from one unit to another: fields of the plan, tasks, people."""

    unit: str
    to: str
    fields: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


def require_known(wanted: Wish, organisation: Organisation) -> None:
    """Return if every unit and person named is there.

    Raises:
        Unknown: one is not.
    """
    for code in _units(wanted):
        if code not in organisation.unit_by_code:
            standing = [unit.code for unit in organisation.standing]
            raise Unknown(what="unit", name=code, hint=nearest(code, standing))
    for code in _people(wanted):
        find_person(organisation, code)


def shape_of(wanted: Wish, organisation: Organisation) -> Reshaping:
    """Return what is asked as one kind of change.

    Raises:
        Invalid: it makes no sense, or leaves open what cannot be inherited.
    """
    match wanted:
        case Merge():
            shape = _merge(wanted, organisation)
        case Split():
            shape = _split(wanted, organisation)
        case Rename():
            shape = Reshaping(kind="rename", sources=(wanted.unit,), is_whole=False,
                              heirs=(Heir(code=wanted.unit, name=_name(wanted.name)),),
                              **_common(wanted))  # fmt: skip
        case Dissolve():
            shape = _dissolve(wanted, organisation)
        case Transfer():
            shape = _transfer(wanted)
        case _:
            raise Invalid(field="kind", problem=type(wanted).__name__)
    require_standing(shape, organisation)
    return shape


def require_standing(shape: Reshaping, organisation: Organisation) -> None:
    """Return if the units of a change stand as it needs them to.

    Raises:
        Invalid: one has ended, began later, is the agency itself, or its successor's code is taken.
    """
    for code in {*shape.sources, *(heir.code for heir in shape.heirs)}:
        unit = organisation.unit_by_code.get(code)
        if unit is not None and unit.valid_to is not None:
            raise Invalid(field="unit", problem=f"{code} đã kết thúc ngày {unit.valid_to:%d/%m/%Y}")
        begins = unit.valid_from if unit is not None else None
        if begins is not None and shape.effective_on <= begins:
            raise Invalid(field="unit", problem=f"{code} mới có từ ngày {begins:%d/%m/%Y}")
    root = organisation.root
    if root is not None and root.code in shape.ends:
        raise Invalid(field="unit", problem=f"{root.code} là cả cơ quan, không thể kết thúc")
    heirs = {heir.code for heir in shape.heirs}
    if shape.follows is not None and shape.follows not in heirs:
        problem = f"{shape.follows} không phải đơn vị nhận (--monitor)"
        raise Invalid(field="follows", problem=problem)
    if any(organisation.unit_by_code[code].is_monitor for code in shape.ends) and (
        (shape.follows or shape.rest) not in heirs
    ):
        raise Invalid(field="follows", problem="nêu đơn vị nhận nào theo dõi kế hoạch (--monitor)")
    for heir in shape.heirs:
        _require_led(heir, organisation)
        _require_placed(heir, shape, organisation)


def _require_led(heir: Heir, organisation: Organisation) -> None:
    for field_, code in (("head", heir.head), ("leader", heir.leader)):
        if code is not None and find_person(organisation, code).is_disabled:
            raise Invalid(field=field_, problem=f"{code} đã ngừng hoạt động")


def _require_placed(heir: Heir, shape: Reshaping, organisation: Organisation) -> None:
    """Return if the unit above an heir stands afterwards, and is not below it."""
    above = organisation.unit_by_code[heir.parent] if heir.parent is not None else None
    if above is None:
        return
    if above.valid_to is not None:
        problem = f"{above.code} đã kết thúc ngày {above.valid_to:%d/%m/%Y}"
        raise Invalid(field="parent", problem=problem)
    line = [organisation.unit_by_id[one].code for one in organisation.upwards(above.id)]
    if not {heir.code, *shape.ends}.isdisjoint(line):
        problem = f"{above.code} là, hoặc thuộc, chính đơn vị được sắp xếp"
        raise Invalid(field="parent", problem=problem)


def _merge(wanted: Merge, organisation: Organisation) -> Reshaping:
    _require_leader(wanted.leader, organisation, on=wanted.effective_on)
    units = tuple(dict.fromkeys(wanted.units))
    if len(units) < _FEWEST:
        raise Invalid(field="units", problem="sáp nhập cần ít nhất hai đơn vị")
    if wanted.code in organisation.unit_by_code and wanted.code not in units:
        problem = f"mã {wanted.code} đã có đơn vị dùng; nhập vào đơn vị ấy thì dùng unit dissolve"
        raise Invalid(field="code", problem=problem)
    known = [organisation.unit_by_code[code] for code in units]
    heir = Heir(
        code=_code(wanted.code),
        name=_name(wanted.name),
        head=wanted.head,
        leader=wanted.leader or _common_leader(known, organisation, wanted.effective_on),
        parent=wanted.parent or _common_parent(known, organisation),
    )
    ends = tuple(code for code in units if code != wanted.code)
    return Reshaping(kind="merge", sources=units, ends=ends, heirs=(heir,), rest=wanted.code,
                     **_common(wanted))  # fmt: skip


def _split(wanted: Split, organisation: Organisation) -> Reshaping:
    codes = [heir.code for heir in wanted.heirs]
    if len(set(codes)) < _FEWEST or len(set(codes)) != len(codes):
        raise Invalid(field="heirs", problem="tách cần ít nhất hai đơn vị nhận, mỗi mã một lần")
    unit = organisation.unit_by_code[wanted.unit]
    heirs = tuple(
        _of_split(heir, unit, organisation, on=wanted.effective_on) for heir in wanted.heirs
    )
    ends = () if unit.code in codes else (unit.code,)
    return Reshaping(kind="split", sources=(unit.code,), ends=ends, heirs=heirs,
                     allocation=wanted.allocation, follows=wanted.follows,
                     **_common(wanted))  # fmt: skip


def _of_split(heir: Heir, unit: Unit, organisation: Organisation, *, on: date) -> Heir:
    if heir.code == unit.code:
        return heir
    if heir.code in organisation.unit_by_code:
        raise Invalid(field="code", problem=f"mã {heir.code} đã có đơn vị dùng")
    if heir.name is None:
        raise Invalid(field="name", problem=f"đơn vị mới {heir.code} chưa có tên")
    _require_leader(heir.leader, organisation, on=on)
    leader = heir.leader or _common_leader([unit], organisation, on)
    parent = organisation.unit_by_id[unit.parent_id].code if unit.parent_id else None
    return Heir(code=_code(heir.code), name=_name(heir.name), head=heir.head, leader=leader,
                parent=heir.parent or parent)  # fmt: skip


def _dissolve(wanted: Dissolve, organisation: Organisation) -> Reshaping:
    if wanted.unit in wanted.heirs:
        raise Invalid(field="heirs", problem=f"{wanted.unit} không thể nhận của chính mình")
    only = wanted.heirs[0] if len(wanted.heirs) == 1 else None
    heirs = (_beside(code, wanted.unit, organisation) for code in dict.fromkeys(wanted.heirs))
    return Reshaping(kind="dissolve", sources=(wanted.unit,), ends=(wanted.unit,),
                     heirs=tuple(heirs),
                     allocation=wanted.allocation, rest=only, follows=wanted.follows,
                     **_common(wanted))  # fmt: skip


def _beside(code: str, ending: str, organisation: Organisation) -> Heir:
    """Return an heir; one below the unit that ends comes under the unit above that."""
    unit, old = organisation.unit_by_code[code], organisation.unit_by_code[ending]
    above = organisation.unit_by_id.get(old.parent_id or "")
    is_below = old.id in organisation.upwards(unit.id)
    return Heir(code=code, parent=above.code if above is not None and is_below else None)


def _transfer(wanted: Transfer) -> Reshaping:
    if wanted.unit == wanted.to:
        raise Invalid(field="to", problem=f"{wanted.unit} không thể nhận của chính mình")
    if not (wanted.fields or wanted.tasks or wanted.people):
        problem = "nêu lĩnh vực, nhiệm vụ hoặc người được chuyển"
        raise Invalid(field="fields", problem=problem)
    given = Allocation(
        tasks=dict.fromkeys(wanted.tasks, wanted.to),
        fields=dict.fromkeys(wanted.fields, wanted.to),
        people=dict.fromkeys(wanted.people, wanted.to),
    )
    return Reshaping(kind="transfer", sources=(wanted.unit,), heirs=(Heir(code=wanted.to),),
                     allocation=given, is_whole=False, **_common(wanted))  # fmt: skip


def _common(wanted: Wish) -> dict[str, Any]:
    decision = wanted.decision.strip()
    if len(decision) > _LONGEST_DECISION:
        raise Invalid(field="decision", problem=f"dài quá {_LONGEST_DECISION} ký tự")
    return {"decision": decision, "note": wanted.note.strip(), "effective_on": wanted.effective_on}


def _name(name: str) -> str:
    plain = " ".join(name.split())
    if not 0 < len(plain) <= _LONGEST_NAME:
        raise Invalid(field="name", problem=f"tên dài 1 đến {_LONGEST_NAME} ký tự")
    return plain


def _code(code: str) -> str:
    if not 0 < len(code) <= _LONGEST_CODE or any(sign in " \t\n/|,;:" for sign in code):
        raise Invalid(field="code", problem=f"mã {code!r} không dùng được")
    return code


def _require_leader(code: str | None, organisation: Organisation, *, on: date) -> None:
    """Return if who is named as leader in charge leads the agency on a day."""
    if code is None:
        return
    person = find_person(organisation, code)
    if not any(person.id in organisation.holders(kind, on) for kind in _LEADERS):
        problem = f"{code} không giữ chức Giám đốc hay Phó Giám đốc vào ngày đó"
        raise Invalid(field="leader", problem=problem)


def _common_leader(units: Iterable[Unit], organisation: Organisation, on: date) -> str | None:
    leaders = {organisation.leader_in_charge(unit.id, on=on) for unit in units}
    if len(leaders) > 1:
        problem = "các đơn vị có lãnh đạo phụ trách khác nhau; nêu lãnh đạo mới (--leader)"
        raise Invalid(field="leader", problem=problem)
    leader = organisation.person_by_id.get(leaders.pop() or "")
    return leader.code if leader else None


def _common_parent(units: Iterable[Unit], organisation: Organisation) -> str | None:
    known = list(units)
    codes = {unit.code for unit in known}
    above = {
        organisation.unit_by_id[unit.parent_id].code if unit.parent_id else None for unit in known
    } - codes
    if len(above) != 1:
        problem = "các đơn vị trực thuộc nơi khác nhau; nêu đơn vị cấp trên (--parent)"
        raise Invalid(field="parent", problem=problem)
    return above.pop()


def _units(wanted: Wish) -> Iterator[str]:
    match wanted:
        case Merge():
            yield from wanted.units
            yield from (one for one in (wanted.parent,) if one)
        case Split():
            yield wanted.unit
            yield from (heir.parent for heir in wanted.heirs if heir.parent)
        case Dissolve():
            yield wanted.unit
            yield from wanted.heirs
        case Transfer():
            yield from (wanted.unit, wanted.to)
        case Rename():
            yield wanted.unit


def _people(wanted: Wish) -> Iterator[str]:
    match wanted:
        case Merge():
            yield from (one for one in (wanted.head, wanted.leader) if one)
        case Split():
            yield from (one for heir in wanted.heirs for one in (heir.head, heir.leader) if one)
        case Transfer():
            yield from wanted.people
