"""The archive of an office document: sizes counted, nothing believed, nothing opened twice."""

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import BadInput, Fault
from tests.support.corpus import archives, office, references
from tests.support.corpus.specimen import Odd
from workflows.planfile import InputFile, IntakeRules
from workflows.planfile.readers.archive import check_archive
from workflows.planfile.readers.sniffing import format_of

ODD = [*archives.small(), *references.made(9)]
# What is lost is the reader's to miss; the archive is whole.
REFUSED = [odd for odd in ODD if odd.refused and not odd.name.startswith("lost")]
READ = [odd for odd in ODD if not odd.refused]


def faults(odd: Odd, rules: IntakeRules) -> list[Fault]:
    """What is said against a file, in the order in which a reader asks."""
    file = InputFile(name=odd.name, data=odd.data)
    try:
        format_of(file, rules=rules)
        check_archive(file, rules=rules)
    except BadInput as refused:
        return list(refused.faults)
    return []


def refusal(odd: Odd, rules: IntakeRules) -> str:
    found = faults(odd, rules)
    assert all(fault.cure for fault in found)
    return "\n".join(map(str, found))


def with_limits(rules: IntakeRules, **limits: int) -> IntakeRules:
    return rules.model_copy(update={"limits": rules.limits.model_copy(update=limits)})


@pytest.mark.parametrize("odd", REFUSED, ids=[odd.name for odd in REFUSED])
def test_g19_a_bent_archive_is_refused_with_its_cure(rules: IntakeRules, odd: Odd) -> None:
    assert odd.refused is not None

    said = refusal(odd, rules)

    assert any(part in said for part in odd.refused.split("|"))


@pytest.mark.parametrize("odd", READ, ids=[odd.name for odd in READ])
def test_an_archive_that_is_only_odd_passes(rules: IntakeRules, odd: Odd) -> None:
    assert faults(odd, rules) == []


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"part_bytes": 1_000}, "“word/document.xml” giải nén ra hơn"),
        ({"unpacked_bytes": 1_500}, "tệp giải nén ra hơn"),
        ({"archive_entries": 3}, "gồm 4 phần, tối đa 3"),
        ({"ratio": 1, "ratio_from_bytes": 100}, "nén hơn 1 lần"),
        ({"xml_depth": 4}, "lồng nhau quá 4 cấp"),
        ({"xml_elements": 20}, "quá 20 phần tử"),
    ],
)
def test_each_bound_of_an_archive_holds(
    rules: IntakeRules, limits: dict[str, int], expected: str
) -> None:
    plain = Odd(name="ke-hoach.docx", data=office.word())

    assert expected in refusal(plain, with_limits(rules, **limits))


def test_several_faults_of_an_archive_are_named_at_once(rules: IntakeRules) -> None:
    parts = office.word_parts() | {"../x": b"x", "WORD/document.xml": b"<a/>"}

    said = refusal(Odd(name="ke-hoach.docx", data=office.zipped(parts)), rules)

    assert "cùng tên" in said
    assert "trỏ ra ngoài tệp" in said


def test_g19_a_bomb_is_refused_in_little_memory(rules: IntakeRules) -> None:
    bomb = office.word(office.paragraph(" " * 20_000_000))
    small = with_limits(rules, part_bytes=10_000_000)
    tracemalloc.start()

    said = refusal(Odd(name="bomb.docx", data=bomb), small)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert "giải nén ra hơn 10 MB" in said
    assert peak < 8_000_000


PLAIN = {"a.docx": office.word(), "a.xlsx": office.excel()}


@given(
    st.sampled_from(sorted(PLAIN)),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=8),
    st.integers(0, 10_000),
)
def test_whatever_happens_to_its_bytes_an_archive_passes_or_is_refused_in_a_sentence(
    rules: IntakeRules, name: str, changes: list[tuple[int, int]], cut: int
) -> None:
    data = bytearray(PLAIN[name])
    for place, value in changes:
        data[place % len(data)] = value

    found = faults(Odd(name=name, data=bytes(data[: max(1, len(data) - cut % 50)])), rules)

    assert all(fault.problem and fault.cure for fault in found)


def test_real_documents_pass_with_room(rules: IntakeRules, samples: Path) -> None:
    found = [*samples.rglob("*.docx"), *samples.rglob("*.xlsx")]
    a_quarter = with_limits(
        rules,
        part_bytes=rules.limits.part_bytes // 4,
        unpacked_bytes=rules.limits.unpacked_bytes // 4,
        xml_elements=rules.limits.xml_elements // 4,
        xml_depth=rules.limits.xml_depth // 4,
    )

    refused = {
        path.name: told
        for path in found
        if (told := faults(Odd(name=path.name, data=path.read_bytes()), a_quarter))
    }

    assert found
    assert refused == {}
