"""Mail from the command line: what left, what did not, trying again, and holding back."""

import stat
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import structlog
from sqlalchemy import select, update

from engine.clock import PinnedClock
from engine.store import alerts
from engine.store.record import message
from engine.store.session import Database
from engine.store.tables import person, unit
from tests.support.databases import Urls
from tests.support.office import World, local
from tests.support.smtp_lab import SmtpLab
from tests.support.terminal import Terminal

LATER = "2023-01-03T08:10"


@pytest.fixture
def lab() -> Iterator[SmtpLab]:
    running = SmtpLab()
    yield running
    running.close()


@pytest.fixture
def planned(office: Terminal, database_urls: Urls) -> Terminal:
    """An office with one active plan of two tasks, its assignment mail waiting."""
    database = Database(database_urls.url)
    world = World(database, PinnedClock(local("2023-01-03T08:00")))
    with database.read() as tx:
        for table in (person, unit):
            world.ids.update({row.code: row.id for row in tx.execute(select(table))})
    world.plan({"code": "T1", "due": "2023-03-31"}, {"code": "T2", "due": "2023-06-30"})
    database.dispose()
    return office


def _kept(office: Terminal) -> list[Path]:
    return sorted((office.folder / "var" / "mail").glob("*.eml"))


def _listed(office: Terminal, *options: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = office("mail", "list", "--json", *options).json["messages"]
    return found


def test_trial_mode_keeps_each_message_as_a_file_that_only_its_owner_reads(
    planned: Terminal,
) -> None:
    answer = planned("relay", DONDOC_NOW=LATER)

    assert answer.code == 0
    folder = planned.folder / "var" / "mail"
    assert f"Đã giữ 2 thư thành tệp (chế độ thử) tại {folder}; sẽ thử lại 0" in answer.err
    names = [path.name for path in _kept(planned)]
    assert names == ["20230103-0810-cv-assignment-1.eml", "20230103-0810-tp-assignment-1.eml"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in _kept(planned)} == {0o600}
    parsed = message_from_bytes(_kept(planned)[0].read_bytes(), policy=policy.SMTP)
    assert parsed["Subject"] == "Giao 2 việc: KH-2014"
    assert "Kính gửi đồng chí Vũ Văn Viên," in _kept(planned)[0].read_text(encoding="utf-8")


def test_messages_are_listed_with_what_became_of_them(planned: Terminal) -> None:
    waiting = planned("mail", "list")
    planned("relay", DONDOC_NOW=LATER)

    messages = _listed(planned)
    table = planned("mail", "list", "--status", "accepted")

    assert "4 thông báo đang chờ gửi, sớm nhất 03/01/2023 08:10." in waiting.err
    assert {one["to"]: one["status"] for one in messages} == {"cv": "accepted", "tp": "accepted"}
    assert messages[0]["copies"] == 1
    assert [item["task"] for item in messages[0]["items"]] == [  # type: ignore[attr-defined]
        "KH-2014/T1", "KH-2014/T2",
    ]  # fmt: skip
    assert table.out.count("đã giữ thành tệp") == 2
    assert "Giao 2 việc: KH-2014" in table.out
    assert "đã nhận" not in table.out
    assert _listed(planned, "--status", "failed") == []


def test_a_message_that_could_not_leave_is_tried_again_when_asked(planned: Terminal) -> None:
    (planned.folder / "var").mkdir(exist_ok=True)
    (planned.folder / "var" / "mail").write_text("in the way")
    planned("relay", DONDOC_NOW=LATER)
    (planned.folder / "var" / "mail").unlink()
    (stuck,) = _listed(planned, "--status", "retry")

    asked = planned("mail", "retry", str(stuck["id"]), "--as", "cvp", DONDOC_NOW="2023-01-03T08:11")
    planned("relay", DONDOC_NOW="2023-01-03T08:11")

    assert asked.code == 0
    assert len(_kept(planned)) == 1
    assert next(one for one in _listed(planned) if one["id"] == stuck["id"])["status"] == "accepted"


def test_only_the_monitoring_unit_and_the_director_have_mail_tried_again(
    planned: Terminal,
) -> None:
    planned("relay", DONDOC_NOW=LATER)
    message = str(_listed(planned)[0]["message_id"])

    officer = planned("mail", "retry", message, "--as", "cv")
    nobody = planned("mail", "retry", message)
    arrived = planned("mail", "retry", message, "--as", "cvp")
    unknown = planned("mail", "retry", "<x@y>", "--as", "cvp")

    assert [one.code for one in (officer, nobody, arrived, unknown)] == [77, 77, 77, 77]


def test_paused_mail_stays_until_it_is_resumed(planned: Terminal) -> None:
    paused = planned("mail", "pause", "--note", "Đổi máy chủ", "--as", "cvp")
    again = planned("mail", "pause", "--note", "Đổi máy chủ", "--as", "cvp")
    planned("relay", DONDOC_NOW=LATER)
    held, shown = _kept(planned), planned("mail", "list").err
    resumed = planned("mail", "resume", "--as", "gd")
    planned("relay", DONDOC_NOW=LATER)

    assert (paused.code, resumed.code) == (0, 0)
    assert "Thư vốn đang tạm dừng." in again.err
    assert held == []
    assert "Thư đang tạm dừng" in shown
    assert len(_kept(planned)) == 2


def test_nobody_else_holds_mail_back(office: Terminal) -> None:
    head = office("mail", "pause", "--note", "x", "--as", "tp")
    nobody = office("mail", "pause", "--note", "x")

    held = office("mail", "pause", "--as", "cvp")

    assert (head.code, nobody.code) == (77, 77)
    assert "tp không được tạm dừng thư" in head.err
    assert held.code == 0


def test_a_test_message_without_an_address_goes_to_the_office_itself(office: Terminal) -> None:
    kept = office("mail", "test", DONDOC_MAIL__FROM="dondoc@so.example")

    (file,) = _kept(office)
    assert kept.code == 0
    assert "To: dondoc@so.example" in file.read_text(encoding="utf-8")


def test_a_test_message_goes_through_the_server_that_is_set(office: Terminal, lab: SmtpLab) -> None:
    server = {
        "DONDOC_MAIL__HOST": "127.0.0.1",
        "DONDOC_MAIL__PORT": str(lab.port),
        "DONDOC_MAIL__SECURITY": "none",
        "DONDOC_MAIL__FROM": "dondoc@so.example",
    }

    sent = office("mail", "test", "it@so.example", **server)
    lab.on("rcpt", "550 5.1.1 no such user")
    refused = office("mail", "test", "it@so.example", **server)

    assert sent.code == 0
    assert lab.mailbox[0].recipients == ("it@so.example",)
    assert "ế ộ ữ ỷ ẵ" in lab.mailbox[0].text
    assert refused.code == 69
    assert "dừng khi nêu người nhận (rcpt); trả lời: 550 5.1.1 no such user" in refused.err


def test_without_a_server_a_test_message_is_kept(office: Terminal) -> None:
    answer = office("mail", "test", "it@so.example")

    assert answer.code == 0
    assert [path.name for path in _kept(office)] == ["20230103-0800-thu-thu-1.eml"]


def test_a_test_message_goes_to_one_plain_address_only(office: Terminal) -> None:
    answer = office("mail", "test", "a@b.test, c@d.test")

    assert answer.code == 77
    assert _kept(office) == []


def test_a_server_that_is_not_there_is_said_plainly(office: Terminal, lab: SmtpLab) -> None:
    port = lab.port
    lab.close()

    answer = office(
        "mail", "test", "it@so.example", DONDOC_MAIL__HOST="127.0.0.1",
        DONDOC_MAIL__PORT=str(port), DONDOC_MAIL__SECURITY="none",
    )  # fmt: skip

    assert answer.code == 69
    assert f"Máy chủ thư 127.0.0.1:{port} chưa nhận thư, dừng khi kết nối (connect)" in answer.err
    assert "Cách chữa: kiểm tra mail.host, mail.port" in answer.err
    assert "cơ sở dữ liệu" not in answer.err


def test_a_folder_that_cannot_be_written_is_said_plainly(office: Terminal) -> None:
    (office.folder / "var").write_text("in the way")

    answer = office("mail", "test", "it@so.example")

    assert answer.code == 69
    assert "Không giữ được thư thành tệp tại" in answer.err


def test_an_alert_is_logged_when_it_is_raised_and_said_above_the_list_of_mail(
    planned: Terminal, database_urls: Urls
) -> None:
    database = Database(database_urls.url)
    trouble = alerts.Alert(code="no_recipient", message="T1: nobody", key="no_recipient:T1")

    with structlog.testing.capture_logs() as logged, database.begin() as tx:
        for _ in range(2):
            alerts.raise_alert(tx, trouble, at=local("2023-01-03T08:00"))
    database.dispose()
    listed = planned("mail", "list")

    assert [(one["event"], one["log_level"], one["code"]) for one in logged] == [
        ("alert.raised", "warning", "no_recipient")
    ]
    assert "CẢNH BÁO 03/01/2023 08:00: không còn ai để báo: T1: nobody" in listed.err


def test_a_message_that_was_never_written_is_listed_by_its_tasks(
    planned: Terminal, database_urls: Urls
) -> None:
    planned("relay", DONDOC_NOW=LATER)
    database = Database(database_urls.url)
    with database.begin() as tx:
        tx.execute(update(message).values(subject="", status="failed"))
    database.dispose()

    listed = planned("mail", "list", "--status", "failed")

    assert "KH-2014/T1, KH-2014/T2" in listed.out
