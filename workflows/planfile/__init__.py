"""Plan intake: files in, draft records out; it opens no database and decides nothing."""

from collections.abc import Mapping, Sequence

from engine.draft import Deadline, DraftPlan, Worksheet
from workflows.planfile.answer import as_json, deadline_as_json, item_as_json
from workflows.planfile.blocks import Table
from workflows.planfile.classes import class_of, missing_of, stated_class
from workflows.planfile.deadlines import contradictions, doubts, judged, read_deadline
from workflows.planfile.names import split_names
from workflows.planfile.plan import Follow, PlanKey, plan_of
from workflows.planfile.readers import InputFile, read_document
from workflows.planfile.rules import IntakeRules
from workflows.planfile.tables.survey import Survey, survey

__all__ = [
    "Deadline",
    "DraftPlan",
    "Follow",
    "InputFile",
    "IntakeRules",
    "Survey",
    "Worksheet",
    "as_json",
    "class_of",
    "contradictions",
    "deadline_as_json",
    "doubts",
    "intake_rules",
    "item_as_json",
    "judged",
    "missing_of",
    "read_deadline",
    "read_plan",
    "read_worksheet",
    "split_names",
    "stated_class",
    "survey_files",
]


def intake_rules(mapping: Mapping[str, object]) -> IntakeRules:
    """Return the rules of a parsed `intake.toml`.

    Raises:
        BadInput: a key is missing, unknown or of the wrong type; every fault at once.
    """
    return IntakeRules.from_mapping(mapping)


def read_plan(
    files: Sequence[InputFile],
    *,
    code: str,
    year: int,
    rules: IntakeRules,
    follow: Follow = "auto",
) -> DraftPlan:
    """Read a plan: its document, and the appendices that came in files of their own.

    Args:
        files: The document first.
        code: Code the plan gets.
        year: Year of the plan; dates without a year belong to it.
        rules: Words to read by.
        follow: Whether the items of the body, the rows of the tables, or all are followed.

    Raises:
        BadInput: a file cannot be read as a plan; every fault at once, in Vietnamese.
    """
    key = PlanKey(code=code, year=year, follow=follow)
    return plan_of([read_document(file, rules=rules) for file in files], key=key, rules=rules)


def read_worksheet(file: InputFile, *, year: int, rules: IntakeRules) -> Worksheet:
    """Read an assignment table.

    Raises:
        BadInput: the file cannot be read as such a table; every fault at once, in Vietnamese.
    """
    from workflows.planfile.readers import delimited
    from workflows.planfile.tables.worksheet import read_table

    document = read_document(file, rules=rules)
    if document.format == "txt" and not any(isinstance(one, Table) for one in document.blocks):
        # Separators alone make no table of a text; here one is expected.
        document = delimited.read(file, rules)
    return read_table(document, year=year, rules=rules)


def survey_files(files: Sequence[InputFile], *, rules: IntakeRules) -> Survey:
    """Return the tables of files, with what each column of theirs was taken for.

    Raises:
        BadInput: a file cannot be read; every fault at once, in Vietnamese.
    """
    return survey([read_document(file, rules=rules) for file in files], rules=rules)
