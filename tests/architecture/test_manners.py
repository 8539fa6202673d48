"""What a piece of code may do, where an import contract cannot say it."""

import ast
from collections.abc import Iterator

from tests.support.source import PACKAGES, Module, modules

#: Whatever asks the machine for the time of day, by its last two words.
_ASKS_THE_TIME = {
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
    ("time", "gmtime"),
}
_ENDS_A_TRANSACTION = {"commit", "rollback"}


def test_only_the_clock_asks_what_time_it_is() -> None:
    """A year is played in seconds, and a command dated, only if time always comes from outside."""
    elsewhere = [
        f"{module.place}:{call.lineno}"
        for module in modules(*PACKAGES)
        if module.place != "engine/clock.py"
        for call in _method_calls(module)
        if _last_two(call) in _ASKS_THE_TIME
    ]

    assert elsewhere == []


def test_a_command_never_ends_the_transaction_it_was_given() -> None:
    """The door commits: what several commands do together must be able to fail together."""
    ending = [
        f"{module.place}:{call.lineno}"
        for module in modules("engine")
        if module.place.startswith("engine/commands/")
        for call in _method_calls(module)
        if _last_two(call)[1] in _ENDS_A_TRANSACTION
    ]

    assert ending == []


def test_nothing_that_ships_imports_the_tests() -> None:
    """The tests are not in the wheel; an import of them fails at the customer's only."""
    importing = [
        module.place
        for module in modules(*PACKAGES)
        if any(name.partition(".")[0] == "tests" for name in _imported(module))
    ]

    assert importing == []


def test_no_line_of_sql_is_committed_by_hand() -> None:
    """`Database.begin` commits on a clean exit; a second way would be forgotten once.

    What we measure ourselves against in `dondoc/bench` does without our `Database`.
    """
    committing = [
        f"{module.place}:{call.lineno}"
        for module in modules("dondoc", "scheduler", "workflows")
        if not module.place.startswith("dondoc/bench/")
        for call in _method_calls(module)
        if _last_two(call)[1] == "commit"
    ]

    assert committing == []


def _method_calls(module: Module) -> Iterator[ast.Call]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node


def _last_two(call: ast.Call) -> tuple[str, str]:
    words = ast.unparse(call.func).split(".")
    return words[-2] if len(words) > 1 else "", words[-1]


def _imported(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
