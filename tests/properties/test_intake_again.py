"""What was taken in, decided or sent round comes back unchanged, whatever a plan says."""

import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.defaults import reading_rules
from dondoc.bootstrap import name_words
from engine import migrations
from engine.clock import PinnedClock
from engine.commands import decisions, plans, reviews, worksheets
from engine.commands import edits as working
from engine.commands.decisions import Decision
from engine.commands.intake import Imported
from engine.draft import DraftItem, DraftPlan
from engine.errors import Refused
from engine.office import Office
from engine.store import plans as store
from engine.store.rulebooks import Rules
from engine.store.session import Database
from tests.support.calendars import day
from tests.support.drafts import item, plan
from tests.support.office import ZONE, World, local
from workflows.planfile import InputFile, IntakeRules, intake_rules, read_deadline, read_worksheet
from workflows.planfile.worksheet_file import worksheet_file

_NAMES = ("CNTT", "VP", "P. CNTT", "Văn phòng", "Sở Nội vụ", "Phòng Lạ", "Các phòng, đơn vị",
          "các đơn vị liên quan", "Phong CNTT", "cv", "SO")  # fmt: skip
_PHRASES = ("Quý II", "Trước 30/6", "Thường xuyên", "Hằng quý", "Cuối năm", "15/6 và 15/12",
            "dự kiến tháng 9", "Thứ Hai, 10/10/2014", "10 ngày kể từ ngày ký",
            "khi có yêu cầu")  # fmt: skip
_PEOPLE = ("cv", "cv2", "tp", "gd", "Không Ai Biết")
_DECISIONS = (
    ("keep", None), ("drop", None), ("class", "standing"), ("class", "task"), ("lead", "VP"),
    ("lead", "CNTT"), ("due", day("2014-11-20")), ("assignee", "cv"), ("verifier", "gd"),
    ("output", "Nghị quyết"),
)  # fmt: skip
_NUMBER = itertools.count(1)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    url = f"sqlite:///{tmp_path_factory.mktemp('again') / 'dondoc.db'}"
    migrations.upgrade(url)
    rules = Rules(Office(zone=ZONE, names=name_words()))
    return World(Database(url), PinnedClock(local("2014-01-15T08:00")), rules).open()


@pytest.fixture(scope="module")
def words() -> IntakeRules:
    return intake_rules(reading_rules("intake"))


def _maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


@st.composite
def _items(draw: st.DrawFn) -> list[dict[str, Any]]:
    leads = st.lists(st.sampled_from(_NAMES), max_size=3, unique=True).map(tuple)
    return draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "leads": leads,
                    "coordinating": leads,
                    "deadline": _maybe(st.sampled_from(_PHRASES)),
                    "assignee": _maybe(st.sampled_from(_PEOPLE)),
                    "verifier": _maybe(st.sampled_from(_PEOPLE)),
                    "output": _maybe(st.sampled_from(["Báo cáo", "=1+1", "a; b\nc"])),
                    "urgent": st.booleans(),
                }
            ),
            min_size=1,
            max_size=5,
        )
    )


def _draft(items: list[dict[str, Any]], words: IntakeRules) -> DraftPlan:
    return plan(
        *(_item(str(number), given, words) for number, given in enumerate(items, start=1)),
        code=f"K{next(_NUMBER)}",
    )


def _item(code: str, given: dict[str, Any], words: IntakeRules) -> DraftItem:
    phrase = given["deadline"]
    deadline = read_deadline(phrase, year=2014, rules=words) if phrase else None
    kind = {"standing": "standing", "on_demand": "standing", "recurring": "recurring"}
    return item(
        code,
        **{**given, "deadline": deadline},
        lead="; ".join(given["leads"]) or None,
        kind=kind.get(deadline.kind, "task") if deadline else "task",
    )


def _taken_in(world: World, draft: DraftPlan) -> Imported:
    with world.database.begin() as tx:
        at = world.clock.now()
        return plans.import_plan(tx, draft, actor="cvp", rules=world.rules, at=at)


def _decided(world: World, code: str, made: list[tuple[int, tuple[str, Any]]]) -> None:
    for number, (choice, value) in made:
        decision = Decision(plan=code, item=str(number), choice=choice, value=value)
        try:
            with world.database.begin() as tx:
                at = world.clock.now()
                decisions.decide(tx, decision, actor="cvp", rules=world.rules, at=at)
        except Refused:
            # There is no such item, or he belongs to another unit.
            continue


def _sent_round(world: World, code: str, words: IntakeRules) -> Imported:
    with world.database.read() as tx:
        review = reviews.review_plan(tx, code, rules=world.rules, at=world.clock.now())
    data = worksheet_file(review, units=[], people=[], rules=words)
    sheet = read_worksheet(InputFile(name="b.xlsx", data=data), year=2014, rules=words)
    with world.database.begin() as tx:
        at = world.clock.now()
        return worksheets.merge(tx, sheet, into=code, actor="cvp", rules=world.rules, at=at)


_MADE = st.lists(st.tuples(st.integers(1, 5), st.sampled_from(_DECISIONS)), max_size=4)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(items=_items(), made=_MADE)
def test_s66_the_same_document_and_the_worksheet_of_a_plan_change_nothing_of_it(
    world: World, words: IntakeRules, items: list[dict[str, Any]], made: Any
) -> None:
    draft = _draft(items, words)
    _taken_in(world, draft)
    _decided(world, draft.code, made)

    returned = _sent_round(world, draft.code, words)
    again = _taken_in(world, draft)

    assert [one for one in returned.review.rows if one.changes] == []
    assert [one for one in again.review.rows if one.changes] == []
    assert returned.faults == again.faults


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(items=_items(), made=_MADE, newer=_items())
def test_nothing_that_a_person_decided_is_changed_by_a_newer_document(
    world: World, words: IntakeRules, items: list[dict[str, Any]], made: Any, newer: Any
) -> None:
    draft = _draft(items, words)
    _taken_in(world, draft)
    _decided(world, draft.code, made)
    before = _settled(world, draft.code)

    _taken_in(world, replace(_draft(newer, words), code=draft.code))

    assert before.items() <= _settled(world, draft.code).items()


def _settled(world: World, code: str) -> dict[tuple[str, str], str]:
    with world.database.read() as tx:
        found = store.get(tx, code)
        edits = working.as_they_are(tx, found, world.rules.current(tx))
    return {
        (one.after.code, name): str(getattr(one.after, name))
        for one in edits
        for name in one.after.intake.get("decided", ())
    }
