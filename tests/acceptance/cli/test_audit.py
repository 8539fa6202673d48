"""The record on the command line: verified here and offline, exported, anchored, shown."""

import json
from pathlib import Path

import pytest

from engine.audit.verdict import CANNOT_TELL
from tests.support import forger
from tests.support.audit_log import Owner
from tests.support.databases import Urls
from tests.support.forger import edited
from tests.support.terminal import Terminal


def test_g16_verify_says_that_the_record_is_whole_and_what_it_cannot_tell(
    office: Terminal,
) -> None:
    answer = office("audit", "verify")

    assert answer.code == 0
    assert answer.out.startswith("Nhật ký nguyên vẹn: ")
    assert CANNOT_TELL in answer.err


def test_s61_verify_leaves_with_1_and_names_the_changed_entry(
    office: Terminal, database_urls: Urls
) -> None:
    entries = office("audit", "verify", "--json").json["entries"]
    Owner(urls=database_urls).change(
        "UPDATE audit_entry SET body = replace(body, 'Trưởng', 'Thường') "
        "WHERE action LIKE 'person.%'"
    )

    answer = office("audit", "verify", "--json")

    assert answer.code == 1
    assert answer.json["ok"] is False
    assert answer.json["entries"] == entries
    assert answer.json["findings"][0]["check"] == "body"
    number = answer.json["findings"][0]["number"]
    assert f"mục {number}: nội dung không khớp" in office("audit", "verify").out


def test_an_anchor_is_written_as_json_and_fits_the_record_later(office: Terminal) -> None:
    taken = office("audit", "anchor", "-o", "anchor.json", "--json")
    held = json.loads((office.folder / "anchor.json").read_text())

    answer = office("audit", "verify", "--anchor", "anchor.json", "--json")

    assert taken.code == 0
    assert taken.json == held
    assert {"block", "hash", "entries", "at", "schema"} <= set(held)
    assert answer.code == 0
    assert answer.json["anchored"] is True
    assert answer.json["reservations"] == []
    assert answer.json["entries"] > held["entries"]


def test_s61_a_cut_tail_is_found_through_an_anchor_kept_outside(
    office: Terminal, database_urls: Urls
) -> None:
    office("audit", "anchor", "-o", "first.json")
    office("audit", "anchor", "-o", "second.json")
    Owner(urls=database_urls).change("DELETE FROM audit_block", "DELETE FROM anchor",
                                     "DELETE FROM audit_entry")  # fmt: skip

    answer = office("audit", "verify", "--anchor", "second.json")

    assert answer.code == 1
    assert "phần cuối nhật ký bị cắt" in answer.out


def test_an_export_is_verified_without_settings_or_database(
    office: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office("audit", "export", "-o", "log.jsonl")
    office("audit", "anchor", "-o", "anchor.json")
    monkeypatch.delenv("DONDOC_DATABASE__URL")
    (office.folder / "dondoc.toml").unlink()

    answer = office("audit", "verify", "--file", "log.jsonl", "--json")

    assert answer.code == 0
    assert answer.json["entries"] > 0
    assert answer.json["reservations"] == [CANNOT_TELL]


def test_fault_43_verify_of_a_forged_export_leaves_with_1_and_names_the_entry(
    office: Terminal,
) -> None:
    office("audit", "export", "-o", "log.jsonl")
    file = office.folder / "log.jsonl"
    forge = edited(forger.another_actor)
    file.write_bytes(forger.write(forge(forger.read(file.read_bytes()), 3)))

    answer = office("audit", "verify", "--file", "log.jsonl")

    assert answer.code == 1
    assert "mục 3: nội dung không khớp với mã băm" in answer.out


def test_exports_and_anchors_are_for_their_owner_alone(office: Terminal) -> None:
    office("audit", "export", "-o", "log.jsonl")
    office("audit", "anchor", "-o", "anchor.json")

    modes = {(office.folder / name).stat().st_mode & 0o777 for name in ("log.jsonl", "anchor.json")}

    assert modes == {0o600}


def test_export_and_anchor_are_themselves_in_the_record(office: Terminal) -> None:
    exported = office("audit", "export", "-o", "log.jsonl", "--json").json
    number = exported["entries"] + 1
    office("audit", "anchor", "-o", "anchor.json")

    first = office("audit", "show", str(number), "--json").json
    second = office("audit", "show", str(number + 1), "--json").json

    assert (first["action"], second["action"]) == ("audit.exported", "audit.anchored")
    assert first["after"]["sha256"] == exported["sha256"]
    assert first["after"]["where"] == str(office.folder / "log.jsonl")
    assert second["prev"] == first["hash"]
    assert first["actor"].startswith("operator:")


def test_show_tells_who_did_what_to_what_and_when(office: Terminal) -> None:
    answer = office("audit", "show", "1")

    assert answer.code == 0
    for name in ("number", "action", "actor", "subject", "before", "after", "at", "hash", "block"):
        assert name in answer.out


def test_show_of_a_number_that_is_not_there_is_refused(office: Terminal) -> None:
    answer = office("audit", "show", "999999")

    assert answer.code == 77
    assert "mục nhật ký" in answer.err


@pytest.mark.parametrize(
    "words",
    [
        ("export", "-o", "nowhere/log.jsonl"),
        ("anchor", "-o", "nowhere/anchor.json"),
        ("verify", "--file", "nowhere.jsonl"),
        ("verify", "--anchor", "nowhere.json"),
    ],
)
def test_a_file_that_cannot_be_reached_is_named(office: Terminal, words: tuple[str, ...]) -> None:
    answer = office("audit", *words)

    assert answer.code == 78
    assert words[-1] in answer.err


def test_what_could_not_be_written_is_not_in_the_record(office: Terminal) -> None:
    before = office("audit", "verify", "--json").json["entries"]
    office("audit", "export", "-o", "nowhere/log.jsonl")

    after = office("audit", "verify", "--json").json["entries"]

    assert after == before


def test_a_file_that_is_no_anchor_is_refused_with_the_cure(office: Terminal) -> None:
    answer = office("audit", "verify", "--anchor", office.write("anchor.json", "{}"))

    assert answer.code == 78
    assert "dondoc audit anchor" in answer.err


def test_s61_blocks_that_contradict_each_other_do_not_keep_verify_from_its_verdict(
    office: Terminal, database_urls: Urls
) -> None:
    office("audit", "verify")
    office("audit", "anchor", "-o", "anchor.json")
    Owner(urls=database_urls).change("UPDATE audit_block SET hash = prev WHERE number = 1")

    answer = office("audit", "verify", "--json")

    assert answer.code == 1
    assert "block" in {one["check"] for one in answer.json["findings"]}
    assert "Không niêm phong thêm được" in answer.err
