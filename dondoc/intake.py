"""Taking a new plan in, as every door does it: read as somebody says, held against what is there.

Nothing here writes. What was read is kept beside the file until somebody has it become a draft.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from dondoc.foundation import load_years, seeds
from dondoc.papers import intake_rules
from engine import queries
from engine.commands import activation, activation_preview, plan_imports, plans
from engine.commands.activation import Activated
from engine.commands.activation_preview import Foreseen
from engine.commands.intake import Imported
from engine.commands.plan_imports import Papers, PlanImport, Upload
from engine.database import Rules, Transaction
from engine.draft import DraftPlan
from engine.errors import BadInput, Fault, Invalid
from workflows.planfile import Follow, InputFile, Survey
from workflows.planfile.confinement import read_plan_confined, survey_confined
from workflows.planfile.readers.sniffing import most_bytes

#: What a column of a table can be; "" where it is not used.
COLUMNS = (
    "", "number", "code", "task", "lead", "coordinating", "assignee", "deadline", "start",
    "output", "verifier", "urgent", "decision", "kind", "group", "target", "other",
)  # fmt: skip
#: Columns that a table may have more than once.
MANY = frozenset({"", "other"})
#: Which parts of a document are followed.
FOLLOW: tuple[Follow, ...] = ("auto", "body", "tables", "all")
FIRST_YEAR, LAST_YEAR = 2000, 2099

_MB = 1_000_000
_LONGEST_NAME = 200
#: Ways out that only a terminal has, in brackets.
_TYPED = re.compile(r" \((?:--|(?:plan|task|unit|person) [a-z])[^)]*\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What is known of a file, beside its bytes; `columns` are headers and what they are."""

    code: str
    year: int
    follow: Follow = "auto"
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a file says: its tables, and the plan or why there is none."""

    survey: Survey
    plan: DraftPlan | None = None
    refusal: BadInput | None = None

    def told(self) -> dict[str, Any]:
        """Return it as it is kept beside the file."""
        plan, said = self.plan, self.refusal
        return {
            "tables": [asdict(one) for one in self.survey.tables],
            "faults": faults_of(said) if said else [],
            "title": plan.title if plan else "",
            "items": len(plan.items) if plan else 0,
            "kinds": _kinds(plan) if plan else {},
            "remarks": [for_page(one.message) for one in plan.remarks] if plan else [],
        }


def read(papers: Papers, chosen: Chosen) -> Reading:
    """Read files, in a process of its own.

    Raises:
        BadInput: no choice of columns would make them readable.
    """
    rules = intake_rules().with_columns(chosen.columns)
    files = input_files(papers)
    survey = survey_confined(files, rules=rules)
    try:
        plan = read_plan_confined(
            files, code=chosen.code, year=chosen.year, rules=rules, follow=chosen.follow
        )
    except BadInput as refusal:
        if survey.tables and not survey.is_read:
            return Reading(survey=survey, refusal=refusal)
        raise
    return Reading(survey=survey, plan=plan)


def require_draft(tx: Transaction, chosen: Chosen) -> None:
    """Return if there is no plan of that code, or a draft of that year.

    Raises:
        Invalid: there is another one.
    """
    known = {one["code"]: one for one in queries.list_plans(tx)}.get(chosen.code)
    if known is None:
        return
    if known["state"] != "draft":
        problem = f"{chosen.code} is {known['state']} already; only a decision changes it"
        raise Invalid(field="code", problem=problem)
    if known["year"] != chosen.year:
        problem = f"the draft {chosen.code} is of {known['year']}; use that, or another code"
        raise Invalid(field="year", problem=problem)


def compared(
    tx: Transaction, plan: DraftPlan | None, *, rules: Rules, at: datetime
) -> dict[str, Any]:
    """Return what a file would do to the draft that is there already; nothing where there is none.

    Raises:
        BadInput: no plan of that code takes it.
    """
    if plan is None:
        return {}
    review = plans.preview_plan(tx, plan, rules=rules, at=at).review
    if all(row.action == "create" for row in review.rows):
        return {}
    changed = [
        {"code": row.code, "title": row.title, "what": "changed",
         "fields": [asdict(one) for one in row.changes]}
        for row in review.rows if row.action == "update"
    ]  # fmt: skip
    return {**review.summary, "changes": changed,
            "gone": [row.code for row in review.rows if row.action == "absent"]}  # fmt: skip


def upload(
    papers: Papers, chosen: Chosen, reading: Reading, *, against: Mapping[str, Any]
) -> Upload:
    """Return files with what was chosen and read, as they are kept."""
    told = {**reading.told(), "against": against}
    choices = {**asdict(chosen), "read": told}
    return Upload(papers=papers, purpose="plan", plan_code=chosen.code, choices=choices)


def chosen_of(found: PlanImport) -> Chosen:
    """Return what was chosen of an import so far."""
    return Chosen(**{name: found.choices[name] for name in Chosen.__slots__})


def choices_again(
    chosen: Chosen, reading: Reading, *, against: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what is kept of a file that was read again."""
    told = {**reading.told(), "against": against}
    return {"columns": chosen.columns, "follow": chosen.follow, "read": told}


def carry_in(
    tx: Transaction, found: PlanImport, plan: DraftPlan, *, actor: str, rules: Rules, at: datetime
) -> Imported:
    """Have what was read become the draft, or change it, and end the import.

    Raises:
        NotPermitted: the actor is no member of the monitoring unit.
        BadInput: the plan is active, or of another year.
        Conflict: the import has ended, or somebody was faster.
    """
    done = plans.import_plan(tx, plan, actor=actor, rules=rules, at=at)
    plan_imports.finish(tx, found.id, plan_code=plan.code, actor=actor, rules=rules, at=at)
    return done


def activate(
    tx: Transaction,
    code: str,
    *,
    by: tuple[str, str | None],
    operator: str,
    rules: Rules,
    at: datetime,
) -> Activated:
    """Have a draft begin, in a calendar that knows its year and the next.

    Raises:
        Unknown: there is no such plan.
        NotPermitted: somebody may not.
        Invalid: it has begun.
        Undecided: rows wait for a decision; every one is named.
    """
    year = plans.year_of(tx, code)
    load_years(tx, (year, year + 1), at=at, actor=operator, rules=rules)
    return activation.activate(tx, code, actor=by[0], on_behalf_of=by[1], rules=rules, at=at)


def foresee(tx: Transaction, code: str, *, actor: str, rules: Rules, at: datetime) -> Foreseen:
    """Return what would come of `activate`; nothing is written.

    Raises:
        Refused: as `activate` says.
    """
    year = plans.year_of(tx, code)
    years = seeds((year, year + 1))
    return activation_preview.foresee(tx, code, actor=actor, years=years, rules=rules, at=at)


def headers(tables: Sequence[Mapping[str, Any]]) -> list[tuple[int, dict[str, Any]]]:
    """Return every header once, numbered, with its column and the table it is first met in."""
    first: dict[str, dict[str, Any]] = {}
    for number, table in enumerate(tables):
        for column in table["columns"]:
            first.setdefault(column["header"], {**column, "table": number})
    return list(enumerate(first.values()))


def named_twice(named: Iterable[tuple[dict[str, Any], str]]) -> Iterator[tuple[str, str]]:
    """Yield each header that is said to be what another one of its table is, and what that is.

    Args:
        named: Columns as `headers` returns them, each with what it is.
    """
    taken: dict[tuple[int, str], str] = {}
    for column, key in named:
        first = taken.setdefault((column["table"], key), column["header"])
        if key not in MANY and first != column["header"]:
            yield column["header"], key


def input_files(papers: Papers) -> list[InputFile]:
    """Return files as the readers of plans take them."""
    return [InputFile(name=name, data=data) for name, data in papers.files]


def most_of(name: str, *, most_mb: int) -> int:
    """Return how many bytes a file of that name may have."""
    return min(most_bytes(name, rules=intake_rules()), most_mb * _MB)


def file_name(text: str) -> str:
    """Return the name of a file without the folders that some programs send with it."""
    name = text.replace("\\", "/").rpartition("/")[2].replace("\0", "")
    name = name.encode(errors="backslashreplace").decode()
    return name if len(name) <= _LONGEST_NAME else name[-_LONGEST_NAME:]


def faults_of(error: BadInput) -> list[dict[str, str]]:
    """Return what is wrong with a file as plain data."""
    return [fault_of(one) for one in error.faults]


def fault_of(fault: Fault) -> dict[str, str]:
    """Return one thing that is wrong as plain data."""
    return {"place": fault.place, "problem": for_page(fault.problem), "cure": for_page(fault.cure)}


def for_page(words: str) -> str:
    """Return words without what is typed on a command line."""
    return _TYPED.sub("", words)


def _kinds(plan: DraftPlan) -> dict[str, int]:
    kinds = [one.kind for one in plan.items]
    return {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}
