"""`dondoc doctor` from the command line: what it prints, what it ends with, what it can be told."""

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import select, update

from engine.clock import PinnedClock
from engine.store import alerts
from engine.store.alerts import Alert
from engine.store.record import task
from engine.store.session import Database
from engine.store.tables import person, unit
from tests.support.checkup import load
from tests.support.databases import Urls
from tests.support.office import World, local
from tests.support.terminal import Answer, Terminal

NOW = "2023-01-03T08:00"


@pytest.fixture
def world(office: Terminal, database_urls: Urls) -> Iterator[World]:
    """The database of the office, as tests of the engine see it."""
    world = World(Database(database_urls.url), PinnedClock(local(NOW)))
    with world.database.read() as tx:
        for table in (person, unit):
            world.ids.update({row.code: row.id for row in tx.execute(select(table))})
    yield world
    world.database.dispose()


@pytest.fixture
def running(office: Terminal, world: World) -> Terminal:
    """An office with an active plan in whose parts there is life."""
    load(world, 2023, 2024)
    world.plan({"code": "T1", "due": "2023-03-31"})
    for command in (("sweep",), ("relay",)):
        assert office(*command).code == 0
    return office


def _codes(answer: Answer) -> list[str]:
    return [one["code"] for one in answer.json["findings"]]


def test_a_new_office_is_well_and_says_that_nothing_runs_yet(office: Terminal) -> None:
    answer = office("doctor")

    assert answer.code == 0
    assert "CẢNH BÁO  sweep_never  sweep" in answer.out
    assert "Cách chữa: chạy dịch vụ: dondoc run" in answer.out
    assert answer.out.rstrip().endswith("Ổn.")


def test_a_running_office_is_well(running: Terminal) -> None:
    answer = running("doctor", "--json")

    assert answer.code == 0
    assert answer.json["healthy"] is True
    assert set(_codes(answer)) <= {"mail_mode_trial", "audit_unanchored", "file_exposed"}


def test_g14_the_doctor_ends_with_1_where_the_sweep_has_stopped(running: Terminal) -> None:
    answer = running("doctor", DONDOC_NOW="2023-01-03T08:06")

    assert answer.code == 1
    assert answer.out.startswith("LỖI  sweep_late  sweep\n")
    assert "lượt quét cuối cùng xong lúc 08:00 ngày 03/01/2023" in answer.out
    assert answer.out.rstrip().endswith("KHÔNG ỔN: có lỗi phải xử lý.")


def test_for_programs_every_finding_has_code_severity_place_words_cure_and_since(
    running: Terminal,
) -> None:
    answer = running("doctor", "--json", DONDOC_NOW="2023-01-03T08:06")

    assert set(answer.json) == {"healthy", "findings", "more", "facts"}
    first = answer.json["findings"][0]
    assert set(first) == {"code", "severity", "subject", "message", "cure", "since"}
    assert (first["code"], first["severity"]) == ("sweep_late", "error")
    assert first["since"] == "2023-01-03T08:00:00+07:00"
    facts = answer.json["facts"]
    assert facts["mail_mode"] == "trial"
    assert facts["database"]["kind"] in ("sqlite", "postgresql")
    assert facts["beats"]["sweep"]["at"].startswith("2023-01-03T01:00")


def test_a_database_that_cannot_be_reached_ends_with_69(dondoc: Terminal) -> None:
    nowhere = {"DONDOC_DATABASE__URL": "postgresql://127.0.0.1:1/dondoc"}

    words = dondoc("doctor", **nowhere)
    answer = dondoc("doctor", "--json", **nowhere)

    assert (words.code, answer.code) == (69, 69)
    assert words.err.startswith("Không tới được cơ sở dữ liệu")
    assert answer.json["healthy"] is False
    assert _codes(answer) == ["database_unreachable"]


def test_wrong_settings_end_with_78(dondoc: Terminal) -> None:
    dondoc.write("dondoc.toml", "[mail]\nmode = 'sometimes'\n", encoding="utf-8")

    assert dondoc("doctor").code == 78


def test_an_alert_is_cleared_by_its_code_and_recorded(running: Terminal, world: World) -> None:
    with world.database.begin() as tx:
        trouble = Alert(code="no_recipient", message="T1: không có ai để báo", key="no_recipient:x")
        alerts.raise_alert(tx, trouble, at=world.clock.now())
    before = running("doctor", "--json")

    cleared = running("doctor", "--clear", "no_recipient", "--note", "đã cử người")
    again = running("doctor", "--clear", "no_recipient")

    assert "no_recipient" in _codes(before)
    assert cleared.code == 0
    assert "Đã xử lý: T1: không có ai để báo" in cleared.err
    assert again.code == 77
    assert "no_recipient" not in _codes(running("doctor", "--json"))
    (entry,) = world.entries("alert:")
    assert entry.actor.startswith("operator:")
    assert json.loads(entry.body)["cause"] == "đã cử người"


def test_a_task_without_a_timer_is_named_and_woken(running: Terminal, world: World) -> None:
    with world.database.begin() as tx:
        tx.execute(update(task).values(next_at=None))
    before = running("doctor", "--json")

    woken = running("doctor", "--wake")

    assert before.code == 1
    assert "timer_wrong" in _codes(before)
    assert "Sẽ xét lại 1 nhiệm vụ trong phiên tới" in woken.err
    assert running("doctor").code == 0


def test_whoever_moves_a_date_is_answered_in_sentences_and_not_in_the_technical_log(
    running: Terminal,
) -> None:
    moved = running("task", "set-due", "T1", "--due", "2025-01-02", "--note", "lùi", "--as", "cvp")
    listed = running("doctor", "--json")

    assert moved.code == 0
    assert "calendar_not_loaded" in _codes(listed)
    assert "alert.raised" not in moved.err


def test_s7_forecast_and_task_say_which_year_is_not_loaded(running: Terminal, world: World) -> None:
    world.do("cvp", "set_due", note="lùi", due=local("2025-01-02T08:00").date())

    forecast = running("forecast", "--until", "2025-01-31")
    shown = running("task", "show", "T1")
    listed = running("forecast", "--until", "2025-01-31", "--json")
    told = running("calendar", "load", "2025")
    after = running("task", "show", "T1", "--json")

    words = "lịch năm 2025 chưa nạp"
    assert words in forecast.err
    assert words in shown.err
    assert listed.json["calendar_not_loaded"] == [2025]
    assert told.code == 0
    assert after.json["calendar_not_loaded"] == []


def test_a_forecast_counts_repetitions_and_no_decisions(running: Terminal, world: World) -> None:
    world.do("cvp", "set_due", note="lùi", due=local("2023-02-01T08:00").date())

    answer = running("forecast", "--until", "2023-03-31")

    rungs = [line.split("  ")[-1].strip() for line in answer.out.splitlines()]
    assert "due_set" in rungs
    assert "escalate-3 (lần 2)" in rungs


def test_people_of_the_machine_who_can_read_too_much_are_a_warning(
    running: Terminal,
) -> None:
    config = running.folder / "dondoc.toml"
    config.chmod(0o666)

    found = {one["subject"]: one for one in running("doctor", "--json").json["findings"]}

    assert found[str(config)]["code"] == "file_exposed"
    assert found[str(config)]["cure"] == f"chmod o-w {config}"
    assert running("doctor").code == 0
