"""Evidence: what a task was judged by stays, and a correction stands beside it (S34)."""

import hashlib
import json

import pytest
from sqlalchemy import delete, update

from engine.commands import evidence
from engine.commands.evidence import Bringing
from engine.errors import (
    BadInput,
    DondocError,
    EvidenceRequired,
    Invalid,
    NoteRequired,
    NotPermitted,
    TransitionRefused,
    Unknown,
)
from engine.store.change import Evidence
from engine.store.evidence import Proof
from engine.store.record import evidence as evidence_table
from tests.support.office import World


def proof(name: str, content: str = "số liệu") -> Evidence:
    """Return a file as it is once it is kept."""
    digest = hashlib.sha256(content.encode()).hexdigest()
    return Evidence(name=name, sha256=digest, size_bytes=len(content.encode()), is_kept=True,
                    media_type="application/pdf")  # fmt: skip


FIRST, SECOND = proof("bc.pdf", "bản một"), proof("bc-sua.pdf", "bản hai")


@pytest.fixture
def office(world: World) -> World:
    """T1 reported by cv with one file."""
    world.plan({"code": "T1", "due": "2014-02-14"})
    world.do("cv", "start")
    world.do("cv", "report", evidence=(FIRST,))
    return world


def bring(world: World, by: str, **fields: object) -> None:
    bringing = Bringing(task="T1", **{"evidence": SECOND, **fields})  # type: ignore[arg-type]
    with world.database.begin() as tx:
        evidence.bring(tx, bringing, by=(by, None), rules=world.rules, at=world.clock.now())


def proofs(world: World) -> list[Proof]:
    with world.database.read() as tx:
        return evidence.evidence_of(tx, "T1")


def test_s34_a_report_without_required_evidence_is_refused_saying_what_is_missing(
    world: World,
) -> None:
    world.plan({"code": "T1", "due": "2014-02-14"})
    world.do("cv", "start")

    with pytest.raises(EvidenceRequired):
        world.do("cv", "report", evidence=())

    assert world.row().state == "in_progress"


@pytest.mark.parametrize("person", ["cv", "tp", "cvp", "gd", "operator:root"])
def test_s34_after_verification_nobody_adds_or_takes_away(office: World, person: str) -> None:
    office.do("cvp", "verify")
    before = proofs(office)

    with pytest.raises((TransitionRefused, Unknown)):
        bring(office, person)

    assert proofs(office) == before


def test_s34_a_correction_after_verification_is_a_new_version_beside_the_old(
    office: World,
) -> None:
    office.do("cvp", "verify")

    bring(office, "cv", replaces="bc.pdf", reason="nhầm trang 3")

    old, new = proofs(office)
    assert (old.name, old.sha256, old.replaced_by) == (FIRST.name, FIRST.sha256, new.id)
    assert (new.sha256, new.replaces_id, new.reason) == (SECOND.sha256, old.id, "nhầm trang 3")
    assert office.row().state == "verified"


def test_s34_the_record_names_both_digests_and_the_reason(office: World) -> None:
    office.do("cvp", "verify")

    bring(office, "cvp", replaces=str(FIRST.sha256)[:12], reason="nhầm trang 3")

    entry = office.entries(f"task:{office.ids['T1']}")[-1]
    said = json.loads(entry.body)
    assert (entry.actor, said["cause"]) == ("cvp", "nhầm trang 3")
    assert said["after"]["replaced"] == {"name": "bc.pdf", "sha256": FIRST.sha256}
    assert said["after"]["evidence"] == [{"name": "bc-sua.pdf", "sha256": SECOND.sha256}]


def test_s34_a_correction_moves_neither_the_report_nor_the_deadline(office: World) -> None:
    before = office.row()
    office.now("2014-02-20T09:00")

    bring(office, "cv", replaces="bc.pdf", reason="nhầm")

    after = office.row()
    assert (after.state, after.reported_at, after.due_on, after.arming, after.report_count) == (
        before.state, before.reported_at, before.due_on, before.arming, before.report_count
    )  # fmt: skip


def test_s34_a_correction_without_a_reason_is_refused(office: World) -> None:
    with pytest.raises(NoteRequired):
        bring(office, "cv", replaces="bc.pdf", reason="  ")

    assert len(proofs(office)) == 1


@pytest.mark.parametrize("person", ["cv2", "pgd", "gd"])
def test_s34_only_who_reports_or_verifies_corrects(office: World, person: str) -> None:
    with pytest.raises(NotPermitted):
        bring(office, person, replaces="bc.pdf", reason="khác")

    assert len(proofs(office)) == 1


def test_evidence_is_added_while_the_task_is_worked_on_or_judged(office: World) -> None:
    bring(office, "cv")
    office.do("cvp", "return", note="thiếu phụ lục")
    bring(office, "tp", evidence=proof("phụ lục.xlsx", "phụ lục"))

    assert [one.name for one in proofs(office)] == ["bc.pdf", "bc-sua.pdf", "phụ lục.xlsx"]
    assert [one.added_by for one in proofs(office)] == ["cv", "cv", "tp"]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"replaces": "không có", "reason": "x"}, Unknown),
        ({"replaces": "bc.pdf", "reason": "x", "evidence": FIRST}, Invalid),
        ({"evidence": FIRST}, Invalid),
    ],
)
def test_what_cannot_be_brought_is_refused_and_nothing_is_kept(
    office: World, fields: dict[str, object], error: type[DondocError]
) -> None:
    with pytest.raises(error):
        bring(office, "cv", **fields)

    assert len(proofs(office)) == 1


def test_what_was_replaced_is_not_replaced_again(office: World) -> None:
    bring(office, "cv", replaces="bc.pdf", reason="nhầm")

    with pytest.raises(Invalid):
        bring(office, "cv", replaces="bc.pdf", reason="nữa", evidence=proof("ba.pdf", "ba"))

    assert len(proofs(office)) == 2


def test_a_kept_file_is_found_by_the_beginning_of_its_digest(office: World) -> None:
    with office.database.read() as tx:
        found = evidence.the_kept(tx, str(FIRST.sha256)[:10])
        every = evidence.all_kept(tx)

    assert (found.sha256, found.address) == (FIRST.sha256, "KH-2014/T1")
    assert every == [found]


@pytest.mark.parametrize("digest", ["", "%", "ab", "0" * 64])
def test_a_digest_that_is_none_finds_nothing(office: World, digest: str) -> None:
    with office.database.read() as tx, pytest.raises(Unknown) as refused:
        evidence.the_kept(tx, digest)

    assert not isinstance(refused.value, BadInput)


def test_s34_evidence_that_was_changed_behind_the_back_of_the_record_is_found(
    office: World,
) -> None:
    office.do("cvp", "verify")
    bring(office, "cv", replaces="bc.pdf", reason="nhầm")
    with office.database.begin() as tx:
        before = evidence.all_strayed(tx)
        tx.execute(
            update(evidence_table).where(evidence_table.c.name == "bc.pdf").values(sha256="0" * 64)
        )

    with office.database.read() as tx:
        found = evidence.all_strayed(tx)

    assert before == []
    assert sorted((one.sha256, one.is_recorded) for one in found) == sorted(
        [(FIRST.sha256, True), ("0" * 64, False)]
    )


def test_s34_evidence_that_was_deleted_from_the_table_is_found(office: World) -> None:
    with office.database.begin() as tx:
        tx.execute(delete(evidence_table))

    with office.database.read() as tx:
        (found,) = evidence.all_strayed(tx)

    assert (found.address, found.name, found.is_recorded) == ("KH-2014/T1", "bc.pdf", True)
