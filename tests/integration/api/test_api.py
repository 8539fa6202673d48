"""The API: who gets in, what he sees, what he may do, and how he is told that he may not."""

from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from dondoc.api.limits import Meter
from engine.store.doors import replay
from engine.store.record import audit_entry, history
from tests.support.programs import Program, secret_of
from tests.support.web import Site

_T1 = "tasks/KH-2014/T1"
_PULL = f"{_T1}/transitions"


def tag(version: int) -> dict[str, str]:
    return {"If-Match": f'"{version}"'}


def entries(site: Site) -> int:
    with site.app.database.read() as tx:
        return int(tx.execute(select(func.count()).select_from(audit_entry)).scalar_one())


def pull(client: TestClient, trigger: str, version: int, **more: Any) -> Any:
    headers = {**tag(version), **more.pop("headers", {})}
    return client.post(_PULL, json={"trigger": trigger, **more}, headers=headers)


# Who gets in.


@pytest.mark.parametrize("header", [None, "Bearer dd_x", "Bearer", "Basic YTpi", "dd_x"])
def test_nobody_gets_in_without_a_token(program: Program, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}

    answer = program(None).get("tasks", headers=headers)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["code"] == "unauthorized"


def test_the_cookie_of_a_browser_opens_nothing_here(site: Site) -> None:
    signed_in = site.as_("gd")

    answer = signed_in.get("/api/v1/tasks")

    assert answer.status_code == 401


def test_a_token_that_reads_changes_nothing(site: Site, program: Program) -> None:
    reader = program("cv", "read")
    before = entries(site)

    answers = [
        pull(reader, "start", 1),
        reader.post(f"{_T1}/comments", json={"words": "x"}),
        reader.post(f"{_T1}/files", data={"number": "1/TTr"}),
        reader.post("notices/read", json={}),
        reader.post("webhooks", json={"url": "https://example.vn"}),
        reader.delete("tokens/00000000-0000-7000-8000-000000000000"),
        reader.post("audit/verify"),
        reader.get("audit-entries"),
    ]

    assert {one.status_code for one in answers} == {403}
    assert {one.json()["code"] for one in answers} == {"scope_missing"}
    assert entries(site) == before


def test_g18_the_next_call_of_somebody_disabled_is_refused(site: Site, program: Program) -> None:
    client = program("cv")
    assert client.get("me").status_code == 200

    site.world.amend("cv", disabled_at=datetime(2014, 1, 15, tzinfo=UTC))

    assert client.get("me").status_code == 401


def test_a_revoked_token_opens_nothing(program: Program) -> None:
    client = program("cv")

    revoked = client.delete(f"tokens/{client.get('me').json()['token']}")

    assert revoked.status_code == 204
    assert client.get("me").status_code == 401


def test_nobody_revokes_the_token_of_somebody_else(program: Program) -> None:
    his = program("tp").get("me").json()["token"]

    answer = program("cv").delete(f"tokens/{his}")

    assert answer.status_code == 404


def test_tokens_make_no_tokens(program: Program) -> None:
    answer = program("cv").post("tokens", json={"name": "x", "scopes": ["audit"]})

    assert answer.status_code == 405


def test_a_token_calls_only_so_often(site: Site, program: Program) -> None:
    moment = [0.0]
    site.web.state.api.state.meter = Meter(most=2, window=60, elapsed=lambda: moment[0])
    client, other = program("cv"), program("cv")

    first = client.get("me")
    client.get("me")
    over = client.get("me")

    assert first.headers["ratelimit"] == '"token";r=1;t=60'
    assert over.status_code == 429
    assert (over.headers["retry-after"], over.json()["code"]) == ("60", "rate_limited")
    assert other.get("me").status_code == 200
    moment[0] = 61.0
    assert client.get("me").status_code == 200


# What he sees.


def test_a_list_holds_what_its_reader_may_see(program: Program) -> None:
    def codes(who: str) -> list[str]:
        return [one["code"] for one in program(who).get("tasks").json()["items"]]

    assert codes("cv") == ["T1", "T2", "T3", "T5"]
    assert codes("gd") == ["T1", "T2", "T3", "T4", "T5"]


@pytest.mark.parametrize("below", ["", "/events", "/comments", "/files", "/transitions"])
def test_what_one_may_not_see_does_not_exist(program: Program, below: str) -> None:
    client = program("cv")

    hidden, absent = (client.get(f"tasks/KH-2014/{code}{below}") for code in ("T4", "T9"))

    assert hidden.status_code == absent.status_code == 404
    assert hidden.json()["detail"].replace("T4", "T9") == absent.json()["detail"]


def test_the_file_of_a_task_one_may_not_see_does_not_exist(site: Site, program: Program) -> None:
    site.world.do("cvp", "start", "T4")
    owner = program("cvp")
    brought = owner.post("tasks/KH-2014/T4/files", files={"file": ("a.txt", b"kin")})
    (file,) = owner.get("tasks/KH-2014/T4/files").json()["items"]

    foreign = program("cv").get(f"files/{file['id']}")

    assert brought.status_code == 201
    assert foreign.status_code == 404
    assert owner.get(f"files/{file['id']}").content == b"kin"


def test_a_file_comes_back_as_something_that_is_kept_and_never_shown(
    site: Site, program: Program
) -> None:
    site.world.do("cv", "start")
    client = program("cv")
    name = "..\\..\\<b>bẫy</b>.html"
    client.post(f"{_T1}/files", files={"file": (name, b"<script>alert(1)</script>")})
    (file,) = client.get(f"{_T1}/files").json()["items"]

    answer = client.get(f"files/{file['id']}")

    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert "/" not in file["name"]


def test_pages_follow_each_other_without_gap_or_repetition(program: Program) -> None:
    client = program("gd")
    seen, path = [], "tasks?limit=2&sort=due"
    while path:
        answer = client.get(path)
        seen += [one["code"] for one in answer.json()["items"]]
        link = answer.headers.get("link", "")
        path = link.partition(">")[0].removeprefix("</api/v1/")

    assert sorted(seen) == ["T1", "T2", "T3", "T4", "T5"]


def test_a_cursor_is_good_for_its_own_list_alone(program: Program) -> None:
    client = program("gd")
    link = client.get("tasks?limit=1").headers["link"]
    (cursor,) = parse_qs(urlsplit(link.partition(">")[0]).query)["cursor"]

    elsewhere = client.get("tasks", params={"cursor": cursor, "status": "open"})
    changed = client.get("tasks", params={"cursor": f"{cursor[:-3]}AAA"})

    assert elsewhere.status_code == changed.status_code == 422
    assert client.get("tasks", params={"cursor": cursor, "limit": 1}).status_code == 200


def test_an_unknown_filter_is_refused_and_never_ignored(program: Program) -> None:
    answer = program("gd").get("tasks?stauts=open")

    assert answer.status_code == 422
    assert "status" in answer.json()["detail"]


def test_only_the_fields_that_were_asked_for_are_sent(program: Program) -> None:
    client = program("cv")

    listed = client.get("tasks?fields=title,due&limit=1&count=1").json()
    unknown = client.get("tasks?fields=titel")

    assert listed["items"] == [{"address": "KH-2014/T1", "title": "Việc T1", "due": "2014-01-20"}]
    assert (listed["count"], listed["is_more"]) == (4, False)
    assert unknown.status_code == 422


def test_a_draft_is_for_those_who_work_on_it(site: Site, program: Program) -> None:
    site.world.plan({"code": "D1", "due": "2014-05-05"}, code="KH-DT", activate=False)

    officer, monitor = program("cv"), program("cvp")

    assert [one["code"] for one in officer.get("plans").json()["items"]] == ["KH-2014"]
    assert officer.get("plans/KH-DT").status_code == 404
    assert monitor.get("plans/KH-DT").json()["state"] == "draft"
    assert officer.get("plans/KH-2014").json()["tally"] is None
    assert monitor.get("plans/KH-2014").json()["tally"]


# What he may do.


def test_transitions_say_what_can_be_done_and_why_the_rest_cannot(program: Program) -> None:
    answer = program("cv").get(_PULL)

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
    assert officer.get(_T1).json()["state"] == "verified"
    events = officer.get(f"{_T1}/events").json()["items"]
    assert [one["trigger"] for one in events] == ["assign", "start", "report", "verify"]


def test_what_was_read_too_long_ago_changes_nothing(site: Site, program: Program) -> None:
    client = program("cv")
    site.world.do("cv", "start")
    before = entries(site)

    stale, without, unread = (
        pull(client, "report", 1, comment="xong", evidence=["1"]),
        client.post(_PULL, json={"trigger": "report"}),
        client.post(_PULL, json={"trigger": "report"}, headers={"If-Match": "2"}),
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

    posted = client.post(_PULL, json={"trigger": "start", field: value}, headers=tag(1))
    patched = client.patch(_T1, json={field: value}, headers=tag(1))

    assert (posted.status_code, patched.status_code) == (422, 405)
    assert posted.json()["errors"][0]["pointer"] == f"/{field}"
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
    assert program("cv").get(f"{_T1}/events").json()["items"][-1]["on_behalf_of"] == "cv"
    assert unlawful.status_code in (403, 409)


# Once, however often it is asked.


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

    another = client.post(f"{_T1}/comments", json={"words": "x"}, headers=key)
    of_another = program("cv").post(f"{_T1}/comments", json={"words": "x"}, headers=key)

    assert (another.status_code, another.json()["code"]) == (422, "key_reused")
    assert of_another.status_code == 201


def test_g4_a_key_stands_for_its_call_for_a_day(site: Site, program: Program) -> None:
    client, key = program("cv"), {"Idempotency-Key": "a-1"}
    first = client.post(f"{_T1}/comments", json={"words": "x"}, headers=key)

    site.world.clock.advance(timedelta(hours=24))
    later = client.post(f"{_T1}/comments", json={"words": "x"}, headers=key)

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
        client.post(f"{_T1}/files", files={"file": ("a.pdf", b"%PDF-1.7")}, headers=key)
    other = client.post(f"{_T1}/files", files={"file": ("a.pdf", b"%PDF-1.4")}, headers=key)

    assert len(client.get(f"{_T1}/files").json()["items"]) == 1
    assert other.status_code == 422


# How he is told.


def test_every_problem_has_a_page_a_code_and_words_in_the_callers_language(
    site: Site, program: Program
) -> None:
    client = program("cv")

    vietnamese = client.get("tasks/KH-2014/T9")
    english = client.get("tasks/KH-2014/T9", headers={"Accept-Language": "en-GB,en;q=0.9"})

    assert vietnamese.headers["content-type"] == "application/problem+json"
    assert vietnamese.json()["title"] == "Không tìm thấy"
    assert english.json()["title"] == "Not found"
    page = site.as_("cv").get(urlsplit(vietnamese.json()["type"]).path)
    assert page.status_code == 200


def test_an_address_that_is_none_is_a_problem_too(site: Site, program: Program) -> None:
    client = program("cv")
    beside = site.as_(None).get("/api/khac")

    found = [client.get("khong-co"), client.get("a%0Ab"), client.put("tasks")]

    assert [one.status_code for one in found] == [404, 404, 405]
    assert {one.headers["content-type"] for one in [beside, *found]} == {"application/problem+json"}


def test_what_breaks_says_nothing_of_itself(
    site: Site, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.listing.page", lambda *_, **__: 1 / 0)

    answer = program("cv").get("tasks")

    assert answer.status_code == 500
    assert answer.json()["code"] == "broken"
    assert "division" not in answer.text


def test_the_secret_of_a_token_is_in_no_answer_no_record_and_no_log(
    site: Site, program: Program, capfd: Any
) -> None:
    secret = secret_of(site, "cv")
    client = program(None)

    answer = client.get("tokens", headers={"Authorization": f"Bearer {secret}"})

    written = capfd.readouterr()
    recorded = " ".join(one.body for one in site.world.entries(""))
    assert answer.status_code == HTTPStatus.OK
    assert secret not in answer.text + written.out + written.err + recorded


def test_the_record_is_read_by_who_may_with_a_token_that_reaches_it(
    site: Site, program: Program
) -> None:
    site.world.do("cv", "start")
    director, officer = program("gd", "audit"), program("cv", "audit")

    page = director.get("audit-entries?action=task.moved&limit=1")
    verdict = director.post("audit/verify")

    assert page.json()["items"][0]["after"]["trigger"] == "start"
    assert verdict.json()["is_clean"] is True
    assert officer.get("audit-entries").status_code == 403
    kept = [one.action for one in site.world.entries("audit:log")]
    assert kept == ["audit.read", "audit.verified"]


def test_looking_changes_nothing(site: Site, program: Program) -> None:
    client = program("cv")
    paths = [path for path, verbs in client.get("openapi.json").json()["paths"].items()
             if "get" in verbs and "audit" not in path]  # fmt: skip
    before = entries(site)

    for path in paths:
        filled = path.replace("{plan}/{code}", "KH-2014/T1").replace("{year}", "2014")
        client.get(filled.removeprefix("/"))

    assert len(paths) > 15
    assert entries(site) == before
    with site.app.database.read() as tx:
        assert tx.execute(select(func.count()).select_from(history)).scalar_one() == 5


def test_a_date_is_moved_by_its_own_transition(site: Site, program: Program) -> None:
    moved = pull(program("cvp"), "set_due", 1, due="2014-01-24", comment="chờ ý kiến")

    assert moved.status_code == 201
    assert site.world.row("T1").due_on == date(2014, 1, 24)
