"""What a workflow definition may say, and what is said about one that is wrong."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from engine.errors import BadInput
from engine.store.record import TASK_STATES
from engine.workflow import digest, from_mapping, to_mapping
from tests.support.shipped import PLAN_TASK
from workflows.registry import parse


def small() -> dict[str, Any]:
    """The smallest workflow with every kind of entry in it."""
    return {
        "name": "loan",
        "version": 1,
        "subject": "task",
        "initial": "open",
        "states": [
            {"name": "open", "label": "Đang mượn", "ladder": "unit"},
            {"name": "back", "label": "Đã trả", "final": True},
        ],
        "triggers": [
            {
                "name": "give_back",
                "label": "Trả",
                "from": ["open"],
                "to": "back",
                "who": ["assignee"],
                "needs": ["note"],
            },
            {
                "name": "prolong",
                "label": "Gia hạn",
                "from": ["open"],
                "edit": True,
                "who": ["monitor"],
                "needs": ["due"],
                "tells": ["assignee"],
                "notice": "due_set",
            },
        ],
    }


def refusal(mapping: dict[str, Any]) -> str:
    with pytest.raises(BadInput) as caught:
        from_mapping(mapping, source="loan.toml")
    assert caught.value.source == "loan.toml"
    return str(caught.value)


def state(mapping: dict[str, Any], number: int, **values: object) -> None:
    mapping["states"][number - 1].update(values)


def trigger(mapping: dict[str, Any], number: int, **values: object) -> None:
    mapping["triggers"][number - 1].update(values)


def test_a_whole_definition_is_taken_as_it_stands() -> None:
    workflow = from_mapping(small(), source="loan.toml")

    give_back, prolong = workflow.triggers
    assert workflow.states[0].ladder == "unit"
    assert [each.final for each in workflow.states] == [False, True]
    assert (give_back.sources, give_back.target, give_back.notice) == (("open",), "back", None)
    assert (prolong.target, prolong.tells, prolong.notice) == (None, ("assignee",), "due_set")


@pytest.mark.parametrize("mapping", [small(), to_mapping(PLAN_TASK)], ids=["small", "shipped"])
def test_a_definition_comes_back_equal_from_its_mapping(mapping: dict[str, Any]) -> None:
    workflow = from_mapping(mapping, source="before")

    again = from_mapping(to_mapping(workflow), source="after")

    assert again == workflow
    assert digest(again) == digest(workflow)


def test_the_digest_sees_every_change_of_meaning() -> None:
    changed = small()
    trigger(changed, 1, who=["unit_head"])

    digests = {digest(from_mapping(each, source="x")) for each in (small(), changed)}

    assert len(digests) == 2


def test_the_digest_does_not_see_the_layout_of_the_file() -> None:
    tight = b'name="a"\nversion=1\nsubject="task"\ninitial="x"\n'
    states = '[[states]]\nname="x"\nlabel="Mở"\nfinal=true\n'.encode()
    arrow = b'[[triggers]]\nname="t"\nlabel="T"\nfrom=["x"]\nedit=true\nwho=["director"]\n'
    airy = (tight + b"\n# a remark\n\n" + states + arrow).replace(b"=", b"  =  ")

    digests = {digest(parse(each, source="x")) for each in (tight + states + arrow, airy)}

    assert len(digests) == 1


@pytest.mark.parametrize(
    ("spoil", "place", "hint"),
    [
        (lambda m: m.update(naem="x"), "naem: khóa không có", "'name'"),
        (lambda m: m.pop("version"), "version: thiếu", "số nguyên"),
        (lambda m: m.update(version=True), "version: True", "số nguyên"),
        (lambda m: m.update(version=0), "version: 0", "số nguyên"),
        (lambda m: m.update(name="Mượn sách"), "name: 'Mượn sách'", "chữ thường"),
        (lambda m: m.update(subject="tasks"), "subject: không có tên 'tasks'", "'task'"),
        (lambda m: m.update(initial="opne"), "initial: không có tên 'opne'", "'open'"),
        (lambda m: m.pop("initial"), "initial: thiếu", "open"),
        (lambda m: m.update(states=[]), "states: thiếu hoặc trống", "[[states]]"),
        (lambda m: m.update(triggers={}), "triggers: thiếu hoặc trống", "[[triggers]]"),
        (lambda m: m["states"].append(3), "states[3]: 3 không phải là một bảng", "[[states]]"),
        (lambda m: state(m, 1, lader="unit"), "states[1] (open), lader: khóa", "'ladder'"),
        (lambda m: state(m, 1, ladder="units"), "states[1] (open), ladder: không có", "'unit'"),
        (lambda m: state(m, 1, label=" "), "states[1] (open), label: thiếu nhãn", "tiếng Việt"),
        (lambda m: state(m, 1, label="a\nb"), "states[1] (open), label: nhãn", "một dòng"),
        (lambda m: state(m, 2, final="yes"), "states[2] (back), final: 'yes'", "true hoặc false"),
        (lambda m: state(m, 2, ladder="unit"), "states[2] (back), ladder: trạng thái kết", "bỏ"),
        (lambda m: state(m, 2, name="open"), "states[2] (open), name: trạng thái", "đổi tên"),
        (lambda m: state(m, 1, name="x" * 17), "states[1] (xxxxxxxxxxxxxxxxx), name", "tối đa 16"),
        (lambda m: trigger(m, 1, to="bakc"), "triggers[1] (give_back), to: không có", "'back'"),
        (lambda m: trigger(m, 1, edit=True), "triggers[1] (give_back), to: vừa có", "edit = true"),
        (lambda m: m["triggers"][0].pop("to"), "triggers[1] (give_back), to: không có to", "edit"),
        (lambda m: trigger(m, 1, **{"from": ["opn"]}), "triggers[1] (give_back), from", "'open'"),
        (lambda m: trigger(m, 1, **{"from": []}), "triggers[1] (give_back), from: danh", "open"),
        (lambda m: trigger(m, 1, **{"from": "open"}), "from: 'open' không phải là", '["a", "b"]'),
        (lambda m: trigger(m, 1, who=[]), "triggers[1] (give_back), who: danh sách", "assignee"),
        (lambda m: trigger(m, 1, who=["asignee"]), "who: không có tên 'asignee'", "'assignee'"),
        (lambda m: trigger(m, 1, needs=["nots"]), "needs: không có tên 'nots'", "'note'"),
        (lambda m: trigger(m, 1, needs=["note", "note"]), "'note' được ghi hai lần", "bỏ bớt"),
        (lambda m: trigger(m, 2, needs=["due", "due_optional"]), "vừa due vừa", "giữ một"),
        (lambda m: trigger(m, 2, tells=["boss"]), "tells: không có tên 'boss'", "director"),
        (lambda m: trigger(m, 2, notice="due_sent"), "notice: không có tên", "'due_set'"),
        (lambda m: m["triggers"][1].pop("notice"), "notice: có tells mà không", "returned"),
        (lambda m: m["triggers"][1].pop("tells"), "tells: có notice mà không", "assignee"),
        (lambda m: trigger(m, 2, name="give_back"), "(give_back), from: từ 'open' đã có", "bỏ"),
    ],
)
def test_a_fault_is_refused_with_its_place_and_a_cure(
    spoil: Callable[[dict[str, Any]], object], place: str, hint: str
) -> None:
    mapping = small()
    spoil(mapping)

    said = refusal(mapping)

    faulty = [line for line in said.splitlines() if place in line]
    assert faulty, said
    assert hint in faulty[0]


def test_a_slip_in_one_name_is_one_fault_and_not_a_landslide() -> None:
    mapping = small()
    trigger(mapping, 1, to="bakc")

    assert refusal(mapping).splitlines()[0] == "loan.toml: 1 to correct:"


def test_every_fault_is_named_at_once() -> None:
    mapping = small()
    mapping["version"] = "1"
    state(mapping, 1, ladder="units")
    trigger(mapping, 1, who=["asignee"])
    trigger(mapping, 2, needs=["date"])
    mapping["states"].append({"name": "lost", "label": "Mất"})

    said = refusal(mapping)

    places = [line.strip().split(":")[0] for line in said.splitlines()[1:]]
    assert places == [
        "version",
        "states[1] (open), ladder",
        "triggers[1] (give_back), who",
        "triggers[2] (prolong), needs",
        "states[3] (lost)",
        "states[3] (lost)",
    ]


def test_a_state_that_nothing_leads_to_is_refused() -> None:
    mapping = small()
    mapping["states"].append({"name": "lost", "label": "Mất", "final": True})

    assert "states[3] (lost): không có đường nào từ 'open'" in refusal(mapping)


def test_a_state_from_which_no_end_can_be_reached_is_refused() -> None:
    mapping = small()
    mapping["states"].append({"name": "lost", "label": "Mất"})
    trigger(mapping, 2, to="lost")
    mapping["triggers"][1].pop("edit")

    assert "states[3] (lost): từ trạng thái này không có đường nào" in refusal(mapping)


def test_a_workflow_without_an_end_is_refused() -> None:
    mapping = small()
    state(mapping, 2, final=False)

    assert "states: không có trạng thái kết thúc nào" in refusal(mapping)


def test_a_final_state_may_be_left_again() -> None:
    mapping = small()
    reopen = {"name": "reopen", "label": "Mở lại", "from": ["back"], "to": "open"}
    mapping["triggers"].append({**reopen, "who": ["director"]})

    workflow = from_mapping(mapping, source="x")

    assert workflow.triggers[-1].sources == ("back",)


def test_one_trigger_may_lead_to_different_states_from_different_states() -> None:
    mapping = small()
    mapping["states"].append({"name": "late", "label": "Quá hạn", "final": True})
    other = copy.deepcopy(mapping["triggers"][0])
    mapping["triggers"].append({**other, "from": ["back"], "to": "late"})

    workflow = from_mapping(mapping, source="x")

    assert [each.target for each in workflow.triggers] == ["back", None, "late"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "name: thiếu"),
        ("name = 'mượn'".encode("cp1258", errors="replace"), "không phải UTF-8"),
        ("name = 'x'".encode("utf-16"), "không phải UTF-8"),
        (b"\x00\x01\x02", "dòng 1, cột 1"),
        (b"name = 'x", "cuối tệp"),
        (b"name = 'x'\nname = ", "cuối tệp"),
        (b"a = " + b"[" * 50_000, "quá sâu"),
        (b"# " + b"x" * 20_000_000, "quá lớn"),
    ],
    ids=["empty", "cp1258", "utf-16", "binary", "torn", "empty value", "deep", "20 MB"],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(content: bytes, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse(content, source="loan.toml")

    assert said in str(caught.value)


def test_the_shipped_states_are_those_that_the_task_table_takes() -> None:
    plan_task = PLAN_TASK

    names = tuple(each.name for each in plan_task.states)

    assert (plan_task.name, plan_task.version, names) == ("plan_task", 1, TASK_STATES)
