"""Addresses of the pages of tasks, and of what is done there: Vietnamese words for triggers."""

from urllib.parse import quote, urlencode

from engine.possibilities import (
    ACKNOWLEDGE,
    ADD_EVIDENCE,
    ASK,
    EXTEND,
    RAISE,
    REPLACE_EVIDENCE,
    URGE,
)

#: The words of an address for a trigger; an office's own triggers stand as they are.
_WORDS = {
    "start": "nhan-viec",
    "report": "bao-cao",
    "withdraw": "rut-bao-cao",
    "verify": "xac-nhan",
    "return": "tra-lai",
    "cancel": "huy",
    "reopen": "mo-lai",
    "reassign": "doi-nguoi",
    "set_due": "dat-han",
    "waive": "khong-giao",
    "submit": "da-gui",
    "answer": "cho-y-kien",
    "approve": "dong-y",
    "refuse": "khong-dong-y",
    "take_back": "rut-lai",
    ACKNOWLEDGE: "hen-ngay",
    RAISE: "vuong-mac",
    EXTEND: "gia-han",
    ASK: "phoi-hop",
    URGE: "nhac",
    ADD_EVIDENCE: "minh-chung",
    REPLACE_EVIDENCE: "thay-minh-chung",
}
_TRIGGERS = {words: trigger for trigger, words in _WORDS.items()}


def trigger_of(words: str) -> str:
    """Return the trigger that an address names."""
    return _TRIGGERS.get(words, words)


def task_path(address: str, **query: str) -> str:
    """Return where the page of a task is; what is empty of the query is left out."""
    plan, _, code = address.rpartition("/")
    asked = urlencode({name: value for name, value in query.items() if value})
    return f"/nhiem-vu/{quote(plan, safe='')}/{quote(code, safe='')}" + (asked and f"?{asked}")


def act_path(address: str, trigger: str, **query: str) -> str:
    """Return where something is done to a task."""
    asked = urlencode({name: value for name, value in query.items() if value})
    words = _WORDS.get(trigger, trigger)
    return f"{task_path(address)}/{quote(words, safe='')}" + (asked and f"?{asked}")
