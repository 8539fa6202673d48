"""What an office stands on: the shipped workflows and ladders, and the calendar of its years."""

from collections.abc import Iterable
from datetime import datetime

from config.defaults import default_policy
from config.holidays import SeedDay, seed_days
from engine.commands.calendars import YearLoaded, load_year
from engine.commands.policy import install_ladders
from engine.commands.workflows import install
from engine.database import Rules, Transaction
from workflows.registry import shipped


def install_defaults(tx: Transaction, *, at: datetime, actor: str) -> tuple[str, ...]:
    """Store what is shipped and not there yet; return the names of what was added.

    An office's own ladders and published versions stay as they are.
    """
    policy = default_policy()
    added = install(tx, shipped(), at=at, actor=actor)
    ladders = install_ladders(tx, policy.ladders, source=policy.ladders_source, at=at, actor=actor)
    return (*(f"{each.name}/{each.version}" for each in added), *ladders)


def seeds(years: Iterable[int]) -> dict[int, tuple[SeedDay, ...]]:
    """Return the shipped days of years."""
    return {year: tuple(seed_days(year)) for year in years}


def load_years(
    tx: Transaction, years: Iterable[int], *, at: datetime, actor: str, rules: Rules
) -> tuple[YearLoaded, ...]:
    """Load the shipped days of years into the office's calendar; its own days stay."""
    return tuple(
        load_year(tx, year, seed_days(year), at=at, actor=actor, rules=rules) for year in years
    )
