"""Gaps among people that keep somebody from being told: said while they last, and no longer."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from engine.commands import alerts as commands
from engine.organisation import Delegation, Organisation
from engine.rulebook import Rulebook
from engine.store import alerts
from engine.store.alerts import Alert
from engine.store.session import Transaction
from engine.task import Task
from engine.telling import Telling

NO_SUBSTITUTE, NO_SUPERIOR = "no_substitute", "no_superior"


def see_to_people(tx: Transaction, rulebook: Rulebook, *, at: datetime) -> None:
    """Clear the alerts of people who could not be told and can be again."""
    standing = alerts.standing(tx, codes=[NO_SUBSTITUTE, NO_SUPERIOR])
    if not standing:
        return
    organisation, today = rulebook.organisation, rulebook.calendar.local_date(at)
    gaps = {_key(made) for made in _gaps(organisation, today)}
    has_director = any(
        organisation.can_be_told(organisation.present(person, today))
        for person in organisation.directors(today)
    )
    over = [
        one
        for one in standing
        if (one.alert.code == NO_SUBSTITUTE and one.alert.key not in gaps)
        or (one.alert.code == NO_SUPERIOR and has_director)
    ]
    commands.settle(tx, over, actor="system", cause="somebody can be told again", at=at)


def troubles(
    telling: Telling, task: Task, rulebook: Rulebook, *, slot: datetime
) -> Iterator[Alert]:
    """Yield what an administrator must see of a rung that went to somebody further up.

    Whoever it names is absent and nobody can stand in for him: substitutes form a circle, have left
    or have no address; or there is no superior at all, and it went to the monitor (rule 17).
    """
    rung = telling.rung
    if telling.status != "pending" or telling.addressee.position in rung.rung.to:
        return
    organisation, on = rulebook.organisation, rulebook.calendar.local_date(slot)
    if organisation.delegations:
        meant = {one for to in rung.rung.to for one in _holders(to, task, organisation, on=on)}
        for made in _gaps(organisation, on):
            if made.person_id in meant:
                yield _no_substitute(made, organisation)
    if rung.kind == "escalation" and telling.addressee.position == "monitor":
        ladder = rulebook.ladder_of(task) or ""
        yield _no_superior(rung.rung.name, task.address, ladder=ladder)


def _no_superior(rung: str, address: str, *, ladder: str) -> Alert:
    return Alert(
        code="no_superior",
        message=f"nấc {rung} ({address}...): không báo được lãnh đạo phụ trách, Giám đốc hay Phó "
        "Giám đốc nào; đã báo trưởng đơn vị theo dõi thay",
        # One for all tasks of the rung.
        key=f"{NO_SUPERIOR}:{ladder}:{rung}",
    )


def _no_substitute(made: Delegation, organisation: Organisation) -> Alert:
    people = organisation.person_by_id
    return Alert(
        code="no_substitute",
        message=f"{people[made.person_id].code} vắng đến {made.to_on:%d/%m/%Y} mà không ai thay "
        f"được (ủy quyền cho {people[made.substitute_id].code}); thư đi lên cấp trên",
        key=_key(made),
    )


def _key(made: Delegation) -> str:
    return f"{NO_SUBSTITUTE}:{made.id}"


def _gaps(organisation: Organisation, today: date) -> Iterator[Delegation]:
    """Yield the delegation in force of each absent person for whom nobody can be told."""
    for person_id in dict.fromkeys(made.person_id for made in organisation.delegations):
        made = organisation.delegation(person_id, today)
        if made is None or organisation.person_by_id[person_id].is_disabled:
            continue
        if not organisation.can_be_told(organisation.present(person_id, today)):
            yield made


def _holders(
    position: str, task: Task, organisation: Organisation, *, on: date
) -> Iterable[str | None]:
    """Return who holds a position of a task, present or not."""
    match position:
        case "assignee":
            return (task.assignee_id,)
        case "unit_head":
            return organisation.holders("unit_head", on, unit_id=task.lead_unit_id)
        case "leader_in_charge":
            return (organisation.leader_of(task.answerable, on),)
        case "director":
            return organisation.directors(on)
        case "verifier":
            return (organisation.verifier(task.answerable, on),)
        case _:
            return ()
