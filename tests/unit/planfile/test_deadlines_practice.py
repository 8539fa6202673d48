"""Phrases as officers write them, each with the reading that an office would agree on."""

import csv
from datetime import date
from pathlib import Path

from engine.draft import Deadline
from workflows.planfile import IntakeRules, read_deadline

_TABLE = Path(__file__).with_name("deadline-phrases.tsv")


def rows() -> list[dict[str, str]]:
    r"""The phrases; `\n` in a phrase is a line break, `first..last/n` stands for n days."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def read(row: dict[str, str], rules: IntakeRules) -> Deadline:
    phrase = row["phrase"].replace(r"\n", "\n").replace(r"\u00a0", "\u00a0")
    return read_deadline(
        phrase, year=int(row["year"]), rules=rules, context=row["context"].replace(r"\n", "\n")
    )


def due_of(got: Deadline, *, written: str) -> str:
    days = [day.isoformat() for day in got.due]
    return f"{days[0]}..{days[-1]}/{len(days)}" if ".." in written and days else ";".join(days)


def as_row(row: dict[str, str], got: Deadline) -> tuple[str, str, str]:
    return got.kind, due_of(got, written=row["due"]), got.confidence


def test_every_phrase_of_practice_has_its_kind_its_days_and_its_confidence(
    rules: IntakeRules,
) -> None:
    table = rows()

    answers = [(row, as_row(row, read(row, rules))) for row in table]

    wrong = [
        (row["phrase"], (row["kind"], row["due"], row["confidence"]), got)
        for row, got in answers
        if got != (row["kind"], row["due"], row["confidence"])
    ]
    assert len(table) >= 150
    assert wrong == []


def test_every_range_of_practice_has_its_beginning(rules: IntakeRules) -> None:
    table = [row for row in rows() if row["from"]]

    starts = {row["phrase"]: read(row, rules).start for row in table}

    assert starts == {row["phrase"]: date.fromisoformat(row["from"]) for row in table}
