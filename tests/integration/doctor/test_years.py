"""S7: a year whose days nobody has loaded counts as ordinary weeks, and somebody is told so."""

from datetime import date

import pytest

from engine.clock import PinnedClock
from engine.commands import calendars
from engine.commands.calendars import SeedDay
from engine.store.session import Database
from tests.support.checkup import codes, live, load, one, turn
from tests.support.office import World, local
from tests.support.post import FakeCourier, alerts


@pytest.fixture
def world(office_database: Database) -> World:
    """An office that has loaded 2014 alone."""
    world = World(office_database, PinnedClock(local("2014-01-15T08:00"))).found()
    load(world, 2014)
    return world


class _NewYear:
    """The first of January 2015 and the day after it, as a notice would have them."""

    def __init__(self, day: str) -> None:
        self.day = date.fromisoformat(day)
        self.off = True
        self.name = "Tết Dương lịch"
        self.source = "thông báo"


_SEED: list[SeedDay] = [_NewYear("2015-01-01"), _NewYear("2015-01-02")]


def _load_next_year(world: World) -> None:
    with world.database.begin() as tx:
        calendars.load_year(
            tx, 2015, _SEED, at=world.clock.now(), actor="operator:it", rules=world.rules
        )


def test_s7_a_deadline_on_2_january_of_a_year_not_loaded_raises_one_alert_at_activation(
    world: World,
) -> None:
    world.plan({"code": "T1", "due": "2015-01-02"}, {"code": "T2", "due": "2015-01-05"})

    (alert,) = world.alerts()
    assert alert.code == "calendar_not_loaded"
    assert "calendar not loaded for 2015" in alert.message
    assert "dondoc calendar load 2015" in alert.message


def test_s7_days_of_a_year_not_loaded_are_monday_to_friday(world: World) -> None:
    world.plan({"code": "T1", "due": "2015-01-03"})

    live(world, *(f"2014-12-{day}T07:30" for day in ("30", "31")), "2015-01-05T07:30")

    # The third is a Saturday: the date rolls to Monday, and nobody is reminded on the weekend.
    assert world.told("T1") == [("2014-12-31", "remind-3", "cv"), ("2015-01-05", "remind-0", "cv")]


def test_s7_setting_such_a_date_raises_the_alert(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-06-30"})
    before = alerts(world)

    world.do("cvp", "set_due", note="lùi", due=date(2015, 1, 2))
    world.do("cvp", "set_due", note="lùi nữa", due=date(2015, 1, 6))

    assert before == []
    assert alerts(world) == ["calendar_not_loaded"]


def test_s7_returning_with_such_a_date_raises_the_alert(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-06-30"})
    world.do("cv", "start")
    world.do("cv", "report")

    world.do("cvp", "return", note="thiếu", due=date(2015, 1, 2))

    assert alerts(world) == ["calendar_not_loaded"]


def test_s7_the_sweep_raises_it_sixty_days_before_the_year_begins(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-10-15"})
    world.live("2014-10-31")
    before = alerts(world)

    turn(world, at="2014-11-03T07:30")

    assert before == []
    assert alerts(world) == ["calendar_not_loaded"]


def test_s7_no_year_is_missed_where_nothing_runs(world: World) -> None:
    world.plan({"code": "T1", "standing": True})

    turn(world, at="2014-12-30T07:30")

    assert alerts(world) == []


def test_s7_loading_the_year_clears_the_alert_and_moves_what_is_not_told(world: World) -> None:
    world.plan({"code": "T1", "due": "2015-01-02"})
    world.now("2014-12-29T09:00")

    _load_next_year(world)
    live(world, "2014-12-30T07:30", "2014-12-31T07:30", "2015-01-05T07:30")

    # With the first two days of January off the date rolls to Monday the fifth.
    assert world.told("T1") == [("2014-12-30", "remind-3", "cv"), ("2015-01-05", "remind-0", "cv")]
    assert codes(world) == []
    (entry,) = world.entries("alert:")
    assert (entry.action, entry.actor) == ("alert.cleared", "operator:it")


def test_s7_the_doctor_names_the_year_until_it_is_loaded(world: World) -> None:
    world.plan({"code": "T1", "due": "2015-01-02"})
    live(world, "2014-01-16T07:30")
    far = one(world, "calendar_not_loaded")
    live(world, "2014-11-10T07:30")
    near = one(world, "calendar_not_loaded")
    _load_next_year(world)

    assert far.severity == "warning"
    assert far.cure == "dondoc calendar load 2015"
    assert near.severity == "error"
    assert "calendar_not_loaded" not in codes(world)


def test_s7_the_alert_comes_back_for_another_year(world: World) -> None:
    world.plan({"code": "T1", "due": "2015-01-02"})
    _load_next_year(world)

    world.do("cvp", "set_due", note="lùi", due=date(2016, 1, 4))

    assert one(world, "calendar_not_loaded").subject == "2016"


def test_s7_the_message_about_such_a_date_says_so(world: World) -> None:
    courier = FakeCourier()
    world.plan({"code": "T1", "due": "2015-01-05"}, {"code": "T2", "due": "2014-06-30"})

    live(world, "2014-01-16T07:30", "2014-06-25T07:30", "2014-12-31T07:30", courier=courier)

    bodies = [one.get_body(("plain",)) for one in courier.messages("cv")[:3]]
    texts = [" ".join(one.get_content().split()) for one in bodies if one is not None]
    assert [text.count("Lịch nghỉ năm 2015 chưa có") for text in texts] == [1, 0, 1]
