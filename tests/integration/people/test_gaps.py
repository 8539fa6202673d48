"""Nobody above, nobody in his place: the next is told, and an administrator sees why (S26, S30)."""

from sqlalchemy import update

from engine.ids import new_id
from engine.store import tables
from engine.store.rulebooks import bump
from tests.support.office import World

DUE = "2014-02-07"


def codes(world: World) -> list[str]:
    return [row.code for row in world.alerts() if row.cleared_at is None]


def top(world: World) -> list[tuple[str, str]]:
    return [(rung, who) for _, rung, who in world.told() if rung in ("escalate-2", "escalate-3")]


def act(world: World, code: str, unit: str, kind: str) -> None:
    """Let somebody act in a post, or be the deputy in charge."""
    world.insert(
        tables.position, id=new_id(), person_id=world.ids[code], unit_id=world.ids[unit],
        kind=kind, is_acting=True,
    )  # fmt: skip


def test_s30_while_the_director_is_vacant_who_acts_is_told(world: World) -> None:
    world.dismiss("gd")
    world.person("gd2", "SO", "deputy_director")
    act(world, "gd2", "SO", "director")
    world.plan({"code": "T1", "due": DUE})

    world.slots("2014-02-08", "2014-02-18")

    assert top(world) == [("escalate-2", "pgd"), ("escalate-3", "gd2")]
    assert codes(world) == []


def test_s30_the_deputy_put_in_charge_comes_before_the_first_one(world: World) -> None:
    world.dismiss("gd")
    world.person("pgd2", "SO")
    act(world, "pgd2", "SO", "deputy_director")
    world.plan({"code": "T1", "due": DUE})

    world.slots("2014-02-08", "2014-02-18")

    assert top(world) == [("escalate-2", "pgd"), ("escalate-3", "pgd2")]


def test_s30_who_is_appointed_takes_over_from_who_acted(world: World) -> None:
    act(world, "cv2", "CNTT", "unit_head")
    world.plan({"code": "T1", "due": DUE})

    world.slots("2014-02-10", "2014-02-10")

    assert ("2014-02-10", "escalate-1", "tp") in world.told()


def test_s30_a_unit_without_a_head_has_the_one_who_acts(world: World) -> None:
    world.dismiss("tp")
    act(world, "cv2", "CNTT", "deputy_head")
    world.plan({"code": "T1", "due": DUE})

    world.slots("2014-02-10", "2014-02-10")

    assert ("2014-02-10", "escalate-1", "cv2") in world.told()
    assert world.do("cv2", "start").to_state == "in_progress"


def test_s30_with_nobody_above_the_monitor_is_told_and_an_administrator_sees_it(
    world: World,
) -> None:
    world.dismiss("gd")
    world.dismiss("pgd")
    world.amend("pgd", email=None)
    world.plan({"code": "T1", "due": DUE}, {"code": "T2", "due": DUE})

    world.slots("2014-02-08", "2014-02-14")

    assert ("escalate-2", "cvp") in top(world)
    assert codes(world) == ["no_superior"]


def test_s30_the_alert_is_over_once_somebody_holds_the_post(world: World) -> None:
    world.dismiss("gd")
    world.dismiss("pgd")
    world.amend("pgd", email=None)
    world.plan({"code": "T1", "due": DUE})
    world.slots("2014-02-08", "2014-02-14")
    seen = codes(world)
    world.person("gd2", "SO", "director")

    world.slots("2014-02-17", "2014-02-17")

    assert seen == ["no_superior"]
    assert codes(world) == []


def test_s26_a_circle_sends_it_up_and_an_administrator_sees_who_lacks_a_substitute(
    world: World,
) -> None:
    world.plan({"code": "T1", "due": DUE})
    world.delegate("tp", "cv2", first="2014-02-10", last="2014-02-11")
    world.delegate("cv2", "tp", first="2014-02-10", last="2014-02-11")

    world.slots("2014-02-08", "2014-02-10")
    standing = codes(world)
    world.slots("2014-02-11", "2014-02-12")

    assert ("2014-02-10", "escalate-1", "pgd") in world.told()
    assert standing == ["no_substitute"]
    assert codes(world) == []


def test_s26_a_substitute_who_left_is_nobody(world: World) -> None:
    world.plan({"code": "T1", "due": DUE})
    world.delegate("tp", "cv2", first="2014-02-10", last="2014-02-11")
    with world.database.begin() as tx:
        gone = update(tables.person).where(tables.person.c.code == "cv2")
        tx.execute(gone.values(disabled_at=world.clock.now()))
        bump(tx)

    world.slots("2014-02-08", "2014-02-10")

    assert ("2014-02-10", "escalate-1", "pgd") in world.told()
    assert codes(world) == ["no_substitute"]


def test_s28_while_the_verifier_is_vacant_who_is_asked_instead_may_verify(world: World) -> None:
    world.dismiss("cvp")
    world.plan({"code": "T1", "due": DUE}, activate=False)
    world.activate(by="gd")
    world.do("cv", "start")
    world.do("cv", "report")

    world.slots("2014-01-16", "2014-01-17")

    assert world.told() == [("2014-01-17", "verify-2", "gd")]
    assert world.do("gd", "verify").to_state == "verified"
