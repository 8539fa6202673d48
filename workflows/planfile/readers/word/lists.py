"""The lists that a document defines, from its numbering part; counting is not done here."""

from collections.abc import Iterator, Mapping

from workflows.planfile.readers.word.numbering import LEVELS, Level, NumberedList
from workflows.planfile.readers.word.parts import (
    MC,
    Node,
    W,
    attribute,
    child,
    chosen,
    is_on,
    whole,
)
from workflows.planfile.readers.word.symbols import bullet

#: A list may borrow from a style that names a list; longer chains are circles.
_MOST_STEPS = 10


def lists_of(numbering: Node | None, *, styles: Mapping[str, str]) -> dict[str, NumberedList]:
    """Return the lists of a document by the number that paragraphs name.

    Args:
        numbering: The numbering part.
        styles: Of each list style the number of its list.
    """
    if numbering is None:
        return {}
    families = {attribute(one, "abstractNumId"): one for one in numbering.iter(W + "abstractNum")}
    named = {attribute(one, "numId"): one for one in numbering.findall(W + "num")}
    found = {}
    for list_id, one in named.items():
        family = attribute(child(one, "abstractNumId"))
        for _ in range(_MOST_STEPS):
            link = attribute(child(families.get(family), "numStyleLink"))
            if link is None or link not in styles:
                break
            family = attribute(child(named.get(styles[link]), "abstractNumId"))
        if list_id is not None and family in families:
            found[list_id] = _list(one, family=str(family), definition=families[family])
    return found


def _list(node: Node, *, family: str, definition: Node) -> NumberedList:
    levels = dict(_levels(definition))
    starts = {}
    for override in node.findall(W + "lvlOverride"):
        index = whole(attribute(override, "ilvl"))
        if index is None:
            continue
        levels |= dict(_levels(override))
        start = whole(attribute(child(override, "startOverride")))
        if start is not None:
            starts[index] = start
    return NumberedList(family=family, levels=levels, starts=starts)


def _levels(node: Node) -> Iterator[tuple[int, Level]]:
    for one in node.findall(W + "lvl"):
        index = whole(attribute(one, "ilvl"))
        if index is not None and 0 <= index < LEVELS:
            yield index, _level(one)


def _level(node: Node) -> Level:
    form, digits = _format(node)
    start = whole(attribute(child(node, "start")))
    text = attribute(child(node, "lvlText")) or ""
    return Level(
        # Word counts from 0 where a file names no start.
        start=0 if start is None else start,
        format=form,
        text=bullet(text) if form == "bullet" else text,
        digits=digits,
        is_legal=bool(is_on(child(node, "isLgl"))),
        restart=whole(attribute(child(node, "lvlRestart"))),
        style=attribute(child(node, "pStyle")),
        is_hidden=bool(is_on(child(node, "rPr", "vanish"))),
    )


def _format(node: Node) -> tuple[str, int]:
    found = child(node, "numFmt")
    alternate = node.find(MC + "AlternateContent")
    if found is None and alternate is not None:
        found = next((one for one in chosen(alternate) if one.tag == W + "numFmt"), None)
    form = attribute(found) or "decimal"
    if form != "custom":
        return form, 1
    # "001, 002, 003, ...": as many digits as the first has.
    first = (attribute(found, "format") or "").partition(",")[0].strip()
    return "decimal", len(first) if first.isdecimal() else 1
