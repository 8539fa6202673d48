"""The office that is driven at random, and the picture of its tasks as activation leaves them."""

from datetime import date

from engine.office import Office
from tests.support.model import Picture
from tests.support.office import ZONE
from tests.support.town import Course

COURSE = Course(
    office=Office(zone=ZONE),
    ladders={
        "unit": [
            {"rung": "remind-2", "at": "-2wd", "to": ["assignee", "unit_head"]},
            {"rung": "remind-0", "at": "0wd", "to": ["assignee"]},
            {"rung": "escalate-1", "at": "+1wd", "to": ["unit_head"]},
            {"rung": "escalate-2", "at": "+2d", "to": ["leader_in_charge"]},
            {"rung": "escalate-3", "at": "+3wd", "to": ["director"], "repeat": "2wd"},
        ],
        "verifier": [
            {"rung": "verify-1", "at": "+1wd", "to": ["verifier"]},
            {"rung": "verify-2", "at": "+2wd", "to": ["director"]},
        ],
        "leader": [{"rung": "answer-3", "at": "+3wd", "to": ["director"]}],
    },
    tasks=(
        {"code": "T1", "due": "2014-01-22"},
        {"code": "T2", "due": "2014-01-24", "assignee": "tp", "urgent": True},
        {"code": "T3", "due": "2014-01-29", "lead": "VP", "assignee": "cvp"},
        {"code": "T4", "due": "2014-01-21", "lead": "HC", "assignee": None, "verifier": "tp"},
        {"code": "S1"},
        {"code": "H1", "heading": True},
        {"code": "H1.1", "due": "2014-02-06", "parent": "H1", "evidence": "optional"},
    ),
)


def pictures() -> dict[str, Picture]:
    """Return the tasks as activation leaves them."""
    found = {
        str(item["code"]): Picture(
            code=str(item["code"]),
            lead=str(item.get("lead", "CNTT")),
            assignee=item.get("assignee", "cv"),
            verifier=item.get("verifier"),
            due=date.fromisoformat(item["due"]) if "due" in item else None,
            evidence_optional="evidence" in item,
        )
        for item in COURSE.tasks
    }
    found["S1"].kind = "standing"
    heading = found["H1"]
    heading.kind, heading.children, heading.state = "heading", ("H1.1",), None
    heading.version = heading.dates = heading.armings = 0
    return found
