"""The list of what one was told, and the mail it was told by: whose it is, and what reads it."""

import pytest
from sqlalchemy import select

from dondoc.api.problems import TITLES
from dondoc.web.record.help import explanations
from engine.store.record import audit_entry, message, notice
from tests.support.mailed import mailed
from tests.support.post import FakeCourier
from tests.support.web import Site


@pytest.fixture
def told(site: Site, courier: FakeCourier) -> Site:
    """The office after everybody was told of his assignments."""
    site.world.now("2014-01-15T08:10")
    mailed(site.world, courier)
    return site


def test_what_one_was_told_is_on_ones_list_and_can_be_marked_as_read(told: Site) -> None:
    reader = told.as_("cv")
    page = reader.get("/thong-bao")
    answer = reader.post("/thong-bao")
    unread = reader.get("/thong-bao?chua_doc=1")

    assert "/nhiem-vu/KH-2014/T1" in page.text
    assert answer.status_code == 303
    assert "Không có thông báo nào." in unread.text
    with told.app.database.read() as tx:
        seen = select(notice.c.read_at).where(notice.c.recipient_id == told.world.ids["cv"])
        assert None not in set(tx.execute(seen).scalars())
        acts = set(tx.execute(select(audit_entry.c.action)).scalars())
    assert "notice.read" in acts


def test_looking_at_the_list_changes_nothing(told: Site) -> None:
    told.as_("cv").get("/thong-bao")

    with told.app.database.read() as tx:
        assert set(tx.execute(select(notice.c.read_at)).scalars()) == {None}


def test_nobody_reads_the_mail_of_others_but_who_follows_the_plan(told: Site) -> None:
    with told.app.database.read() as tx:
        mine, of_head = (
            tx.execute(
                select(message.c.id).where(message.c.recipient_id == told.world.ids[code])
            ).scalar_one()
            for code in ("cv", "tp")
        )

    officer, office = told.as_("cv"), told.as_("cvp")

    assert officer.get(f"/thu/{mine}").status_code == 200
    assert officer.get(f"/thu/{of_head}").status_code == 404
    assert officer.get(f"/thu/{of_head}/nguyen-ban").status_code == 404
    assert str(of_head) not in officer.get("/thu").text
    assert office.get(f"/thu/{of_head}").status_code == 200


def test_mail_as_its_reader_sees_it_can_do_nothing_here(told: Site) -> None:
    with told.app.database.read() as tx:
        letter = tx.execute(
            select(message.c.id).where(message.c.recipient_id == told.world.ids["cv"])
        ).scalar_one()

    answer = told.as_("cv").get(f"/thu/{letter}/nguyen-ban")

    policy = answer.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy


@pytest.mark.parametrize("address", ["/thu/x", "/thu/..%2f", "/thong-bao?truoc=x", "/loi/khong-co"])
def test_an_address_that_means_nothing_is_refused_and_breaks_nothing(
    site: Site, address: str
) -> None:
    assert site.as_("cv").get(address).status_code in (404, 422)


def test_every_problem_a_program_is_told_of_has_a_page() -> None:
    assert set(TITLES) <= set(explanations())


def test_help_is_there_in_both_languages(site: Site) -> None:
    reader = site.as_("cv")
    vietnamese = reader.get("/tro-giup").text
    reader.cookies.set("dondoc-lang", "en", domain="127.0.0.1")
    english = reader.get("/tro-giup").text

    assert "Chuyên viên" in vietnamese
    assert "Officers" in english
