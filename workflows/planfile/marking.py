"""Remarks that need all items of a plan at once: what looks alike."""

import re
from collections.abc import Sequence
from dataclasses import replace

from engine.draft import DraftItem, Remark
from workflows.planfile.matching import near_duplicates
from workflows.planfile.rules import IntakeRules

_NUMBER = re.compile(r"\d+|\b[IVX]+\b")


def mark_duplicates(items: Sequence[DraftItem], *, rules: IntakeRules) -> tuple[DraftItem, ...]:
    """Return the items, each with the codes of those whose titles are nearly its own.

    Headings are left out: "Tham mưu UBND tỉnh:" may stand in every field. So are pairs that differ
    in nothing but a number: "Báo cáo quý I" and "Báo cáo quý II" are two tasks.
    """
    titles = {item.code: item.title for item in items if item.kind != "heading" and item.title}
    alike = near_duplicates(titles, threshold=rules.matching.near_duplicate)
    kept = {
        code: [(other, likeness) for other, likeness in pairs
               if not _only_counted(titles[code], titles[other])]
        for code, pairs in alike.items()
    }  # fmt: skip
    return tuple(_marked(item, kept.get(item.code, ())) for item in items)


def _only_counted(one: str, other: str) -> bool:
    return one != other and _NUMBER.sub("0", one) == _NUMBER.sub("0", other)


def _marked(item: DraftItem, alike: Sequence[tuple[str, float]]) -> DraftItem:
    if not alike:
        return item
    remarks = [
        Remark(code="near_duplicate", message=f"gần trùng với {code} ({likeness:.0f} %)")
        for code, likeness in alike
    ]
    return replace(
        item,
        near_duplicates=tuple(code for code, _ in alike),
        warnings=(*item.warnings, *remarks),
    )
