"""What people read of obstacles and extensions, from the ledger to the finished mail."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest

from dondoc.mail.compose import Sender
from dondoc.mail.render import MailRenderer
from scheduler.relay import Desk, Relay
from tests.support.asking import answer, decide, extend, raise_obstacle
from tests.support.office import World
from tests.support.post import FakeCourier

SENDER = Sender(name="Theo dõi", address="dondoc@example.test", reply_to="vp@example.test")


@pytest.fixture
def june(world: World) -> World:
    """A task due on Monday 2014-06-30, started on the 2nd; everybody knows of it."""
    world.plan({"code": "T1", "due": "2014-06-30", "title": "Sửa đổi Quy chế"})
    world.now("2014-06-02T09:00")
    world.do("cv", "start")
    world.deliver()
    return world


def mails(world: World, courier: FakeCourier) -> dict[str, EmailMessage]:
    """Let everything leave that may now; return the last mail to each person, by code."""
    desk = Desk(
        rules=world.rules,
        renderer=MailRenderer(SENDER, zone=ZoneInfo("Asia/Ho_Chi_Minh"), office="Sở"),
        sender=SENDER.address,
        lease_now=lambda _: world.clock.now(),
    )
    Relay(database=world.database, clock=world.clock, courier=courier, desk=desk).turn()
    found = {}
    for envelope, content in courier.taken:
        mail = message_from_bytes(content, policy=policy.default)
        found[envelope.recipient.partition("@")[0]] = mail
    return found


def text(mail: EmailMessage) -> str:
    """Return the text part with its line breaks taken out, and hold the HTML part against it."""
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    return " ".join(plain.get_content().split())


def test_s42_the_leader_reads_what_stands_in_the_way_and_what_is_asked(
    june: World, courier: FakeCourier
) -> None:
    raise_obstacle(june, reason="chờ kinh phí, văn bản 45/TTr", wanted="bố trí kinh phí")
    june.now("2014-06-02T09:10")

    mail = mails(june, courier)["pgd"]

    assert mail["Subject"] == "[T1] Vướng mắc – đề nghị cho ý kiến: Sửa đổi Quy chế"
    said = text(mail)
    assert "Vướng mắc của nhiệm vụ sau chờ ý kiến chỉ đạo." in said
    assert "Mã: KH-2014/T1" in said
    assert "Vướng mắc: “chờ kinh phí, văn bản 45/TTr” (cv, ngày 02/6/2014)" in said
    assert "Loại: kinh phí" in said
    assert "Đề nghị: bố trí kinh phí" in said
    assert "Thời hạn: thứ Hai, ngày 30 tháng 6 năm 2014" in said
    assert "Đề nghị đồng chí cho ý kiến chỉ đạo" in said
    assert "Nếu chưa có ý kiến: hệ thống báo Giám đốc ngày 05/6/2014." in said


def test_s42_two_requests_about_one_task_are_two_things_to_answer(
    june: World, courier: FakeCourier
) -> None:
    raise_obstacle(june)
    extend(june, "2014-07-31")
    june.now("2014-06-02T09:10")

    mail = mails(june, courier)["pgd"]

    assert mail["Subject"] == "2 việc cần làm hôm nay: 2 chờ ý kiến"
    assert "Đồng chí có 2 việc cần làm hôm nay" in text(mail)
    assert "vì là lãnh đạo được đề nghị cho ý kiến" in text(mail)


def test_s43_two_answers_about_one_task_are_news_of_one_task(
    june: World, courier: FakeCourier
) -> None:
    first, second = raise_obstacle(june), raise_obstacle(june)
    june.withhold()
    answer(june, task=first, words="đã cấp")
    answer(june, task=second, words="đã duyệt")
    june.now("2014-06-02T09:10")

    mail = mails(june, courier)["cv"]

    assert mail["Subject"] == "1 việc có thông báo: 2 đã có ý kiến"


def test_s42_the_director_reads_how_long_nobody_answered(june: World, courier: FakeCourier) -> None:
    raise_obstacle(june)
    june.deliver()
    june.now("2014-06-05T07:30")
    june.sweep()

    mail = mails(june, courier)["gd"]

    assert mail["Subject"] == (
        "[T1] Vướng mắc chờ ý kiến 3 ngày làm việc – đề nghị cho ý kiến: Sửa đổi Quy chế"
    )


def test_s43_the_unit_reads_the_answer_and_the_pause(june: World, courier: FakeCourier) -> None:
    raise_obstacle(june)
    june.withhold()
    answer(june, words="sẽ cấp trong quý", pause=("2014-06-10", "2014-06-20"))
    june.now("2014-06-02T09:10")

    mail = mails(june, courier)["cv"]

    assert mail["Subject"] == ("[T1] Đã có ý kiến về vướng mắc, tạm dừng tính hạn: Sửa đổi Quy chế")
    said = text(mail)
    assert "Ý kiến: sẽ cấp trong quý" in said
    assert "Tạm dừng: từ 10/6/2014 đến hết 20/6/2014" in said
    assert "Thời hạn: thứ Sáu, ngày 11 tháng 7 năm 2014" in said


def test_an_answered_obstacle_is_no_longer_asked_about(june: World, courier: FakeCourier) -> None:
    raise_obstacle(june)
    answer(june)
    june.now("2014-06-02T09:10")

    assert sorted(mails(june, courier)) == ["cv", "tp"]


def test_s44_the_leader_reads_how_late_the_task_was_when_more_time_was_asked_for(
    june: World, courier: FakeCourier
) -> None:
    june.now("2014-07-03T09:00")
    extend(june, "2014-07-15", reason="chờ thẩm định")
    june.now("2014-07-03T09:10")

    mail = mails(june, courier)["pgd"]

    assert mail["Subject"] == (
        "[T1] Xin gia hạn đến 15/7/2014 – đề nghị quyết định: Sửa đổi Quy chế"
    )
    said = text(mail)
    assert "Xin gia hạn: đến 15/7/2014 (cv, ngày 03/7/2014)" in said
    assert "Lý do: chờ thẩm định" in said
    assert "Khi xin: đã quá hạn 3 ngày làm việc" in said


@pytest.mark.parametrize(
    ("granted", "subject", "words"),
    [
        (True, "[T1] Gia hạn đến 15/7/2014: Sửa đổi Quy chế", "Hạn trước đây: 30/6/2014"),
        (False, "[T1] Không gia hạn: Sửa đổi Quy chế", "thời hạn giữ nguyên"),
    ],
)
def test_the_unit_reads_what_was_decided(
    june: World, courier: FakeCourier, *, granted: bool, subject: str, words: str
) -> None:
    extend(june, "2014-07-15")
    decide(june, granted=granted, note="theo tờ trình")
    june.now("2014-06-02T09:10")

    mail = mails(june, courier)["tp"]

    assert mail["Subject"] == subject
    assert words in text(mail)
    assert "theo tờ trình" in text(mail)


def test_the_escalation_of_a_task_quotes_its_open_obstacle(
    june: World, courier: FakeCourier
) -> None:
    june.now("2014-06-27T09:00")
    raise_obstacle(june, reason="chờ kinh phí, đã có văn bản 45/TTr")
    june.deliver()
    june.now("2014-07-02T07:30")
    june.sweep()

    mail = mails(june, courier)["tp"]

    assert "Vướng mắc: “chờ kinh phí, đã có văn bản 45/TTr” (ghi ngày 27/6/2014)" in text(mail)


def test_what_people_write_into_a_request_becomes_no_header_and_no_markup(
    june: World, courier: FakeCourier
) -> None:
    raise_obstacle(june, reason="một\r\nBcc: x@example.test", wanted="<b>hai</b>")
    june.now("2014-06-02T09:10")

    mail = mails(june, courier)["pgd"]

    html = mail.get_body(("html",))
    assert mail["Bcc"] is None
    assert html is not None
    assert "&lt;b&gt;hai&lt;/b&gt;" in html.get_content()
