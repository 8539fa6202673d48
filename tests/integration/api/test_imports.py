"""Plans that programs hand in: read, kept, named, committed and settled as on the pages (G4)."""

from collections.abc import Mapping
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from dondoc import intake
from dondoc.web.shield.turns import own_turn
from engine.commands import plan_imports
from engine.commands.plan_imports import Papers, Upload
from engine.errors import Unknown
from tests.support.drafts import deadline, item
from tests.support.handing import DRAFT, PLAIN, STRANGE, Desk, clear
from tests.support.programs import Program
from tests.support.web import Site

#: What is read, and what is refused before anything is written, does not depend on the database.
ON_ONE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
NAMED = {
    "Việc phải làm": "task", "Ai làm": "lead", "Xong trước": "deadline", "TT": "number",
}  # fmt: skip
ALIKE = PLAIN + "3,Tập huấn nghiệp vụ.,Phòng lạ,30/6/2014\n"


@pytest.fixture
def desk(site: Site) -> Desk:
    """The office with an officer of the monitoring unit, `vp1`."""
    site.world.person("vp1", "VP")
    return Desk(site)


def hand_in(client: TestClient, text: str, *, code: str = DRAFT, **headers: str) -> Response:
    return client.post(
        f"plans/{code}/imports", data={"year": "2014"}, headers=headers,
        files={"file": ("bang.csv", text.encode())},
    )  # fmt: skip


def where(answer: Response) -> str:
    """Return the address of an import, as the client of a test names it."""
    return answer.headers["location"].removeprefix("/api/v1/")


def known(answer: Response) -> Mapping[str, Any]:
    assert answer.headers["content-type"] == "application/json", answer.text
    found: Mapping[str, Any] = answer.json()
    return found


def test_a_plan_is_handed_in_named_committed_and_settled(desk: Desk, program: Program) -> None:
    client = program("vp1")

    begun = hand_in(client, STRANGE)
    place = where(begun)
    waiting = known(client.get(f"plans/{DRAFT}/imports"))["items"]
    early = client.post(f"{place}/commit")
    named = known(client.patch(place, json={"columns": NAMED}))
    rows = known(client.get(f"{place}/rows"))
    before = desk.states()
    done = client.post(f"{place}/commit")

    assert begun.status_code == done.status_code == 201
    assert known(begun)["tables"][0]["columns"][1]["header"] == "Việc phải làm"
    assert [one["id"] for one in waiting] == [known(begun)["id"]]
    assert (early.status_code, early.json()["code"]) == (422, "bad_input")
    assert (named["items"], named["faults"], named["columns"]) == (2, [], NAMED)
    assert [(one["title"], one["lead"], one["action"]) for one in rows["items"]] == [
        ("Xây dựng kế hoạch", "CNTT", "create"), ("Tập huấn nghiệp vụ", "VP", "create"),
    ]  # fmt: skip
    assert rows["items"][0]["source"]["row"] == 2
    assert DRAFT not in before
    assert known(done) == {
        "plan": DRAFT, "create": 2, "update": 0, "unchanged": 0, "needs_decision": 0,
    }  # fmt: skip
    assert done.headers["location"] == f"/api/v1/plans/{DRAFT}/review"
    assert known(client.get(place))["state"] == "done"
    assert desk.imports() == [("done", True)]
    assert [one for one, who in desk.actions() if who == "vp1"][-5:] == [
        "import.opened", "command.refused", "import.settled", "plan.imported", "import.done",
    ]  # fmt: skip


def test_what_is_asked_of_rows_is_settled_together_or_not_at_all(
    desk: Desk, program: Program
) -> None:
    client = program("vp1")
    client.post(f"{where(hand_in(client, ALIKE))}/commit")
    asked = known(client.get(f"plans/{DRAFT}/review"))
    first, last = asked["items"][1]["code"], asked["items"][2]["code"]
    both = [{"item": one, "choice": "keep"} for one in (first, last)]
    lead = {"item": last, "choice": "lead", "value": "CNTT"}
    due = {"item": last, "choice": "due", "due": ["2014-09-30"]}

    wrong = client.post(
        f"plans/{DRAFT}/decisions", json={"decisions": [*both, {**lead, "value": "NOBODY"}]}
    )
    after_wrong = known(client.get(f"plans/{DRAFT}/review"))
    right = known(client.post(f"plans/{DRAFT}/decisions", json={"decisions": [*both, lead, due]}))
    settled = known(client.get(f"plans/{DRAFT}/review"))["items"][2]

    assert asked["items"][1]["near_duplicates"] == [last]
    assert asked["items"][2]["near_duplicates"] == [first]
    assert {one["code"] for one in asked["items"][2]["questions"]} == {
        "near_duplicate", "lead_unknown",
    }  # fmt: skip
    assert wrong.status_code == 404
    assert after_wrong == asked
    assert right == {"plan": DRAFT, "decided": 2, "needs_decision": 0}
    assert (settled["lead"], settled["due"]) == ("CNTT", ["2014-09-30"])


def test_g4_a_plan_that_is_handed_in_and_committed_twice_is_one(
    desk: Desk, program: Program
) -> None:
    client = program("vp1")

    begun = [hand_in(client, PLAIN, **{"Idempotency-Key": "tep"}) for _ in range(2)]
    other = hand_in(client, ALIKE, **{"Idempotency-Key": "tep"})
    commit = f"{where(begun[0])}/commit"
    done = [client.post(commit, headers={"Idempotency-Key": "giao"}) for _ in range(2)]
    again = client.post(commit)

    assert {one.content for one in begun} == {begun[0].content}
    assert {(one.status_code, one.content) for one in done} == {(201, done[0].content)}
    assert done[1].headers["idempotency-replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    assert desk.imports() == [("done", True)]


@ON_ONE
@pytest.mark.parametrize(
    ("text", "code", "status", "problem"),
    [
        (PLAIN.replace("TT", "Mã").replace("\n2,", "\n1,"), DRAFT, 422, "bad_input"),
        (PLAIN, "KH-2014", 422, "invalid"),
        ("", DRAFT, 422, "invalid"),
        ("x" * 21_000_000, DRAFT, 413, "too_large"),
    ],
)
def test_a_file_that_becomes_no_draft_leaves_nothing(
    desk: Desk, program: Program, text: str, code: str, status: int, problem: str
) -> None:
    answer = hand_in(program("vp1"), text, code=code)

    assert (answer.status_code, answer.json()["code"]) == (status, problem)
    assert desk.imports() == []
    assert desk.states() == {"KH-2014": "active"}


@ON_ONE
def test_every_fault_of_a_file_is_named_with_its_place(desk: Desk, program: Program) -> None:
    twice = PLAIN.replace("TT", "Mã").replace("\n2,", "\n1,")

    answer = hand_in(program("vp1"), twice)

    (fault,) = answer.json()["errors"]
    assert fault["pointer"] == "dòng 2 và dòng 3"
    assert "hai dòng cùng mã 1" in fault["message"]


@ON_ONE
@pytest.mark.parametrize(
    ("columns", "wrong"),
    [({"Không có": "lead"}, "columns/Không có"), ({"Ai làm": "boss"}, "columns/Ai làm"),
     ({"Ai làm": "lead", "Việc phải làm": "lead"}, "columns/Ai làm")],
)  # fmt: skip
def test_columns_that_cannot_be_so_are_refused(
    desk: Desk, program: Program, columns: dict[str, str], wrong: str
) -> None:
    client = program("vp1")
    place = where(hand_in(client, STRANGE))

    answer = client.patch(place, json={"columns": columns})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/{wrong}")
    assert known(client.get(place))["columns"] == {}


@ON_ONE
def test_what_somebody_handed_in_is_there_for_nobody_else(desk: Desk, program: Program) -> None:
    place = where(hand_in(program("vp1"), PLAIN))
    other = program("cvp")

    answers = [
        other.get(place), other.get(f"{place}/rows"), other.patch(place, json={}),
        other.post(f"{place}/commit"), other.delete(place),
    ]  # fmt: skip

    with pytest.raises(Unknown), desk.site.app.database.begin() as tx:
        plan_imports.give_up(
            tx, place.rpartition("/")[2], actor="cvp", rules=desk.site.app.rules, at=desk.site.now
        )
    assert {(one.status_code, one.json()["code"]) for one in answers} == {(404, "unknown")}
    assert known(other.get(f"plans/{DRAFT}/imports"))["items"] == []
    assert desk.imports() == [("open", True)]


@ON_ONE
def test_what_is_given_up_is_forgotten(desk: Desk, program: Program) -> None:
    client = program("vp1")
    place = where(hand_in(client, PLAIN))

    elsewhere = known(client.get("plans/KH-2014/imports"))["items"]
    answer = client.delete(place)
    after = [client.post(f"{place}/commit"), client.get(f"{place}/rows")]

    assert elsewhere == []
    assert answer.status_code == 204
    assert desk.imports() == [("given_up", False)]
    assert [(one.status_code, one.json()["code"]) for one in after] == [(409, "conflict")] * 2


@ON_ONE
def test_a_file_that_is_no_new_plan_is_there_on_pages_alone(desk: Desk, program: Program) -> None:
    upload = Upload(
        papers=Papers(files=(("bang.csv", PLAIN.encode()),)), purpose="adjustment",
        plan_code="KH-2014", choices={"code": "KH-2014"},
    )  # fmt: skip
    with desk.site.app.database.begin() as tx:
        made = plan_imports.begin(
            tx, upload, actor="vp1", rules=desk.site.app.rules, at=desk.site.now
        )
    client, place = program("vp1"), f"imports/{made}"

    answers = [
        client.get(place), client.get(f"{place}/rows"), client.patch(place, json={}),
        client.post(f"{place}/commit"), client.delete(place),
    ]  # fmt: skip

    assert {(one.status_code, one.json()["code"]) for one in answers} == {(404, "unknown")}
    assert known(client.get("plans/KH-2014/imports"))["items"] == []
    assert desk.imports() == [("open", True)]


@ON_ONE
def test_whoever_left_the_monitoring_unit_reads_no_rows_any_more(
    desk: Desk, program: Program
) -> None:
    client = program("vp1")
    place = where(hand_in(client, PLAIN))
    desk.site.world.dismiss("vp1")

    answers = [client.get(f"{place}/rows"), client.post(f"{place}/commit")]

    assert [one.status_code for one in answers] == [403, 403]
    assert desk.imports() == [("open", True)]


@pytest.mark.parametrize("who", ["cv", "tp", "pgd", "gd"])
def test_nobody_but_the_monitoring_unit_takes_plans_in(
    desk: Desk, program: Program, who: str
) -> None:
    client = program(who)

    taken = hand_in(client, PLAIN)
    decided = client.post(
        "plans/KH-2014/decisions", json={"decisions": [{"item": "T1", "choice": "keep"}]}
    )

    assert (taken.status_code, decided.status_code) == (403, 403)
    assert desk.imports() == []
    assert desk.actions()[-2:] == [("command.refused", who)] * 2


@ON_ONE
def test_a_token_that_only_reads_hands_nothing_in(desk: Desk, program: Program) -> None:
    client = program("vp1", "read")

    answers = [hand_in(client, PLAIN), client.get(f"plans/{DRAFT}/imports")]

    assert [one.status_code for one in answers] == [403, 200]
    assert answers[0].json()["code"] == "scope_missing"


@pytest.mark.parametrize(("who", "status"), [("cv", 403), ("gd", 200), ("vp1", 200)])
def test_the_rows_of_a_plan_are_for_those_who_see_all_of_it(
    desk: Desk, program: Program, who: str, status: int
) -> None:
    assert program(who).get("plans/KH-2014/review").status_code == status


def test_a_draft_is_not_there_for_who_may_not_see_drafts(desk: Desk, program: Program) -> None:
    desk.draft(*clear())
    other = program("cv")
    item = {
        "plan": DRAFT, "title": "Việc", "lead": "CNTT", "due": "2014-06-30", "decision": "1/QĐ",
        "decided_on": "2014-01-15",
    }  # fmt: skip

    answers = [other.get(f"plans/{DRAFT}/review"), other.post("tasks", json=item)]

    assert [one.status_code for one in answers] == [404, 404]


@ON_ONE
def test_one_person_has_one_file_read_at_a_time_whichever_door_he_takes(
    desk: Desk, program: Program
) -> None:
    with own_turn("vp1", "import"):
        answer = hand_in(program("vp1"), PLAIN)

    assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
    assert int(answer.headers["retry-after"]) > 0


@ON_ONE
def test_what_was_named_anew_while_it_was_read_is_not_committed(
    desk: Desk, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = program("vp1")
    place = where(hand_in(client, PLAIN))
    read, app = intake.read, desk.site.app

    def slow(papers: Papers, chosen: intake.Chosen) -> intake.Reading:
        found = read(papers, chosen)
        name, meanwhile = place.rpartition("/")[2], {"follow": "tables"}
        with app.database.begin() as tx:
            plan_imports.settle(tx, name, meanwhile, actor="vp1", rules=app.rules, at=desk.site.now)
        return found

    monkeypatch.setattr(intake, "read", slow)
    answer = client.post(f"{place}/commit")

    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert DRAFT not in desk.states()


def test_a_draft_begins_once_nothing_of_it_is_asked(desk: Desk, program: Program) -> None:
    client, head = program("vp1"), program("cvp")
    unknown = item("9", lead="Phòng lạ", deadline=deadline("2014-06-30"))
    desk.draft(*clear(), unknown)
    drop = {"decisions": [{"item": "9", "choice": "drop"}]}

    early = head.post(f"plans/{DRAFT}/activation", json={})
    client.post(f"plans/{DRAFT}/decisions", json=drop)
    forbidden = client.post(f"plans/{DRAFT}/activation", json={})
    unseen = program("cv").post(f"plans/{DRAFT}/activation", json={})
    done = head.post(f"plans/{DRAFT}/activation", json={})

    assert (early.status_code, early.json()["code"]) == (422, "undecided")
    assert "9" in [one["pointer"] for one in early.json()["errors"]]
    assert (forbidden.status_code, unseen.status_code) == (403, 404)
    assert (done.status_code, known(done)["assigned"]) == (201, 3)
    assert desk.states() == {"KH-2014": "active", DRAFT: "active"}
