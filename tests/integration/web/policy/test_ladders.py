"""Ladders on screen: shown, tried out, put in force by who may; nothing typed is lost."""

import pytest
from sqlalchemy import func, select

from engine.store.record import audit_entry
from engine.store.tables import policy_ladder
from tests.support.web import Site

PAGE = "/quan-tri/thang-nhac"
LADDER = {
    "rung-0": "remind-2", "days-0": "-2", "unit-0": "wd", "to-0": ["assignee", "unit_head"],
    "rung-1": "escalate-1", "days-1": "1", "unit-1": "wd", "to-1": ["director"], "repeat-1": "5",
    "source": "QĐ 12/QĐ-S",
}  # fmt: skip


def _versions(site: Site) -> int:
    with site.app.database.read() as tx:
        found = select(func.max(policy_ladder.c.version)).where(policy_ladder.c.name == "unit")
        return int(tx.execute(found).scalar_one())


def test_every_ladder_is_shown_as_a_picture_and_in_words(site: Site) -> None:
    page = site.as_("cv").get(PAGE).text

    assert page.count('<svg class="chart axis"') == 3
    assert "3 ngày làm việc trước" in page
    assert "Báo lên bậc 3" in page
    assert "escalate-3" not in page
    assert f'href="{PAGE}/unit"' not in page


def test_a_preview_says_what_would_change_for_whom_and_writes_nothing(site: Site) -> None:
    answer = site.as_("cvp").post(f"{PAGE}/unit", data={**LADDER, "viec": "xem-truoc"})

    assert answer.status_code == 200
    assert "remind-2" in answer.text
    assert "KH-2014/T1" in answer.text
    assert "Áp dụng từ bây giờ" in answer.text
    assert _versions(site) == 1


def test_a_ladder_is_put_in_force_by_the_head_of_the_monitoring_unit(site: Site) -> None:
    head = site.as_("cvp")

    answer = head.post(f"{PAGE}/unit", data={**LADDER, "viec": "ap-dung"})

    assert answer.status_code == 303
    assert _versions(site) == 2
    assert "QĐ 12/QĐ-S" in head.get(PAGE).text


def test_who_may_not_change_a_ladder_is_refused_and_that_is_kept(site: Site) -> None:
    answer = site.as_("tp").post(f"{PAGE}/unit", data={**LADDER, "viec": "ap-dung"})

    assert answer.status_code == 403
    assert "QĐ 12/QĐ-S" in answer.text
    assert _versions(site) == 1
    with site.app.database.read() as tx:
        kept = set(tx.execute(select(audit_entry.c.action)).scalars())
    assert "request.refused" in kept or "command.refused" in kept


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"rung-0": "có dấu"}, "rung-0"),
        ({"days-0": "hai"}, "days-0"),
        ({"to-0": []}, "to-0"),
        ({"repeat-1": "0"}, "repeat-1"),
        ({"source": ""}, "source"),
        ({"to-0": ["ai-do"]}, "to-0"),
        ({"rung-1": "remind-2"}, "rung-1"),
    ],
)
def test_what_is_wrong_with_a_ladder_is_said_at_its_place_and_nothing_typed_is_lost(
    site: Site, wrong: dict[str, object], field: str
) -> None:
    answer = site.as_("cvp").post(f"{PAGE}/unit", data={**LADDER, **wrong, "viec": "ap-dung"})

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert 'value="escalate-1"' in answer.text or field == "rung-1"
    assert _versions(site) == 1


def test_a_ladder_that_is_none_is_not_found(site: Site) -> None:
    assert site.as_("cvp").get(f"{PAGE}/khac").status_code == 404
