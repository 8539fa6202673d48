"""Whatever is changed in an export, verification says so; whatever is fed to it, it answers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import migrations
from engine.audit.anchors import Anchor, read, write
from engine.audit.entries import GENESIS, canonical, chain, digest
from engine.errors import BadInput
from engine.store.session import Database
from tests.support.audit_log import AT, event, export, fill, judge

_WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_VALUES = st.none() | st.booleans() | st.integers() | _WORDS
_FIELDS = st.dictionaries(_WORDS, _VALUES | st.lists(_VALUES, max_size=3), max_size=5)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    url = f"sqlite:///{tmp_path_factory.mktemp('export') / 'dondoc.db'}"
    migrations.upgrade(url)
    database = Database(url)
    fill(database, 30, block=10)
    written = export(database)
    database.dispose()
    return written


@given(place=st.integers(min_value=0), byte=st.integers(0, 255))
def test_fault_43_no_byte_of_an_export_can_be_changed_unseen(
    exported: bytes, place: int, byte: int
) -> None:
    place %= len(exported)
    changed = exported[:place] + bytes([byte]) + exported[place + 1 :]

    verdict = judge(changed)

    assert verdict.is_clean == (changed == exported)


@given(st.data())
def test_fault_43_no_lines_of_an_export_can_be_moved_or_lost_unseen(
    exported: bytes, data: st.DataObject
) -> None:
    lines = exported.splitlines(keepends=True)
    picked = data.draw(st.lists(st.sampled_from(range(len(lines))), max_size=len(lines) + 3))
    changed = b"".join(lines[at] for at in picked)

    verdict = judge(changed)

    assert verdict.is_clean == (changed == exported)


@given(st.binary(max_size=500))
def test_no_file_breaks_the_reader_of_exports(content: bytes) -> None:
    assert not judge(content).is_clean


@given(st.text(max_size=200) | _FIELDS.map(canonical))
def test_no_file_breaks_the_reader_of_anchors(content: str) -> None:
    with pytest.raises(BadInput):
        read(content, source="anchor.json")


@given(
    block=st.integers(0, 10**9),
    entries=st.integers(0, 10**9),
    content=st.binary(min_size=32, max_size=32),
)
def test_an_anchor_is_read_as_it_was_written(block: int, entries: int, content: bytes) -> None:
    anchor = Anchor(block=block, hash=content.hex(), entries=entries, at=AT)

    assert read(write(anchor), source="anchor.json") == anchor


@settings(max_examples=200)
@given(before=_FIELDS, after=_FIELDS)
def test_an_entry_has_one_text_whatever_the_order_of_its_fields(
    before: dict[str, object], after: dict[str, object]
) -> None:
    told = event("note:1", before=before, after=after)
    turned = event("note:1", before=dict(reversed(before.items())), after=after)

    first = chain(told, at=AT, head=GENESIS)
    second = chain(turned, at=AT, head=GENESIS)

    assert first.body.replace(first.id, "") == second.body.replace(second.id, "")
    assert first.hash == digest(first.body)
