"""Fault 43: an export of 1,000 entries, changed in every way that matters."""

import pytest

from engine.audit.anchors import Anchor
from engine.audit.blocks import NO_BLOCK
from engine.audit.verdict import CANNOT_TELL
from engine.store.session import Database
from tests.support import forger
from tests.support.audit_log import AT, export, fill, judge
from tests.support.forger import Forgery, edited

_ENTRIES = 1_000
_BLOCK = 100
_AT_WORK = 555


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    from engine import migrations

    url = f"sqlite:///{tmp_path_factory.mktemp('export') / 'dondoc.db'}"
    migrations.upgrade(url)
    database = Database(url)
    fill(database, _ENTRIES, block=_BLOCK)
    written = export(database)
    database.dispose()
    return written


@pytest.fixture(scope="module")
def anchor(exported: bytes) -> Anchor:
    """The head of the log as it was when it was exported."""
    footer = forger.read(exported)[-1]
    return Anchor(
        block=footer["blocks"], hash=footer["head"], entries=footer["entries"], at=AT, schema=None
    )


def test_fault_43_an_export_as_it_was_written_is_whole(exported: bytes, anchor: Anchor) -> None:
    verdict = judge(exported, anchor)

    assert verdict.findings == ()
    assert (verdict.entries, verdict.blocks) == (_ENTRIES, _ENTRIES // _BLOCK)
    assert verdict.reservations == ()


def test_fault_43_the_forger_can_write_an_export_byte_for_byte(exported: bytes) -> None:
    assert forger.write(forger.read(exported)) == exported


@pytest.mark.parametrize("number", [1, 2, 100, 101, _AT_WORK, _ENTRIES - 1])
@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(edited(forger.one_letter), id="byte"),
        pytest.param(edited(forger.null_to_empty), id="null-to-empty"),
        pytest.param(edited(forger.empty_to_null), id="empty-to-null"),
        pytest.param(edited(forger.decomposed), id="NFC-to-NFD"),
        pytest.param(edited(forger.one_microsecond), id="microsecond"),
        pytest.param(edited(forger.another_actor), id="actor"),
        pytest.param(forger.deleted, id="delete"),
        pytest.param(forger.swapped, id="swap"),
        pytest.param(forger.cut, id="cut-tail"),
    ],
)
def test_fault_43_verification_names_the_first_bad_entry(
    exported: bytes, forge: Forgery, number: int
) -> None:
    forged = forger.write(forge(forger.read(exported), number))

    first = judge(forged).first

    assert first is not None
    assert first.number == number


@pytest.mark.parametrize("number", [2, 100, _AT_WORK, _ENTRIES])
@pytest.mark.parametrize("forge", [forger.inserted, forger.duplicated])
def test_fault_43_a_row_too_many_is_named_where_the_numbers_break(
    exported: bytes, forge: Forgery, number: int
) -> None:
    forged = forger.write(forge(forger.read(exported), number))

    first = judge(forged).first

    assert first is not None
    assert first.number in {number, number + 1}


@pytest.mark.parametrize("number", [1, _AT_WORK, _ENTRIES - 1])
@pytest.mark.parametrize("forge", [forger.hash_made_anew, forger.swapped_with_their_numbers])
def test_fault_43_a_row_with_its_hash_or_number_made_anew_is_found_in_its_block(
    exported: bytes, forge: Forgery, number: int
) -> None:
    forged = forger.write(forge(forger.read(exported), number))

    first = judge(forged).first

    assert first is not None
    assert first.check == "root"
    assert first.number == (number - 1) // _BLOCK * _BLOCK + 1


@pytest.mark.parametrize("number", [1, _AT_WORK, _ENTRIES])
@pytest.mark.parametrize("forge", [forger.cut_to_the_block, forger.written_anew])
def test_fault_43_a_careful_cut_or_rewrite_needs_the_anchor(
    exported: bytes, anchor: Anchor, forge: Forgery, number: int
) -> None:
    forged = forger.write(forge(forger.read(exported), number))

    alone, anchored = judge(forged), judge(forged, anchor)

    assert alone.is_clean
    assert alone.reservations == (CANNOT_TELL,)
    assert [one.check for one in anchored.findings] == ["anchor"]


def test_fault_43_an_anchor_of_an_empty_log_fits_every_log(exported: bytes) -> None:
    nothing = Anchor(block=0, hash=NO_BLOCK, entries=0, at=AT)

    assert judge(exported, nothing).is_clean


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text + b"{}\n", id="after-the-end"),
        pytest.param(lambda text: text[:-2], id="last-byte"),
        pytest.param(lambda text: text[: len(text) // 2], id="half"),
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda _: b"\x00\xff\xfe binary \n" * 9, id="binary"),
        pytest.param(lambda text: text.decode().encode("utf-16"), id="utf-16"),
        pytest.param(lambda text: b"[" * 100_000 + text, id="deep"),
        pytest.param(lambda text: text.replace(b"\n", b"\r\n"), id="line-breaks"),
        pytest.param(lambda text: text.replace(b'","', b'", "', 1), id="space"),
        pytest.param(lambda text: text.replace(b'"number":7', b'"number":"7"', 1), id="type"),
        pytest.param(lambda text: text.replace(b'"number":7', b'"n":7', 1), id="key"),
        pytest.param(lambda text: text.replace(b'"type":"entry"', b'"type":"e"', 1), id="kind"),
        pytest.param(lambda text: text.split(b"\n", 1)[1], id="no-header"),
    ],
)
def test_fault_43_a_file_that_is_no_export_is_a_finding_and_no_crash(
    exported: bytes, change: object
) -> None:
    assert callable(change)
    spoilt: bytes = change(exported)

    findings = judge(spoilt).findings

    assert findings
    assert all(one.problem for one in findings)
