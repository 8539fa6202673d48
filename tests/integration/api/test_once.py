"""A call that is made again has one effect and one answer (G4)."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engine.store.doors import replay
from tests.support.programs import TASK, Program, entries, pull
from tests.support.web import Site


def test_g4_a_call_that_is_made_again_has_one_effect_and_the_same_answer(
    site: Site, program: Program
) -> None:
    client, key = program("cv"), {"Idempotency-Key": "a-1"}

    answers = [pull(client, "start", 1, headers=key) for _ in range(4)]

    assert {one.status_code for one in answers} == {201}
    assert len({one.content for one in answers}) == len({one.headers["etag"] for one in answers})
    assert [one.headers.get("idempotency-replayed") for one in answers] == [None, *["true"] * 3]
    assert site.world.row("T1").version == 2


def test_g4_a_refusal_is_the_same_answer_too(site: Site, program: Program) -> None:
    client, key = program("cv"), {"Idempotency-Key": "a-1"}
    first = pull(client, "cancel", 1, comment="x", decision="1", headers=key)
    recorded = entries(site)

    again = pull(client, "cancel", 1, comment="x", decision="1", headers=key)

    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["content-type"] == "application/problem+json"
    assert entries(site) == recorded


def test_g4_a_key_stands_for_one_call_alone(site: Site, program: Program) -> None:
    client, key = program("cv"), {"Idempotency-Key": "a-1"}
    pull(client, "start", 1, headers=key)

    another = client.post(f"{TASK}/comments", json={"words": "x"}, headers=key)
    of_another = program("cv").post(f"{TASK}/comments", json={"words": "x"}, headers=key)

    assert (another.status_code, another.json()["code"]) == (422, "key_reused")
    assert of_another.status_code == 201


def test_g4_a_key_stands_for_its_call_for_a_day(site: Site, program: Program) -> None:
    client, key = program("cv"), {"Idempotency-Key": "a-1"}
    first = client.post(f"{TASK}/comments", json={"words": "x"}, headers=key)

    site.world.clock.advance(timedelta(hours=24))
    later = client.post(f"{TASK}/comments", json={"words": "x"}, headers=key)

    assert first.json() != later.json()
    with site.app.database.read() as tx:
        assert tx.execute(select(func.count()).select_from(replay)).scalar_one() == 1


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_g4_a_call_that_is_still_running_is_not_made_beside_itself(
    site: Site, program: Program
) -> None:
    from engine.commands.replays import Asked, answered

    client = program("cv")
    token = client.get("me").json()["token"]
    asked = Asked(actor=f"token:{token}", key="a-1", digest="x")

    with site.app.database.begin() as tx:
        answered(tx, asked, at=site.now)
        meanwhile = pull(client, "start", 1, headers={"Idempotency-Key": "a-1"})

    assert (meanwhile.status_code, meanwhile.json()["code"]) == (409, "still_running")
    assert pull(client, "start", 1, headers={"Idempotency-Key": "a-1"}).status_code == 201


def test_g4_a_file_is_brought_once(site: Site, program: Program) -> None:
    site.world.do("cv", "start")
    client, key = program("cv"), {"Idempotency-Key": "tep"}

    for _ in range(3):
        client.post(f"{TASK}/files", files={"file": ("a.pdf", b"%PDF-1.7")}, headers=key)
    other = client.post(f"{TASK}/files", files={"file": ("a.pdf", b"%PDF-1.4")}, headers=key)

    assert len(client.get(f"{TASK}/files").json()["items"]) == 1
    assert other.status_code == 422
