"""What a program may do to a task, at the version it has read."""

from typing import Any

import pytest

from tests.support.programs import TASK, TRANSITIONS, Program, entries, pull, tag
from tests.support.web import Site


def test_transitions_say_what_can_be_done_and_why_the_rest_cannot(program: Program) -> None:
    answer = program("cv").get(TRANSITIONS)

    found = {one["trigger"]: one for one in answer.json()["items"]}
    assert found["start"]["is_allowed"] is True
    assert found["report"]["reason"]["code"] == "transition_refused"
    assert found["cancel"]["reason"]["code"] == "not_permitted"
    assert found["report"]["needs"] == ["note", "evidence"]


def test_a_task_goes_its_way_from_start_to_verified(site: Site, program: Program) -> None:
    officer, monitor = program("cv"), program("cvp")

    started = pull(officer, "start", 1)
    reported = pull(officer, "report", 2, comment="xong", evidence=["12/TTr"])
    verified = pull(monitor, "verify", 3)

    assert [one.status_code for one in (started, reported, verified)] == [201] * 3
    assert verified.headers["etag"] == '"4"'
    assert officer.get(TASK).json()["state"] == "verified"
    events = officer.get(f"{TASK}/events").json()["items"]
    assert [one["trigger"] for one in events] == ["assign", "start", "report", "verify"]


def test_what_was_read_too_long_ago_changes_nothing(site: Site, program: Program) -> None:
    client = program("cv")
    site.world.do("cv", "start")
    before = entries(site)

    stale, without, unread = (
        pull(client, "report", 1, comment="xong", evidence=["1"]),
        client.post(TRANSITIONS, json={"trigger": "report"}),
        client.post(TRANSITIONS, json={"trigger": "report"}, headers={"If-Match": "2"}),
    )

    assert [one.status_code for one in (stale, without, unread)] == [412, 428, 400]
    assert stale.headers["etag"] == '"2"'
    assert entries(site) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [("state", "verified"), ("assignee", "gd"), ("version", 9), ("due_on", "2030-01-01"),
     ("actor", "gd"), ("task", "KH-2014/T4")],
)  # fmt: skip
def test_no_field_is_set_past_its_transition(
    site: Site, program: Program, field: str, value: Any
) -> None:
    client, before = program("cv"), site.world.row("T1")

    posted = client.post(TRANSITIONS, json={"trigger": "start", field: value}, headers=tag(1))
    patched = client.patch(TASK, json={field: value}, headers=tag(1))

    assert (posted.status_code, patched.status_code) == (422, 422)
    for answer in (posted, patched):
        assert f"/{field}" in [one["pointer"] for one in answer.json()["errors"]]
    assert site.world.row("T1") == before


def test_a_refusal_is_in_the_record_with_who_asked_for_what(site: Site, program: Program) -> None:
    answer = pull(program("cv"), "cancel", 1, comment="thôi", decision="1/QĐ")

    assert answer.status_code == 403
    assert answer.json()["code"] == "not_permitted"
    newest = site.world.entries("request:")[-1]
    assert (newest.action, newest.actor) == ("task.refused", "cv")
    assert '"trigger":"cancel"' in newest.body


def test_what_a_request_lacks_is_named(site: Site, program: Program) -> None:
    client = program("cv")
    site.world.do("cv", "start")

    note = pull(client, "report", 2)
    proof = pull(client, "report", 2, comment="xong")

    assert [(one.status_code, one.json()["code"]) for one in (note, proof)] == [
        (422, "note_required"), (422, "evidence_required"),
    ]  # fmt: skip


def test_an_obstacle_is_raised_and_answered_by_its_own_address(
    site: Site, program: Program
) -> None:
    site.world.do("cv", "start")

    raised = pull(program("cv"), "raise", 2, comment="thiếu tiền", category="funding")
    address = raised.json()["opened"]
    version = program("pgd").get(f"tasks/{address}").json()["version"]
    answered = program("pgd").post(
        f"tasks/{address}/transitions", headers=tag(version),
        json={"trigger": "answer", "comment": "đã bố trí", "pause": ["2014-01-15", "2014-01-17"]},
    )  # fmt: skip

    assert raised.status_code == answered.status_code == 201
    assert answered.json()["to_state"] == "answered"
    assert site.world.row("T1").pauses


def test_a_substitute_acts_in_the_name_of_whom_he_stands_in_for(
    site: Site, program: Program
) -> None:
    site.world.delegate("cv", "cv2", first="2014-01-15", last="2014-01-20")

    lawful = pull(program("cv2"), "start", 1, on_behalf_of="cv")
    unlawful = pull(program("tp"), "withdraw", 2, on_behalf_of="cv", comment="x")

    assert lawful.status_code == 201
    assert program("cv").get(f"{TASK}/events").json()["items"][-1]["on_behalf_of"] == "cv"
    assert unlawful.status_code in (403, 409)


def test_a_program_urges_and_is_told_why_not_a_second_time(site: Site, program: Program) -> None:
    monitor, director = program("cvp"), program("gd")

    urged = pull(monitor, "urge", 1, comment="Trước thứ Hai")
    again = pull(director, "urge", 1)
    listed = director.get(TRANSITIONS).json()["items"]

    assert (urged.status_code, urged.json()["version"]) == (201, 1)
    assert again.json()["code"] == "invalid"
    assert [one.rung for one in site.world.ledger()].count("urged") == 1
    reason = next(one["reason"] for one in listed if one["trigger"] == "urge")
    assert "cvp" in reason["detail"]
