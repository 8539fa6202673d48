"""Files of strangers, read in a process that can do nothing else and may cost only so much.

The same answers and the same errors as `workflows.planfile` gives in its own process.
"""

from collections.abc import Sequence
from typing import cast

from engine.draft import DraftPlan, Worksheet
from workflows.planfile.confinement.parent import ask
from workflows.planfile.confinement.wire import Request
from workflows.planfile.plan import Follow
from workflows.planfile.readers import InputFile
from workflows.planfile.rules import IntakeRules
from workflows.planfile.tables.survey import Survey

__all__ = ["read_plan_confined", "read_worksheet_confined", "survey_confined"]


def read_plan_confined(
    files: Sequence[InputFile],
    *,
    code: str,
    year: int,
    rules: IntakeRules,
    follow: Follow = "auto",
) -> DraftPlan:
    """Read a plan in a process of its own: its document, and the appendices after it.

    Raises:
        BadInput: a file cannot be read as a plan, or costs more than `rules.limits` allow.
    """
    asked = Request(
        wanted="plan", code=code, year=year, follow=follow, files=tuple(files), rules=rules
    )
    return cast(DraftPlan, ask(asked).plan)


def read_worksheet_confined(file: InputFile, *, year: int, rules: IntakeRules) -> Worksheet:
    """Read an assignment table in a process of its own.

    Raises:
        BadInput: the file cannot be read as such a table, or costs more than `rules.limits` allow.
    """
    asked = Request(wanted="worksheet", year=year, files=(file,), rules=rules)
    return cast(Worksheet, ask(asked).worksheet)


def survey_confined(files: Sequence[InputFile], *, rules: IntakeRules) -> Survey:
    """Look at the tables of files in a process of its own.

    Raises:
        BadInput: a file cannot be read, or costs more than `rules.limits` allow.
    """
    return cast(
        Survey, ask(Request(wanted="survey", year=0, files=tuple(files), rules=rules)).survey
    )
