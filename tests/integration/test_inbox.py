"""What one was told is on a list of one's own, and what one wants less of comes without mail."""

from datetime import timedelta

import pytest

from engine.commands import inbox, mail, preferences
from engine.commands.inbox import Told
from engine.commands.preferences import Choices, Mailing, Watching
from engine.errors import Invalid, NotPermitted, Unknown
from engine.preferences import Every
from tests.support.office import World
from tests.support.post import (
    UNKNOWN,
    FakeCourier,
    actions,
    assigned,
    escalated,
    messages,
    relay,
    statuses,
    sweep,
)


def seen_by(world: World, person: str, *, unread: bool = False) -> list[Told]:
    """Return what somebody finds on his list."""
    with world.database.read() as tx:
        return inbox.listed(
            tx, by=(person, None), only_unread=unread, limit=100, rules=world.rules,
            at=world.clock.now(),
        )  # fmt: skip


def read(world: World, person: str, *names: str) -> int:
    """Mark notices as read, or all of them."""
    with world.database.begin() as tx:
        return inbox.read(
            tx, names or None, by=(person, None), rules=world.rules, at=world.clock.now()
        )


def choose(
    world: World, person: str, kind: str, *, is_on: bool = False, actor: str | None = None
) -> Choices:
    """Choose whether notices of a kind come by mail too."""
    asked = Mailing(person=person, kind=kind, is_on=is_on, actor=actor or person)
    with world.database.begin() as tx:
        return preferences.prefer(tx, asked, rules=world.rules, at=world.clock.now())


def test_s19_a_reminder_that_somebody_wants_no_mail_of_is_on_his_list(
    world: World, courier: FakeCourier
) -> None:
    assigned(world, courier, "T1")
    choose(world, "cv", "reminder")
    sweep(world, "2014-01-25T07:30")

    relay(world, courier).turn()

    assert courier.asked == []
    assert statuses(world, "remind-3") == {"cv": "accepted"}
    assert [one.rung for one in seen_by(world, "cv")] == ["remind-3", "assigned"]


def test_s19_the_ladder_climbs_on_from_a_reminder_without_mail(
    world: World, courier: FakeCourier
) -> None:
    assigned(world, courier, "T1")
    choose(world, "cv", "reminder")

    escalated(world, courier)
    relay(world, courier).turn()

    assert courier.asked == ["tp"]
    assert statuses(world, "escalate-1") == {"tp": "accepted"}


@pytest.mark.parametrize("kind", ["assignment", "escalation", "decision", "alert"])
def test_s19_what_is_mandatory_cannot_be_switched_off(world: World, kind: str) -> None:
    with pytest.raises(Invalid) as refused:
        choose(world, "tp", kind)

    assert "bắt buộc" in refused.value.problem


def test_s19_mandatory_notices_arrive_whatever_was_switched_off(
    world: World, courier: FakeCourier
) -> None:
    for person in ("cv", "tp"):
        choose(world, person, "reminder")
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.now("2014-01-15T08:10")

    relay(world, courier).turn()

    assert sorted(courier.asked) == ["cv", "tp"]


def test_s19_a_choice_is_taken_back(world: World, courier: FakeCourier) -> None:
    assigned(world, courier, "T1")
    choose(world, "cv", "reminder")
    choices = choose(world, "cv", "reminder", is_on=True)
    sweep(world, "2014-01-25T07:30")

    relay(world, courier).turn()

    assert choices.muted == ()
    assert courier.asked == ["cv"]


def test_s19_nobody_chooses_for_somebody_else(world: World) -> None:
    with pytest.raises(NotPermitted):
        choose(world, "cv", "reminder", actor="tp")

    assert "person.preferred" not in actions(world, about="person")


def test_a_kind_that_is_none_is_refused_with_those_there_are(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        choose(world, "cv", "newsletters")

    assert "reminder" in refused.value.problem


def test_what_somebody_watches_is_kept_and_taken_back(world: World) -> None:
    def watch(every: Every | None) -> Choices:
        asked = Watching(person="gd", of="unit", code="CNTT", every=every, actor="gd")
        with world.database.begin() as tx:
            return preferences.watch(tx, asked, rules=world.rules, at=world.clock.now())

    kept, again, over = watch("day"), watch("week"), watch(None)

    assert [(one.code, one.every) for one in kept.watches] == [("CNTT", "day")]
    assert [(one.code, one.every) for one in again.watches] == [("CNTT", "week")]
    assert over.watches == ()


@pytest.mark.parametrize(("actor", "every"), [("cvp", "day"), ("tp", None)])
def test_a_digest_is_asked_for_by_who_gets_it_and_ended_by_the_monitoring_unit_too(
    world: World, actor: str, every: Every | None
) -> None:
    def watch(by: str, how: Every | None) -> Choices:
        asked = Watching(person="gd", of="unit", code="CNTT", every=how, actor=by)
        with world.database.begin() as tx:
            return preferences.watch(tx, asked, rules=world.rules, at=world.clock.now())

    watch("gd", "day")
    with pytest.raises(NotPermitted):
        watch(actor, every)

    assert watch("cvp", None).watches == ()


@pytest.mark.parametrize("of", ["unit", "plan"])
def test_nobody_watches_what_is_not_there(world: World, of: str) -> None:
    asked = Watching(person="gd", of=of, code="X", every="day", actor="gd")  # type: ignore[arg-type]

    with world.database.begin() as tx, pytest.raises(Unknown) as refused:
        preferences.watch(tx, asked, rules=world.rules, at=world.clock.now())

    assert refused.value.what == of


def test_the_list_holds_what_no_mail_brought(world: World, courier: FakeCourier) -> None:
    courier.answers["cv"] = [UNKNOWN]
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.now("2014-01-15T08:10")
    relay(world, courier).turn()

    found = seen_by(world, "cv")

    assert [(one.code, one.kind, one.status) for one in found] == [("T1", "assignment", "failed")]


def test_the_list_says_in_whose_place_somebody_was_told(world: World, courier: FakeCourier) -> None:
    assigned(world, courier, "T1")
    courier.answers["cv"] = [UNKNOWN]
    sweep(world, "2014-01-25T07:30")
    relay(world, courier).turn()

    found = seen_by(world, "tp")

    assert (found[0].rung, found[0].instead_of) == ("remind-3", "cv")


def test_g11_what_a_gate_holds_back_is_on_the_list(world: World, courier: FakeCourier) -> None:
    with world.database.begin() as tx:
        mail.pause(tx, "", actor="cvp", at=world.clock.now(), rules=world.rules)
    world.plan({"code": "T1", "due": "2014-02-07"})
    early = seen_by(world, "cv")
    world.now("2014-01-15T08:10")
    relay(world, courier).turn()

    found = seen_by(world, "cv")

    assert early == []
    assert [one.status for one in found] == ["pending"]
    assert messages(world) == []


def test_what_was_read_is_not_unread_any_more(world: World, courier: FakeCourier) -> None:
    assigned(world, courier, "T1", "T2")
    first = seen_by(world, "cv")[0].id
    one = read(world, "cv", first)
    left = [told.id for told in seen_by(world, "cv", unread=True)]

    rest = read(world, "cv")

    assert (one, rest) == (1, 1)
    assert first not in left
    assert seen_by(world, "cv", unread=True) == []
    assert actions(world, about="person").count("notice.read") == 2


def test_nobody_reads_what_others_were_told(world: World, courier: FakeCourier) -> None:
    assigned(world, courier, "T1")
    other = seen_by(world, "tp")[0].id

    with pytest.raises(Unknown):
        read(world, "cv", other)

    assert len(seen_by(world, "tp", unread=True)) == 1


def test_who_stands_in_for_somebody_reads_his_list(world: World, courier: FakeCourier) -> None:
    assigned(world, courier, "T1")
    world.delegate("cv", "cv2", first="2014-01-15", last="2014-01-16")
    asked = {"only_unread": False, "limit": 10, "rules": world.rules}

    with world.database.read() as tx:
        found = inbox.listed(tx, by=("cv2", "cv"), at=world.clock.now(), **asked)  # type: ignore[arg-type]
        later = world.clock.now() + timedelta(days=2)
        with pytest.raises(NotPermitted):
            inbox.listed(tx, by=("cv2", "cv"), at=later, **asked)  # type: ignore[arg-type]

    assert [one.code for one in found] == ["T1"]
