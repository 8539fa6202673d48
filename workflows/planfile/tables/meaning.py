"""What the cells of a row mean: names, deadlines, decisions; it knows one other row, the last."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from engine.draft import Deadline, Kind, Remark
from workflows.planfile.classes import stated_class
from workflows.planfile.deadlines import contradictions, judged, read_deadline
from workflows.planfile.matching import folded, normal
from workflows.planfile.names import split_names
from workflows.planfile.rules import IntakeRules
from workflows.planfile.tables.columns import Layout
from workflows.planfile.tables.entry import Entry
from workflows.planfile.tables.roles import split_roles
from workflows.planfile.tables.row import Group, TableRow

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowReader:
    """What reading one row needs to know of the whole table."""

    layout: Layout
    table: int
    title: str
    year: int
    rules: IntakeRules

    def row(self, entry: Entry, *, above: Deadline | None) -> TableRow:
        """Return an entry with its cells read; `above` is the last deadline before it."""
        texts, rules = entry.texts, self.rules
        # Without a column of lead units, who does it is read as who leads.
        has_lead = "lead" in self.layout.places
        lead_text = texts.get("lead" if has_lead else "assignee", "")
        roles = split_roles(lead_text, rules=rules)
        helping = split_names(texts.get("coordinating", ""), rules=rules)
        done = self._done(entry.group)
        deadline, doubts = self._deadline(entry, above=above, is_done=bool(done))
        decision, unread = self._decision(entry)
        return TableRow(
            place=entry.place,
            passage=entry.passage,
            table=self.table,
            code=texts.get("code", "").rstrip("."),
            number=entry.mark.text,
            group=entry.group,
            parent=entry.parent,
            is_heading=entry.is_heading,
            title=entry.title,
            leads=roles.leads,
            lead_text=lead_text or None,
            coordinating=tuple(dict.fromkeys((*roles.coordinating, *helping))),
            assignee=texts.get("assignee") or None if has_lead else None,
            verifier=texts.get("verifier") or None,
            deadline=deadline,
            output=texts.get("output") or None,
            target=texts.get("target") or None,
            kind=self._kind(texts, deadline, decision=decision),
            decision=decision,
            urgent=self._flag(texts.get("urgent", "")),
            other=MappingProxyType(entry.other),
            remarks=(*entry.remarks, *done, *doubts, *unread),
        )

    def _flag(self, text: str) -> bool | None:
        """Return what a yes-or-no cell says, None where it is empty."""
        word = normal(text).lower()
        return word in self.rules.flags.yes if word else None

    def _deadline(
        self, entry: Entry, *, above: Deadline | None, is_done: bool
    ) -> tuple[Deadline | None, Sequence[Remark]]:
        phrase = self._phrase(entry.texts)
        if not phrase:
            return None, ()
        context = self._context(entry.group)
        read = read_deadline(phrase, year=self.year, rules=self.rules, context=context)
        output = entry.texts.get("output", "")
        titles = "\n".join(filter(None, (context, self.title)))
        if read.kind == "ditto" and above is not None:
            # What its words leave in doubt is said in the row where they stand.
            read = replace(above, phrase=phrase)
            remarks = contradictions(
                read, phrase=phrase, output=output, context=titles, year=self.year, rules=self.rules
            )
            read = replace(read, confidence="confirm") if remarks else read
        else:
            read, remarks = judged(
                read, output=output, context=titles, year=self.year, rules=self.rules
            )
        if is_done or "deadline" in entry.inherited:
            read = replace(read, confidence="confirm")
        return read, remarks

    def _phrase(self, texts: Mapping[str, str]) -> str:
        start, end = texts.get("start", ""), texts.get("deadline", "")
        return f"{start} - {end}" if start and end else end or start

    def _context(self, path: Sequence[Group]) -> str:
        """Return what may give a date its year: titles of groups, the header of the column."""
        place = self.layout.places.get("deadline")
        header = self.layout.headers[place] if place is not None else ""
        titles = [group.title for group in path if any(map(str.isdigit, group.title))]
        return "\n".join([*titles, *([header] if _YEAR.search(header) else [])])

    def _done(self, path: Sequence[Group]) -> list[Remark]:
        words = [folded(word) for word in self.rules.tables.done]
        for title in (*(group.title for group in path), self.title):
            if any(word in folded(title) for word in words):
                message = f"“{title[:60]}” ghi là đã xong: xem còn phải theo dõi không"
                return [Remark(code="done_in_group", message=message)]
        return []

    def _decision(self, entry: Entry) -> tuple[str | None, list[Remark]]:
        written = entry.texts.get("decision", "")
        decided = decision_of(written, rules=self.rules)
        if decided or not written:
            return decided, []
        message = f"không hiểu quyết định “{written[:60]}”, chưa áp dụng"
        return None, [Remark(code="decision_unknown", message=message)]

    def _kind(
        self, texts: Mapping[str, str], deadline: Deadline | None, *, decision: str | None
    ) -> Kind | None:
        words = self.rules.classes
        chosen = decision_of(texts.get("kind", ""), rules=self.rules)
        if decision is None and chosen and chosen.startswith("class "):
            decision = chosen
        return stated_class(deadline, decision=decision, words=words)


def decision_of(written: str, *, rules: IntakeRules) -> str | None:
    """Return what a cell of decisions or of classes says; None where it is empty or unknown."""
    said = normal(written).lower()
    return next((key for key, words in rules.decisions.items() if said in words), None)
