"""Which rows of an adjustment can be carried out, and what is asked about all the others."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.adjustment import Adjustment, Entry, matched
from engine.commands import undecided
from engine.commands.additions import Additions
from engine.commands.amendments import Amendments, Holding
from engine.errors import Conflict, Fault, Undecided
from engine.joining import Titled
from engine.store.plans import Item, Plan

#: Questions whose usual answer, `plan decide`, is for drafts only.
_CURES: Mapping[str, str] = {
    "several_leads": "ghi một đơn vị chủ trì; các đơn vị còn lại vào cột phối hợp",
    "lead_is_group": "ghi một đơn vị chịu trách nhiệm",
    "no_date": "ghi thời hạn trong tệp điều chỉnh",
    "date_unresolved": "ghi ngày cụ thể trong tệp điều chỉnh",
    "date_unconfirmed": "ghi ngày cụ thể trong tệp điều chỉnh",
    "near_duplicate": "ghi giữ ở cột Quyết định của cả hai dòng, hoặc bỏ một dòng",
    **dict.fromkeys(undecided.CONTRADICTIONS, "ghi ngày đúng trong tệp điều chỉnh"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What is to be done: the items changed, those added, and those the document leaves out."""

    amendments: Amendments
    additions: Additions
    absent: tuple[str, ...]

    def dated(self) -> list[Item]:
        """Return the items that get a date."""
        amended = (one.new for one in self.amendments.found.values() if one.due is not None)
        return [*amended, *(one.item for one in self.additions.found.values())]


def judge(adjustment: Adjustment, holding: Holding) -> Judged:
    """Return what is to be done.

    Raises:
        Undecided: some of it cannot be; every row named.
    """
    amendments, additions = Amendments(holding), Additions(holding)
    before: Item | None = None
    named = Counter(entry.code for entry in adjustment.entries)
    for entry, item, twin in _matched(adjustment.entries, holding):
        if item is None and named[entry.code] > 1:
            problem = f"mã {entry.code} được nêu {named[entry.code]} lần"
            amendments.faults.append(
                Fault(place=entry.place, problem=problem, cure="gộp thành một dòng")
            )
            continue
        if item is None:
            additions.take(entry, after=before or holding.items.get(entry.after or ""), twin=twin)
            added = additions.found.get(entry.code)
            before = added.item if added else before
            continue
        amendments.take(entry, item)
        before = item
    absent = amendments.absent(adjustment)
    if adjustment.absent == "cancel":
        for item in absent:
            amendments.give_up(item, place=item.code)
        absent = []
    judged = Judged(
        amendments=amendments, additions=additions, absent=tuple(one.code for one in absent)
    )
    faults = [*amendments.faults, *additions.faults, *_questions(judged, holding)]
    if adjustment.absent is None:
        faults += [_left_out(one) for one in absent]
    if faults:
        raise Undecided(plan=adjustment.plan, faults=faults, what="adjusted")
    return judged


def require_unmoved(adjustment: Adjustment, plan: Plan, holding: Holding) -> None:
    """Return if nobody has changed what was seen before the decision was written.

    Raises:
        Conflict: the plan, or one of the tasks, is at another version by now.
    """
    require_version(plan, adjustment.version)
    for entry in adjustment.entries:
        item = holding.items.get(entry.code)
        if entry.version is not None and item is not None and item.version != entry.version:
            found = f"version {item.version}, {item.state}"
            expected = f"version {entry.version}"
            raise Conflict(what=f"{plan.code}/{item.code}", expected=expected, found=found)


def require_version(plan: Plan, version: int | None) -> None:
    """Return if a plan is at the version that was seen, or that is no matter (None).

    Raises:
        Conflict: it is at another one.
    """
    if version not in (None, plan.version):
        expected, found = f"version {version}", f"version {plan.version}"
        raise Conflict(what=plan.code, expected=expected, found=found)


def _matched(
    entries: Sequence[Entry], holding: Holding
) -> Iterator[tuple[Entry, Item | None, Item | None]]:
    """Yield each row with the item it means, and else the one that it perhaps means."""
    items = list(holding.items.values())
    spread = {child.id for one in items for child in holding.series(one)}
    # The tasks of a recurring item share its title: only their code tells them apart.
    titled = [Titled(code=one.code, title="" if one.id in spread else one.title) for one in items]
    found = matched(entries, titled)
    for place, entry in enumerate(entries):
        if entry.means != "found":
            yield entry, holding.items[entry.code] if entry.means == "code" else None, None
            continue
        meant = found.get(place)
        item = holding.items[meant.code] if meant else None
        yield (entry, item, None) if meant and meant.is_sure else (entry, None, item)


def _left_out(item: Item) -> Fault:
    return Fault(
        place=item.code,
        problem="đang thực hiện mà tệp không nêu",
        cure="--absent keep để giữ nguyên, --absent cancel để hủy theo quyết định",
    )


def _questions(judged: Judged, holding: Holding) -> list[Fault]:
    """Return what has to be decided of the rows that change and of those that are new."""
    rulebook, today = holding.rulebook, holding.today
    amended = {
        code: one.new
        for code, one in judged.amendments.found.items()
        if not one.is_cancelled and not one.is_quiet
    }
    items = {**holding.items, **amended}
    items |= {code: one.item for code, one in judged.additions.found.items()}
    for code in (*judged.amendments.found, *judged.additions.found):
        if (gone := judged.amendments.found.get(code)) and gone.is_cancelled:
            items[code] = replace(gone.new, decision="drop")
    asked = undecided.questions(list(items.values()), rulebook, on=today)
    before = undecided.questions(list(holding.items.values()), rulebook, on=today)
    return [
        Fault(place=code, problem=one.problem, cure=_CURES.get(one.code, one.cure))
        for code in (*amended, *judged.additions.found)
        for one in asked.get(code, ())
        # What was so before the decision does not hold it up.
        if one not in before.get(code, ())
    ]
