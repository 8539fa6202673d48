"""Drafts of reports: kept while somebody writes, his alone, and gone once the report is sent."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.web import Site

_FORM = "/nhiem-vu/KH-2014/T1/bao-cao"


@pytest.fixture
def started(site: Site) -> Site:
    """The office, with T1 in progress."""
    site.world.do("cv", "start")
    return site


def _keep(site: Site, who: str = "cv", **fields: Any) -> Any:
    data = {"version": site.world.row().version, "note": "Bài đang viết", **fields}
    return site.as_(who).post(f"{_FORM}/nhap", data=data)


def test_what_was_typed_is_there_again_with_its_time(started: Site) -> None:
    kept = _keep(started, number="45/TTr")
    started.world.clock.set(started.now + timedelta(hours=1))

    form = started.as_("cv").get(_FORM).text

    assert kept.status_code == 303
    assert kept.headers["location"] == _FORM
    assert "Bài đang viết" in form
    assert 'value="45/TTr"' in form
    assert "Bản nháp lưu lúc" in form
    assert "15/01/2014 08:00" in form


def test_a_page_that_saves_in_the_background_gets_one_line(started: Site) -> None:
    answer = started.as_("cv").post(
        f"{_FORM}/nhap", data={"note": "Bài", "version": "1"}, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 200
    assert "Đã lưu nháp lúc 15/01/2014 08:00" in answer.text
    assert "<html" not in answer.text


def test_a_draft_is_nobody_elses(started: Site) -> None:
    _keep(started)

    assert "Bài đang viết" not in started.as_("tp").get(_FORM).text


def test_a_draft_changes_nothing_of_the_task_and_stands_in_no_record(started: Site) -> None:
    before, entries = started.world.row(), len(started.world.entries("task:"))

    _keep(started)

    assert started.world.row() == before
    assert len(started.world.entries("task:")) == entries


def test_a_draft_is_gone_when_the_report_is_sent(started: Site) -> None:
    _keep(started)
    data = {"version": started.world.row().version, "note": "xong", "number": "1/BC"}
    started.as_("cv").post(_FORM, data=data)
    started.world.do("cvp", "return", note="thiếu")

    form = started.as_("cv").get(_FORM).text

    assert "Bài đang viết" not in form


def test_a_draft_can_be_thrown_away(started: Site) -> None:
    _keep(started)

    _keep(started, buoc="forget")

    assert "Bài đang viết" not in started.as_("cv").get(_FORM).text


def test_a_draft_without_end_is_not_kept(started: Site) -> None:
    answer = _keep(started, note="x" * 60_000)

    assert answer.status_code == 422


def test_nobody_keeps_drafts_about_what_he_may_not_see(started: Site) -> None:
    started.world.unit("TC")
    started.world.person("la", "TC")

    assert _keep(started, "la").status_code == 404
