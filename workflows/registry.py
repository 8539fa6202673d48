"""The workflows that come with the program, one TOML file each beside this module."""

from functools import cache
from importlib import resources

from engine.workflow import Workflow, from_mapping
from workflows.tomlfile import mapping_of, text_of


@cache
def shipped() -> tuple[Workflow, ...]:
    """Return every shipped workflow, ordered by name."""
    files = (each for each in resources.files("workflows").iterdir() if each.name.endswith(".toml"))
    return tuple(
        parse(each.read_bytes(), source=each.name)
        for each in sorted(files, key=lambda each: each.name)
    )


def parse(content: bytes, *, source: str) -> Workflow:
    """Return the workflow that a TOML file holds.

    Raises:
        BadInput: it is not UTF-8, not TOML, or not a whole workflow; every fault is named.
    """
    mapping = mapping_of(text_of(content, source=source), source=source)
    return from_mapping(mapping, source=source)
