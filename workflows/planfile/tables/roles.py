"""Who leads and who helps, where both are written in one cell: "Sở A chủ trì; Sở B phối hợp"."""

import re
from dataclasses import dataclass
from functools import lru_cache

from workflows.planfile.names import split_names
from workflows.planfile.rules import IntakeRules, RoleWords

_PARTS = re.compile(r"\s*[;\n]\s*")
#: In a longer text role words are part of sentences.
_LONGEST_CELL = 2_000
_DOER = r"(?:(?:các )?(?:đơn vị|cơ quan) )?"
_TAIL = r"(?: thực hiện| tham mưu| chính)?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """The names of a cell by what they do in the task."""

    leads: tuple[str, ...] = ()
    coordinating: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Words:
    """Patterns of role words: before names, after them, and between a lead and its helpers."""

    before: re.Pattern[str]
    after: re.Pattern[str]
    between: re.Pattern[str]
    leading: frozenset[str]


def split_roles(cell: str, *, rules: IntakeRules) -> Roles:
    """Return who leads and who helps, by the words of the cell.

    Without such words all names lead: which of several answers for the task is a question for a
    person.
    """
    cell = "\n".join(" ".join(line.split()) for line in cell.split("\n"))
    words = _words(rules.tables.roles)
    if len(cell) > _LONGEST_CELL or not any(
        one.search(cell) for one in (words.after, words.before, words.between)
    ):
        return Roles(leads=split_names(cell, rules=rules))
    leads: list[str] = []
    helping: list[str] = []
    into = leads
    for part in _parts(cell, words):
        into, text, helpers = _role(part, words, leads=leads, helping=helping, into=into)
        into.extend(split_names(text, rules=rules))
        helping.extend(split_names(helpers, rules=rules))
    return Roles(
        leads=tuple(dict.fromkeys(leads)),
        coordinating=tuple(name for name in dict.fromkeys(helping) if name not in leads),
    )


def _parts(cell: str, words: _Words) -> list[str]:
    """Return the parts of a cell that may have a role each; a label opens one anywhere."""
    labelled = words.before.sub(lambda found: f"\n{found[0]}", cell)
    parts: list[str] = []
    for line in _PARTS.split(labelled):
        begin = 0
        for found in words.after.finditer(line):
            # "Sở A chủ trì, Sở B phối hợp": the comma after a role word separates.
            if line[found.end() : found.end() + 1] == "," and not words.between.match(
                line[found.end() :]
            ):
                parts.append(line[begin : found.end()])
                begin = found.end() + 1
        parts.append(line[begin:])
    return [part.strip() for part in parts if part.strip()]


def _role(
    part: str, words: _Words, *, leads: list[str], helping: list[str], into: list[str]
) -> tuple[list[str], str, str]:
    """Return where the names of a part go, its text without role words, and its helpers."""
    if label := words.before.match(part):
        chosen = leads if label["role"].lower() in words.leading else helping
        return chosen, part[label.end() :], ""
    helpers = ""
    if found := words.between.search(part):
        helpers, part = part[found.end() :], part[: found.start()]
        into = leads
    if role := words.after.search(part):
        into = leads if role["role"].lower() in words.leading else helping
        part = part[: role.start()] + part[role.end() :]
    return into, part.strip(" ,()"), helpers


@lru_cache(maxsize=8)
def _words(roles: RoleWords) -> _Words:
    either = "|".join(map(re.escape, (*roles.lead, *roles.coordinating)))
    helping = "|".join(map(re.escape, roles.coordinating))
    return _Words(
        before=re.compile(rf"(?<!\w){_DOER}(?P<role>{either}){_TAIL}\s*:\s*", re.IGNORECASE),
        # Inside a name ("Ban Chỉ đạo phối hợp liên ngành") it says nothing of the task.
        after=re.compile(
            rf"\s*\(?(?<!\w)(?P<role>{either}){_TAIL}(?!\w)\)?(?=\s*(?:[,;.\n]|$))", re.IGNORECASE
        ),
        between=re.compile(
            rf"\s*,?\s*(?:và\s+)?(?:{helping})\s+(?:với|cùng)\s+(?:với\s+)?", re.IGNORECASE
        ),
        leading=frozenset(roles.lead),
    )
