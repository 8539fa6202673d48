"""Verification in the database: what a hand with every right does to the log is named."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from engine import audit
from engine.audit import acts, anchors, entries
from engine.audit.anchors import Anchor
from engine.audit.verdict import CANNOT_TELL, MOST_FINDINGS
from engine.audit.verify import verify
from engine.clock import PinnedClock
from engine.store.record import anchor as anchor_table
from engine.store.record import audit_block, audit_entry
from engine.store.session import Database
from tests.support.audit_log import AT, Owner, event, fill, sealed, write
from tests.support.databases import Urls
from tests.support.office import World, local

#: 30 entries in three blocks; entry n of the log is entry (n-1) // 7 + 1 of note:((n-1) % 7).
_ENTRIES = 30


@pytest.fixture
def log(database: Database) -> Database:
    fill(database, _ENTRIES, block=10)
    return database


@pytest.fixture
def owner(database_urls: Urls) -> Owner:
    return Owner(urls=database_urls)


def _entry(number: int) -> str:
    return f"subject = 'note:{(number - 1) % 7}' AND subject_seq = {(number - 1) // 7 + 1}"


def _anchor(database: Database) -> Anchor:
    with database.begin() as tx:
        return acts.take_anchor(tx, at=AT, actor="operator:test", where="elsewhere")


def _checks(database: Database, anchor: Anchor | None = None) -> list[tuple[str, int | None]]:
    return [(one.check, one.number) for one in verify(database, anchor).findings]


def test_g16_a_log_as_it_was_written_is_whole(log: Database) -> None:
    verdict = verify(log)

    assert verdict.findings == ()
    assert (verdict.entries, verdict.blocks) == (_ENTRIES, 3)


def test_without_an_anchor_the_verdict_says_what_it_cannot_tell(log: Database) -> None:
    assert verify(log).reservations == (CANNOT_TELL,)
    assert verify(log, _anchor(log)).reservations == ()


def test_an_empty_log_is_whole(database: Database) -> None:
    verdict = verify(database)

    assert verdict.is_clean
    assert verdict.entries == 0


def test_what_was_written_since_the_last_block_is_no_finding(log: Database) -> None:
    write(log, "note:0x")

    assert verify(log).is_clean


def test_an_entry_by_a_substitute_and_one_with_odd_letters_are_whole(database: Database) -> None:
    write(database, 'note:"\\ạ', on_behalf_of="tp")
    write(database, "note:1", actor='operator:"quoted"', after={"at": "x", "state": "mới"})
    sealed(database)

    assert verify(database).findings == ()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("action", "'note.forged'"),
        ("actor", "'gd'"),
        ("subject", "'note:99'"),
        ("at", "'2023-01-03 01:00:00.000001'"),
        ("subject_seq", "77"),
        ("id", "'01857518-0000-7000-8000-000000000000'"),
    ],
)
def test_s61_a_changed_column_is_named(
    log: Database, owner: Owner, column: str, value: str
) -> None:
    if column == "id" and log.dialect == "sqlite":
        value = value.replace("-", "")
    owner.change(f"UPDATE audit_entry SET {column} = {value} WHERE {_entry(12)}")

    found = _checks(log)

    assert ("missing" if column == "id" else "columns", 12) in found
    assert found[0][1] == 12


def test_s61_a_changed_body_is_named(log: Database, owner: Owner) -> None:
    owner.change(f"UPDATE audit_entry SET body = replace(body, 'Đã', 'Da') WHERE {_entry(12)}")

    assert _checks(log) == [("body", 12)]


def test_s61_a_changed_body_with_its_hash_made_anew_is_found_by_the_tree(
    log: Database, owner: Owner
) -> None:
    with log.read() as tx:
        body = tx.execute(
            select(audit_entry.c.body).where(
                audit_entry.c.subject == "note:1", audit_entry.c.subject_seq == 5
            )
        ).scalar_one()
    forged = body.replace("Đã hoàn thành", "Không làm")
    owner.change(
        f"UPDATE audit_entry SET body = '{forged}', hash = '{entries.digest(forged)}' "
        f"WHERE {_entry(30)}"
    )

    findings = verify(log).findings

    assert [(one.check, one.number) for one in findings] == [("root", 21)]
    assert "khối 3 (mục 21-30)" in findings[0].place


def test_s61_a_removed_entry_is_named(log: Database, owner: Owner) -> None:
    owner.change(f"DELETE FROM audit_entry WHERE {_entry(12)}")

    found = _checks(log)

    assert found[0] == ("missing", 12)
    assert ("chain", 19) in found


def test_s61_an_entry_put_between_old_ones_is_named(log: Database) -> None:
    with log.begin() as tx:
        head = tx.execute(
            select(audit_entry.c.subject_seq, audit_entry.c.hash)
            .where(audit_entry.c.subject == "note:3")
            .order_by(audit_entry.c.subject_seq.desc())
        ).first()
        assert head is not None
        entry = audit.chain(event("note:3"), at=AT, head=audit.Head(*head))
        old = "01857518-0000-7000-8000-000000000000"
        tx.execute(insert(audit_entry).values({**entries.as_row(entry), "id": old}))
    sealed(log)

    assert _checks(log) == [("unsealed", None)]


@pytest.mark.parametrize(
    ("change", "check", "number"),
    [
        ("DELETE FROM audit_block WHERE number = 2", "block", 21),
        ("UPDATE audit_block SET root = prev WHERE number = 2", "block", 11),
        ("UPDATE audit_block SET sealed_at = '2020-01-01 00:00:00.000000' WHERE number = 2",
         "block", 11),
        ("UPDATE audit_block SET count = 9 WHERE number = 2", "block", 11),
        ("UPDATE audit_block SET entries = '[1]' WHERE number = 2", "block", 11),
        ("UPDATE audit_block SET entries = '[\"x\"]' WHERE number = 2", "missing", 11),
        ("UPDATE audit_block SET entries = '{}' WHERE number = 2", "root", 11),
    ],
)  # fmt: skip
def test_s61_a_changed_block_is_named(
    log: Database, owner: Owner, change: str, check: str, number: int
) -> None:
    owner.change(change)

    assert (check, number) in _checks(log)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("column", ["entries", "sealed_at", "newest", "first_seq"])
def test_a_block_that_cannot_be_read_is_a_finding_and_no_crash(
    log: Database, owner: Owner, column: str
) -> None:
    owner.change(f"UPDATE audit_block SET {column} = 'vô nghĩa' WHERE number = 2")

    assert ("block", 11) in _checks(log)


def test_s61_two_entries_that_changed_places_are_found(log: Database, owner: Owner) -> None:
    with log.read() as tx:
        listed = tx.execute(
            select(audit_block.c.entries).where(audit_block.c.number == 2)
        ).scalar_one()
    swapped = json.dumps([listed[1], listed[0], *listed[2:]])
    owner.change(f"UPDATE audit_block SET entries = '{swapped}' WHERE number = 2")

    assert _checks(log) == [("root", 11)]


def test_an_entry_sealed_twice_is_named(log: Database, owner: Owner) -> None:
    with log.read() as tx:
        first, second = tx.execute(
            select(audit_block.c.entries).order_by(audit_block.c.number).limit(2)
        ).scalars()
    twice = json.dumps([first[0], *second[1:]])
    owner.change(f"UPDATE audit_block SET entries = '{twice}' WHERE number = 2")

    assert _checks(log)[0] == ("twice", 11)


def _cut(owner: Owner) -> None:
    """Remove the last block with its entries, as if they had never been."""
    last = " OR ".join(f"({_entry(number)})" for number in range(21, _ENTRIES + 1))
    owner.change(
        f"DELETE FROM audit_entry WHERE {last}", "DELETE FROM audit_block WHERE number = 3"
    )


def test_s61_a_cut_tail_is_found_with_the_anchor_and_not_without(
    log: Database, owner: Owner
) -> None:
    kept = _anchor(log)
    owner.change("DELETE FROM anchor")
    _cut(owner)

    alone, anchored = verify(log), verify(log, kept)

    assert alone.is_clean
    assert alone.reservations == (CANNOT_TELL,)
    assert [(one.check, one.number) for one in anchored.findings] == [("anchor", 21)]


def test_a_cut_tail_is_found_by_the_anchors_that_were_left_in_the_database(
    log: Database, owner: Owner
) -> None:
    _anchor(log)
    _cut(owner)

    assert _checks(log) == [("anchor", 21)]


def test_s61_a_log_written_anew_is_found_with_the_anchor(log: Database, owner: Owner) -> None:
    kept = _anchor(log)
    owner.change("DELETE FROM audit_entry", "DELETE FROM audit_block", "DELETE FROM anchor")
    fill(log, _ENTRIES, block=10)

    alone, anchored = verify(log), verify(log, kept)

    assert alone.is_clean
    assert [(one.check, one.number) for one in anchored.findings] == [("anchor", 1)]


def test_an_anchor_says_between_which_entries_a_log_was_written_anew(
    log: Database, owner: Owner
) -> None:
    _anchor(log)
    write(log, "note:new")
    sealed(log)
    kept = _anchor(log)
    owner.change("UPDATE anchor SET block_hash = '0' WHERE block_number = 4")

    findings = verify(log, kept).findings

    assert [(one.check, one.number) for one in findings] == [("anchor", 31)]


@pytest.mark.parametrize("table", ["audit_entry", "audit_block", "anchor", "history"])
def test_g16_a_guard_taken_away_is_named(log: Database, owner: Owner, table: str) -> None:
    owner.leave_open(table)

    findings = verify(log).findings

    assert [one.check for one in findings] == ["guard"]
    assert f"{table}_no_" in findings[0].place


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_g16_a_guard_that_an_anchor_did_not_know_is_named(log: Database, owner: Owner) -> None:
    kept = _anchor(log)
    owner.change("CREATE TRIGGER mine AFTER INSERT ON audit_entry BEGIN SELECT 1; END")

    assert _checks(log, kept) == [("guard", None)]


def test_a_task_moved_past_the_log_is_named(database: Database, owner: Owner) -> None:
    _office(database)
    owner.change("UPDATE task SET state = 'verified' WHERE code = 'T1'")

    findings = verify(database).findings

    assert [one.check for one in findings] == ["state"]
    assert findings[0].place == "nhiệm vụ KH-2014/T1"
    assert "'verified'" in findings[0].problem
    assert "'in_progress'" in findings[0].problem


@pytest.mark.parametrize(
    ("column", "word"),
    [("due_on = '2015-01-01'", "hạn"), ("assignee_id = verifier_id", "người thực hiện")],
)
def test_a_date_or_a_person_changed_past_the_log_is_named(
    database: Database, owner: Owner, column: str, word: str
) -> None:
    _office(database)
    owner.change(f"UPDATE task SET {column} WHERE code = 'T1'")

    findings = verify(database).findings

    assert [(one.check, one.place) for one in findings] == [("state", "nhiệm vụ KH-2014/T1")]
    assert word in findings[0].problem


def test_a_task_given_a_state_that_the_log_never_mentions_is_named(
    database: Database, owner: Owner
) -> None:
    _office(database)
    owner.change("UPDATE task SET state = NULL WHERE code = 'T2'")

    assert [one.place for one in verify(database).findings] == ["nhiệm vụ KH-2014/T2"]


def test_a_task_cut_off_from_its_entries_is_named(database: Database, owner: Owner) -> None:
    _office(database)
    owner.change(f"UPDATE task SET audit_hash = '{audit.GENESIS.hash}' WHERE code = 'T1'")

    assert [one.check for one in verify(database).findings] == ["state"]


def test_a_task_that_moved_since_the_last_block_is_no_finding(database: Database) -> None:
    world = _office(database)
    sealed(database)
    world.do("cv", "report")

    assert verify(database).is_clean


def _office(database: Database) -> World:
    world = World(database, PinnedClock(local("2014-01-15T08:00"))).open()
    world.plan({"code": "T1", "due": "2014-02-07"}, {"code": "T2", "due": "2014-02-07"})
    world.do("cv", "start")
    return world


def test_of_very_many_findings_the_rest_is_counted(log: Database, owner: Owner) -> None:
    fill_more(log, 3 * MOST_FINDINGS)
    owner.change("UPDATE audit_entry SET actor = 'gd' WHERE subject LIKE 'more:%'")

    verdict = verify(log)

    assert len(verdict.findings) == MOST_FINDINGS
    assert verdict.more == 2 * MOST_FINDINGS


def fill_more(database: Database, number: int) -> None:
    with database.begin() as tx:
        for ordinal in range(number):
            audit.append(tx, event(f"more:{ordinal}"), at=AT + timedelta(seconds=ordinal))
    sealed(database)


def test_progress_is_told_in_entries(log: Database) -> None:
    told: list[tuple[int, int]] = []

    verify(log, progress=lambda done, whole: told.append((done, whole)))

    assert told == [(10, 30), (20, 30), (30, 30)]


def test_an_anchor_is_kept_with_who_took_it(log: Database) -> None:
    _anchor(log)
    sealed(log)

    with log.read() as tx:
        row = tx.execute(select(anchor_table)).one()
        body = json.loads(acts.entry(tx, 31).body)
    assert (row.block_number, row.entries, row.where) == (3, _ENTRIES, "elsewhere")
    assert (body["action"], body["actor"]) == ("audit.anchored", "operator:test")
    assert body["after"]["hash"] == row.block_hash


def test_an_anchor_survives_its_file(log: Database) -> None:
    kept = _anchor(log)

    assert anchors.read(anchors.write(kept), source="anchor.json") == kept


def test_the_number_of_an_entry_is_its_place_in_its_block(log: Database) -> None:
    with log.read() as tx:
        found = acts.entry(tx, 12)

    assert (found.number, found.block) == (12, 2)
    assert json.loads(found.body)["subject"] == "note:4"
