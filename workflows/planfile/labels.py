"""Remarks below an item, "Đơn vị chủ trì: A; Đơn vị phối hợp: B, C.", to what each label says."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from workflows.planfile.rules import Columns, IntakeRules

#: Columns of an assignment table that also come as labels in running text.
LABELLED = ("lead", "coordinating", "assignee", "deadline", "output", "other")


def label_words(rules: IntakeRules) -> tuple[str, ...]:
    """Return every label, lower case."""
    return tuple(word.lower() for words in _labelled(rules.columns).values() for word in words)


def read_labels(texts: Sequence[str], *, rules: IntakeRules) -> dict[str, str]:
    """Return what the labels of some lines say, by the key of the column each stands for.

    A label said twice is said once, its values joined by "; ".
    """
    keys = {word.lower(): key for key, words in _labelled(rules.columns).items() for word in words}
    pattern = _pattern(tuple(sorted(keys, key=len, reverse=True)))
    found: dict[str, list[str]] = {}
    for text in texts:
        labels = list(pattern.finditer(text))
        ends = [label.start() for label in labels[1:]] + [len(text)]
        for label, end in zip(labels, ends, strict=True):
            value = text[label.end() : end].strip(" .;,")
            key = keys[label[1].lower()]
            # What stands under no column of ours says nothing without its label.
            value = f"{label[1]}: {value}" if value and key == "other" else value
            if value:
                found.setdefault(key, []).append(value)
    return {key: "; ".join(dict.fromkeys(values)) for key, values in found.items()}


def _labelled(columns: Columns) -> Mapping[str, Sequence[str]]:
    return {key: getattr(columns, key) for key in LABELLED}


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(
        rf"(?:^|(?<=[;.,]))\s*({'|'.join(map(re.escape, words))})\s*:\s*", re.IGNORECASE
    )
