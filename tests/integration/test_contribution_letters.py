"""What people read of contributions, from the ledger to the finished mail (S37)."""

import pytest

from engine.commands import contributions
from engine.commands.contributions import Asking
from tests.support.calendars import day
from tests.support.mailed import mailed
from tests.support.office import World
from tests.support.post import FakeCourier


@pytest.fixture
def asked(world: World) -> World:
    """T1 of CNTT, due on 30 June; TC owes its figures by 16 June; it was asked on 2 June."""
    world.unit("TC", leader="pgd")
    world.person("ttc", "TC", "unit_head")
    world.plan({"code": "T1", "due": "2014-06-30", "title": "Sửa đổi Quy chế"})
    world.now("2014-06-02T09:00")
    world.do("cv", "start")
    world.deliver()
    asking = Asking(task="T1", unit="TC", due=day("2014-06-16"), what="Số liệu năm 2013")
    with world.database.begin() as tx:
        contributions.ask(
            tx, asking, by=("cv", None), rules=world.rules, at=world.clock.now()
        )  # fmt: skip
    world.ids["T1:TC"] = world.row("T1:TC").id
    return world


def test_s37_the_unit_that_is_asked_reads_of_whom_for_what_and_until_when(
    asked: World, courier: FakeCourier
) -> None:
    asked.now("2014-06-02T09:10")

    subject, text = mailed(asked, courier)["ttc"]

    assert subject.startswith("[T1] Đề nghị phối hợp, hạn 16/6/2014: Phần phối hợp của Đơn vị TC")
    assert "Phòng Công nghệ thông tin đề nghị đơn vị đồng chí phối hợp" in text
    assert "Mã: KH-2014/T1 " in text
    assert "Nhiệm vụ: Sửa đổi Quy chế" in text
    assert "Chủ trì: Phòng Công nghệ thông tin – cv" in text
    assert "Thời hạn: thứ Hai, ngày 16 tháng 6 năm 2014" in text
    assert "T1:TC" not in text
    # What it is asked for stands once; it is no reason, and the reader leads nothing.
    assert text.count("Số liệu năm 2013") == 1
    assert "Lý do" not in text
    assert "Người đề nghị: cv" in text
    assert "người đứng đầu đơn vị phối hợp" in text
    assert "người đứng đầu đơn vị chủ trì" not in text


def test_s37_several_requests_to_one_unit_are_no_tasks_that_it_was_given(
    asked: World, courier: FakeCourier
) -> None:
    asked.plan({"code": "T2", "due": "2014-06-30", "title": "Kiểm kê"}, code="KH-2014B")
    asking = Asking(task="T2", unit="TC", due=day("2014-06-16"), what="Sổ tài sản")
    with asked.database.begin() as tx:
        contributions.ask(
            tx, asking, by=("cv", None), rules=asked.rules, at=asked.clock.now()
        )  # fmt: skip
    asked.now("2014-06-02T09:10")

    subject, text = mailed(asked, courier)["ttc"]

    assert subject == "Đề nghị phối hợp 2 việc: KH-2014, KH-2014B"
    assert "Đơn vị đồng chí được đề nghị phối hợp 2 việc sau." in text
    assert "được giao chính thức" not in text


def test_s37_the_lead_reads_what_was_delivered_and_is_asked_to_take_it(
    asked: World, courier: FakeCourier
) -> None:
    asked.deliver()
    asked.do("ttc", "report", "T1:TC", note="gửi kèm công văn 12")
    asked.now("2014-06-02T09:10")

    subject, text = mailed(asked, courier)["cv"]

    assert subject.startswith("[T1] Chờ nhận phần phối hợp: Phần phối hợp của Đơn vị TC")
    assert "Phần phối hợp sau đã gửi, chờ đồng chí nhận." in text
    assert "gửi kèm công văn 12" in text
    assert "nhận hoặc trả lại kèm lý do" in text


def test_s37_its_own_head_reads_that_a_part_is_overdue(asked: World, courier: FakeCourier) -> None:
    asked.person("cvtc", "TC")
    asked.do("ttc", "reassign", "T1:TC", to="cvtc")
    asked.deliver()
    asked.slots("2014-06-03", "2014-06-17")
    asked.now("2014-06-18T07:30")
    asked.sweep()

    subject, text = mailed(asked, courier)["ttc"]

    assert subject.startswith("[T1] Phần phối hợp quá hạn 2 ngày làm việc – đề nghị đôn đốc")
    assert "chưa gửi đơn vị chủ trì" in text


def test_s37_the_verifier_reads_what_was_delivered_and_what_was_gone_without(
    asked: World, courier: FakeCourier
) -> None:
    asked.do("cv", "waive", "T1:TC", note="lấy của Cục Thống kê")
    asked.do("cv", "report")
    asked.deliver()
    asked.now("2014-06-04T07:30")
    asked.sweep()

    _, text = mailed(asked, courier)["cvp"]

    assert "Phối hợp: Đơn vị TC không giao (lấy của Cục Thống kê)" in text


def test_a_delivery_that_was_taken_back_is_not_told(asked: World, courier: FakeCourier) -> None:
    asked.deliver()
    asked.do("ttc", "report", "T1:TC", note="gửi")
    asked.do("ttc", "withdraw", "T1:TC", note="nhầm tệp")
    asked.now("2014-06-02T09:10")

    told = mailed(asked, courier)

    assert "cv" not in told
