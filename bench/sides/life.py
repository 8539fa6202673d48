"""The life of a task, for every side alike: the triggers of `workflows/plan_task.toml`."""

from typing import Final

STATES: Final = ("assigned", "in_progress", "reported", "verified", "cancelled")
#: Trigger to (from where, to where).
TRIGGERS: Final = {
    "start": (("assigned",), "in_progress"),
    "report": (("in_progress",), "reported"),
    "withdraw": (("reported",), "in_progress"),
    "verify": (("reported",), "verified"),
    "return": (("reported",), "in_progress"),
    "cancel": (("assigned", "in_progress", "reported"), "cancelled"),
    "reopen": (("verified", "cancelled"), "in_progress"),
}
