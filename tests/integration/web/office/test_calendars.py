"""The calendar of a year on screen: read by everybody, edited by few, never without a preview."""

from datetime import date

from sqlalchemy import select

from engine.commands import calendars
from engine.store.record import audit_entry
from tests.support.web import Site

TEAM_DAY = {"tu": "2014-01-20", "la": "off", "ten": "Họp toàn ngành", "can_cu": "Công văn 12/SO"}


def test_everybody_reads_the_year_with_its_holidays_and_swaps_in_words(site: Site) -> None:
    page = site.as_("cv").get("/lich/2014").text

    assert 'class="holiday"' in page
    assert 'class="instead"' in page
    assert "nghỉ lễ, nghỉ bù" in page
    assert "được sửa lịch" in page
    assert 'name="can_cu"' not in page


def test_a_preview_says_which_deadline_moves_and_writes_nothing(site: Site) -> None:
    head = site.as_("cvp")

    seen = head.post("/lich/2014/doi", data={**TEAM_DAY, "lam": "xem"})

    assert seen.status_code == 200
    assert "KH-2014/T1" in seen.text
    assert "20/01/2014" in seen.text
    assert "21/01/2014" in seen.text
    with site.app.database.read() as tx:
        assert site.app.rules.current(tx).calendar.is_working_day(date(2014, 1, 20))


def test_what_was_previewed_is_kept_with_its_source_and_told_once(site: Site) -> None:
    head = site.as_("cvp")

    done = head.post("/lich/2014/doi", data={**TEAM_DAY, "lam": "ghi"})

    assert done.status_code == 303
    assert "Họp toàn ngành" in head.get(done.headers["location"]).text
    with site.app.database.read() as tx:
        assert not site.app.rules.current(tx).calendar.is_working_day(date(2014, 1, 20))
        kept = tx.execute(
            select(audit_entry.c.actor).where(audit_entry.c.action == "calendar.changed")
        ).scalars()
        assert list(kept) == ["cvp"]


def test_who_may_not_edit_is_refused_before_he_sees_whose_deadlines_move(site: Site) -> None:
    officer = site.as_("cv")

    seen = officer.post("/lich/2014/doi", data={**TEAM_DAY, "lam": "xem"})
    done = officer.post("/lich/2014/doi", data={**TEAM_DAY, "lam": "ghi"})

    assert (seen.status_code, done.status_code) == (403, 403)
    assert "KH-2014/T4" not in seen.text


def test_an_administrator_loads_a_year_and_edits_no_day(site: Site) -> None:
    site.make_administrator("cv")
    administrator = site.as_("cv")

    loaded = administrator.post("/lich/2016/nap")
    refused = administrator.post("/lich/2014/doi", data={**TEAM_DAY, "lam": "ghi"})

    assert loaded.status_code == 303
    assert refused.status_code == 403
    with site.app.database.read() as tx:
        assert calendars.is_loaded(tx, 2016)


def test_an_officer_loads_no_year(site: Site) -> None:
    refused = site.as_("cv").post("/lich/2016/nap")

    assert refused.status_code == 403
    with site.app.database.read() as tx:
        assert not calendars.is_loaded(tx, 2016)


def test_a_form_with_mistakes_comes_back_with_what_was_typed(site: Site) -> None:
    typed = {**TEAM_DAY, "den": "2014-01-01", "can_cu": "Công văn 12/SO"}

    answer = site.as_("cvp").post("/lich/2014/doi", data=typed)

    assert answer.status_code == 422
    assert "Ngày cuối phải từ ngày đầu" in answer.text
    assert "Công văn 12/SO" in answer.text


def test_a_unit_gets_a_week_of_its_own_and_gives_it_up_again(site: Site) -> None:
    head = site.as_("cvp")
    week = {"don_vi": "CNTT", "nghi": "6", "can_cu_tuan": "Quy chế 3"}

    seen = head.post("/lich/2014/tuan", data={**week, "lam": "xem"})
    done = head.post("/lich/2014/tuan", data={**week, "lam": "ghi"})
    page = head.get("/lich/2014?don_vi=CNTT").text
    undone = head.post("/lich/2014/tuan", data={**week, "lam": "ghi-bo"})

    assert seen.status_code == 200
    assert done.status_code == undone.status_code == 303
    assert "Nghỉ hằng tuần: CN." in page
    assert "Nghỉ hằng tuần: T7, CN." in head.get("/lich/2014?don_vi=CNTT").text


def test_the_week_of_a_unit_is_ticked_as_it_is_so_that_sending_it_changes_nothing(
    site: Site,
) -> None:
    page = site.as_("cvp").get("/lich/2014?don_vi=CNTT").text

    assert page.count(" checked") == 2
    assert 'value="5" checked' in page
    assert 'value="6" checked' in page


def test_a_year_or_a_unit_that_is_none_is_not_found(site: Site) -> None:
    reader = site.as_("cv")

    answers = [reader.get(path).status_code for path in ("/lich/1066", "/lich/2014?don_vi=KHONG")]

    assert answers == [404, 404]
