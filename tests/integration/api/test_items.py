"""What a program may add to an active plan, and what of it it may put in other words."""

from datetime import date
from typing import Any

import pytest

from tests.support.programs import TASK, Program, entries, tag
from tests.support.web import Site

NEW: dict[str, Any] = {
    "plan": "KH-2014", "title": "Công khai thủ tục", "lead": "CNTT", "due": "2014-02-28",
    "beside": "T1", "assignee": "cv", "output": "Báo cáo", "coordinating": ["VP"],
    "citations": ["12/CT-UBND"], "decision": "15/QĐ", "decided_on": "2014-01-15",
}  # fmt: skip
WORDS = {"title": "Nội dung khác hẳn", "decision": "16/QĐ", "decided_on": "2014-01-15"}


def test_g4_a_task_is_given_once_however_often_it_is_asked(site: Site, program: Program) -> None:
    client, key = program("cvp"), {"Idempotency-Key": "n-1"}

    first, again = (client.post("tasks", json=NEW, headers=key) for _ in range(2))

    assert (first.status_code, first.content) == (201, again.content)
    assert first.headers["location"] == "/api/v1/tasks/KH-2014/T6"
    assert first.json() | {"warnings": []} == {
        "address": "KH-2014/T6", "plan": "KH-2014", "code": "T6", "plan_version": 2,
        "people_told": 2, "warnings": [],
    }  # fmt: skip
    assert client.get("tasks/KH-2014/T6").headers["etag"] == first.headers["etag"] == '"1"'
    row = site.world.row("T6")
    assert (row.state, row.due_on) == ("assigned", date(2014, 2, 28))


def test_everything_wrong_with_a_task_is_pointed_at(program: Program) -> None:
    wrong = {"lead": "Phòng lạ", "due": None, "code": "T1", "decided_on": "2014-12-31"}

    answer = program("cvp").post("tasks", json={**NEW, **wrong})

    pointers = {one["pointer"] for one in answer.json()["errors"]}
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_input")
    assert pointers == {"/lead", "/due", "/code", "/decided_on"}


@pytest.mark.parametrize(
    ("who", "scopes", "plan", "status"),
    [
        ("cv", (), "KH-2014", 403), ("cvp", ("read",), "KH-2014", 403),
        ("cvp", (), "KH-NONE", 404), ("gd", (), "KH-2014", 201),
    ],
)  # fmt: skip
def test_who_adjusts_plans_gives_tasks_and_nobody_else(
    program: Program, who: str, scopes: tuple[str, ...], plan: str, status: int
) -> None:
    answer = program(who, *scopes).post("tasks", json={**NEW, "plan": plan})

    assert answer.status_code == status


def test_who_stands_in_for_an_adjuster_gives_and_rewords_in_his_name_alone(
    site: Site, program: Program
) -> None:
    site.world.delegate("cvp", "cv", first="2014-01-01", last="2014-01-31")
    client, instead = program("cv"), {"on_behalf_of": "cvp"}

    answers = [
        client.post("tasks", json=NEW), client.post("tasks", json={**NEW, **instead}),
        client.patch(TASK, json=WORDS, headers=tag(1)),
        client.patch(TASK, json={**WORDS, **instead}, headers=tag(1)),
    ]  # fmt: skip

    assert [one.status_code for one in answers] == [403, 201, 403, 200]
    assert site.world.row("T1").title == WORDS["title"]


def test_words_change_at_the_version_that_was_read(site: Site, program: Program) -> None:
    client = program("cvp")

    without = client.patch(TASK, json=WORDS)
    done = client.patch(TASK, json={**WORDS, "output": "Tờ trình"}, headers=tag(1))
    stale = client.patch(TASK, json={**WORDS, "title": "Chậm hơn"}, headers=tag(1))
    same = client.patch(TASK, json=WORDS, headers=tag(2))

    assert [one.status_code for one in (without, done, stale, same)] == [428, 200, 412, 200]
    assert done.headers["etag"] == stale.headers["etag"] == same.headers["etag"] == '"2"'
    assert done.json()["title"] == "Nội dung khác hẳn"
    assert client.get(TASK).json()["output"] == "Tờ trình"
    assert site.world.row("T1").version == 2


def test_words_are_changed_by_nobody_else_and_that_is_recorded(
    site: Site, program: Program
) -> None:
    client, before = program("cv"), entries(site)

    refused = client.patch(TASK, json=WORDS, headers=tag(1))
    unseen = client.patch("tasks/KH-2014/T4", json=WORDS, headers=tag(1))

    assert (refused.status_code, unseen.status_code) == (403, 404)
    assert entries(site) == before + 2
    assert site.world.entries("request:")[-1].action == "command.refused"
