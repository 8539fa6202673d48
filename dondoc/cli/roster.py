"""What the imports of units and of people share: their file, its words, and what they say."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dondoc.cli.door import say
from dondoc.cli.output import emit
from engine.plaintext import clean

if TYPE_CHECKING:
    from engine.roster import Imported
    from workflows.orgfile import OrgWords
    from workflows.planfile.rules import IntakeRules

File = Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp CSV, mã UTF-8.")]


def reading_rules() -> tuple["OrgWords", "IntakeRules"]:
    """Return the words by which the two files are read."""
    from config.defaults import reading_rules as defaults
    from workflows.orgfile import OrgWords
    from workflows.planfile.rules import IntakeRules

    return (
        OrgWords.from_mapping(defaults("organisation")),
        IntakeRules.from_mapping(defaults("intake")),
    )


def tell(ctx: typer.Context, done: "Imported", *, what: str, as_json: bool) -> None:
    """Say what an import did."""
    if as_json:
        emit(asdict(done))
        return
    say(ctx, f"{what}: thêm {len(done.created)}, sửa {len(done.updated)}, "
             f"không đổi {len(done.unchanged)}.")  # fmt: skip
    for warning in done.warnings:
        say(ctx, f"Lưu ý: {clean(warning)}")
