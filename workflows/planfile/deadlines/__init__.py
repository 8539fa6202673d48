"""Deadline phrases of plans, read by a grammar: what is not sure is said to be not sure."""

from workflows.planfile.deadlines.contradictions import contradictions, judged
from workflows.planfile.deadlines.doubts import doubts
from workflows.planfile.deadlines.reading import read_deadline

__all__ = ["contradictions", "doubts", "judged", "read_deadline"]
