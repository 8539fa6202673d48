"""Which column of a table is which, by its header; near words are accepted, far ones never."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

from engine.errors import BadInput, Fault
from workflows.planfile.blocks import Cell, Row
from workflows.planfile.matching import folded
from workflows.planfile.rules import IntakeRules
from workflows.planfile.tables.headers import A_WORD, exact, likeliest

_SEARCHED_ROWS = 20
_SEARCHED_CELLS = 200
_LONGEST_HEADER = 80
_SHOWN = 60
_SHORT = 40
_FEWEST_COUNTED = 2
_BOTH = 2
_PARENTHESES = re.compile(r"\([^()]*\)")
# "(1)", "A", "(5) = (3) + (4)".
_COUNTING = re.compile(r"\(?(?:[\divxl]{1,4}|[a-zđ])\)?(?:\s*=\s*[\d()+\-*/x\s]+)?", re.IGNORECASE)
# A table of tasks says of them at least one of these.
_TELLING = frozenset({"lead", "deadline", "output", "assignee"})
_FILLED_IN = _TELLING | {"coordinating", "verifier", "urgent", "decision", "kind"}
_PAIRED = frozenset({"lead", "deadline"})
_MANY = frozenset({"other", "display"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where each known column of a table stands, and what the other columns are called.

    Attributes:
        places: Index of a column by its key.
        headers: Header of each column as written, in one line.
        certain: The columns whose header is known, not only alike in a word.
        spare: Columns that are kept as they are: notes, money, everything not understood.
        ignored: Those of them that fit no word we know, or another column better.
        beside: The columns of another table of tasks to the right of this one, in the same rows.
        rows: The header's rows, folded, to know them again on the next page.
    """

    places: Mapping[str, int]
    headers: tuple[str, ...]
    certain: frozenset[str] = frozenset()
    spare: tuple[int, ...] = ()
    ignored: tuple[int, ...] = ()
    beside: tuple[int, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def is_of_tasks(self) -> bool:
        """Whether this is the header of a table of tasks."""
        telling = _TELLING & self.places.keys()
        if "task" in self.certain:
            return bool(telling)
        # A header that only begins like one of tasks needs more beside it.
        beside = telling | ({"coordinating"} & self.places.keys())
        return "task" in self.places and len(beside) > 1

    @property
    def is_of_assignments(self) -> bool:
        """Whether this is the header of an assignment table, were it only of decisions."""
        return "task" in self.certain and bool(self.places.keys() & _FILLED_IN)

    @property
    def width(self) -> int:
        """How many columns have a name."""
        filled = [place for place, text in enumerate(self.headers, start=1) if text]
        return filled[-1] if filled else 0

    def cell(self, row: Row, key: str) -> Cell | None:
        """Return the cell of a column in a row; None where the table has no such column."""
        place = self.places.get(key)
        return row.cells[place] if place is not None and place < len(row.cells) else None

    def text(self, row: Row, key: str) -> str:
        """Return the text of a column in a row, "" where there is none."""
        cell = self.cell(row, key)
        return cell.text.strip() if cell else ""

    def without(self, key: str) -> "Layout":
        """Return the layout with a column that turned out to be something else."""
        places = {one: place for one, place in self.places.items() if one != key}
        spare = tuple(sorted({*self.spare, self.places[key]}))
        return replace(self, places=places, certain=self.certain - {key}, spare=spare)


def find_layout(
    rows: Sequence[Row], *, rules: IntakeRules, accepts: Callable[[Layout], bool]
) -> tuple[int, Layout] | None:
    """Return the first header among the first rows that is accepted, and its index.

    Where there is none, the row that names most known columns, for what is said of it; None where
    no row names any.
    """
    best: tuple[int, Layout] | None = None
    for index in range(min(len(rows), _SEARCHED_ROWS)):
        layout = layout_at(rows, index, rules=rules)
        if accepts(layout):
            return index, layout
        if layout.places and (best is None or len(layout.places) > len(best[1].places)):
            best = index, layout
    return best


def layout_at(rows: Sequence[Row], index: int, *, rules: IntakeRules) -> Layout:
    """Return the layout that a table has if its header begins at a row."""
    top = rows[index]
    below = rows[index + 1] if index + 1 < len(rows) else None
    second = below if below is not None and _is_second(top, below) else None
    cells = _spread(top.cells[:_SEARCHED_CELLS], second)
    scored = [
        (*likeliest(_variants(cell, _under(second, place)), rules=rules), place)
        for place, cell in enumerate(cells)
    ]
    beside = _beside(scored)
    places = _best(scored[: beside.start])
    certain = {key for key, fit, place in scored if fit > A_WORD and places.get(key) == place}
    spare = [place for key, _, place in scored if place not in places.values() and key != "display"]
    known = {place for key, _, place in scored if key == "other"}
    return Layout(
        places=places,
        certain=frozenset(certain),
        headers=tuple(
            " ".join(_whole(cell, _under(second, place)).split())
            for place, cell in enumerate(cells)
        ),
        spare=tuple(spare),
        ignored=tuple(place for place in spare if place not in {*known, *beside}),
        beside=tuple(place for place in spare if place in beside),
        rows=tuple(_folded(row) for row in (top, second) if row is not None),
    )


def names_tasks(row: Row, *, rules: IntakeRules) -> bool:
    """Tell whether a row below a header may be another header: a cell names the tasks exactly."""
    return any(
        exact(cell.text, rules=rules) == "task"
        for cell in row.cells[:_SEARCHED_CELLS]
        if len(cell.text) <= _SHORT
    )


def repeats(row: Row, layout: Layout) -> bool:
    """Tell whether a row is the first of the header again."""
    header = layout.rows[0]
    cells = row.cells[:_SEARCHED_CELLS]
    return len(cells) == len(header) and all(
        folded(cell.text) == text for cell, text in zip(cells, header, strict=True)
    )


def counts_columns(row: Row) -> bool:
    """Tell whether a row only counts the columns: "(1) (2) (3)"."""
    filled = [cell.text.strip() for cell in row.cells if cell.text.strip()]
    if len(filled) < _FEWEST_COUNTED or not all(map(_counts, filled)):
        return False
    # "I | A" is a group with a short title.
    return len(filled) > _FEWEST_COUNTED or any(map(str.isdigit, "".join(filled)))


def _counts(text: str) -> bool:
    return len(text) <= _SHORT and bool(_COUNTING.fullmatch(text))


def shown(header: str) -> str:
    """Return a header as messages name it, cut where it is long."""
    return header if len(header) <= _SHOWN else f"{header[: _SHOWN - 1]}…"


def refuse_header(found: Layout | None, *, place: str, name: str, rules: IntakeRules) -> NoReturn:
    """Refuse a table whose columns are not those of an assignment table.

    Raises:
        BadInput: always; which columns are wanted is said.
    """
    synonyms = rules.columns.synonyms()
    names = ", ".join(synonyms[key][0] for key in ("code", "task", *sorted(_FILLED_IN)))
    cure = f"bảng phân công cần dòng tiêu đề với các cột: {names}"
    places = set(found.places) - {"number"} if found else set()
    missing = [key for key in rules.columns.required if key not in places]
    faults = [
        Fault(place=place, problem=f"thiếu cột {synonyms[key][0]}", cure=cure) for key in missing
    ]
    if not missing:
        faults = [Fault(place=place, problem="chỉ có cột mã và tên nhiệm vụ", cure=cure)]
    if found is None:
        faults = [Fault(place="dòng tiêu đề", problem="không nhận ra các cột", cure=cure)]
    raise BadInput(source=name, faults=faults)


def _folded(row: Row) -> tuple[str, ...]:
    return tuple(folded(cell.text) for cell in row.cells[:_SEARCHED_CELLS])


def _best(scored: Sequence[tuple[str, float, int]]) -> dict[str, int]:
    """Return the place of each column; of two that fit one column the better fit has it."""
    best: dict[str, tuple[float, int]] = {}
    for key, fit, place in scored:
        if key and key not in _MANY and fit > best.get(key, (0.0, 0))[0]:
            best[key] = (fit, place)
    return {key: place for key, (_, place) in best.items()}


def _beside(scored: Sequence[tuple[str, float, int]]) -> range:
    """Return the columns of a second table in the same rows; an empty range where there is none.

    It has tasks of its own and whom or when again. One table may name its tasks twice too: then
    the columns to the right say something new, and are not numbered.
    """
    end = len(scored)
    tasks = [at for key, fit, at in scored if key == "task" and fit > A_WORD]
    if len(tasks) < _BOTH:
        return range(end, end)
    first, second = tasks[:2]
    left = {key for key, _, at in scored if first < at < second}
    right = {key for key, _, at in scored if at > second} & _FILLED_IN
    is_numbered = scored[second - 1][0] == "number"
    if not left & right & _PAIRED or not (is_numbered or right <= left):
        return range(end, end)
    return range(second - is_numbered, end)


def _is_second(top: Row, below: Row) -> bool:
    """Tell whether a row is the second of a header: "Thời gian" above "Bắt đầu", "Kết thúc"."""
    pairs = list(zip(top.cells, below.cells, strict=False))
    own = [
        place
        for place, (over, under) in enumerate(pairs)
        if under.text and not (under.is_merged and under.text == over.text)
    ]
    # One text alone above a header is its title.
    is_title = len({cell.text for cell in top.cells if cell.text}) == 1
    if not own or is_title or counts_columns(below):
        return False
    if any(len(pairs[place][1].text) > _LONGEST_HEADER for place in own):
        return False
    return all(_is_spanned(top, place) for place in own)


def _is_spanned(top: Row, place: int) -> bool:
    """Tell whether the header above a cell reaches over several columns."""
    cell = top.cells[place]
    following = top.cells[place + 1] if place + 1 < len(top.cells) else None
    opens = following is not None and (
        not following.text or (following.is_merged and following.text == cell.text)
    )
    # The first column numbers the rows: below an empty corner stand rows, not a header.
    return (place > 0 and not cell.text) or (cell.is_merged and place > 0) or opens


def _spread(cells: Sequence[Cell], second: Row | None) -> Sequence[Cell]:
    """Return the cells of a header, one without a text under the text that reaches over it."""
    spread: list[Cell] = []
    for place, cell in enumerate(cells):
        under = _under(second, place)
        is_covered = spread and not cell.text and under is not None and under.text
        spread.append(Cell(text=spread[-1].text, is_merged=True) if is_covered else cell)
    return spread


def _under(second: Row | None, place: int) -> Cell | None:
    return second.cells[place] if second is not None and place < len(second.cells) else None


def _whole(top: Cell, under: Cell | None) -> str:
    if under is None or not under.text or under.text == top.text:
        return top.text
    return f"{top.text} / {under.text}" if top.text else under.text


def _variants(top: Cell, under: Cell | None) -> list[str]:
    """Return the ways to read a header; what stands in brackets may be left out."""
    if under is None or not under.text or under.text == top.text:
        ways = [top.text]
    else:
        ways = [f"{top.text} {under.text}", under.text]
    if len(ways[0]) > _LONGEST_HEADER * 2:
        return ways
    return [*ways, *(_PARENTHESES.sub("", way) for way in ways if "(" in way)]
