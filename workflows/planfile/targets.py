"""Figures that a plan promises ("100% văn bản ..."): kept word for word, never made a task."""

import re
from collections.abc import Iterator

from engine.draft import Target
from workflows.planfile.flow import source_of
from workflows.planfile.outline import Entry, Outline
from workflows.planfile.rules import IntakeRules

# Bounded: without, a line of a hundred thousand digits is searched again from each of them.
_SHARE = re.compile(r"\d[\d.,]{0,20}\s{0,3}(?:%|phần trăm)", re.IGNORECASE)
_FIGURE = re.compile(r"(?<![\w/.-])\d[\d.,]{0,20}(?![\w/-]{0,60}/)")
_SENTENCE_END = re.compile(r"(?<=[.;])\s+(?=[^\W\d_a-z\d]|\d)")


def is_target(title: str, *, rules: IntakeRules) -> bool:
    """Tell whether a line is a figure to be reached and nothing to be done."""
    rest = title.lower()
    while opening := next((w for w in rules.targets.openings if rest.startswith(f"{w} ")), None):
        rest = rest[len(opening) :].lstrip()
    return bool(_SHARE.match(rest))


def targets_of(outline: Outline, *, rules: IntakeRules) -> tuple[Target, ...]:
    """Return the targets of a plan in order.

    Below a heading of goals every line with a figure is one; elsewhere every sentence with a share
    of a hundred.
    """
    return tuple(
        target
        for section in outline.sections
        for target in _below(section, are_goals=False, rules=rules)
    )


def _below(entry: Entry, *, are_goals: bool, rules: IntakeRules) -> Iterator[Target]:
    if entry.is_heading:
        are_goals = are_goals or _names_goals(entry.title.lower(), rules=rules)
    else:
        yield from _of_item(entry, is_goal=are_goals)
    for child in entry.children:
        yield from _below(child, are_goals=are_goals, rules=rules)


def _of_item(entry: Entry, *, is_goal: bool) -> Iterator[Target]:
    passages = [entry.title] if is_goal else _SENTENCE_END.split(entry.title)
    wanted = _FIGURE if is_goal else _SHARE
    for passage in passages:
        if wanted.search(passage):
            source = source_of(entry.line.place, passage=passage)
            yield Target(text=passage, section=entry.code, source=source)


def _names_goals(title: str, *, rules: IntakeRules) -> bool:
    words = rules.sections
    has_goals = any(word in title for word in words.goals)
    return has_goals and not any(word in title for word in words.tasks)
