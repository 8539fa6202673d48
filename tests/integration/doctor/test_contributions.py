"""What units owe to a task is owed by the same sweep and the same record as the task itself."""

from engine.commands import contributions
from engine.commands.contributions import Asking
from tests.support.calendars import day
from tests.support.checkup import examined, live, turn
from tests.support.office import World


def test_g14_an_office_in_which_units_owe_their_parts_lacks_nothing(world: World) -> None:
    world.unit("TC", leader="pgd")
    world.person("ttc", "TC", "unit_head")
    world.do("cv", "start", "T2")
    asking = Asking(task="T2", unit="TC", due=day("2014-06-16"), what="Số liệu")
    with world.database.begin() as tx:
        contributions.ask(tx, asking, by=("cv", None), rules=world.rules, at=world.clock.now())
    world.ids["T2:TC"] = world.row("T2:TC").id
    turn(world, at="2014-02-06T08:00")
    world.do("ttc", "report", "T2:TC")

    live(world, "2014-02-07T07:30", "2014-02-08T07:30", "2014-02-08T07:31")

    found = [(one.code, one.subject) for one in examined(world).listed]
    assert [one for one in found if "T2" in one[1]] == []
    assert world.told("T2:TC") == [("2014-02-08", "verify-2", "cv")]
