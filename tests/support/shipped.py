"""The shipped workflows, by name."""

from engine.workflow import Workflow
from workflows.registry import shipped


def workflow(name: str) -> Workflow:
    """Return a shipped workflow."""
    return next(each for each in shipped() if each.name == name)


PLAN_TASK = workflow("plan_task")
