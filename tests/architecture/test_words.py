"""Whatever people read is said in words, and every word can be said in both languages."""

import ast
import re
from collections.abc import Iterator

from config.settings import Settings
from dondoc.called import EVENTS, FIELDS
from dondoc.web.language import catalogues
from dondoc.web.rendering import label
from dondoc.web.sentences import in_english
from engine.commands import webhooks
from tests.support.source import modules
from workflows.registry import shipped

#: What the reader of plans and the examination of a plan say something with.
_SAYING = {"Remark", "Question", "Note", "_Remark"}
_SAYERS = ("workflows/planfile", "engine/commands/undecided", "engine/commands/reviews",
           "engine/commands/plans.py", "engine/commands/worksheets")  # fmt: skip


#: What has fewer letters of its own is put together of sentences, and is none itself.
_WORDS = 6


def _calls(*folders: str) -> Iterator[tuple[str, ast.Call]]:
    for module in modules(*folders):
        for call in ast.walk(module.tree):
            if isinstance(call, ast.Call):
                yield module.place, call


def test_no_word_hides_in_a_formatted_string_where_it_is_not_collected() -> None:
    english = {
        words if isinstance(words, str) else words[0]
        for catalogue in catalogues().values()
        for message in catalogue
        if (words := message.id)
    }

    said = [
        (place, call.args[0].value)
        for place, call in _calls("dondoc")
        if place.startswith(("dondoc/web", "dondoc/api"))
        and ast.unparse(call.func).rpartition(".")[2] == "_"
        and isinstance(call.args[0], ast.Constant)
    ]

    assert said
    assert [one for one in said if one[1] not in english] == []


def test_every_field_of_an_entry_has_words_for_people() -> None:
    values = [
        keyword.value
        for _, call in _calls("engine", "scheduler")
        if ast.unparse(call.func).endswith("Event")
        for keyword in call.keywords
        if keyword.arg in ("before", "after")
    ]

    names = {
        key.value
        for value in values
        if isinstance(value, ast.Dict)
        for key in value.keys
        if isinstance(key, ast.Constant)
    }

    assert len(names) > 50
    assert names - set(FIELDS) == set()


def test_every_event_that_programs_are_told_has_words_for_people() -> None:
    assert set(EVENTS) == set(webhooks.EVENTS)


def _sentences() -> Iterator[tuple[str, list[str]]]:
    """Yield where a sentence is made, and how it may come out, with a 7 for all that varies."""
    for module in modules("workflows", "engine"):
        if not module.place.startswith(_SAYERS):
            continue
        for node in ast.walk(module.tree):
            for value in _said_by(node):
                if found := _filled(value):
                    yield f"{module.place}:{node.lineno}", found  # type: ignore[attr-defined]  # a call or an assignment


def _said_by(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call) and ast.unparse(node.func) in _SAYING:
        yield from (one.value for one in node.keywords if one.arg in ("message", "problem"))
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "message":
        yield node.value


def _filled(value: ast.expr) -> list[str]:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return [value.value, f"{value.value}: 7 chỗ"]
    if not isinstance(value, ast.JoinedStr):
        return []
    pieces = [one.value if isinstance(one, ast.Constant) else None for one in value.values]
    if len(re.findall(r"\w", "".join(str(one or "") for one in pieces))) < _WORDS:
        return []
    ends = ("7", "", " (7)") if pieces[-1] is None else (pieces[-1],)
    return ["".join(str(one or 7) for one in [*pieces[:-1], end or " "]).strip() for end in ends]


def test_every_sentence_about_a_plan_has_an_english_form() -> None:
    sentences = list(_sentences())

    missing = {place: ways for place, ways in sentences if not any(in_english(one) for one in ways)}

    assert len(sentences) > 80
    assert missing == {}


def test_every_setting_is_explained_in_english_too() -> None:
    sections = [type(info.default) for info in Settings.model_fields.values()]
    settings = [one for one in sections if hasattr(one, "model_fields")]

    meanings = [
        words
        for one in settings
        for words in [one.__doc__, *(each.description for each in one.model_fields.values())]
        if words
    ]

    assert len(meanings) > 50
    assert [one for one in meanings if in_english(one) is None] == []


def test_what_stands_in_a_sentence_is_kept_and_reasons_are_said_in_english_too() -> None:
    words = "thời hạn 'dự kiến 31/3' được hiểu là 31/03/2025, chưa ai xác nhận (mới là dự kiến)"

    assert in_english(words) == (
        "the deadline 'dự kiến 31/3' was understood as 31/03/2025, and nobody has confirmed it "
        "(only planned so far)"
    )
    assert in_english("Việc do người khác viết") is None


def test_shipped_workflows_are_called_by_english_words_and_those_of_an_office_by_its_own() -> None:
    labels = {
        (one.name, own)
        for one in shipped()
        for own in [*(each.label for each in one.states), *(each.label for each in one.triggers)]
    }

    said = {label(own, workflow, "en") for workflow, own in labels}

    assert all(one.isascii() for one in said)
    assert label("Chờ ký", "plan_task", "en") == "Chờ ký"
    assert label("Nhận việc", "plan_task", "vi") == "Nhận việc"
