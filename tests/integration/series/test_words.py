"""What people read when work that comes back is given to others."""

from engine.commands import series
from engine.commands.series import Edit
from tests.support.calendars import day
from tests.support.office import World
from tests.support.post import FakeCourier, relay


def _text(courier: FakeCourier, person: str) -> str:
    (message,) = courier.messages(person)
    body = message.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def test_s51_nobody_is_told_of_a_decision_that_nobody_made(
    world: World, courier: FakeCourier
) -> None:
    world.plan({"code": "1", "due": ("2014-03-31", "2014-06-30"), "kind": "recurring"})
    world.now("2014-01-15T09:00")
    relay(world, courier).turn()
    courier.taken.clear()
    with world.database.begin() as tx:
        wanted = Edit(series="1", from_on=day("2014-06-01"), assignee="cv2", note="phân công lại")
        series.edit(tx, wanted, by=("cvp", None), rules=world.rules, at=world.clock.now())
    world.now("2014-01-15T09:10")

    relay(world, courier).turn()

    told = {person: _text(courier, person) for person in ("cv", "cv2")}
    assert "có thay đổi" in told["cv2"]
    assert "phân công lại" in told["cv2"]
    assert "không còn giao cho đồng chí" in told["cv"]
    assert not any("heo quyết định" in text for text in told.values())
