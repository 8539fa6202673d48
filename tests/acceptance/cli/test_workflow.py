"""`dondoc workflow`: what a person sees of the workflows."""

import json
from pathlib import Path

import pytest

from dondoc.cli.main import run
from engine.workflow import digest
from tests.support.shipped import PLAN_TASK
from tests.support.terminal import Terminal
from workflows.diagram import mermaid
from workflows.registry import shipped

FILE = Path(__file__).parents[3] / "workflows" / "plan_task.toml"


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder in which `dondoc init` has not run."""
    monkeypatch.chdir(tmp_path)


def test_before_an_installation_the_shipped_workflows_are_listed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = run(["workflow", "list", "--json"])

    listed = json.loads(capsys.readouterr().out)
    assert code == 0
    assert listed["next"] is None
    assert [(each["name"], each["published"]) for each in listed["workflows"]] == [
        (each.name, False) for each in shipped()
    ]
    digests = {each["name"]: each["digest"] for each in listed["workflows"]}
    assert digests["plan_task"] == digest(PLAN_TASK)


def test_a_list_for_people_names_every_state(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["workflow", "list"])

    out = capsys.readouterr().out
    assert code == 0
    assert "plan_task" in out
    assert all(state.name in out for state in PLAN_TASK.states)


def test_a_drawing_is_data_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["workflow", "draw", "plan_task"])

    said = capsys.readouterr()
    assert (code, said.out, said.err) == (0, mermaid(PLAN_TASK), "")


def test_a_drawing_can_be_had_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["workflow", "draw", "plan_task", "--version", "1", "--json"])

    drawn = json.loads(capsys.readouterr().out)
    assert code == 0
    assert drawn == {"workflow": "plan_task", "version": 1, "mermaid": mermaid(PLAN_TASK)}


@pytest.mark.parametrize(
    ("words", "said"),
    [(["plan_tsk"], "'plan_task'"), (["plan_task", "--version", "9"], "plan_task 9")],
)
def test_drawing_what_does_not_exist_is_refused(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(["workflow", "draw", *words])

    spoken = capsys.readouterr()
    assert (code, spoken.out) == (77, "")
    assert said in spoken.err


def test_a_whole_file_is_found_whole(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["workflow", "check", str(FILE)])

    said = capsys.readouterr()
    assert (code, said.out) == (0, "")
    assert "5 trạng thái, 9 thao tác" in said.err


def test_quiet_leaves_the_exit_code_to_speak(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["workflow", "check", str(FILE), "--quiet"])

    said = capsys.readouterr()
    assert (code, said.out, said.err) == (0, "", "")


def test_a_wrong_file_is_refused_with_every_fault_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = FILE.read_text(encoding="utf-8")
    wrong = tmp_path / "sai.toml"
    wrong.write_text(
        text.replace('to = "verified"', 'to = "verfied"').replace('"director"]', '"directr"]', 1),
        encoding="utf-8",
    )

    code = run(["workflow", "check", str(wrong)])

    said = capsys.readouterr()
    assert (code, said.out) == (78, "")
    assert "triggers[4] (verify), to: không có tên 'verfied'; có phải ý là 'verified'?" in said.err
    assert "triggers[6] (cancel), who: không có tên 'directr'" in said.err


def test_a_state_that_the_task_table_could_not_keep_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = FILE.read_text(encoding="utf-8").replace('"cancelled"', '"archived"')
    wrong = tmp_path / "la.toml"
    wrong.write_text(text.replace('notice = "archived"', 'notice = "cancelled"'), encoding="utf-8")

    code = run(["workflow", "check", str(wrong)])

    assert code == 78
    assert "states (archived): task không lưu được trạng thái này" in capsys.readouterr().err


def test_faults_can_be_had_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "sai.toml"
    wrong.write_text('name = "x"\nverson = 1\n', encoding="utf-8")

    code = run(["workflow", "check", str(wrong), "--json"])

    checked = json.loads(capsys.readouterr().out)
    assert code == 78
    assert checked["workflow"] is None
    assert {"place": "verson", "problem": "khóa không có trong định dạng",
            "cure": "có phải ý là 'version'?"} in checked["faults"]  # fmt: skip


def test_a_file_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["workflow", "check", "khong-co.toml"])

    assert code == 78
    assert "khong-co.toml" in capsys.readouterr().err


def test_an_installation_runs_what_is_shipped(installed: Terminal) -> None:
    answer = installed("workflow", "list", "--json")

    assert [(each["name"], each["published"]) for each in answer.json["workflows"]] == [
        (each.name, True) for each in shipped()
    ]


def test_an_installation_draws_what_it_runs(installed: Terminal) -> None:
    answer = installed("workflow", "draw", "plan_task")

    assert (answer.code, answer.out) == (0, mermaid(PLAN_TASK))
