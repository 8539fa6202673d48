"""New rows of a plan that is active already: where they stand, and what they are led by."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from engine.adjustment import Entry
from engine.commands.amendments import Contributions, Holding, cited
from engine.errors import Fault
from engine.ids import new_id
from engine.plaintext import shortened
from engine.spelling import nearest
from engine.store.plans import Item

#: Longest code that the tables take.
_LONGEST_CODE = 64
#: Places left behind a new item for the dates it may have, and for rows of later decisions.
_ROOM = 16
#: So much of a title is quoted.
_QUOTED = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """A new item, and the units that contribute to it."""

    item: Item
    contributions: Contributions


@dataclass(slots=True)
class Additions:
    """The new items of an adjustment, and why some rows cannot become one."""

    holding: Holding
    found: dict[str, Addition] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def take(self, entry: Entry, *, after: Item | None, twin: Item | None = None) -> None:
        """Judge one row that means no item of the plan for sure.

        Args:
            entry: The row.
            after: The item that stands before it in the document.
            twin: The item of the plan that it perhaps means all the same.
        """
        faults = list(self._wrong(entry))
        if twin is not None and entry.decision not in ("keep", "drop"):
            title = shortened(twin.title, most=_QUOTED)
            problem = f"nội dung gần giống {twin.code} {title!r}"
            cure = f"ghi mã {twin.code} nếu là mục ấy; nếu là mục mới, ghi giữ ở cột Quyết định"
            faults.append(Fault(place=entry.place, problem=problem, cure=cure))
        self.faults += faults
        if not faults and entry.decision != "drop":
            units = tuple(
                (name, unit.id if (unit := self.holding.names.unit(name)) else None)
                for name in entry.coordinating or ()
            )
            item = self._item(entry, self._parent(entry), after=after)
            self.found[entry.code] = Addition(item=item, contributions=units)

    def in_order(self) -> list[Addition]:
        """Return the new items, parents before their children."""
        ids = {one.item.id for one in self.found.values()}
        top = [one for one in self.found.values() if one.item.parent_id not in ids]
        return [*top, *(one for one in self.found.values() if one not in top)]

    def _wrong(self, entry: Entry) -> Iterator[Fault]:
        known = self.holding.items
        if not entry.title:
            hint = nearest(entry.code, known)
            cure = f"có phải ý là {hint}?" if hint else "mục mới phải có nội dung"
            yield Fault(place=entry.place, problem=f"kế hoạch không có mã {entry.code!r}",
                        cure=cure)  # fmt: skip
        elif entry.code in known or entry.code in self.found:
            yield Fault(
                place=entry.place,
                problem=f"mã {entry.code} đã là của mục khác",
                cure="đặt mã mới cho mục mới; mục cũ giữ mã của nó",
            )
        elif not entry.code or "/" in entry.code or len(entry.code) > _LONGEST_CODE:
            cure = f"dùng chữ, số và dấu chấm, tối đa {_LONGEST_CODE} ký tự"
            yield Fault(place=entry.place, problem=f"mã {entry.code!r} không dùng được", cure=cure)
        parent = self._parent(entry)
        if parent is not None and parent.kind != "heading":
            cure = "đặt mục mới ngang hàng, hoặc hủy mục ấy và thêm lại thành mục gộp"
            yield Fault(place=entry.place, problem=f"{parent.code} đang là một nhiệm vụ", cure=cure)

    def _parent(self, entry: Entry) -> Item | None:
        code = entry.parent or entry.code.rpartition(".")[0]
        if code in self.found:
            return self.found[code].item
        found = self.holding.items.get(code)
        return found if entry.parent or (found and found.kind == "heading") else None

    def _item(self, entry: Entry, parent: Item | None, *, after: Item | None) -> Item:
        names = self.holding.names
        leads = entry.leads or ((entry.lead,) if entry.lead else ())
        lead = names.unit(leads[0]) if len(leads) == 1 else None
        assignee = names.person(entry.assignee) if entry.assignee else None
        verifier = names.person(entry.verifier) if entry.verifier else None
        beside = self._sibling(entry) or parent or after
        return Item(
            id=new_id(),
            code=entry.code,
            parent_id=parent.id if parent else None,
            ordinal=self._ordinal(after, room=1 if entry.means == "new" else _ROOM),
            section=entry.section or (beside.section if beside else ""),
            field=entry.field or (beside.field if beside else ""),
            kind=entry.kind or "task",
            title=entry.title or "",
            output=entry.output,
            citations=[cited(one) for one in entry.citations],
            deadline=entry.deadline.as_mapping() if entry.deadline else None,
            intake=_intake(entry, leads),
            decision="keep" if entry.decision == "keep" else None,
            is_urgent=bool(entry.is_urgent),
            evidence_optional=bool(entry.evidence_optional),
            lead_unit_id=lead.id if lead else None,
            assignee_id=assignee.id if assignee else None,
            verifier_id=verifier.id if verifier else None,
            state=None,
            version=0,
            due_on=None,
        )

    def _sibling(self, entry: Entry) -> Item | None:
        group = entry.code.rpartition(".")[0]
        alike = (
            one for one in self.holding.items.values()
            if group and one.code.rpartition(".")[0] == group
        )  # fmt: skip
        return next(alike, None)

    def _ordinal(self, after: Item | None, *, room: int) -> int:
        """Return a place in document order right behind an item and what belongs to it.

        A row of a document leaves room for others; what is given one by one goes next to next, so
        that there is always some left.
        """
        places = sorted(one.ordinal for one in self.holding.items.values())
        places += [one.item.ordinal for one in self.found.values()]
        if after is None:
            return max(places, default=0) + 1
        family = [one.ordinal for one in self.holding.items.values() if one.parent_id == after.id]
        start = max((after.ordinal, *family))
        following = min((one for one in places if one > start), default=start + 2)
        return start + max(1, min(room, (following - start) // 2))


def _intake(entry: Entry, leads: Sequence[str]) -> Mapping[str, Any]:
    return {
        "lead": entry.lead,
        "leads": list(leads) if len(leads) > 1 else [],
        "assignee": entry.assignee,
        "verifier": entry.verifier,
        "near_duplicates": list(entry.near_duplicates),
        "source": asdict(entry.source),
    }
