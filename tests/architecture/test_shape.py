"""How large and how named a piece of code may be."""

import ast

from tests.support.source import PACKAGES, files, functions, modules

_MOST_LINES_OF_A_MODULE = 400
_MOST_LINES_OF_A_FUNCTION = 40
_SAYS_NOTHING = {
    "base",
    "common",
    "helper",
    "helpers",
    "manager",
    "managers",
    "misc",
    "util",
    "utils",
}


def test_a_module_is_read_in_one_sitting() -> None:
    """Every codebase that we learned from pays for each module past a thousand lines."""
    lengths = {
        module.place: len(module.text.splitlines()) for module in modules(*PACKAGES, "tests")
    }

    too_long = {place: n for place, n in lengths.items() if n > _MOST_LINES_OF_A_MODULE}

    assert lengths
    assert too_long == {}


def test_a_function_fits_on_a_screen() -> None:
    """A docstring is not counted: a good explanation is no reason to cut a function up.

    Nor are migrations: a table is one statement, however many columns it has.
    """
    too_long = [
        f"{module.place}:{function.lineno} {function.name}"
        for module in modules(*PACKAGES, "tests")
        if not module.place.startswith("engine/migrations/versions/")
        for function in functions(module)
        if _lines(function) > _MOST_LINES_OF_A_FUNCTION
    ]

    assert too_long == []


def test_a_module_is_named_after_something() -> None:
    """What is called `utils` is where things go that nobody has understood."""
    named = [path for path in files() if path.suffix == ".py"]

    saying_nothing = [path for path in named if {path.stem, path.parent.name} & _SAYS_NOTHING]

    assert named
    assert saying_nothing == []


def test_every_test_can_fail() -> None:
    """A test without an expectation passes for ever and protects nothing."""
    tests = [
        (module, function)
        for module in modules("tests")
        for function in functions(module)
        if function.name.startswith("test_")
    ]

    cannot_fail = [
        f"{module.place}:{function.lineno} {function.name}"
        for module, function in tests
        if not any(map(_expects, ast.walk(function)))
    ]

    assert tests
    assert cannot_fail == []


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    whole = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function, clean=False) is None:
        return whole
    docstring = function.body[0]
    return whole - ((docstring.end_lineno or docstring.lineno) - docstring.lineno + 1)


def _expects(node: ast.AST) -> bool:
    if isinstance(node, ast.Assert):
        return True
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in {"raises", "fail", "run_state_machine_as_test"} or name.startswith("assert_")
