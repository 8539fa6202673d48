"""Papers that plans come in, as every door reads them: what a file says, and where it says it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from engine.draft import Source
from engine.errors import BadInput

if TYPE_CHECKING:
    from engine.adjustment import Entry
    from engine.organisation import Organisation
    from engine.review import Review
    from workflows.orgfile import OrgWords
    from workflows.planfile import InputFile
    from workflows.planfile.rules import IntakeRules

#: Files that hold a table and nothing else: they name what changes, and nothing more.
_TABLES = (".csv", ".xlsx")
#: How a table that is one names the cell that is wrong.
_CELL = ", cột "
_PLACES = (
    ("page", "trang {}"), ("sheet", "trang tính “{}”"), ("table", "bảng {}"), ("row", "dòng {}"),
    ("paragraph", "đoạn {}"), ("line", "dòng {}"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Stating:
    """What a decision's file states of a plan.

    Attributes:
        entries: Its rows.
        source_name: Its name.
        digest: Its SHA-256.
        is_whole: It states the whole plan again; else it is a table of what changes.
    """

    entries: "tuple[Entry, ...]"
    source_name: str
    digest: str
    is_whole: bool


def intake_rules() -> "IntakeRules":
    """Return the words by which plans are read."""
    from config.defaults import reading_rules
    from workflows.planfile.rules import IntakeRules

    return IntakeRules.from_mapping(reading_rules("intake"))


def organisation_words() -> "OrgWords":
    """Return the words by which lists of units and of people are read."""
    from config.defaults import reading_rules
    from workflows.orgfile import OrgWords

    return OrgWords.from_mapping(reading_rules("organisation"))


def read_decision(
    files: "Sequence[InputFile]", plan: str, *, year: int, rules: "IntakeRules"
) -> Stating:
    """Read the file of a decision about a plan: a table of what changes, else a whole plan.

    Raises:
        BadInput: it is neither; every fault at once, in Vietnamese.
    """
    from engine.adjustment import entries_of_plan, entries_of_worksheet
    from workflows.planfile.confinement import read_plan_confined, read_worksheet_confined

    refusal: BadInput | None = None
    if len(files) == 1 and files[0].name.lower().endswith(_TABLES):
        try:
            sheet = read_worksheet_confined(files[0], year=year, rules=rules)
            return Stating(entries=entries_of_worksheet(sheet), source_name=sheet.source_name,
                           digest=sheet.digest, is_whole=False)  # fmt: skip
        except BadInput as error:
            if any(_CELL in fault.place for fault in error.faults):
                # It is the table, and a word of it that counts is not understood.
                raise
            # Another table may still be the whole plan, whose titles say which row is which.
            refusal = error
    try:
        draft = read_plan_confined(files, code=plan, year=year, rules=rules)
    except BadInput as error:
        raise refusal or error from error
    return Stating(entries=entries_of_plan(draft), source_name=draft.source_name,
                   digest=draft.digest, is_whole=True)  # fmt: skip


def worksheet_of(
    review: "Review", organisation: "Organisation", *, on: date, rules: "IntakeRules"
) -> bytes:
    """Return a plan as the table that an office fills in, .xlsx, with its units and people."""
    from workflows.planfile.worksheet_file import worksheet_file

    held = [one for one in organisation.holdings if one.covers(on)]
    homes = {one.person_id: one.unit_id for one in reversed(held)}
    people = [
        (one.code, one.name, organisation.unit_by_id[homes[one.id]].code)
        for one in organisation.people
        if one.id in homes and not one.is_disabled
    ]
    units = [(unit.code, unit.name) for unit in organisation.standing]
    return worksheet_file(review, units=units, people=people, rules=rules)


def place_in_words(source: Source) -> str:
    """Return where something stands, as a person would say it: "trang 3, bảng 1, dòng 7"."""
    words = [
        form.format(value) for name, form in _PLACES if (value := getattr(source, name)) is not None
    ]
    return ", ".join([*([source.file] if source.file and words else []), *words])
