"""Whatever a user can meet has its place in the reference, and the reference invents nothing."""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from importlib import import_module
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from config.settings import Settings
from dondoc.api import problems
from dondoc.bench.row import Row
from dondoc.bench.table import MEASUREMENTS
from dondoc.cli.failure import exit_code
from dondoc.cli.verbs import VERBS, load
from dondoc.recorded import ACTIONS, RUNGS
from dondoc.simulate.events import FORMS
from engine import errors
from engine.diagnosis import CODES
from engine.draft import DeadlineKind
from engine.filters import KEYS
from engine.store.record import NOTICE_KINDS, NOTICE_STATUSES, PLAN_KINDS
from engine.workflow_rules import LADDERS, NOTICES, ROLES
from tests.support.pages import DOCS, REFERENCE, named, rows, sections, text
from tests.support.shipped import PLAN_TASK
from tests.support.shipped import workflow as shipped_workflow
from tests.support.source import ROOT, functions, modules

PROGRAM = ("engine", "scheduler", "dondoc")
#: What the reader of plans says something with.
_OF_THE_READER = {"Note", "Question", "Remark", "_Remark", "note"}
#: Options that stand once for all commands.
_EVERYWHERE = {"--help"}

#: Events that no trigger of a workflow causes.
UNASKED = {"assigned", "adjusted", "raised", "requested", "extended", "absence_summary",
           "acknowledged", "calendar_moved", "unit_changed", "urged"}  # fmt: skip


def test_every_setting_has_a_row() -> None:
    documented = named(text(REFERENCE / "settings.md").split("## Other variables")[0])

    assert documented == set(_settings())


def test_a_setting_is_documented_with_its_default() -> None:
    shown = {row[0].strip("`"): row[2] for row in rows(text(REFERENCE / "settings.md")) if row[3:]}

    wrong = {
        name: shown[name]
        for name, default in _settings().items()
        if default and f"`{default}`" not in shown[name]
    }

    assert wrong == {}


def test_every_variable_the_program_asks_for_is_documented() -> None:
    asked = {
        name
        for module in modules("config", "dondoc")
        for name in re.findall(r"\bDONDOC_[A-Z_]*[A-Z]\b", module.text)
        if "__" not in name
    }

    documented = named(sections(REFERENCE / "settings.md")["Other variables"])

    assert asked - documented == set()


def test_every_error_has_a_row_with_its_exit_code() -> None:
    for module in modules(*PROGRAM):
        if re.search(r"(?m)^class \w+\((?:DondocError|Refused|Conflict|Corrupt)\):", module.text):
            import_module(module.place.removesuffix(".py").replace("/", "."))

    documented = {
        row[0].strip("`"): int(row[1]) for row in rows(sections(REFERENCE / "errors.md")["Codes"])
    }

    assert documented == {
        kind.code: exit_code(kind.__new__(kind))
        for kind in _kinds_of_error(errors.DondocError)
        if kind.code not in {"error", "refused"}
    }


def test_every_code_of_a_problem_has_a_row() -> None:
    found = sections(REFERENCE / "errors.md")
    documented = {
        row[0].strip("`")
        for heading in ("Codes", "On pages and to programs")
        for row in rows(found[heading])
    }

    assert set(problems.TITLES) <= documented


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_command_has_its_section_with_every_option(verb: Any) -> None:
    found = sections(REFERENCE / "command-line.md")

    wrong = {
        name: (options, _options(found.get(name, "")))
        for name, options in _commands(verb)
        if options != _options(found.get(name, ""))
    }

    assert wrong == {}


def test_no_command_is_documented_that_is_not_there() -> None:
    there = {name for verb in VERBS for name, _ in _commands(verb)}

    documented = {
        heading
        for heading in sections(REFERENCE / "command-line.md")
        if heading.startswith("dondoc ")
    }

    assert documented == there


def test_every_key_of_the_filter_has_a_row() -> None:
    documented = named(sections(REFERENCE / "command-line.md")["The filter"])

    assert documented == set(KEYS)


def test_every_measurement_has_a_row() -> None:
    documented = named(sections(REFERENCE / "performance.md")["The rows"])

    assert documented == {one.name for one in MEASUREMENTS}


def test_every_field_of_a_row_of_the_table_is_explained() -> None:
    documented = named(sections(REFERENCE / "performance.md")["What the columns say"])

    assert documented == {one.name for one in fields(Row)}


def test_every_audit_action_has_a_row() -> None:
    page = text(REFERENCE / "audit-actions.md")

    documented = {name for name in named(page) if "." in name}

    assert documented == set(_actions())


def test_every_audit_action_has_words_for_people() -> None:
    assert set(ACTIONS) == set(_actions())


def test_every_rung_kind_status_and_alert_has_a_row() -> None:
    found = sections(REFERENCE / "messages.md")
    ladders = tomllib.loads((ROOT / "config/defaults/ladders.toml").read_text("utf-8"))
    rungs = {one["rung"] for name in LADDERS for one in ladders[name]}

    assert named(found["The shipped ladders"]) == rungs == set(RUNGS)
    assert named(found["Events that are told"]) == {*UNASKED, *NOTICES}
    assert named(found["Kinds"]) == {*NOTICE_KINDS, "digest", "link"}
    assert named(found["What becomes of a notice"]) == set(NOTICE_STATUSES)
    assert named(found["Alerts"]) == set(_alerts())


@pytest.mark.parametrize("folder", ["reference", "vi/reference"])
def test_every_code_of_the_doctor_has_a_row(folder: str) -> None:
    """A finding is only half told on the screen; the page says what it means."""
    page = DOCS / folder / "doctor.md"

    shown = {row[0].strip("`"): row[1] for row in rows(text(page)) if row[0].startswith("`")}

    assert shown == dict(CODES)


def test_every_alert_has_a_code_of_the_doctor() -> None:
    assert set(_alerts()) - set(CODES) == set()


def test_every_code_of_the_doctor_is_looked_for() -> None:
    looked_for = {
        node.value
        for module in modules("engine", "dondoc")
        if not module.place.endswith("diagnosis/findings.py")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }

    assert set(CODES) - looked_for == set()


def test_the_shipped_ladders_are_shown_as_they_are() -> None:
    ladders = tomllib.loads((ROOT / "config/defaults/ladders.toml").read_text("utf-8"))
    wanted = [
        (one["rung"], name, one["at"], one.get("repeat", ""), ", ".join(one["to"]))
        for name in LADDERS
        for one in ladders[name]
    ]

    shown = []
    for row in rows(sections(REFERENCE / "messages.md")["The shipped ladders"]):
        at, _, repeat = row[2].partition(", repeated every ")
        shown.append((row[0].strip("`"), row[1], at, repeat, row[3]))

    assert shown == wanted


def test_the_rights_on_a_task_are_those_of_the_workflow() -> None:
    workflow = PLAN_TASK
    shown = {
        row[0].strip("`"): tuple(row[1].split(", "))
        for row in rows(sections(REFERENCE / "rights.md")["On a task"])
    }

    assert shown == {one.name: one.who for one in workflow.triggers}


def test_the_rights_on_a_request_are_those_of_its_workflow() -> None:
    shown = [
        (row[1], row[0].strip("`"), tuple(row[2].split(", ")))
        for row in rows(sections(REFERENCE / "rights.md")["On a request"])
    ]

    assert shown == [
        (name, one.name, one.who)
        for name in ("obstacle", "extension")
        for one in shipped_workflow(name).triggers
    ]


def test_the_rights_on_a_contribution_are_those_of_its_workflow() -> None:
    shown = {
        row[0].strip("`"): tuple(row[1].split(", "))
        for row in rows(sections(REFERENCE / "rights.md")["On a contribution"])
    }

    assert shown == {one.name: one.who for one in shipped_workflow("contribution").triggers}


def test_every_role_is_explained() -> None:
    documented = named(sections(REFERENCE / "rights.md")["Roles"])

    assert documented >= set(ROLES)


def test_every_event_of_a_scenario_has_a_row() -> None:
    shown = {
        row[0].strip("`"): row[1] for row in rows(sections(REFERENCE / "scenarios.md")["Events"])
    }

    assert set(shown) == set(FORMS)
    for name, form in FORMS.items():
        if not form.required and not form.optional:
            continue
        required, _, optional = shown[name].partition("[")
        assert set(re.findall(r"\w+", required)) == set(form.required), name
        assert set(re.findall(r"\w+", optional)) == set(form.optional), name


@pytest.mark.parametrize(
    ("folder", "classes", "kinds", "assignments"),
    [
        ("reference", "Classes", "Deadline phrases", "The assignment table"),
        ("vi/reference", "Loại", "Cụm từ thời hạn", "Bảng phân công"),
    ],
)
def test_every_class_deadline_kind_and_column_has_a_row(
    folder: str, classes: str, kinds: str, assignments: str
) -> None:
    found = sections(DOCS / folder / "plan-files.md")
    intake = tomllib.loads((ROOT / "config/defaults/intake.toml").read_text("utf-8"))
    columns = set(intake["columns"]) - {"source", "required", "number", "other"}

    assert named(found[classes]) == set(PLAN_KINDS)
    assert named(found[kinds]) == set(get_args(DeadlineKind))
    assert named(found[assignments]) == columns


@pytest.mark.parametrize("folder", ["reference", "vi/reference"])
def test_every_code_of_the_reader_of_plans_has_a_row(folder: str) -> None:
    """A question is put in Vietnamese; what its code means is said in both languages."""
    documented = named(text(DOCS / folder / "intake-codes.md"))

    assert documented == set(_reader_codes())


def _settings() -> dict[str, str]:
    """Return each setting's dotted name and, where it is one plain value, its default."""
    found: dict[str, str] = {}
    for name, info in Settings.model_fields.items():
        if not isinstance(info.default, BaseModel):
            found[name] = str(info.default)
            continue
        for key, inner in type(info.default).model_fields.items():
            plain = isinstance(inner.default, str | int)
            found[f"{name}.{inner.alias or key}"] = str(inner.default) if plain else ""
    return found


def _kinds_of_error(root: type[errors.DondocError]) -> Iterator[type[errors.DondocError]]:
    """Yield an error and all below it, whichever module they are in."""
    yield root
    for kind in root.__subclasses__():
        yield from _kinds_of_error(kind)


def _commands(verb: Any) -> Iterator[tuple[str, set[str]]]:
    command = load(verb)
    inner = getattr(command, "commands", None)
    for name, one in inner.items() if inner else [("", command)]:
        options = {
            option
            for parameter in one.params
            if parameter.param_type_name == "option"
            for option in parameter.opts
        }
        yield f"dondoc {verb.name} {name}".strip(), options - _EVERYWHERE


def _options(body: str) -> set[str]:
    return {name for name in named(body) if name.startswith("-")}


def _actions() -> Iterator[str]:
    """Yield every audit action: what is given as `action`, kept as one, or told to a tally."""
    for module in modules(*PROGRAM):
        for node in ast.walk(module.tree):
            match node:
                case ast.keyword(arg="action", value=value):
                    yield from _dotted(value)
                case (
                    ast.Assign(targets=[ast.Name(id="action")], value=value)
                    | ast.AnnAssign(target=ast.Name(id="action"), value=value)
                ) if value is not None:
                    yield from _dotted(value)
                case (
                    ast.Call(func=ast.Attribute(attr="record"), args=arguments)
                    | ast.Call(func=ast.Name(id="_record"), args=arguments)
                ):
                    for argument in arguments:
                        yield from _dotted(argument)


def _reader_codes() -> Iterator[str]:
    """Yield the codes of all notes, remarks and questions that the program can make."""
    for module in modules("workflows", "engine"):
        for call in ast.walk(module.tree):
            if not isinstance(call, ast.Call):
                continue
            name = call.func.attr if isinstance(call.func, ast.Attribute) else _name(call.func)
            if name not in _OF_THE_READER:
                continue
            for word in call.keywords:
                if word.arg == "code" and isinstance(word.value, ast.Constant):
                    yield str(word.value.value)


def _name(value: ast.expr) -> str:
    return value.id if isinstance(value, ast.Name) else ""


def _dotted(value: ast.AST) -> Iterator[str]:
    texts = [node.value for node in ast.walk(value) if isinstance(node, ast.Constant)]
    for text_ in texts:
        if isinstance(text_, str) and re.fullmatch(r"[a-z_]+\.[a-z_]+", text_):
            yield text_


def _alerts() -> Iterator[str]:
    """Yield the code of every alert that is raised, also where it is chosen a line before."""
    for module in modules(*PROGRAM):
        for function in functions(module):
            calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
            for call in calls:
                if not ast.unparse(call.func).endswith("Alert"):
                    continue
                for given in call.keywords:
                    if given.arg == "code":
                        yield from _texts(given.value, function)


def _texts(value: ast.expr, function: ast.AST) -> Iterator[str]:
    if isinstance(value, ast.Constant):
        yield str(value.value)
    elif isinstance(value, ast.IfExp):
        yield from _texts(value.body, function)
        yield from _texts(value.orelse, function)
    elif isinstance(value, ast.Name):
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == value.id:
                yield from _texts(node.value, function)
