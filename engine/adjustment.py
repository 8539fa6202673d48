"""What a plan says, version by version: compared item by item, and matched with a newer document.

It knows neither tasks nor a database: an item here is words, dates and codes, as a version keeps
them and as a file states them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Literal

from engine.draft import (
    Citation,
    Deadline,
    DraftItem,
    DraftPlan,
    Kind,
    Source,
    Worksheet,
    WorksheetRow,
)
from engine.joining import Titled, bare, join
from engine.naming import Names, is_prefix
from engine.review import FieldChange
from engine.spelling import fold

#: What is compared between two statements of one item, in the order in which it is shown.
COMPARED = (
    "title", "kind", "lead", "coordinating", "assignee", "verifier", "due", "deadline", "output",
    "is_urgent", "section", "field", "parent", "citations",
)  # fmt: skip
#: Where an item stands and what it rests on: nobody has to do anything else because of it.
QUIET = frozenset({"section", "field", "parent", "citations"})

What = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """An item as one version of a plan, or one file, states it.

    Units and people are codes where they are ours, else the text as written; `due` holds the last
    permitted days that the plan names and `due_on` the one that counted for the task, which a
    person may have moved. `state` is None where there is no task.
    """

    code: str
    title: str
    kind: str
    parent: str | None = None
    section: str = ""
    field: str = ""
    lead: str | None = None
    lead_name: str | None = None
    coordinating: tuple[str, ...] = ()
    assignee: str | None = None
    verifier: str | None = None
    deadline: str | None = None
    due: tuple[date, ...] = ()
    due_on: date | None = None
    output: str | None = None
    citations: tuple[str, ...] = ()
    decision: str | None = None
    is_urgent: bool = False
    state: str | None = None

    @property
    def counts(self) -> bool:
        """Whether the plan still asks for it."""
        return self.state != "cancelled" and self.decision != "drop"

    def as_mapping(self) -> dict[str, Any]:
        """Return what there is of it as JSON values; what is empty is left out."""
        told = {one.name: getattr(self, one.name) for one in fields(self)}
        plain = {name: _plain(value) for name, value in told.items()}
        return {name: value for name, value in plain.items() if value not in (None, "", [], False)}


def stated_from(mapping: Mapping[str, Any]) -> Stated:
    """Return the item that `Stated.as_mapping` wrote."""
    days = {name: date.fromisoformat(mapping[name]) for name in ("due_on",) if name in mapping}
    lists = {
        name: tuple(mapping[name]) for name in ("coordinating", "citations") if name in mapping
    }
    due = tuple(date.fromisoformat(day) for day in mapping.get("due", ()))
    known = {one.name for one in fields(Stated)}
    rest = {name: value for name, value in mapping.items() if name in known}
    return Stated(**{**rest, **days, **lists, "due": due})


def stated_by(draft: DraftPlan, names: Names | None) -> tuple[Stated, ...]:
    """Return the items of a document; `names` of an office make codes of its units and people."""

    def unit(text: str | None) -> str | None:
        found = names.unit(text) if names and text else None
        return found.code if found else text

    def person(text: str | None) -> str | None:
        found = names.person(text) if names and text else None
        return found.code if found else text

    return tuple(
        Stated(
            code=one.code,
            parent=one.parent,
            section=one.section,
            field=one.field,
            kind=one.kind,
            title=one.title,
            lead=unit(one.lead),
            coordinating=tuple(unit(name) or name for name in one.coordinating),
            assignee=person(one.assignee),
            verifier=person(one.verifier),
            deadline=one.deadline.phrase if one.deadline else None,
            due=one.deadline.due if one.deadline else (),
            output=one.output,
            citations=tuple(cited.number for cited in one.citations),
            decision=one.decision,
            is_urgent=one.urgent,
        )
        for one in draft.items
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChange:
    """One item that two statements of a plan do not state alike."""

    code: str
    title: str
    what: What
    fields: tuple[FieldChange, ...] = ()


def compare(old: Sequence[Stated], new: Sequence[Stated]) -> tuple[ItemChange, ...]:
    """Return what differs between two versions of one plan, in the order of the newer one.

    What was cancelled or dropped is no longer asked for: it is shown as removed.
    """
    before = {one.code: one for one in old if one.counts}
    after = {one.code: one for one in new if one.counts}
    found = []
    for code, one in after.items():
        if code not in before:
            found.append(ItemChange(code=code, title=one.title, what="added"))
        elif changes := changed_fields(before[code], one):
            found.append(ItemChange(code=code, title=one.title, what="changed", fields=changes))
    found += [
        ItemChange(code=code, title=one.title, what="removed")
        for code, one in before.items()
        if code not in after
    ]
    return tuple(found)


def compare_documents(old: Sequence[Stated], new: Sequence[Stated]) -> tuple[ItemChange, ...]:
    """Return what differs between two documents, joined by code, then by title.

    What the newer one does not say at all is no difference: a table of dates need not repeat the
    products.
    """
    old, new = _unspread(old), _unspread(new)
    rows = [Titled(code=one.code, title=one.title) for one in new]
    matches = join(rows, [Titled(code=one.code, title=one.title) for one in old])
    aligned = [
        _laid_over(one, old[matches[place].item]) if place in matches else one
        for place, one in enumerate(new)
    ]
    return compare(old, aligned)


def _unspread(items: Sequence[Stated]) -> tuple[Stated, ...]:
    """Return items with the tasks of a recurring one taken together, as a document states it."""
    spread = {one.code for one in items if one.kind == "heading" and one.due}
    return tuple(
        replace(one, kind="recurring") if one.code in spread else one
        for one in items
        if one.parent not in spread
    )


def _laid_over(new: Stated, old: Stated) -> Stated:
    said = {
        one.name: getattr(new, one.name)
        for one in fields(new)
        if getattr(new, one.name) not in (None, "", (), False)
    }
    if is_prefix(new.title, old.title):
        if is_cut(new.title, old.title):
            # What a title cites is cut with it.
            said.pop("citations", None)
        said["title"] = old.title
    if "deadline" not in said and "due" not in said:
        # Without a deadline the class is only what the first words suggest.
        said["kind"] = old.kind
    return replace(old, **{**said, "code": old.code, "state": None})


def is_cut(title: str, whole: str) -> bool:
    """Return whether a title is the beginning of another one and no more."""
    return is_prefix(title, whole) and fold(title) != fold(whole)


def changed_fields(old: Stated, new: Stated) -> tuple[FieldChange, ...]:
    """Return the fields in which two statements of one item differ, in the order shown.

    Of a deadline the days are compared; only where there are none, its words.
    """
    changes = []
    for name in COMPARED:
        before, after = getattr(old, name), getattr(new, name)
        if before == after or (name == "deadline" and (old.due or new.due)):
            continue
        if name in ("title", "output", "field") and fold(before or "") == fold(after or ""):
            continue
        changes.append(FieldChange(field=name, old=_words(before), new=_words(after)))
    return tuple(changes)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value


def _words(value: Any) -> str | None:
    if isinstance(value, tuple):
        return "; ".join(str(_plain(one)) for one in value) or None
    return "có" if value is True else value or None


_NOWHERE = Source()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of an adjustment: what is None is left as it is.

    `place` is where it stands, for refusals. `decision` is `drop` where the item is given up.
    `means` says how its item is found: by code and title, as in any document; or a person has said
    that it is the item of its code, to the letter, or a new one, which stands behind `after`.
    `version` is the one at which its task was seen; None where that is no matter.
    """

    place: str
    code: str
    title: str | None = None
    kind: Kind | None = None
    parent: str | None = None
    section: str | None = None
    field: str | None = None
    lead: str | None = None
    leads: tuple[str, ...] = ()
    coordinating: tuple[str, ...] | None = None
    assignee: str | None = None
    verifier: str | None = None
    deadline: Deadline | None = None
    output: str | None = None
    decision: str | None = None
    is_urgent: bool | None = None
    evidence_optional: bool | None = None
    citations: tuple[Citation, ...] = ()
    near_duplicates: tuple[str, ...] = ()
    source: Source = _NOWHERE
    means: Literal["found", "code", "new"] = "found"
    after: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """A decision that changes an active plan.

    Attributes:
        plan: Code of the plan.
        decision: Number of the decision.
        decided_on: Its date.
        entries: What it changes, in the order of the document.
        is_whole: The document states the whole plan again: what it leaves out is asked about.
        absent: What becomes of the items it leaves out; None: somebody has to say.
        note: Why, in a sentence for the record and the messages.
        source_name: The document.
        digest: Its SHA-256.
        version: The version of the plan that was seen; None where that is no matter.
    """

    plan: str
    decision: str
    decided_on: date
    entries: tuple[Entry, ...]
    is_whole: bool = False
    absent: Literal["keep", "cancel"] | None = None
    note: str | None = None
    source_name: str = ""
    digest: str = ""
    version: int | None = None


def entries_of_plan(draft: DraftPlan) -> tuple[Entry, ...]:
    """Return the rows of a plan that was issued again as a whole."""
    return tuple(_of_item(one) for one in draft.items)


def entries_of_worksheet(sheet: Worksheet) -> tuple[Entry, ...]:
    """Return the rows of a table that names only what changes."""
    return tuple(_of_row(one) for one in sheet.rows)


def _of_item(one: DraftItem) -> Entry:
    return Entry(
        place=one.code,
        parent=one.parent,
        section=one.section or None,
        field=one.field or None,
        is_urgent=one.urgent or None,
        evidence_optional=one.evidence_optional or None,
        citations=one.citations,
        near_duplicates=one.near_duplicates,
        source=one.source,
        **_said(one),
    )


def _of_row(one: WorksheetRow) -> Entry:
    source = Source(row=one.row)
    return Entry(place=f"dòng {one.row}", is_urgent=one.urgent, source=source, **_said(one))


def _said(one: DraftItem | WorksheetRow) -> dict[str, Any]:
    """Return what a document and a table say of a task in the same way."""
    return {
        "code": one.code,
        "title": one.title,
        "kind": one.kind,
        "lead": one.lead,
        "leads": one.leads,
        "coordinating": one.coordinating or None,
        "assignee": one.assignee,
        "verifier": one.verifier,
        "deadline": one.deadline,
        "output": one.output,
        "decision": one.decision,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """The item that a row means; `is_sure` where its code, or nothing but its own words, says so.

    A row that says more than the item of its title, or something like it, may as well be a new one.
    """

    code: str
    is_sure: bool


def matched(entries: Sequence[Entry], items: Iterable[Titled]) -> dict[int, Meant]:
    """Return the item that each row means, by the row's place.

    A row that carries the title of one item under the code of another was numbered anew: it means
    the item of its title, whose code stays what it was.
    """
    known = list(items)
    own = {one.code: one.title for one in known}
    titles: dict[str, list[str]] = {}
    for one in known:
        titles.setdefault(fold(one.title), []).append(one.code)
    renumbered: dict[int, str] = {}
    for place, entry in enumerate(entries):
        title = entry.title or ""
        named = titles.get(fold(title), []) if title else []
        if len(named) == 1 and not is_prefix(title, own.get(entry.code, "")):
            renumbered[place] = named[0]
    claimed = set(renumbered.values())
    rows = [
        Titled(
            code=renumbered.get(place) or ("" if entry.code in claimed else entry.code),
            title=entry.title or "",
        )
        for place, entry in enumerate(entries)
    ]
    return {
        place: Meant(
            code=known[match.item].code,
            is_sure=match.how == "code" or bare(rows[place].title) in bare(known[match.item].title),
        )
        for place, match in join(rows, known).items()
    }
