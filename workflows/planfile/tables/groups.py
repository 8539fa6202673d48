"""The groups that are open while a table is read, the widest first."""

from dataclasses import dataclass, field

from workflows.planfile.blocks import Place
from workflows.planfile.matching import folded
from workflows.planfile.tables.marks import CAPITAL, NONE, ROMAN, Mark, mark_of, typed_mark
from workflows.planfile.tables.row import Group

#: Mark of the group that has no row of its own, after the mark of the group before it.
_UNNAMED = "{before}-{run}"


@dataclass(slots=True, kw_only=True)
class Groups:
    """Groups so far. Numbers that begin anew without the row of a group open one without a name."""

    all: list[Group] = field(default_factory=list)
    just_opened: bool = False
    _open: list[tuple[int, Group]] = field(default_factory=list)
    _counted: bool = False
    _run: int = 1

    @property
    def open_ones(self) -> tuple[Group, ...]:
        """The groups a row stands in now."""
        return tuple(group for _, group in self._open)

    @property
    def last_mark(self) -> str:
        """The last mark of a group."""
        return next((group.mark for group in reversed(self.all) if group.mark), "")

    @property
    def is_unnamed(self) -> bool:
        """Whether the innermost group has no row of its own."""
        return bool(self._open) and not self._open[-1][1].title

    def open(self, mark: Mark, title: str, *, place: Place) -> None:
        """Open a group; those of its level and below end."""
        ranks = [rank for rank, _ in self._open]
        if mark.rank in ranks:
            del self._open[ranks.index(mark.rank) :]
        self._add(mark.rank, Group(mark=mark.text, title=title, place=place))
        self._counted, self._run = False, 1

    def name(self, written: str, *, place: Place) -> None:
        """Open the group that a column of groups names; "II" is the one that was "II. Hạ tầng"."""
        mark, title = typed_mark(written, before="")
        if mark.rank not in {ROMAN, CAPITAL}:
            bare = mark_of(written)
            mark, title = (bare, "") if bare.rank != NONE else (Mark(rank=NONE), written)
        known = next((group for group in self.all if _is_same(group, mark.text, title)), None)
        self._open = [] if known is None else [(mark.rank, known)]
        if known is None:
            self._add(mark.rank, Group(mark=mark.text, title=title or written, place=place))

    def counts(self, number: int, *, place: Place, is_part: bool) -> bool:
        """Take the next plain number; return whether it opened a group that has no row."""
        begins_anew = number == 1 and self._counted and not is_part
        self._counted = self._counted or not is_part
        if not begins_anew:
            return False
        self._run += 1
        rank, before = self._open.pop() if self._open else (NONE, None)
        base = before.mark.partition("-")[0] if before is not None else ""
        mark = _UNNAMED.format(before=base or "0", run=self._run)
        self._add(rank, Group(mark=mark, title="", place=place))
        return True

    def _add(self, rank: int, group: Group) -> None:
        self._open.append((rank, group))
        self.all.append(group)
        self.just_opened = True


def _is_same(group: Group, mark: str, title: str) -> bool:
    return group.mark == mark if mark else folded(group.title) == folded(title)
