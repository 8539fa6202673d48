"""Remarks that need all items of a plan at once: what looks alike."""

from collections.abc import Sequence
from dataclasses import replace

from engine.draft import DraftItem, Remark
from workflows.planfile.matching import near_duplicates
from workflows.planfile.rules import IntakeRules


def mark_duplicates(items: Sequence[DraftItem], *, rules: IntakeRules) -> tuple[DraftItem, ...]:
    """Return the items, each with the codes of those whose titles are nearly its own.

    Headings are left out: "Tham mưu UBND tỉnh:" may stand in every field.
    """
    titles = {item.code: item.title for item in items if item.kind != "heading" and item.title}
    alike = near_duplicates(titles, threshold=rules.matching.near_duplicate)
    return tuple(_marked(item, alike.get(item.code, ())) for item in items)


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
