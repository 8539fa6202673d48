"""Tables of blocks to rows of tasks, whatever shape the table came in."""

from workflows.planfile.tables.codes import coded
from workflows.planfile.tables.reading import read_task_tables
from workflows.planfile.tables.row import Group, TableRow, TaskTable

__all__ = ["Group", "TableRow", "TaskTable", "coded", "read_task_tables"]
