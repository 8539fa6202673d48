"""Programs that are told what happens (S71): in order, at least once, and whoever may have it."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from dondoc.hooks import hooks_of
from dondoc.secretbox import box_of
from engine.commands import webhooks
from engine.commands.webhooks import Hooking
from engine.errors import Invalid, NotPermitted
from engine.store.doors import delivery, replay, webhook
from scheduler.webhooks import Hooks, Reply
from tests.support.programs import Program
from tests.support.web import Site

_SECRET = "bí mật của phần mềm kia"


@dataclass(slots=True)
class Receiver:
    """Somebody else's program; `down` it takes nothing."""

    down: bool = False
    told: list[dict[str, Any]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    asked: int = 0

    def post(self, url: str, *, body: bytes, headers: Mapping[str, str]) -> Reply:
        self.asked += 1
        if self.down:
            return Reply(code=503, words="bảo trì")
        self.told.append(json.loads(body))
        self.headers.append({**headers, "url": url, "body": body.decode()})
        return Reply(code=204, words="")


def hooks(site: Site, receiver: Any) -> Hooks:
    return Hooks(
        database=site.app.database, clock=site.world.clock, rules=site.app.rules,
        caller=receiver, unseal=box_of(site.app).unseal,
    )  # fmt: skip


def hook(site: Site, *events: str, by: str = "cvp", url: str = "https://example.vn/tin") -> str:
    asked = Hooking(url=url, events=events or ("*",), secret=box_of(site.app).seal(_SECRET))
    with site.app.database.begin() as tx:
        return webhooks.create(tx, asked, by=by, rules=site.app.rules, at=site.now)


def kinds(receiver: Receiver) -> list[str]:
    return [f"{one['type']} {one['data']['code']}" for one in receiver.told]


def test_s71_a_program_is_told_what_happens_to_tasks_in_order(site: Site) -> None:
    hook(site)
    receiver = Receiver()

    site.world.do("cv", "start")
    site.world.do("cv", "report")
    site.world.do("cvp", "return", note="chưa đủ")
    hooks(site, receiver).turn()

    assert kinds(receiver) == ["task.started T1", "task.reported T1", "task.returned T1"]
    told = receiver.told[1]
    assert told["data"]["from_state"] == "in_progress"
    assert told["data"]["to_state"] == "reported"
    assert told["data"]["actor"] == "cv"
    assert told["audit_id"] == site.world.entries("task:")[-2].id


def test_s71_whoever_receives_it_can_tell_that_it_is_ours(site: Site) -> None:
    hook(site)
    receiver = Receiver()
    site.world.do("cv", "start")

    hooks(site, receiver).turn()

    (told,) = receiver.headers
    seconds, given = (part.partition("=")[2] for part in told["Dondoc-Signature"].split(","))
    signed = f"{seconds}.{told['body']}".encode()
    assert given == hmac.new(_SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert told["Dondoc-Delivery"] == receiver.told[0]["id"]


def test_s71_a_receiver_that_is_down_for_six_hours_gets_everything_once_and_in_order(
    site: Site,
) -> None:
    hook(site)
    receiver = Receiver(down=True)
    teller = hooks(site, receiver)

    site.world.do("cv", "start")
    for step in range(6 * 12):
        site.world.clock.advance(timedelta(minutes=5))
        if step == 20:
            site.world.do("cv", "report")
        if step == 30:
            site.world.do("cv", "start", "T2")
        teller.turn()
    tries = receiver.asked
    receiver.down = False
    site.world.clock.advance(timedelta(hours=1))
    teller.turn()

    assert kinds(receiver) == ["task.started T1", "task.reported T1", "task.started T2"]
    assert len({one["id"] for one in receiver.told}) == 3
    assert 5 <= tries <= 12
    teller.turn()
    assert len(receiver.told) == 3


def test_s71_nothing_is_told_twice_however_many_processes_tell_it(site: Site) -> None:
    hook(site)
    receiver = Receiver()
    first, second = hooks(site, receiver), hooks(site, receiver)
    site.world.do("cv", "start")

    first.turn()
    second.turn()
    first.turn()

    assert kinds(receiver) == ["task.started T1"]


def test_s71_a_receiver_that_takes_nothing_for_three_days_is_paused_with_an_alert(
    site: Site,
) -> None:
    made = hook(site)
    receiver = Receiver(down=True)
    teller = hooks(site, receiver)
    site.world.do("cv", "start")

    for _ in range(74):
        teller.turn()
        site.world.clock.advance(timedelta(hours=1))
    asked = receiver.asked
    receiver.down = False
    teller.turn()

    assert receiver.asked == asked
    assert [one.code for one in site.world.alerts()] == ["webhook_paused"]
    with site.app.database.begin() as tx:
        webhooks.resume(tx, made, by="cvp", rules=site.app.rules, at=site.now)
    teller.turn()
    site.world.clock.advance(timedelta(hours=1))
    teller.turn()
    assert kinds(receiver) == ["task.started T1"]


def test_s71_something_can_be_told_again_under_the_same_number(site: Site) -> None:
    made = hook(site)
    receiver = Receiver()
    teller = hooks(site, receiver)
    site.world.do("cv", "start")
    teller.turn()

    with site.app.database.begin() as tx:
        (one,) = webhooks.deliveries(tx, made, by="cvp", rules=site.app.rules, at=site.now)
        webhooks.redeliver(tx, made, one.id, by="cvp", rules=site.app.rules, at=site.now)
    teller.turn()

    assert receiver.told[0] == receiver.told[1]


def test_s71_a_program_hears_only_of_the_events_it_asked_for(site: Site) -> None:
    hook(site, "task.reported")
    receiver = Receiver()

    site.world.do("cv", "start")
    site.world.do("cv", "report")
    hooks(site, receiver).turn()

    assert kinds(receiver) == ["task.reported T1"]


def test_a_program_hears_nothing_of_what_lies_behind_its_beginning(site: Site) -> None:
    site.world.do("cv", "start")
    site.world.clock.advance(timedelta(minutes=1))
    hook(site)
    receiver = Receiver()

    hooks(site, receiver).turn()

    assert receiver.told == []


def test_a_program_hears_only_of_what_its_person_may_see(site: Site) -> None:
    site.make_administrator("cv")
    hook(site, by="cv")
    receiver = Receiver()

    site.world.do("cv", "start", "T1")
    site.world.do("cvp", "start", "T4")
    hooks(site, receiver).turn()

    assert kinds(receiver) == ["task.started T1"]


def test_an_entry_that_was_committed_late_is_told_all_the_same(site: Site) -> None:
    hook(site)
    receiver = Receiver()
    teller = hooks(site, receiver)
    site.world.clock.advance(timedelta(seconds=1))
    site.world.do("cv", "start", "T1")
    site.world.do("cv", "start", "T2")
    second = site.world.entries("task:")[-1]
    with site.app.database.begin() as tx:
        # As if the place had been moved on by somebody who could not see the first one yet.
        tx.execute(webhook.update().values(after_entry=second.id))

    teller.turn()

    assert kinds(receiver) == ["task.started T1", "task.started T2"]


def test_only_who_runs_the_plan_or_the_machine_has_programs_told(site: Site) -> None:
    with pytest.raises(NotPermitted):
        hook(site, by="cv")

    assert hook(site, by="gd")


def test_a_deleted_webhook_is_told_nothing_any_more(site: Site) -> None:
    made = hook(site)
    receiver = Receiver()
    site.world.do("cv", "start")

    with site.app.database.begin() as tx:
        webhooks.delete(tx, made, by="cvp", rules=site.app.rules, at=site.now)
    hooks(site, receiver).turn()

    assert receiver.told == []


def test_g18_nothing_that_waits_is_told_in_the_name_of_somebody_who_is_disabled(
    site: Site,
) -> None:
    hook(site)
    receiver = Receiver(down=True)
    teller = hooks(site, receiver)
    site.world.do("cv", "start")
    teller.turn()

    receiver.down = False
    site.world.amend("cvp", disabled_at=site.now)
    site.world.clock.advance(timedelta(hours=1))
    teller.turn()

    assert receiver.asked == 1
    assert receiver.told == []


def test_the_secret_of_a_webhook_lies_sealed_and_is_shown_once(
    site: Site, program: Program
) -> None:
    client = program("cvp")
    repeatable = {"Idempotency-Key": "mot"}

    made = client.post("webhooks", json={"url": "https://example.vn/tin"},
                       headers=repeatable).json()  # fmt: skip
    again = client.post("webhooks", json={"url": "https://example.vn/tin"},
                        headers=repeatable).json()  # fmt: skip

    assert made["secret"]
    assert again == {**made, "secret": None}
    with site.app.database.read() as tx:
        stored = repr([*tx.execute(select(webhook)), *tx.execute(select(replay))])
    recorded = " ".join(one.body for one in site.world.entries(""))
    assert made["secret"] not in stored + recorded
    assert "secret" not in client.get("webhooks").json()["items"][0]


def test_an_address_that_is_given_wrong_events_is_refused(site: Site) -> None:
    with pytest.raises(Invalid):
        hook(site, "task reported")

    assert hooks_of(site.app, site.world.clock).turn() == 0


def test_what_a_webhook_was_told_is_listed_and_can_be_asked_for_again(
    site: Site, program: Program
) -> None:
    made = hook(site)
    receiver = Receiver()
    site.world.do("cv", "start")
    hooks(site, receiver).turn()
    client = program("cvp")

    (one,) = client.get(f"webhooks/{made}/deliveries").json()["items"]
    again = client.post(f"webhooks/{made}/deliveries/{one['id']}/redeliver")

    assert (one["event"], one["status"], one["code"]) == ("task.started", "done", 204)
    assert again.status_code == 204
    with site.app.database.read() as tx:
        assert tx.execute(select(delivery.c.status)).scalar_one() == "pending"
    assert program("cv").get(f"webhooks/{made}/deliveries").status_code == 403
