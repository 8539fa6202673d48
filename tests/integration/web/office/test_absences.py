"""Absences on screen: what falls into one is said before it is kept, and who may say it."""

from sqlalchemy import select

from engine.store.record import audit_entry
from engine.store.tables import delegation
from tests.support.web import Site

AWAY = {"nguoi": "cv", "nguoi_thay": "cv2", "tu": "2014-01-16", "den": "2014-01-22"}


def _kept(site: Site) -> list[tuple[str, str]]:
    with site.app.database.read() as tx:
        rows = tx.execute(select(delegation.c.from_on, delegation.c.to_on))
        return [(str(one.from_on), str(one.to_on)) for one in rows]


def test_s29_a_deadline_inside_an_absence_is_named_before_anything_is_kept(site: Site) -> None:
    seen = site.as_("cv").post("/vang-mat", data={**AWAY, "lam": "xem"})

    assert seen.status_code == 200
    assert "T1" in seen.text
    assert "Cần xem trước khi ghi" in seen.text
    assert _kept(site) == []


def test_an_absence_is_kept_and_everybody_sees_who_stands_in(site: Site) -> None:
    done = site.as_("cv").post("/vang-mat", data={**AWAY, "tu": "2014-01-15", "lam": "ghi"})

    page = site.as_("tp").get("/vang-mat").text

    assert done.status_code == 303
    assert "Hôm nay (1)" in page
    assert _kept(site) == [("2014-01-15", "2014-01-22")]


def test_a_head_speaks_for_his_people_and_an_officer_for_nobody_else(site: Site) -> None:
    by_head = site.as_("tp").post("/vang-mat", data={**AWAY, "lam": "ghi"})
    by_officer = site.as_("cv2").post("/vang-mat", data={**AWAY, "lam": "ghi"})

    assert by_head.status_code == 303
    assert by_officer.status_code == 403
    assert len(_kept(site)) == 1
    with site.app.database.read() as tx:
        actions = list(tx.execute(select(audit_entry.c.action)).scalars())
    assert actions.count("command.refused") == 1


def test_an_absence_that_has_not_begun_is_withdrawn(site: Site) -> None:
    officer = site.as_("cv")
    officer.post("/vang-mat", data={**AWAY, "lam": "ghi"})

    done = officer.post(
        "/vang-mat/ket-thuc", data={"nguoi": "cv", "nguoi_thay": "cv2", "den": "2014-01-14"}
    )

    assert done.status_code == 303
    assert "Sắp tới" not in officer.get("/vang-mat").text


def test_dates_turned_round_come_back_with_what_was_chosen(site: Site) -> None:
    wrong = {**AWAY, "tu": "2014-02-20", "den": "2014-02-01", "lam": "ghi"}

    answer = site.as_("cv").post("/vang-mat", data=wrong)

    assert answer.status_code == 422
    assert 'value="2014-02-20"' in answer.text
