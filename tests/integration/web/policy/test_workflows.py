"""Workflows on screen: drawn whole, and a new version tried out and published by who may."""

from importlib.resources import files

import pytest

from dondoc.web.office.picture import HEIGHT, WIDTH, picture
from tests.support.web import Site
from workflows.registry import shipped

PAGE = "/quan-tri/quy-trinh"


def _newer() -> str:
    """Return the shipped workflow of tasks as its next version, with another word."""
    text = files("workflows").joinpath("plan_task.toml").read_text("utf-8")
    version = next(one.version for one in shipped() if one.name == "plan_task")
    assert f"version = {version}" in text
    return text.replace(f"version = {version}", f"version = {version + 1}", 1).replace(
        'label = "Đã xác nhận"', 'label = "Đã nghiệm thu"', 1
    )


@pytest.mark.parametrize("workflow", shipped(), ids=lambda one: one.name)
def test_a_picture_shows_every_state_and_arrow_and_no_two_states_overlap(workflow: object) -> None:
    found = picture(workflow)  # type: ignore[arg-type]

    drawn = [(one.x, one.y) for one in found.boxes]
    arrows = {
        (source, one.target)
        for one in workflow.triggers  # type: ignore[attr-defined]
        for source in one.sources
        if one.target not in (None, source)
    }
    assert len(set(drawn)) == len(workflow.states)  # type: ignore[attr-defined]
    assert len(found.lines) == len(arrows)
    assert all(x + WIDTH <= found.width and y + HEIGHT <= found.height for x, y in drawn)


def test_every_workflow_has_a_page_with_its_picture_and_its_table(site: Site) -> None:
    reader = site.as_("cv")
    listed = reader.get(PAGE).text
    pages = [reader.get(f"{PAGE}/{one.name}").text for one in shipped()]

    assert all(f'href="{PAGE}/{one.name}"' in listed for one in shipped())
    assert all("<svg" in page and "<table" in page for page in pages)
    assert all("Ban hành phiên bản mới" not in page for page in pages)
    assert reader.get(f"{PAGE}/khong-co").status_code == 404


def test_a_new_version_is_tried_out_first_and_published_by_who_may(site: Site) -> None:
    head = site.as_("cvp")

    tried = head.post(f"{PAGE}/plan_task", data={"text": _newer(), "viec": "xem-truoc"})
    before = head.get(f"{PAGE}/plan_task").text
    done = head.post(f"{PAGE}/plan_task", data={"text": _newer(), "viec": "ban-hanh"})

    assert tried.status_code == 200
    assert "Nếu ban hành" in tried.text
    assert "Đã nghiệm thu" not in before
    assert done.status_code == 303
    assert "Đã nghiệm thu" in head.get(f"{PAGE}/plan_task").text


def test_a_file_that_is_no_workflow_is_refused_with_every_fault_and_kept_on_the_page(
    site: Site,
) -> None:
    answer = site.as_("cvp").post(
        f"{PAGE}/plan_task", data={"viec": "ban-hanh"},
        files={"tep": ("quy-trinh.toml", b'name = "plan_task"\nversion = "hai"')},
    )  # fmt: skip

    assert answer.status_code == 422
    assert 'href="#text"' in answer.text
    assert "version = &#34;hai&#34;" in answer.text


def test_nobody_else_publishes_a_workflow(site: Site) -> None:
    answer = site.as_("tp").post(f"{PAGE}/plan_task", data={"text": _newer(), "viec": "ban-hanh"})

    assert answer.status_code in (403, 422)
    assert "Đã nghiệm thu" not in site.as_("cvp").get(f"{PAGE}/plan_task").text
