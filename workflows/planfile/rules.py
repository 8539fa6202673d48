"""The words the reader knows, as one frozen value built from a mapping; it reads no file itself."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.errors import BadInput, Fault

Words = tuple[str, ...]
Percent = Annotated[float, Field(gt=0, le=100)]


class _Part(BaseModel):
    """A table of the file; a key nobody reads is a typing error and is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Limits(_Part):
    """Sizes beyond which a file is refused."""

    text_bytes: int = Field(gt=0)
    office_bytes: int = Field(gt=0)
    pdf_bytes: int = Field(gt=0)
    archive_entries: int = Field(gt=0)
    part_bytes: int = Field(gt=0)
    unpacked_bytes: int = Field(gt=0)
    ratio: int = Field(gt=0)
    ratio_from_bytes: int = Field(gt=0)
    xml_depth: int = Field(gt=0)
    xml_elements: int = Field(gt=0)
    child_memory_bytes: int = Field(gt=0)
    child_cpu_seconds: int = Field(gt=0)
    child_wall_seconds: int = Field(gt=0)
    children: int = Field(gt=0)
    answer_bytes: int = Field(gt=0)
    items: int = Field(gt=0)
    text_lines: int = Field(gt=0)
    table_columns: int = Field(gt=0)
    table_rows: int = Field(gt=0)
    table_cells: int = Field(gt=0)
    sheets: int = Field(gt=0)
    pages: int = Field(gt=0)
    faults_shown: int = Field(gt=0)


class SectionWords(_Part):
    """Words of headings, lower case."""

    source: str
    tasks: Words
    reporting: Words
    end: Words
    appendix: Words
    goals: Words
    aside: Words
    bases: Words
    opening: Words
    document: Words
    heading_styles: Words


class FurnitureWords(_Part):
    """What opens a line of the stamp of a signature, lower case."""

    source: str
    stamps: Words
    stamp_details: Words
    stamp_openings: Words


class Signatures(_Part):
    """Words above a signature, lower case."""

    source: str
    powers: Words
    offices: Words


class TargetWords(_Part):
    """Words before the figure of a target, lower case."""

    source: str
    openings: Words


class Secrecy(_Part):
    """Marks of state secrets, words before one, openings of what stands beside it; lower case."""

    source: str
    marks: Words
    labels: Words
    beside: Words


class ClassWords(_Part):
    """What makes an item a standing duty, a task or a recurring one."""

    source: str
    standing: Words
    recurring: Words
    by_deadline: Mapping[str, Literal["standing", "task", "recurring"]]


class Flags(_Part):
    """Words of a yes-or-no cell, lower case."""

    yes: Words
    no: Words


class Matching(_Part):
    """Thresholds of likeness in per cent."""

    near_duplicate: Percent
    column: Percent


class Columns(_Part):
    """Headers of assignment tables; the first of each list is the name used in messages.

    `settled` are headers of one file, each with the column that a person says it is.
    """

    source: str
    required: Words
    number: Words
    code: Words
    task: Words
    lead: Words
    coordinating: Words
    assignee: Words
    deadline: Words
    start: Words
    output: Words
    verifier: Words
    urgent: Words
    decision: Words
    kind: Words
    group: Words
    target: Words
    other: Words
    display: Words
    settled: tuple[tuple[str, str], ...] = ()

    def synonyms(self) -> dict[str, Words]:
        """Return the headers of each column, by the column's key."""
        keys = [
            key for key in type(self).model_fields if key not in {"source", "required", "settled"}
        ]
        return {key: getattr(self, key) for key in keys}


class RoleWords(_Part):
    """Words for what a unit does in a task, lower case."""

    source: str
    lead: Words
    coordinating: Words


class HeaderWords(_Part):
    """Words by which a header nobody listed is known, lower case, by the key of the column.

    A header belongs to the first column of `openings` with a word it begins with, else to the one
    of `containing` with a word in it.
    """

    source: str
    counting: Words
    openings: Mapping[str, Words]
    containing: Mapping[str, Words]


class TableWords(_Part):
    """Words of the cells of tables of tasks and of what stands around them, lower case."""

    source: str
    doubtful_deadline: Words
    status: Words
    headings: Words
    done: Words
    layout: Words
    titles: Words
    header_words: HeaderWords
    roles: RoleWords


class UnitWords(_Part):
    """Words of the names of agencies and units; `collective` lower case."""

    source: str
    first_words: Words
    collective: Words
    continuing: Words
    whole: Words


class TypeWords(_Part):
    """Names of document types as they stand before a number."""

    names: Words
    forms: Words


class Agencies(_Part):
    """Agencies whose name is a kind and a field: "Bộ Nội vụ"."""

    kinds: Words
    fields: Words


class CitationWords(_Part):
    """Symbols and names in citations of documents."""

    source: str
    trailing: Words
    types: Mapping[str, str]
    words: TypeWords
    symbols: Mapping[str, str]
    issuers: Mapping[str, Words]
    agencies: Agencies

    @cached_property
    def issuer_names(self) -> dict[str, str]:
        """Every known way to write an issuer, with its canonical name."""
        found = {way: name for name, ways in self.issuers.items() for way in ways}
        for kind in self.agencies.kinds:
            found |= {f"{kind} {field}": f"{kind} {field}" for field in self.agencies.fields}
        return found

    @cached_property
    def issuer_pattern(self) -> re.Pattern[str]:
        """An issuer at the beginning of a text, the longest name first."""
        names = sorted(self.issuer_names, key=len, reverse=True)
        return re.compile("(?:" + "|".join(map(re.escape, names)) + r")(?!\w)")

    @cached_property
    def form_pattern(self) -> re.Pattern[str]:
        """The word for a form to fill in at the end of the text before a number."""
        names = "|".join(map(re.escape, self.words.forms))
        return re.compile(rf"(?<!\w)(?:{names})\s*(?:số\s*:?)?\s*$", re.IGNORECASE)

    @cached_property
    def word_pattern(self) -> re.Pattern[str]:
        """A type word at the end of the text before a number, the longest first."""
        names = sorted(self.words.names, key=len, reverse=True)
        # "Đề án 08-ĐA/TU", "Kế hoạch (số 12/KH-UBND", "Luật Điện lực số 61/2024/QH15".
        tail = r")\s*(?:\(\s*)?(?:số\s*:?)?\s*$"
        return re.compile("(" + "|".join(map(re.escape, names)) + tail, re.IGNORECASE)


class DeadlineWords(_Part):
    """Words of deadline phrases, lower case."""

    source: str
    standing: Words
    on_demand: Words
    ditto: Words
    none: Words
    none_first: Words
    reference: Words
    event_first: Words
    event_or_date_first: Words
    tentative: Words
    tentative_first: Words
    leading: Words
    other_calendars: Words
    noise: Words
    noise_recurring: Words
    spelled: Words
    named_months: Mapping[str, Annotated[int, Field(ge=1, le=12)]]
    after_tet: Mapping[int, date]
    period_months: Mapping[int, Literal["half_year", "year"]]

    @cached_property
    def unaccented(self) -> Words:
        """Every expression of the grammar, `spelled` first, then those of the lists."""
        lists = (
            self.standing, self.on_demand, self.ditto, self.none, self.none_first, self.reference,
            self.event_first, self.leading, self.other_calendars, tuple(self.named_months),
            self.noise, self.noise_recurring,
        )  # fmt: skip
        words = (word for listed in lists for word in listed if word[:1].isalpha())
        return tuple(dict.fromkeys((*self.spelled, *words)))


class IntakeRules(_Part):
    """Everything the reader of plan files knows about words."""

    limits: Limits
    sections: SectionWords
    furniture: FurnitureWords
    signatures: Signatures
    targets: TargetWords
    secrecy: Secrecy
    classes: ClassWords
    decisions: Mapping[str, Words]
    flags: Flags
    matching: Matching
    columns: Columns
    tables: TableWords
    units: UnitWords
    citations: CitationWords
    deadlines: DeadlineWords

    def with_columns(self, chosen: Mapping[str, str]) -> Self:
        """Return the rules for one file of which somebody has said what its columns are.

        Args:
            chosen: Keys of columns by header as written; `other` is kept and not understood.

        Raises:
            BadInput: there is no such column.
        """
        known = self.columns.synonyms()
        faults = [
            Fault(place=header, problem=f"không có cột {key!r}", cure=f"dùng: {', '.join(known)}")
            for header, key in chosen.items()
            if key not in known
        ]
        if faults:
            raise BadInput(source="cột", faults=faults)
        columns = self.columns.model_copy(update={"settled": tuple(chosen.items())})
        return self.model_copy(update={"columns": columns})

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object]) -> Self:
        """Build the rules from a parsed `intake.toml`.

        Raises:
            BadInput: a key is missing, unknown or of the wrong type; every fault at once.
        """
        try:
            return cls.model_validate(mapping)
        except ValidationError as error:
            faults = [
                Fault(place=".".join(str(step) for step in fault["loc"]), problem=fault["msg"])
                for fault in error.errors()
            ]
            raise BadInput(source="intake.toml", faults=faults) from error
