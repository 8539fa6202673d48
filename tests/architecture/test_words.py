"""Whatever people read is said in words, and every word can be said in both languages."""

import ast
from collections.abc import Iterator

from dondoc.called import EVENTS, FIELDS
from dondoc.web.language import catalogues
from engine.commands import webhooks
from tests.support.source import modules


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
