"""The page of webhooks: added, shown with what came of them, deleted; by whoever may."""

import re

import pytest

from tests.support.web import Site

_PAGE = "/quan-tri/webhook"


def added(site: Site, who: str = "cvp", **fields: str) -> str:
    """Add a webhook on the page and return the page that answers."""
    answer = site.as_(who).post(_PAGE, data={"url": "https://example.vn/tin", **fields})
    assert answer.status_code == 200
    return answer.text


def test_a_program_is_added_on_a_page_that_shows_its_secret_once(site: Site) -> None:
    answered = added(site)

    (secret,) = re.findall(r'class="secret">([^<]+)<', answered)
    again = site.as_("cvp").get(_PAGE).text
    assert len(secret) > 40
    assert secret not in again
    assert "https://example.vn/tin" in again


def test_what_was_typed_wrong_stays_in_the_form_with_the_reason(site: Site) -> None:
    answer = site.as_("cvp").post(_PAGE, data={"url": "http://10.0.0.1/tin"})

    assert answer.status_code == 422
    assert 'value="http://10.0.0.1/tin"' in answer.text
    assert "địa chỉ nội bộ" in answer.text


def test_only_chosen_events_are_told(site: Site) -> None:
    added(site, events="task.reported")

    page = site.as_("gd").get(_PAGE).text

    assert '"Sự kiện">báo cáo kết quả</td>' in page
    assert "mọi sự kiện</td>" not in page


def test_one_program_has_a_page_of_what_it_was_told(site: Site) -> None:
    (webhook,) = set(re.findall(rf'{_PAGE}/([0-9a-f-]{{36}})"', added(site)))

    page = site.as_("cvp").get(f"{_PAGE}/{webhook}")

    assert page.status_code == 200
    assert "Chưa có tin nào" in page.text


def test_a_program_is_deleted_by_a_button(site: Site) -> None:
    (webhook,) = set(re.findall(rf'{_PAGE}/([0-9a-f-]{{36}})"', added(site)))

    answer = site.as_("cvp").post(f"{_PAGE}/{webhook}/xoa")

    assert answer.status_code == 303
    assert "https://example.vn/tin" not in site.as_("cvp").get(_PAGE).text
    assert site.as_("cvp").get(f"{_PAGE}/{webhook}").status_code == 404


@pytest.mark.parametrize("path", ["", "/x", "/x/xoa", "/x/chay-tiep", "/x/gui-lai/y"])
def test_whoever_runs_neither_plan_nor_machine_finds_nothing_here(site: Site, path: str) -> None:
    officer = site.as_("cv")

    answer = officer.get(_PAGE + path) if path in ("", "/x") else officer.post(_PAGE + path)

    assert answer.status_code == 403


def test_the_page_of_the_api_needs_somebody_signed_in(site: Site) -> None:
    stranger, officer = site.as_(None), site.as_("cv")

    assert stranger.get("/api/docs").status_code == 303
    page = officer.get("/api/docs")
    assert page.status_code == 200
    assert "unsafe" not in page.headers["content-security-policy"]
