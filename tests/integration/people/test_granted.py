"""S31: whoever a rung reaches outside the circle of a task is let see it, and that is recorded."""

import json

from tests.support.office import World


def test_s31_a_substitute_from_elsewhere_is_let_see_what_he_is_told_of(world: World) -> None:
    world.unit("TC")
    world.person("ke", "TC")
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.delegate("tp", "ke", first="2014-02-10", last="2014-02-10")

    world.slots("2014-02-07", "2014-02-10")

    entries = [json.loads(row.body)["after"] for row in world.entries("sweep:")]
    assert [one.get("granted") for one in entries] == [None, [["KH-2014/T1", "ke"]]]
