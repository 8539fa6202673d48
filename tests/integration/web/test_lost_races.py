"""Of two who change the same thing from the same page, the second is told, and loses no word.

`tests/data/rights/races.csv` says for every form of ours how a lost race is answered:

- `version`: the form names what it was made from; whoever is late gets 409 with what is there now.
- `state`: a deed that is done is not done again; the second is refused, or nothing happens.
- `whole`: it says everything it sets; the last one stands, and both are in the record.
- `own`: nobody but its owner posts it; the last one stands.
- `once`: what it opens with is good once.
- `nothing`: it changes nothing that anybody else sees.
"""

import csv
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute

from dondoc.web.rooms import ROOMS
from engine.commands.tasks import find
from tests.support.signing_in import ON_ONE
from tests.support.web import Site

TABLE = Path(__file__).resolve().parents[2] / "data" / "rights" / "races.csv"
ANSWERS = {"version", "state", "whole", "own", "once", "nothing"}
WORDS = "một câu đã viết dài"

#: A task's life: who does what to which item, by forms that are late first and then are not.
LIFE: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("cv", "nhan-viec", "T1", {}),
    ("cv", "vuong-mac", "T1", {"category": "funding", "note": WORDS}),
    ("pgd", "cho-y-kien", "T1:vm1", {"note": WORDS}),
    ("cv", "gia-han", "T1", {"due": "2014-02-20", "note": WORDS}),
    ("pgd", "dong-y", "T1:gh1", {"due": "2014-02-18", "note": WORDS}),
    ("cv", "phoi-hop", "T1", {"unit": "VP", "due": "2014-01-18", "what": WORDS}),
    ("cvp", "bao-cao", "T1:VP", {"note": WORDS, "number": "9/BC"}),
    ("cv", "xac-nhan", "T1:VP", {}),
    ("cvp", "dat-han", "T1", {"due": "2014-02-25", "note": WORDS}),
    ("tp", "doi-nguoi", "T1", {"to": "cv2", "note": WORDS}),
    ("cv2", "bao-cao", "T1", {"note": WORDS, "number": "45/TTr", "number_day": "2014-01-14"}),
    ("cv2", "rut-bao-cao", "T1", {"note": WORDS}),
    ("cv2", "bao-cao", "T1", {"note": WORDS, "number": "46/TTr"}),
    ("cvp", "tra-lai", "T1", {"note": WORDS, "due": "2014-02-28"}),
    ("cv2", "bao-cao", "T1", {"note": WORDS, "number": "47/TTr"}),
    ("cvp", "xac-nhan", "T1", {}),
    ("gd", "mo-lai", "T1", {"note": WORDS, "decision": "12/QĐ"}),
    ("gd", "huy", "T1", {"note": WORDS, "decision": "13/QĐ"}),
)


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_of_every_form_it_is_said_how_a_lost_race_is_answered() -> None:
    posted = {
        route.path
        for room in ROOMS
        for route in room.routes
        if isinstance(route, APIRoute) and "POST" in (route.methods or ())
    }
    said = [row["route"] for row in rows()]

    assert sorted(said) == sorted(posted)
    assert {row["answer"] for row in rows()} <= ANSWERS
    assert all(row["why"] for row in rows())


def version_of(site: Site, code: str) -> int:
    with site.app.database.read() as tx:
        return find(tx, f"KH-2014/{code}").task.version


def test_fault_46_no_deed_of_a_task_is_done_on_a_version_that_is_gone(site: Site) -> None:
    wrong = []
    for who, act, code, fields in LIFE:
        there = version_of(site, code)
        path = f"/nhiem-vu/KH-2014/{code}/{act}"
        late = site.as_(who).post(path, data={**fields, "version": there - 1})
        kept = version_of(site, code) == there
        done = site.as_(who).post(path, data={**fields, "version": there})
        is_shown = WORDS not in fields.values() or WORDS in late.text
        if (late.status_code, kept, is_shown, done.status_code) != (409, True, True, 303):
            wrong.append((act, code, late.status_code, kept, is_shown, done.status_code))

    assert wrong == []
    assert site.world.row().state == "cancelled"
    refused = [one for one in site.world.entries("request:") if one.action == "task.refused"]
    assert len(refused) == len(LIFE)


def refusals(site: Site) -> list[str]:
    return [one.action for one in site.world.entries("request:")]


def ladder(source: str, *, seen: int) -> dict[str, Any]:
    return {
        "rung-0": "remind-2", "days-0": "-2", "unit-0": "wd", "to-0": ["assignee", "unit_head"],
        "rung-1": "escalate-1", "days-1": "1", "unit-1": "wd", "to-1": ["director"],
        "repeat-1": "5" if source == "QĐ 1" else "7", "source": source, "ban": str(seen),
        "viec": "ap-dung",
    }  # fmt: skip


def test_a_ladder_that_somebody_changed_meanwhile_is_shown_beside_what_was_typed(
    site: Site,
) -> None:
    page = "/quan-tri/thang-nhac/unit"
    first = site.as_("cvp").post(page, data=ladder("QĐ 1", seen=1))

    late = site.as_("gd").post(page, data=ladder("QĐ 2", seen=1))
    again = site.as_("gd").post(page, data=ladder("QĐ 2", seen=2))

    assert (first.status_code, late.status_code, again.status_code) == (303, 409, 303)
    assert "Người khác vừa đổi thang này" in late.text
    assert "QĐ 2" in late.text
    assert 'name="ban" value="2"' in late.text
    assert refusals(site) == ["command.refused"]


def test_a_preview_of_a_ladder_does_not_forget_what_it_was_made_from(site: Site) -> None:
    page = "/quan-tri/thang-nhac/unit"
    site.as_("cvp").post(page, data=ladder("QĐ 1", seen=1))

    looked = site.as_("gd").post(page, data={**ladder("QĐ 2", seen=1), "viec": "xem-truoc"})

    assert looked.status_code == 200
    assert 'name="ban" value="1"' in looked.text


def test_an_entry_of_a_person_that_somebody_changed_meanwhile_is_not_written_over(
    site: Site,
) -> None:
    site.make_administrator("gd")
    reader, page = site.as_("gd"), "/quan-tri/nguoi-dung/cv/sua"
    seen = reader.get(page).text.partition('name="ban" value="')[2].partition('"')[0]
    form = {"ten": "Tên thứ nhất", "don_vi": "CNTT", "chuc_vu": "officer", "ban": seen}
    first = reader.post(page, data=form)

    late = reader.post(page, data={**form, "ten": "Tên thứ hai"})
    newest = late.text.partition('name="ban" value="')[2].partition('"')[0]
    again = reader.post(page, data={**form, "ten": "Tên thứ hai", "ban": newest})

    assert (first.status_code, late.status_code, again.status_code) == (303, 409, 303)
    assert "Người khác vừa sửa" in late.text
    assert "Tên thứ nhất" in late.text
    assert 'value="Tên thứ hai"' in late.text
    assert refusals(site) == ["command.refused"]


@ON_ONE
@pytest.mark.parametrize("ban", ["", "không phải số", "9" * 40])
def test_a_form_that_names_no_version_is_taken_as_made_from_the_newest(
    site: Site, ban: str
) -> None:
    form = {**ladder("QĐ 1", seen=1), "ban": ban}

    answer = site.as_("cvp").post("/quan-tri/thang-nhac/unit", data=form)

    assert answer.status_code == 303
