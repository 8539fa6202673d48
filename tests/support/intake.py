"""What the head of a monitoring unit does with a plan before it is active."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.commands import activation, decisions, plans, reviews, worksheets
from engine.commands.activation import Activated
from engine.commands.decisions import Decision, Value
from engine.commands.intake import Imported
from engine.draft import DraftPlan, Worksheet
from engine.review import Review
from engine.store import plans as store
from engine.store.plans import Item
from tests.support.drafts import CODE
from tests.support.office import World


@dataclass(frozen=True, slots=True)
class Intake:
    """What the head of the monitoring unit does with a plan, one transaction each."""

    world: World

    def read(self, draft: DraftPlan, *, by: str = "cvp") -> Imported:
        """Import a plan."""
        done: Imported = self._do(plans.import_plan, draft, actor=by)
        return done

    def fill(self, table: Worksheet, *, by: str = "cvp") -> Imported:
        """Import an assignment table."""
        done: Imported = self._do(worksheets.merge, table, into=CODE, actor=by)
        return done

    def decide(self, code: str, choice: str, value: Value = None, *, by: str = "cvp") -> None:
        """Settle a row."""
        made = Decision(plan=CODE, item=code, choice=choice, value=value)
        self._do(decisions.decide, made, actor=by)

    def activate(self, *, by: str = "cvp") -> Activated:
        """Activate the plan."""
        done: Activated = self._do(activation.activate, CODE, actor=by)
        return done

    def items(self) -> dict[str, Item]:
        """Return every row of the plan by code."""
        with self.world.database.read() as tx:
            return {one.code: one for one in store.items(tx, store.get(tx, CODE).id)}

    def preview(self, draft: DraftPlan) -> Imported:
        """Look at what importing a plan would do."""
        with self.world.database.read() as tx:
            at = self.world.clock.now()
            return plans.preview_plan(tx, draft, rules=self.world.rules, at=at)

    def preview_table(self, table: Worksheet) -> Imported:
        """Look at what importing an assignment table would do."""
        with self.world.database.read() as tx:
            at, rules = self.world.clock.now(), self.world.rules
            return worksheets.preview_worksheet(tx, table, into=CODE, rules=rules, at=at)

    def review(self) -> Review:
        """Return the plan as it is stored, with what is open."""
        with self.world.database.read() as tx:
            at, rules = self.world.clock.now(), self.world.rules
            return reviews.review_plan(tx, CODE, rules=rules, at=at)

    def asked(self, code: str) -> dict[str, tuple[str, ...]]:
        """Return the questions about a row, by their codes, with the answers offered."""
        (row,) = (one for one in self.review().rows if one.code == code)
        return {one.code: one.options for one in row.questions}

    def coordinating(self, code: str) -> list[tuple[str, str | None]]:
        """Return the units that contribute to a row: as written, and the code of ours."""
        codes = {identity: name for name, identity in self.world.ids.items()}
        with self.world.database.read() as tx:
            units = store.contributions(tx, store.get(tx, CODE).id)
        return [
            (name, codes[unit] if unit else None) for name, unit in units[self.items()[code].id]
        ]

    def state(self) -> str:
        """Return the state of the plan."""
        with self.world.database.read() as tx:
            return store.get(tx, CODE).state

    def _do(self, command: Callable[..., Any], what: object, **fields: Any) -> Any:
        with self.world.database.begin() as tx:
            at = self.world.clock.now()
            return command(tx, what, rules=self.world.rules, at=at, **fields)
