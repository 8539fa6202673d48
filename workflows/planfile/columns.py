"""Which column of a table is which, by its header; near words are accepted, far ones never."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from engine.errors import BadInput, Fault
from workflows.planfile.cells import Row
from workflows.planfile.matching import folded
from workflows.planfile.rules import IntakeRules

_SEARCHED_ROWS = 20
_SEARCHED_CELLS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The header row of a table and the place of each known column in it.

    `width` counts the columns with a name, `cells` also the empty ones after them.
    """

    row: int
    width: int
    cells: int
    places: Mapping[str, int]


def find_header(rows: Sequence[Row], *, name: str, rules: IntakeRules) -> Header:
    """Return the header: the row, among the first, that names the most known columns.

    Raises:
        BadInput: no row names the columns that are needed.
    """
    known = {
        key: [folded(word) for word in words] for key, words in rules.columns.synonyms().items()
    }
    candidates = [
        Header(
            row=row.number,
            width=_width(row),
            cells=len(row.cells),
            places=_places(row, known, rules=rules),
        )
        for row in rows[:_SEARCHED_ROWS]
    ]
    best = max(candidates, key=lambda header: len(header.places), default=None)
    places = best.places if best else {}
    missing = [key for key in rules.columns.required if key not in places]
    if best is None or missing or len(places) <= len(rules.columns.required):
        raise BadInput(source=name, faults=_faults(best, missing, rules=rules))
    return best


def _width(row: Row) -> int:
    filled = [place for place, cell in enumerate(row.cells, start=1) if cell]
    return filled[-1] if filled else 0


def _places(row: Row, known: Mapping[str, Sequence[str]], *, rules: IntakeRules) -> dict[str, int]:
    """Return the place of each column; of two that fit one column the better fit has it."""
    best: dict[str, tuple[float, int]] = {}
    for place, cell in enumerate(row.cells[:_SEARCHED_CELLS]):
        key, fit = _fit(folded(cell), known)
        if key and fit >= rules.matching.column and fit > best.get(key, (0, 0))[0]:
            best[key] = (fit, place)
    return {key: place for key, (_, place) in best.items()}


def _fit(header: str, known: Mapping[str, Sequence[str]]) -> tuple[str, float]:
    """Return the likeliest column; an exact header beats a near one, an earlier synonym a later."""
    if not header:
        return "", 0
    scored = [
        (101 - order / 100 if word == header else fuzz.ratio(word, header), key)
        for key, words in known.items()
        for order, word in enumerate(words)
    ]
    score, key = max(scored)
    return key, score


def _faults(best: Header | None, missing: Sequence[str], *, rules: IntakeRules) -> list[Fault]:
    synonyms = rules.columns.synonyms()
    wanted = [key for key in synonyms if key not in {"number", "other"}]
    names = ", ".join(synonyms[key][0] for key in wanted)
    cure = f"bảng phân công cần dòng tiêu đề với các cột: {names}"
    if best is None or len(best.places) <= 1:
        return [Fault(place="dòng tiêu đề", problem="không nhận ra các cột", cure=cure)]
    place = f"dòng {best.row}"
    if not missing:
        problem = "chỉ có cột mã và tên nhiệm vụ"
        return [Fault(place=place, problem=problem, cure=cure)]
    return [
        Fault(place=place, problem=f"thiếu cột {synonyms[key][0]}", cure=cure) for key in missing
    ]
