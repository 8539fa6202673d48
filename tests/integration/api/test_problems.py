"""How a program is told that it may not, and that looking changes nothing."""

from datetime import date
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from engine.store.record import history
from tests.support.programs import TASK, Program, entries, pull, secret_of
from tests.support.web import Site


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


@pytest.mark.parametrize("path", ["me?x=1", "plans?limit=5", "reports?opne=true", f"{TASK}?=1"])
def test_a_parameter_that_means_nothing_is_refused_and_never_ignored(
    program: Program, path: str
) -> None:
    answer = program("cv").get(path)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
