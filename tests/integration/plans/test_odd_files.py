"""G19: a few odd files of every kind, read as a door has them read; fault 48 takes them all."""

from collections.abc import Mapping

import pytest

from config.defaults import reading_rules
from engine.errors import BadInput
from tests.support.corpus import KINDS
from tests.support.corpus.specimen import Odd
from workflows.planfile import InputFile, IntakeRules
from workflows.planfile.confinement import read_plan_confined

CHOSEN: Mapping[str, tuple[str, ...]] = {
    "pdfs": ("password.pdf", "cycle.pdf", "xref.pdf", "js.pdf", "cmap.pdf"),
    "references": ("lol.docx", "xxe-http.xlsx", "wide.docx", "attachedTemplate.docx"),
    "sheets": ("far.xlsx", "dim.xlsx", "escape-2.xlsx", "formula.csv", "bom.csv", "quote.csv"),
    "texts": ("nfd.txt", "combining.txt", "noise.txt", "secret-header.docx", "secret-box.docx",
              "secret-cell.docx", "secret-header.xlsx", "secret.csv"),
}  # fmt: skip


def odd_file(kind: str, name: str) -> Odd:
    return next(odd for odd in KINDS[kind](9) if odd.name == name)


@pytest.fixture(scope="module")
def rules() -> IntakeRules:
    """The rules as they are shipped."""
    return IntakeRules.from_mapping(reading_rules("intake"))


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, names in CHOSEN.items() for name in names]
)
def test_g19_an_odd_file_is_read_within_bounds_or_refused_in_a_sentence(
    rules: IntakeRules, kind: str, name: str
) -> None:
    odd = odd_file(kind, name)
    files = [InputFile(name=odd.name, data=odd.data)]

    try:
        titles = [
            item.title
            for item in read_plan_confined(files, code="KH", year=2026, rules=rules).items
        ]
        said = ""
    except BadInput as refused:
        titles, said = [], str(refused)

    if odd.refused is None:
        assert all(any(part in title for title in titles) for part in odd.reads)
    assert any(part in said for part in (odd.refused or "").split("|"))
    assert "chưa đọc được (" not in said
