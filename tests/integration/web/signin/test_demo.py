"""The sample office: anybody by one click, and nothing else that a real office would not have."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dondoc.web.app import create
from engine.store.doors import account
from tests.support.office import World
from tests.support.signing_in import hidden, is_in
from tests.support.web import Site, site_of


@pytest.fixture
def site(world: World, tmp_path: Path) -> Iterator[Site]:
    """The same people, as a sample."""
    made = site_of(world, tmp_path)
    made.app = replace(made.app, is_demo=True)
    made.web = create(made.app)
    yield made
    made.close()


def test_the_sample_office_lists_its_people_by_unit(site: Site) -> None:
    page = site.as_(None).get("/dang-nhap").text

    assert page.index("<h2>Sở</h2>") < page.index('value="gd"')
    assert page.index("<h2>Văn phòng Sở</h2>") < page.index('value="cvp"')
    assert 'type="password"' not in page


def test_one_is_anybody_by_one_click(site: Site) -> None:
    browser = site.as_(None)

    answer = browser.post("/dang-nhap/demo", data={"person": "gd", "tiep": "/tong-quan"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/tong-quan")
    assert is_in(browser)


def test_an_administrator_of_the_sample_office_is_asked_for_no_code(site: Site) -> None:
    with site.app.database.begin() as tx:
        tx.execute(
            account.insert().values(
                person_id=site.world.ids["gd"], is_administrator=True, created_at=site.now
            )
        )
    browser = site.as_(None)

    browser.post("/dang-nhap/demo", data={"person": "gd"})

    assert browser.get("/quan-tri/tai-khoan").status_code == 200


def test_a_form_is_kept_there_too(site: Site) -> None:
    browser = site.as_(None)
    page = browser.post("/tai-khoan/thu", data={"reminder": "off"})

    again = browser.post(
        "/dang-nhap/demo", data={"person": "cv", "kept": hidden(page.text, "kept")}
    )

    assert hidden(again.text, "reminder") == "off"


@pytest.mark.parametrize(("code", "status"), [("khong-co", 404), ("cv2", 403)])
def test_nobody_is_who_is_not_there(site: Site, code: str, status: int) -> None:
    site.world.amend("cv2", disabled_at=site.now)
    browser = site.as_(None)

    answer = browser.post("/dang-nhap/demo", data={"person": code})

    assert answer.status_code == status
    assert not is_in(browser)
