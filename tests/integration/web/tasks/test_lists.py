"""The list of tasks on screen: what it shows, whose eyes see it, what its address means."""

import re
from base64 import urlsafe_b64encode

import pytest

from tests.support.web import Site


def codes(page: str) -> list[str]:
    """Return the codes of the lines of a list, in their order."""
    return re.findall(r'<td class="code"[^>]*>([^<]+)</td>', page)


def listed(site: Site, person: str, query: str) -> list[str]:
    answer = site.as_(person).get(f"/nhiem-vu?{query}")
    assert answer.status_code == 200, answer.text
    return codes(answer.text)


def test_the_menu_leads_to_what_is_open_by_its_date(site: Site) -> None:
    answer = site.as_("gd").get("/nhiem-vu")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/nhiem-vu?status=open&sort=due"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("sort=plan", ["T1", "T2", "T3", "T4", "T5"]),
        ("status=open&sort=due", ["T1", "T4", "T2", "T3", "T5"]),
        ("status=open&sort=-due", ["T3", "T2", "T4", "T1", "T5"]),
        ("unit=cntt&sort=code", ["T1", "T2", "T3", "T5"]),
        ("assignee=cvp", ["T4"]),
        ("verifier=cvp", ["T1", "T2", "T3", "T5"]),
        ("leader=pgd", ["T1", "T2", "T3", "T5"]),
        ("due=this-month&sort=due", ["T1", "T4"]),
        ("due=2014-02-01..2014-03-31", ["T2", "T3"]),
        ("kind=standing", ["T5"]),
        ("plan=KH-2014&q=t3", ["T3"]),
        ("status=due-soon&sort=due", ["T1", "T4"]),
        ("status=within-term&sort=code", ["T1", "T2", "T3", "T4"]),
        ("status=overdue", []),
    ],
)
def test_a_list_is_what_its_address_says(site: Site, query: str, found: list[str]) -> None:
    assert listed(site, "gd", query) == found


def test_a_reader_finds_only_what_he_may_see(site: Site) -> None:
    assert listed(site, "cv", "sort=plan") == ["T1", "T2", "T3", "T5"]


@pytest.mark.parametrize(
    "query", ["stauts=open", "status=opne", "unit=nowhere", "due=someday", "unit=VP&unit=CNTT"]
)
def test_a_filter_that_means_nothing_is_an_error_and_no_list(site: Site, query: str) -> None:
    answer = site.as_("gd").get(f"/nhiem-vu?{query}")

    assert answer.status_code == 422
    assert "Bộ lọc không dùng được" in answer.text
    assert codes(answer.text) == []


def test_blank_fields_of_the_form_leave_the_address(site: Site) -> None:
    answer = site.as_("gd").get("/nhiem-vu?status=open&unit=&tu=2014-01-01&den=2014-02-28&sort=due")

    assert answer.headers["location"] == (
        "/nhiem-vu?status=open&due=2014-01-01..2014-02-28&sort=due"
    )


def test_each_thing_a_list_is_narrowed_by_can_be_taken_off_alone(site: Site) -> None:
    page = site.as_("gd").get("/nhiem-vu?status=open&unit=CNTT&sort=due").text

    assert 'href="/nhiem-vu?unit=CNTT&amp;sort=due"' in page
    assert 'href="/nhiem-vu?status=open&amp;sort=due"' in page


@pytest.mark.parametrize("view", ["lich", "tien-do"])
def test_the_other_views_take_the_same_address(site: Site, view: str) -> None:
    answer = site.as_("gd").get(f"/nhiem-vu/{view}?unit=CNTT&sort=due")

    assert answer.status_code == 200
    assert "KH-2014/T1" in answer.text
    assert "KH-2014/T4" not in answer.text


@pytest.mark.parametrize(
    "place", [b"[Infinity]", b"[" * 20_000, b"[1,[]]", b"{}", b"[0]", b'[0,["on","x"]]']
)
def test_a_place_that_nobody_gave_out_is_refused_and_breaks_nothing(
    site: Site, place: bytes
) -> None:
    forged = urlsafe_b64encode(place).decode()

    answer = site.as_("cv").get(f"/nhiem-vu?sau={forged}")

    assert answer.status_code == 422
