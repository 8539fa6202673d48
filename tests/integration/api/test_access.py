"""Who gets in to the API, and what he sees."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from dondoc.api.limits import Meter
from tests.support.programs import TASK, Program, entries, pull
from tests.support.web import Site


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
        reader.post(f"{TASK}/comments", json={"words": "x"}),
        reader.post(f"{TASK}/files", data={"number": "1/TTr"}),
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
    client.post(f"{TASK}/files", files={"file": (name, b"<script>alert(1)</script>")})
    (file,) = client.get(f"{TASK}/files").json()["items"]

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
