"""A workflow as a picture: where its states stand and how its arrows run; it draws nothing."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from engine.workflow import Workflow

WIDTH, HEIGHT = 170, 46
_ACROSS, _DOWN, _MARGIN = 290, 110, 20
#: How far an arrow that goes back bows out, and how much further each after it.
_BOW, _NEXT_BOW = 34, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A state: its upper left corner, what it is called, whether the subject is closed there."""

    name: str
    label: str
    x: int
    y: int
    is_final: bool
    is_initial: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An arrow as an SVG path, with the triggers that follow it and where their words stand."""

    path: str
    labels: tuple[str, ...]
    x: int
    y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A whole picture, in units of its own."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def picture(workflow: Workflow) -> Picture:
    """Return where everything stands: states in columns by how many steps away they are.

    Arrows forward run straight, arrows back bow below. What leaves a state as it is has no arrow.
    """
    columns = _columns(workflow)
    deepest = max(len(column) for column in columns)
    # Every other row stands half a column aside: what runs down from one state meets no other.
    boxes = {
        name: (_MARGIN + _ACROSS * across + _ACROSS // 2 * (down % 2), _MARGIN + _DOWN * down)
        for across, column in enumerate(columns)
        for down, name in enumerate(column)
    }
    floor = _MARGIN + _DOWN * (deepest - 1) + HEIGHT
    lines, bows = _lines(workflow, boxes, floor)
    return Picture(
        width=max(x for x, _ in boxes.values()) + WIDTH + _MARGIN,
        height=floor + _BOW + _NEXT_BOW * bows + _MARGIN,
        boxes=tuple(
            Box(
                name=state.name, label=state.label, x=boxes[state.name][0],
                y=boxes[state.name][1], is_final=state.final,
                is_initial=state.name == workflow.initial,
            )
            for state in workflow.states
        ),
        lines=tuple(lines),
    )  # fmt: skip


def _columns(workflow: Workflow) -> list[list[str]]:
    """Return states by their distance from the first one, those out of reach last."""
    distance = {workflow.initial: 0}
    waiting = [workflow.initial]
    while waiting:
        here = waiting.pop(0)
        for trigger in workflow.triggers:
            if trigger.target and here in trigger.sources and trigger.target not in distance:
                distance[trigger.target] = distance[here] + 1
                waiting.append(trigger.target)
    farthest = max(distance.values())
    found: list[list[str]] = [[] for _ in range(farthest + 1)]
    for state in workflow.states:
        found[distance.get(state.name, farthest)].append(state.name)
    return found


def _lines(
    workflow: Workflow, boxes: dict[str, tuple[int, int]], floor: int
) -> tuple[list[Line], int]:
    labels: dict[tuple[str, str], list[str]] = defaultdict(list)
    for trigger in workflow.triggers:
        for source in trigger.sources:
            if trigger.target is not None and trigger.target != source:
                labels[source, trigger.target].append(trigger.label)
    lines, bows = [], 0
    for (source, target), words in labels.items():
        start, end = boxes[source], boxes[target]
        if abs(start[0] - end[0]) < _ACROSS and start[1] != end[1]:
            lines.append(_beside(start, end, words))
        elif start[0] < end[0]:
            lines.append(_forward(start, end, words))
        else:
            lines.append(_back(start, end, words, low=floor + _BOW + _NEXT_BOW * bows))
            bows += 1
    return lines, bows


def _forward(start: tuple[int, int], end: tuple[int, int], words: Sequence[str]) -> Line:
    x1, y1 = start[0] + WIDTH, start[1] + HEIGHT // 2
    x2, y2 = end[0], end[1] + HEIGHT // 2
    bend = (x2 - x1) // 2
    path = f"M {x1} {y1} C {x1 + bend} {y1} {x2 - bend} {y2} {x2 - 4} {y2}"
    # Words of long arrows stand near their end, where fewer lines cross.
    return Line(path=path, labels=tuple(words), x=x2 - 60, y=y2 - 7)


def _beside(start: tuple[int, int], end: tuple[int, int], words: Sequence[str]) -> Line:
    """Return an arrow to the next row: down and across, or up and across."""
    if start[1] < end[1]:
        x, y = start[0] + WIDTH - 40, end[1] + HEIGHT // 2
        edge = end[0] - 4 if end[0] > x else end[0] + WIDTH + 4
        path = f"M {x} {start[1] + HEIGHT} L {x} {y} L {edge} {y}"
        return Line(path=path, labels=tuple(words), x=x - 18, y=(start[1] + y) // 2 + 22)
    # One that goes up to the left and one to the right stand apart, and so do their words.
    is_left = end[0] < start[0]
    x, y = start[0] + (WIDTH // 4 if is_left else WIDTH * 3 // 4), end[1] + HEIGHT - 8
    edge = end[0] + WIDTH + 4 if is_left else end[0] - 4
    path = f"M {x} {start[1]} L {x} {y} L {edge} {y}"
    middle = (start[1] + y) // 2
    if is_left:
        return Line(path=path, labels=tuple(words), x=x + 10, y=middle - 4)
    return Line(path=path, labels=tuple(words), x=x + 30, y=middle + 12)


def _back(start: tuple[int, int], end: tuple[int, int], words: Sequence[str], *, low: int) -> Line:
    x1, y1 = start[0] + WIDTH // 2 - 16, start[1] + HEIGHT
    x2, y2 = end[0] + WIDTH // 2 + 16, end[1] + HEIGHT
    path = f"M {x1} {y1} L {x1} {low - 8} Q {x1} {low} {x1 - 8} {low} "
    path += f"L {x2 + 8} {low} Q {x2} {low} {x2} {low - 8} L {x2} {y2 + 4}"
    return Line(path=path, labels=tuple(words), x=(x1 + x2) // 2, y=low - 5)
