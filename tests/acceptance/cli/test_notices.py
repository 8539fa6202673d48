"""What everybody was told, what he wants mail of, and what came back, from the command line."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from dondoc.cli import receiving
from dondoc.cli.door import read_file
from engine.clock import PinnedClock
from engine.store.record import message
from engine.store.session import Database
from engine.store.tables import person, unit
from tests.support.databases import Urls
from tests.support.office import World, local
from tests.support.returned import bounce, vacation
from tests.support.terminal import Terminal

LATER = "2023-01-03T08:10"


@pytest.fixture
def database(database_urls: Urls) -> Iterator[Database]:
    opened = Database(database_urls.url)
    yield opened
    opened.dispose()


@pytest.fixture
def told(office: Terminal, database: Database) -> Terminal:
    """An office with an active plan whose people were told this morning, at 08:10."""
    world = World(database, PinnedClock(local("2023-01-03T08:00")))
    with database.read() as tx:
        for table in (person, unit):
            world.ids.update({row.code: row.id for row in tx.execute(select(table))})
    world.plan({"code": "T1", "due": "2023-03-31"})
    assert office("relay", DONDOC_NOW=LATER).code == 0
    return office


def _references(database: Database) -> dict[str, str]:
    with database.read() as tx:
        rows = tx.execute(
            select(person.c.code, message.c.reference).join(
                message, message.c.recipient_id == person.c.id
            )
        )
        return dict(rows.all())


def test_everybody_sees_what_he_was_told(told: Terminal) -> None:
    found = told("notice", "list", "--as", "cv", "--json", DONDOC_NOW=LATER).json["notices"]

    assert [(one["task"], one["kind"], one["mail"]) for one in found] == [
        ("KH-2014/T1", "assignment", "accepted")
    ]


def test_what_was_read_is_marked(told: Terminal) -> None:
    answer = told("notice", "read", "--all", "--as", "cv", DONDOC_NOW=LATER)
    unread = told("notice", "list", "--unread", "--as", "cv", DONDOC_NOW=LATER)

    assert "Đã đọc 1 thông báo" in answer.err
    assert "Không có thông báo nào" in unread.err


def test_marking_needs_to_know_what(told: Terminal) -> None:
    answer = told("notice", "read", "--as", "cv", DONDOC_NOW=LATER)

    assert answer.code == 2
    assert "--all" in answer.err


def test_s19_the_settings_say_what_cannot_be_switched_off(told: Terminal) -> None:
    off = told("person", "prefer", "cv", "--mail", "reminder=off", "--as", "cv")
    refused = told("person", "prefer", "cv", "--mail", "escalation=off", "--as", "cv")

    assert (off.code, refused.code) == (0, 77)
    assert "luôn gửi thư" in off.err
    assert "bắt buộc" in refused.err


def test_s19_the_settings_are_read_without_changing_them(told: Terminal) -> None:
    told("person", "prefer", "cv", "--mail", "reminder=off", "--as", "cv")

    shown = told("person", "prefer", "cv", "--json").json

    assert shown == {"without_mail": ["reminder"], "watches": []}


def test_somebody_watches_a_unit(told: Terminal) -> None:
    answer = told("person", "watch", "gd", "--unit", "CNTT", "--every", "week", "--as", "gd")

    assert answer.code == 0
    assert "Theo dõi đơn vị CNTT: mỗi tuần" in answer.err


def test_s18_a_bounce_is_received_once_and_said(told: Terminal, database: Database) -> None:
    mail = bounce(_references(database)["cv"], address="cv@so.example").decode()
    path = told.write("returned.eml", mail)

    first = told("mail", "receive", path, "--json", DONDOC_NOW=LATER).json["received"]
    again = told("mail", "receive", path, DONDOC_NOW=LATER)

    assert [(one["kind"], one["person"], one["is_failing"]) for one in first] == [
        ("bounce", "cv", True)
    ]
    assert "đã nhận trước đó" in again.err


def test_s18_a_folder_of_mails_is_received(told: Terminal, database: Database) -> None:
    box = told.folder / "Maildir" / "new"
    box.mkdir(parents=True)
    for number, one in enumerate(("cv", "tp")):
        answer = vacation(_references(database)[one], address=f"{one}@so.example", own=f"a{number}")
        (box / f"{number}.mail").write_bytes(answer)

    found = told("mail", "receive", "Maildir", "--json", DONDOC_NOW=LATER).json["received"]

    assert [(one["kind"], one["person"]) for one in found] == [
        ("auto_reply", "cv"), ("auto_reply", "tp")
    ]  # fmt: skip


def test_s18_a_mail_nobody_can_read_keeps_no_other_from_being_received(
    told: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = told.folder / "Maildir" / "new"
    folder.mkdir(parents=True)
    for name in ("1", "2", "3"):
        (folder / name).write_bytes(f"Message-ID: <{name}@x.example>\r\n\r\n{name}".encode())
    monkeypatch.setattr(receiving, "read_file", _moved_away_at("2"))

    first = told("mail", "receive", "Maildir", DONDOC_NOW=LATER)
    again = told("mail", "receive", "Maildir", DONDOC_NOW=LATER)

    assert first.code == 1
    assert first.err.count("thư trả lời") == 2
    assert "bỏ qua: " in first.err
    assert again.err.splitlines()[0] == "2 thư đã nhận trước đó, không tính lại."


def _moved_away_at(name: str) -> Callable[[Path], bytes]:
    """Return a reader before which a server moved one of the files of a Maildir."""

    def read(path: Path) -> bytes:
        return read_file(path.with_name("gone") if path.name == name else path)

    return read


def test_s18_a_new_address_is_used_again(told: Terminal, database: Database) -> None:
    mail = bounce(_references(database)["cv"], address="cv@so.example").decode()
    received = told("mail", "receive", told.write("returned.eml", mail), DONDOC_NOW=LATER)
    header = "Mã,Họ tên,Đơn vị,Chức vụ,Thư điện tử\n"
    people = told.write("new.csv", f"{header}cv,Vũ Văn Viên,CNTT,Chuyên viên,vien@so.example\n")

    told("person", "import", people)

    with database.read() as tx:
        row = tx.execute(select(person).where(person.c.code == "cv")).one()
    assert "không gửi tới địa chỉ này nữa" in received.err
    assert (row.bounces, row.failing_since) == (0, None)


def test_a_file_that_is_not_there_is_refused(told: Terminal) -> None:
    answer = told("mail", "receive", "nowhere.eml")

    assert answer.code == 78
    assert "nowhere.eml" in answer.err


def test_s18_a_mail_is_received_from_a_pipe(
    told: Terminal, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = vacation(_references(database)["cv"], address="cv@so.example")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(mail)))

    found = told("mail", "receive", "-", "--json", DONDOC_NOW=LATER).json["received"]

    assert [(one["kind"], one["person"]) for one in found] == [("auto_reply", "cv")]
