"""G19: a file is read in a process of its own, and costs at most what the limits allow."""

import json
import os
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from config.defaults import reading_rules
from engine.errors import BadInput
from tests.support.calling import listening
from workflows.planfile import InputFile, IntakeRules, read_plan, read_worksheet
from workflows.planfile.confinement import parent, read_plan_confined, read_worksheet_confined

PLAN = """KẾ HOẠCH
Công tác văn thư năm 2026

II. NHIỆM VỤ
1. Văn thư
- Ban hành quy chế văn thư.
- Tập huấn công tác văn thư.
"""
TABLE = "Mã;Nội dung nhiệm vụ;Đơn vị chủ trì\nII.1.1;Ban hành quy chế văn thư;Văn phòng\n"


@pytest.fixture(scope="module")
def rules() -> IntakeRules:
    """The rules as they are shipped."""
    return IntakeRules.from_mapping(reading_rules("intake"))


@pytest.fixture
def compromised(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader of plain texts does what the text says."""
    begin, _, rest = parent._START.partition("from workflows")
    monkeypatch.setattr(
        parent, "_START", f"{begin}import tests.support.compromised; from workflows{rest}"
    )


def text(content: str, name: str = "ke-hoach.txt") -> InputFile:
    return InputFile(name=name, data=content.encode())


def with_limits(rules: IntakeRules, **limits: int) -> IntakeRules:
    return rules.model_copy(update={"limits": rules.limits.model_copy(update=limits)})


def told(content: str, rules: IntakeRules) -> str:
    """What a reader says that was asked to do something."""
    with pytest.raises(BadInput) as refused:
        read_plan_confined([text(content)], code="KH", year=2026, rules=rules)
    return str(refused.value)


def test_g19_a_plan_read_in_a_child_is_the_plan_read_here(rules: IntakeRules) -> None:
    files = [text(PLAN)]

    confined = read_plan_confined(files, code="KH", year=2026, rules=rules)

    assert confined == read_plan(files, code="KH", year=2026, rules=rules)
    assert len(confined.items) == 2


def test_g19_a_table_read_in_a_child_is_the_table_read_here(rules: IntakeRules) -> None:
    file = text(TABLE, "phan-cong.csv")

    confined = read_worksheet_confined(file, year=2026, rules=rules)

    assert confined == read_worksheet(file, year=2026, rules=rules)
    assert len(confined.rows) == 1


def test_g19_what_a_child_refuses_is_refused_in_the_same_words(rules: IntakeRules) -> None:
    files = [text(PLAN.replace("NHIỆM VỤ", "MỤC TIÊU"))]
    with pytest.raises(BadInput) as here:
        read_plan(files, code="KH", year=2026, rules=rules)

    with pytest.raises(BadInput) as there:
        read_plan_confined(files, code="KH", year=2026, rules=rules)

    assert there.value.faults == here.value.faults
    assert there.value.source == here.value.source


@pytest.mark.usefixtures("compromised")
def test_g19_memory_is_bounded(rules: IntakeRules) -> None:
    bounded = with_limits(rules, child_memory_bytes=400_000_000)

    refusal = told("eat", bounded)

    assert "quá 400 MB bộ nhớ" in refusal
    assert "tách thành nhiều tệp nhỏ" in refusal


@pytest.mark.usefixtures("compromised")
def test_g19_processor_time_is_bounded(rules: IntakeRules) -> None:
    assert "quá 1 giây tính toán" in told("spin", with_limits(rules, child_cpu_seconds=1))


@pytest.mark.usefixtures("compromised")
@pytest.mark.parametrize(
    ("deed", "expected"), [("sleep", "quá 2 giây chưa xong"), ("swallow", "dừng đột ngột")]
)
def test_g19_a_child_that_never_answers_is_ended(
    rules: IntakeRules, deed: str, expected: str
) -> None:
    start = time.monotonic()

    refusal = told(deed, with_limits(rules, child_wall_seconds=2))

    assert expected in refusal
    assert time.monotonic() - start < 10


@pytest.mark.usefixtures("compromised")
def test_g19_an_answer_without_end_is_cut_off(rules: IntakeRules) -> None:
    assert "quá 1 MB" in told("babble", with_limits(rules, answer_bytes=1_000_000))


@pytest.mark.usefixtures("compromised")
def test_g19_a_child_reaches_no_network(rules: IntakeRules) -> None:
    with listening() as (port, callers):
        refusal = told(f"connect {port}", rules)

    assert "not done" in refusal
    assert callers == []


@pytest.mark.usefixtures("compromised")
def test_g19_native_code_in_a_child_reaches_no_network(rules: IntakeRules) -> None:
    alone = "import ctypes, sys; sys.exit(ctypes.CDLL(None).unshare(0x50000000) != 0)"
    if subprocess.run([sys.executable, "-c", alone], check=False).returncode:
        pytest.skip("this system gives no process a network of its own")

    with listening() as (port, callers):
        refusal = told(f"connect_natively {port}", rules)

    assert "not done" in refusal
    assert callers == []


@pytest.mark.usefixtures("compromised")
@pytest.mark.parametrize("deed", ["write", "write_natively"])
def test_g19_a_child_leaves_nothing_on_the_disk(
    rules: IntakeRules, tmp_path: Path, deed: str
) -> None:
    tmp_path.chmod(stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO)
    wanted = tmp_path / "left"

    refusal = told(f"{deed} {wanted}", rules)

    assert "done: 1" not in refusal
    assert not wanted.exists() or wanted.stat().st_size == 0


@pytest.mark.usefixtures("compromised")
@pytest.mark.parametrize("deed", ["fork", "run"])
def test_g19_a_child_starts_no_other(rules: IntakeRules, deed: str) -> None:
    assert "not done" in told(deed, rules)


@pytest.mark.usefixtures("compromised")
def test_g19_a_child_inherits_nothing(rules: IntakeRules, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DONDOC_MAIL__PASSWORD", "bí mật")
    with Path(os.devnull).open(encoding="utf-8") as held:
        os.set_inheritable(held.fileno(), True)

        refusal = told("look", rules)

    assert "/ ['LC_CTYPE'] [] 0 False" in refusal or "/ [] [] 0 False" in refusal


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has something to lay down")
@pytest.mark.usefixtures("compromised")
def test_g19_a_child_of_root_may_not_read_what_is_only_roots(
    rules: IntakeRules, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("mật khẩu", encoding="utf-8")
    secret.chmod(0o600)

    assert "not done" in told(f"read {secret}", rules)


@pytest.mark.usefixtures("compromised")
@pytest.mark.parametrize("deed", ["die", "abort"])
def test_g19_a_child_that_crashes_is_a_refusal(rules: IntakeRules, deed: str) -> None:
    assert "dừng đột ngột" in told(deed, rules)


@pytest.mark.usefixtures("compromised")
def test_g19_what_nobody_foresaw_is_told_without_a_word_of_the_document(
    rules: IntakeRules,
) -> None:
    refusal = told("stumble họ-và-tên", rules)

    assert "KeyError, compromised.py:" in refusal
    assert "họ-và-tên" not in refusal


LIES = {
    "nothing": "",
    "no JSON": "{",
    "no answer": "{}",
    "another plan": json.dumps(
        {"plan": {"code": "X", "year": 2026, "title": "", "source_name": "", "digest": ""}}
    ),
    "a field too many": json.dumps({"failure": {"kind": "memory", "run": "x"}}),
    "a surrogate": r'{"refusal": {"source": "\ud800", "faults": []}}',
    "no fault": json.dumps({"refusal": {"source": "x", "faults": []}}),
    "a kind that is none": json.dumps({"failure": {"kind": "fine"}}),
}


@pytest.mark.usefixtures("compromised")
@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_g19_an_answer_is_believed_only_if_it_fits_the_question(
    rules: IntakeRules, lie: str
) -> None:
    assert "trình đọc trả lời không đúng" in told(f"lie {lie}", rules)


@pytest.mark.usefixtures("compromised")
def test_g19_a_text_without_end_is_told_as_one(rules: IntakeRules) -> None:
    long = json.dumps({"refusal": {"source": "x" * 100_001, "faults": []}})

    assert "dài quá 100000 ký tự" in told(f"lie {long}", rules)


@pytest.mark.usefixtures("compromised")
def test_g19_a_nul_in_an_answer_is_left_out(rules: IntakeRules) -> None:
    lie = r'{"refusal": {"source": "a\u0000b\\u0000", "faults": [{"place": "x", "problem": "y"}]}}'

    assert told(f"lie {lie}", rules).startswith("ab\\u0000: ")


@pytest.mark.usefixtures("compromised")
def test_g19_only_so_many_children_run_at_a_time(rules: IntakeRules) -> None:
    bounded = with_limits(rules, child_wall_seconds=1, children=1)
    waiting = [threading.Thread(target=told, args=("sleep", bounded)) for _ in range(2)]
    start = time.monotonic()

    for one in waiting:
        one.start()
    for one in waiting:
        one.join()

    assert time.monotonic() - start >= 2


def test_g19_an_interpreter_without_our_path_still_finds_the_reader(
    rules: IntakeRules, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "workflows.py").write_text("raise SystemExit(3)\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    confined = read_plan_confined([text(PLAN)], code="KH", year=2026, rules=rules)

    assert confined.code == "KH"
