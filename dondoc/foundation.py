"""What a new office stands on: its tables, the shipped workflows and the shipped ladders."""

from datetime import datetime

from config.defaults import default_policy
from engine.commands.policies import install_ladders
from engine.commands.workflows import install
from engine.database import Transaction
from workflows.registry import shipped


def install_defaults(tx: Transaction, *, at: datetime, actor: str) -> tuple[str, ...]:
    """Store what is shipped and not there yet; return the names of what was added.

    An office's own ladders and published versions stay as they are.
    """
    policy = default_policy()
    added = install(tx, shipped(), at=at, actor=actor)
    ladders = install_ladders(tx, policy.ladders, source=policy.ladders_source, at=at, actor=actor)
    return (*(f"{each.name}/{each.version}" for each in added), *ladders)
