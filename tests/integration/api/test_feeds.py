"""Calendars that other programs subscribe to (S70): what is in them, and who has the key."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar, Event

from engine.commands import feeds
from engine.errors import Unknown
from tests.support.web import Site


def feed_of(site: Site, code: str, unit: str | None = None) -> str:
    """Make the address of a calendar and return its path."""
    with site.app.database.begin() as tx:
        organisation = site.app.rules.current(tx).organisation
        secret = feeds.create_feed(
            tx, person=organisation.person_by_code[code],
            unit=organisation.unit_by_code[unit] if unit else None, by=code, at=site.now,
        )  # fmt: skip
    return f"/ical/{secret}.ics"


def events(site: Site, path: str) -> dict[str, Event]:
    """Return the entries of a calendar by the code of their task."""
    answer = site.as_(None).get(path)
    assert answer.status_code == 200
    whole = Calendar.from_ical(answer.content)
    found = [one for one in whole.walk("VEVENT") if isinstance(one, Event)]
    return {str(one["summary"]).removeprefix("✓ ").split()[0]: one for one in found}


def test_s70_a_person_finds_the_days_of_his_own_tasks(site: Site) -> None:
    path = feed_of(site, "cv")

    found = events(site, path)

    assert set(found) == {"T1", "T2"}
    assert found["T1"].decoded("dtstart") == date(2014, 1, 20)
    assert found["T1"]["uid"] == f"{site.world.ids['T1']}@dondoc"
    (alarm,) = found["T1"].walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(days=-1)


def test_s70_a_unit_has_a_calendar_of_what_it_leads(site: Site) -> None:
    path = feed_of(site, "tp", "CNTT")

    found = events(site, path)

    assert set(found) == {"T1", "T2", "T3"}


def test_s70_a_calendar_of_another_unit_shows_only_what_its_reader_may_see(site: Site) -> None:
    path = feed_of(site, "cv", "VP")

    found = events(site, path)

    assert found == {}


def test_s70_a_date_that_was_moved_replaces_its_entry_and_another_is_never_made(
    site: Site,
) -> None:
    path = feed_of(site, "cv")
    before = events(site, path)["T1"]

    site.world.do("cvp", "set_due", note="chờ ý kiến", due=date(2014, 1, 24))
    after = events(site, path)["T1"]

    assert after["uid"] == before["uid"]
    assert int(after.decoded("sequence")) > int(before.decoded("sequence"))
    assert after.decoded("dtstart") == date(2014, 1, 24)


def test_s70_what_is_finished_is_shown_done_and_rings_no_bell(site: Site) -> None:
    path = feed_of(site, "cv")
    site.world.do("cv", "start")
    site.world.do("cv", "report")
    site.world.do("cvp", "verify")
    site.world.do("gd", "cancel", "T2", note="không làm nữa", decision="12/QĐ")

    found = events(site, path)

    assert str(found["T1"]["summary"]).startswith("✓ T1")
    assert found["T1"].walk("VALARM") == []
    assert found["T2"]["status"] == "CANCELLED"


def test_s70_a_calendar_that_has_not_changed_is_not_sent_again(site: Site) -> None:
    path = feed_of(site, "cv")
    reader = site.as_(None)
    tag = reader.get(path).headers["etag"]

    again = reader.get(path, headers={"If-None-Match": tag})
    site.world.do("cv", "start")
    changed = reader.get(path, headers={"If-None-Match": tag})

    assert (again.status_code, again.content) == (304, b"")
    assert changed.status_code == 200


def test_s70_a_revoked_address_leads_nowhere(site: Site) -> None:
    path = feed_of(site, "cv")

    with site.app.database.begin() as tx:
        feeds.revoke_feed(tx, person_id=site.world.ids["cv"], by="cv", at=site.now)

    assert site.as_(None).get(path).status_code == 404
    assert [one.action for one in site.world.entries("person:")][-2:] == [
        "feed.created", "feed.revoked",
    ]  # fmt: skip


def test_a_new_address_takes_the_place_of_the_old_one(site: Site) -> None:
    old = feed_of(site, "cv")

    new = feed_of(site, "cv")

    assert site.as_(None).get(old).status_code == 404
    assert site.as_(None).get(new).status_code == 200


def test_nobody_revokes_the_address_of_somebody_else(site: Site) -> None:
    feed_of(site, "tp")
    with site.app.database.read() as tx:
        (his,) = feeds.of_person(tx, site.world.ids["tp"])

    with pytest.raises(Unknown), site.app.database.begin() as tx:
        feeds.revoke_feed(tx, person_id=site.world.ids["cv"], by="cv", at=site.now, feed_id=his.id)

    with site.app.database.read() as tx:
        assert feeds.of_person(tx, site.world.ids["tp"]) == [his]


def test_g18_the_calendar_of_somebody_disabled_leads_nowhere(site: Site) -> None:
    path = feed_of(site, "cv")

    site.world.amend("cv", disabled_at=datetime(2014, 1, 15, tzinfo=UTC))

    assert site.as_(None).get(path).status_code == 404


def test_a_guessed_address_leads_nowhere(site: Site) -> None:
    feed_of(site, "cv")

    answers = [site.as_(None).get(f"/ical/{guess}.ics").status_code for guess in ("x", "a" * 43)]

    assert answers == [404, 404]


def test_the_secret_of_an_address_is_in_no_table_and_no_log(site: Site, capfd: Any) -> None:
    path = feed_of(site, "cv")
    secret = path.removeprefix("/ical/").removesuffix(".ics")

    site.as_(None).get(path)

    with site.app.database.read() as tx:
        told = repr(feeds.of_person(tx, site.world.ids["cv"]))
    written = capfd.readouterr()
    recorded = " ".join(one.body for one in site.world.entries(""))
    assert "/ical/***" in written.out + written.err
    assert secret not in told + written.out + written.err + recorded


def test_words_of_a_title_make_no_entry_of_their_own(site: Site) -> None:
    site.world.plan(
        {"code": "X1", "due": "2014-02-20", "title": "Việc\r\nEND:VEVENT\r\nBEGIN:VEVENT; a,b"},
        code="KH-X",
    )

    path = feed_of(site, "cv")

    assert set(events(site, path)) == {"T1", "T2", "X1"}
