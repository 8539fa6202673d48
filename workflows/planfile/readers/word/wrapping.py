"""Paragraphs that are only lines: what a converter makes of a printed page; it joins nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from workflows.planfile.blocks import Block, Paragraph
from workflows.planfile.lines import is_closed, was_full, width_of

#: A line of an A4 page in the smallest letters of a plan; what is wider was never a line.
_WIDEST_LINE = 140
#: Of all paragraphs that follow each other so many go on within a sentence; in a document that was
#: written in Word nearly none do.
_WRAPPED_SHARE = 0.25


def marked(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks with each paragraph marked that may go on with the one before.

    None is, unless the document as a whole looks as if its lines had been made paragraphs.
    """
    pairs = [
        (before.text, block.text)
        for before, block in pairwise(blocks)
        if isinstance(before, Paragraph) and isinstance(block, Paragraph)
    ]
    width = width_of(block.text for block in blocks if isinstance(block, Paragraph))
    going_on = sum(
        _goes_on(before, text, width=width) and text[0].islower() for before, text in pairs
    )
    if width > _WIDEST_LINE or going_on < max(len(pairs) * _WRAPPED_SHARE, 1):
        return tuple(blocks)
    return tuple(_marked(blocks, width=width))


def _marked(blocks: Sequence[Block], *, width: int) -> Iterator[Block]:
    before: Block | None = None
    for block in blocks:
        if isinstance(block, Paragraph) and isinstance(before, Paragraph):
            yield replace(block, continues=_goes_on(before.text, block.text, width=width))
        else:
            yield block
        before = block


def _goes_on(before: str, text: str, *, width: int) -> bool:
    return was_full(before, following=text, width=width) and not is_closed(before)
