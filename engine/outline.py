"""Where a new item of a plan may stand, and the code it gets there; it knows no database."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from engine.adjustment import Stated

_NUMBERED = re.compile(r"(.*?)(\d+)$", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place behind the last item of a heading, or of a group of items that stand beside it.

    Attributes:
        parent: Code of the heading; None for a group.
        beside: Code of the first item of the group; of the heading, where it is one.
        prefix: What the codes of the group begin with; the code of the heading, where it is one.
        title: Title of the heading; "" for a group.
        after: Code of the last item there.
        code: The next free code.
    """

    parent: str | None
    beside: str
    prefix: str
    title: str
    section: str
    field: str
    after: str
    code: str

    @property
    def key(self) -> str:
        """What names the place among those of its plan."""
        return f"in:{self.parent}" if self.parent else f"by:{self.beside}"


def places(items: Sequence[Stated], *, taken: Collection[str] = ()) -> tuple[Place, ...]:
    """Return the places of a plan in document order.

    Args:
        items: Its items in document order.
        taken: Codes that cannot be given, beside those of the items.
    """
    return tuple(_places(items, frozenset(taken) | {one.code for one in items}))


def _places(items: Sequence[Stated], taken: frozenset[str]) -> Iterator[Place]:
    tops = _tops(items)
    seen = set()
    for one in items:
        group = _group(one)
        if tops[one.code] == one.code and group not in seen:
            seen.add(group)
            beside = [each for each in items if tops[each.code] == each.code
                      and _group(each) == group]  # fmt: skip
            yield _place(one, beside, items=items, taken=taken, is_heading=False)
        if one.kind == "heading" and one.counts and not _comes_back(one, items):
            below = [each for each in items if each.parent == one.code]
            yield _place(one, below, items=items, taken=taken, is_heading=True)


def _place(
    first: Stated,
    members: Sequence[Stated],
    *,
    items: Sequence[Stated],
    taken: frozenset[str],
    is_heading: bool,
) -> Place:
    prefix = first.code if is_heading else first.code.rpartition(".")[0]
    family = {first.code, *(one.code for one in members)}
    last = first
    for one in items:
        if one.code in family or one.parent in family:
            family.add(one.code)
            last = one
    return Place(
        parent=first.code if is_heading else None,
        beside=first.code,
        prefix=prefix,
        title=first.title if is_heading else "",
        section=first.section,
        field=first.field,
        after=last.code,
        code=_next(members, stem=f"{prefix}." if prefix else "", taken=taken),
    )


def _next(members: Sequence[Stated], *, stem: str, taken: frozenset[str]) -> str:
    """Return the code behind the last numbered one, counted as that is."""
    numbered = [found for one in members if (found := _NUMBERED.match(one.code))]
    width = 0
    if numbered:
        stem, digits = numbered[-1].groups()
        width = len(digits) if digits.startswith("0") else 0
    used = [int(found[2]) for one in taken if (found := _NUMBERED.match(one)) and found[1] == stem]
    free = (f"{stem}{number:0{width}d}" for number in count(max(used, default=0) + 1))
    return next(code for code in free if code not in taken)


def _tops(items: Sequence[Stated]) -> dict[str, str]:
    """Return by code of each item the one it hangs below that hangs below none."""
    tops: dict[str, str] = {}
    for one in items:
        tops[one.code] = tops.get(one.parent or "", one.code)
    return tops


def _group(one: Stated) -> tuple[str, str, str]:
    return one.section, one.field, one.code.rpartition(".")[0]


def _comes_back(heading: Stated, items: Sequence[Stated]) -> bool:
    """Whether a heading is of work that comes back: what is below it are its occurrences."""
    below = [one for one in items if one.parent == heading.code]
    return bool(heading.due) or (bool(below) and all(one.title == heading.title for one in below))
