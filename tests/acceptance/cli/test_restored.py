"""A database older than it once was, as an administrator meets it on the command line (G12)."""

from pathlib import Path

import pytest

from engine.audit import anchors
from engine.audit.anchors import Anchor
from tests.support.office import local
from tests.support.terminal import Terminal

LATER = "2023-01-03T08:30"


@pytest.fixture
def older(office: Terminal) -> Terminal:
    """An office whose record once had 99 blocks."""
    mark = Anchor(block=99, hash="a" * 64, entries=500, at=local("2023-01-02T08:00"))
    path = office.folder / "var" / "watermark.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(anchors.write(mark), encoding="utf-8")
    return office


def _codes(office: Terminal) -> dict[str, str]:
    found = office("doctor", "--json", DONDOC_NOW=LATER).json["findings"]
    return {one["code"]: one["message"] for one in found}


def test_g12_the_doctor_names_what_is_lost_before_anything_runs(older: Terminal) -> None:
    found = _codes(older)

    assert "mất khối nhật ký 1 đến 99" in found["database_restored"]


def test_g12_the_relay_closes_the_gate_and_the_list_of_mail_says_how_to_open_it(
    older: Terminal,
) -> None:
    closed = older("relay", DONDOC_NOW=LATER)

    answer = older("mail", "list", DONDOC_NOW=LATER)

    for said in (closed.err, answer.err):
        assert "mất khối nhật ký 1 đến 99" in said
        assert "dondoc mail resume --as MÃ --from" in said


def test_g12_the_gate_is_opened_by_who_says_what_was_told(older: Terminal) -> None:
    older("relay", DONDOC_NOW=LATER)

    refused = older("mail", "resume", "--as", "cvp", DONDOC_NOW=LATER)
    opened = older("mail", "resume", "--as", "cvp", "--from", "now", DONDOC_NOW=LATER)

    assert (refused.code, opened.code) == (77, 0)
    assert "--from" in refused.err
    assert "database_restored" not in _codes(older)


@pytest.mark.parametrize("when", ["2023-01-03", "03/01/2023", "2023-01-03T07:30", "now"])
def test_an_instant_is_written_in_any_usual_way(older: Terminal, when: str) -> None:
    older("relay", DONDOC_NOW=LATER)

    answer = older("mail", "resume", "--as", "cvp", "--from", when, DONDOC_NOW=LATER)

    assert answer.code == 0


def test_an_instant_that_is_none_is_refused(older: Terminal) -> None:
    answer = older("mail", "resume", "--as", "cvp", "--from", "2023-01-03T99", DONDOC_NOW=LATER)

    assert answer.code == 2
    assert "2026-05-20T07:30" in answer.err


def test_a_mark_that_is_none_is_a_finding_of_the_doctor(office: Terminal) -> None:
    path = office.folder / "var" / "watermark.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text("{}", encoding="utf-8")

    found = _codes(office)

    assert "không phải tệp mốc neo" in found["database_restored"]


def test_the_mark_moves_on_with_the_record(office: Terminal) -> None:
    path: Path = office.folder / "var" / "watermark.json"
    office("audit", "verify")

    office("relay", DONDOC_NOW=LATER)

    assert anchors.read(path.read_text("utf-8"), source="mark").block >= 1
    assert path.stat().st_mode & 0o077 == 0
