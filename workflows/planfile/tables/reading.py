"""The tables of tasks of a document."""

from workflows.planfile.blocks import Document
from workflows.planfile.rules import IntakeRules
from workflows.planfile.tables.row import TaskTable


def read_task_tables(
    document: Document,
    *,
    year: int,
    rules: IntakeRules,
) -> tuple[TaskTable, ...]:
    """Return the tables of tasks in a document, in order."""
    del document, year, rules
    return ()
