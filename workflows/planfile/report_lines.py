"""The periodic reports a plan asks for: how often, to whom, in which words."""

import re
from collections.abc import Sequence

from engine.draft import ReportLine, Source
from workflows.planfile.deadlines.recurrence import cadences
from workflows.planfile.deadlines.wording import uniform
from workflows.planfile.flow import Line, source_of
from workflows.planfile.lines import join
from workflows.planfile.rules import IntakeRules

_PERIODS = ("month", "quarter", "half_year", "year")
_SENTENCE_END = re.compile(r"(?<=[.;])\s+(?=[^\W\d_a-z])")
_REPORT = re.compile(r"\bbáo cáo\b", re.IGNORECASE)
_TO = re.compile(r"\b(?:về|gửi(?: về)?|cho)\s+(?=[^\W\d_a-z])")


def report_lines(lines: Sequence[Line], *, rules: IntakeRules) -> tuple[ReportLine, ...]:
    """Return the report lines named in a section, one per period, in the order of the periods."""
    found: dict[str, ReportLine] = {}
    for sentence in _SENTENCE_END.split(join([line.text for line in lines])):
        if not _REPORT.search(sentence):
            continue
        source = _source(sentence, lines)
        recipient = _recipient(sentence, rules=rules)
        for period in cadences(uniform(sentence, words=rules.deadlines)):
            if period in _PERIODS and period not in found:
                found[period] = ReportLine(
                    period=period, recipient=recipient, phrase=sentence, source=source
                )
    return tuple(found[period] for period in _PERIODS if period in found)


def _recipient(sentence: str, *, rules: IntakeRules) -> str | None:
    for opening in _TO.finditer(sentence):
        if named := rules.citations.issuer_pattern.match(sentence, opening.end()):
            return rules.citations.issuer_names[named[0]]
    return None


def _source(sentence: str, lines: Sequence[Line]) -> Source:
    """Return where the sentence begins."""
    opening = sentence[:20]
    whole = ""
    for line in lines:
        whole = join([whole, line.text]) if whole else line.text
        if opening in whole:
            return source_of(line.place)
    return Source()
