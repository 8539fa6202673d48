"""Whether the process lives, whether the service can be relied upon, and who may read numbers."""

from dataclasses import replace
from datetime import timedelta
from unittest.mock import Mock

import pytest
from pydantic import SecretStr
from sqlalchemy.exc import OperationalError

from dondoc.web.app import create
from engine.store import heartbeats
from tests.support.web import Site


def beat(site: Site, *, ago: timedelta) -> None:
    with site.app.database.begin() as tx:
        for part in ("sweep", "relay"):
            heartbeats.beat(tx, part, at=site.now - ago, node="test")


def test_g14_a_process_that_sweeps_is_unhealthy_after_five_minutes_without_a_sweep(
    site: Site,
) -> None:
    site.web.state.sweeps = True
    reader = site.as_(None)

    beat(site, ago=timedelta(minutes=4))
    well = reader.get("/healthz")
    beat(site, ago=timedelta(minutes=6))
    ill = reader.get("/healthz")

    assert (well.status_code, well.json()) == (200, {"ok": True, "findings": []})
    assert (ill.status_code, ill.json()) == (503, {"ok": False, "findings": ["sweep_late"]})


def test_a_process_that_only_serves_pages_is_healthy_without_a_sweep(site: Site) -> None:
    beat(site, ago=timedelta(days=1))

    answer = site.as_(None).get("/healthz")

    assert answer.status_code == 200


def test_the_service_is_not_ready_while_nobody_sweeps(site: Site) -> None:
    reader = site.as_(None)

    never = reader.get("/readyz")
    beat(site, ago=timedelta(minutes=1))
    now = reader.get("/readyz")

    assert never.json()["findings"] == ["relay_never", "sweep_never"]
    assert now.status_code == 200


def test_the_service_is_not_ready_while_its_database_is_away(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = Mock(side_effect=OperationalError("", {}, Exception("connection refused")))
    monkeypatch.setattr(site.app.database, "read", away)
    answer = site.as_(None).get("/readyz")

    assert (answer.status_code, answer.json()["findings"]) == (503, ["database_unreachable"])


def test_numbers_are_shown_to_this_machine_alone(site: Site) -> None:
    site.as_("cv").get("/viec-cua-toi")
    here = site.as_(None, client=("127.0.0.1", 5000))
    there = site.as_(None, client=("10.0.0.9", 5000))

    shown = here.get("/metrics")
    behind_a_proxy = {
        here.get("/metrics", headers={name: "10.0.0.9"}).status_code
        for name in ("x-forwarded-for", "x-real-ip", "forwarded", "via")
    }
    unnamed = site.as_(None, client=("::1", 5000))
    behind_one_that_nobody_named = unnamed.get("/metrics", headers={"x-forwarded-for": "10.0.0.9"})
    refused = there.get("/metrics")

    assert shown.status_code == 200
    assert 'route="/viec-cua-toi"' in shown.text
    assert "dondoc_outbox_waiting" in shown.text
    assert behind_a_proxy == {404}
    assert behind_one_that_nobody_named.status_code == refused.status_code == 404


def test_numbers_are_shown_to_whoever_has_the_token(site: Site) -> None:
    web = site.app.settings.web.model_copy(update={"metrics_token": SecretStr("geheim")})
    settings = site.app.settings.model_copy(update={"web": web})
    site.web = create(replace(site.app, settings=settings))
    there = site.as_(None, client=("10.0.0.9", 5000))

    right = there.get("/metrics", headers={"authorization": "Bearer geheim"})
    wrong = there.get("/metrics", headers={"authorization": "Bearer gehein"})

    assert (right.status_code, wrong.status_code) == (200, 404)


def test_numbers_never_name_what_was_asked_for(site: Site) -> None:
    here = site.as_(None, client=("127.0.0.1", 5000))
    here.get("/ical/geheim.ics")
    here.request("GEHEIM", "/x")

    shown = here.get("/metrics")

    assert "geheim" not in shown.text.lower()
