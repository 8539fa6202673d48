"""Talk about a task: who may, what is kept, and that nothing said becomes markup."""

import pytest

from tests.support.web import Site

_T1 = "/nhiem-vu/KH-2014/T1"


def test_what_is_said_stands_on_the_page_and_in_the_record(site: Site) -> None:
    answer = site.as_("cv").post(f"{_T1}/trao-doi", data={"words": "Đã gửi dự thảo lần 2"})

    (entry,) = site.world.entries("comment:")
    assert answer.status_code == 303
    assert "Đã gửi dự thảo lần 2" in site.as_("tp").get(_T1).text
    assert (entry.action, entry.actor) == ("task.commented", "cv")
    assert "KH-2014/T1" in entry.body


def test_talk_changes_nothing_of_the_task(site: Site) -> None:
    before = site.world.row()

    site.as_("cv").post(f"{_T1}/trao-doi", data={"words": "Xin chào"})

    assert site.world.row() == before


@pytest.mark.parametrize("words", ["", "   ", "x" * 2_001])
def test_neither_nothing_nor_too_much_can_be_said(site: Site, words: str) -> None:
    answer = site.as_("cv").post(f"{_T1}/trao-doi", data={"words": words})

    assert answer.status_code == 422
    assert words.strip() in answer.text
    assert site.world.entries("comment:") == []


def test_whoever_does_not_see_a_task_says_nothing_about_it(site: Site) -> None:
    site.world.unit("TC")
    site.world.person("la", "TC")

    answer = site.as_("la").post(f"{_T1}/trao-doi", data={"words": "Xin chào"})

    assert answer.status_code == 404
    assert site.world.entries("comment:") == []


def test_s64_an_auditor_reads_talk_and_says_nothing(site: Site) -> None:
    site.world.person("kt", "SO", "auditor")
    site.as_("cv").post(f"{_T1}/trao-doi", data={"words": "Đã gửi"})

    page = site.as_("kt").get(_T1)
    answer = site.as_("kt").post(f"{_T1}/trao-doi", data={"words": "Xin chào"})

    assert "Đã gửi" in page.text
    assert f'action="{_T1}/trao-doi"' not in page.text
    assert answer.status_code == 403
    assert len(site.world.entries("comment:")) == 1
    (refused,) = site.world.entries("request:")
    assert refused.action == "command.refused"


def test_a_substitute_says_for_whom_he_speaks(site: Site) -> None:
    site.world.delegate("cvp", "cv2", first="2014-01-10", last="2014-01-31")

    site.as_("cv2").post(f"{_T1}/trao-doi", data={"words": "Thay mặt", "thay": "cvp"})
    stranger = site.as_("cv").post(f"{_T1}/trao-doi", data={"words": "x", "thay": "cvp"})

    assert "cv2 (thay cvp)" in site.as_("cv").get(_T1).text
    assert stranger.status_code == 403
