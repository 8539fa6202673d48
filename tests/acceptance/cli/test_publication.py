"""`dondoc workflow publish`: from a file to running tasks, on the command line of an office."""

import json
from pathlib import Path

import pytest

from tests.support.terminal import Answer, Terminal

FILE = Path(__file__).parents[3] / "workflows" / "plan_task.toml"
SHIPPED = FILE.read_text(encoding="utf-8")
PLAN = """\
Mã,Nội dung nhiệm vụ,Đơn vị chủ trì,Đơn vị phối hợp,Người thực hiện,Thời gian hoàn thành,Sản phẩm
1,Rà soát quy chế làm việc,Phòng Công nghệ,,cv,30/6/2023,Báo cáo
2,Xây dựng kế hoạch kiểm tra,Phòng Công nghệ,,cv,30/6/2023,Kế hoạch
3,Tổ chức tập huấn nội bộ,Phòng Công nghệ,,cv,30/6/2023,Báo cáo
"""


def without_assigned() -> str:
    """Return the second version, in which a task begins when it is assigned."""
    head, _, rest = SHIPPED.partition("[[states]]")
    _, _, states = rest.partition("[[states]]")
    before, _, after = f"{head}[[states]]{states}".partition('[[triggers]]\nname = "start"')
    _, _, triggers = after.partition("[[triggers]]\n")
    text = f"{before}[[triggers]]\n{triggers}".replace('"assigned", ', "")
    return text.replace("version = 1", "version = 2").replace(
        'initial = "assigned"', 'initial = "in_progress"'
    )


@pytest.fixture
def running(office: Terminal) -> Terminal:
    """Two tasks that are assigned and one that was started; the file of a second version."""
    office.write("plan.csv", PLAN)
    office.write("moi.toml", without_assigned(), encoding="utf-8")
    assert office("plan", "import", "plan.csv", "--year", "2023", "--code", "KH", "--as",
                  "cvp").code == 0  # fmt: skip
    assert office("plan", "activate", "KH", "--as", "cvp").code == 0
    assert office("task", "start", "3", "--as", "cv").code == 0
    return office


def publish(office: Terminal, *words: str) -> Answer:
    return office("workflow", "publish", "moi.toml", "--as", "cvp", *words)


def states(office: Terminal) -> dict[str, str]:
    listed = office("task", "list", "--json").json["tasks"]
    return {one["code"]: one["state"] for one in listed}


def test_s39_a_version_without_a_state_in_use_is_refused_with_the_way_out(
    running: Terminal,
) -> None:
    answer = publish(running)

    assert (answer.code, answer.out) == (77, "")
    assert "assigned (được giao): 2 nhiệm vụ; --map assigned=... để chuyển" in answer.err
    assert "--keep assigned" in answer.err
    assert states(running) == {"1": "assigned", "2": "assigned", "3": "in_progress"}


def test_s39_mapped_tasks_come_over_and_the_record_says_so_of_each(running: Terminal) -> None:
    answer = publish(running, "--map", "assigned=in_progress", "--note", "QĐ 9", "--json")

    assert answer.code == 0
    assert (answer.json["version"], answer.json["previous"], answer.json["moved"]) == (2, 1, 2)
    assert [(one["state"], one["count"], one["fate"], one["to"]) for one in answer.json["tasks"]] \
        == [("assigned", 2, "moved", "in_progress"), ("in_progress", 1, "stays", None)]  # fmt: skip
    assert states(running) == {"1": "in_progress", "2": "in_progress", "3": "in_progress"}
    assert running("task", "start", "1", "--as", "cv").code == 77
    assert (
        running("task", "report", "1", "--as", "cv", "--note", "x", "--evidence", "1/BC").code == 0
    )
    shown = running("task", "show", "2").out
    assert "chuyển sang phiên bản mới của quy trình" in shown
    assert running("audit", "verify").code == 0
    listed = running("workflow", "list", "--json").json["workflows"]
    assert max(one["version"] for one in listed if one["name"] == "plan_task") == 2


def test_s39_kept_tasks_finish_under_their_version_and_may_come_over_later(
    running: Terminal,
) -> None:
    kept = publish(running, "--keep", "assigned")
    started = running("task", "start", "1", "--as", "cv")
    later = publish(running, "--map", "assigned=in_progress", "--migrate")

    assert (kept.code, started.code, later.code) == (0, 0, 0)
    assert "Đã ban hành plan_task phiên bản 2; đã chuyển 0 nhiệm vụ." in kept.err
    assert "đã ban hành từ trước; đã chuyển 3 nhiệm vụ." in later.err
    assert set(states(running).values()) == {"in_progress"}


def test_a_dry_run_shows_the_differences_and_who_waits_for_a_decision(running: Terminal) -> None:
    answer = running("workflow", "publish", "moi.toml", "--dry-run")

    lines = [" ".join(line.split()) for line in answer.out.splitlines()]
    assert answer.code == 1
    assert {"bắt đầu ở initial sửa initial: assigned → in_progress", "trạng thái assigned bỏ",
            "thao tác start bỏ"} <= set(lines)  # fmt: skip
    assert "from: assigned, in_progress → in_progress" in answer.out
    assert "PHẢI QUYẾT ĐỊNH: --map assigned=... hoặc --keep assigned" in answer.out
    assert "Chưa ghi gì" in answer.err
    assert running("workflow", "list", "--json").json["workflows"][0]["version"] == 1


def test_the_same_file_again_is_said_to_be_published(running: Terminal) -> None:
    publish(running, "--keep", "assigned")

    again = publish(running)

    assert (again.code, again.err) == (
        0, "plan_task phiên bản 2 đã ban hành từ trước; đã chuyển 0 nhiệm vụ.\n",
    )  # fmt: skip


def test_another_content_under_a_used_version_is_refused(running: Terminal) -> None:
    publish(running, "--keep", "assigned")
    running.write("moi.toml", without_assigned().replace("Rút báo cáo", "Rút"), encoding="utf-8")

    answer = publish(running)

    assert answer.code == 78
    assert "phiên bản 2 đã ban hành với nội dung khác; tăng version lên 3" in answer.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--map", "assigned"), 2, "viết CŨ=MỚI"),
        (("--map", "assigned=in_progress", "--map", "assigned=reported"), 2, "hai nơi"),
        (("--map", "asigned=in_progress"), 77, "'assigned'"),
        (("--map", "assigned=cancelled"), 77, "không kết thúc được nhiệm vụ"),
        (("--map", "assigned=in_progress", "--keep", "assigned"), 77, "vừa được chuyển"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused_in_words(
    running: Terminal, words: tuple[str, ...], code: int, said: str
) -> None:
    answer = publish(running, *words)

    assert answer.code == code
    assert said in answer.err
    assert states(running)["1"] == "assigned"


def test_who_may_not_publish_is_refused_and_the_record_keeps_it(running: Terminal) -> None:
    answer = running("workflow", "publish", "moi.toml", "--keep", "assigned", "--as", "tp")
    nobody = running("workflow", "publish", "moi.toml", "--keep", "assigned")

    assert (answer.code, nobody.code) == (77, 77)
    assert "tp không được ban hành quy trình" in answer.err
    assert running("audit", "export", "-o", "log.jsonl").code == 0
    lines = (running.folder / "log.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(json.loads(line).get("body", "{}")) for line in lines]
    refused = [one for one in entries if one.get("action") == "command.refused"]
    assert [(one["before"]["command"], one["actor"], one["cause"]) for one in refused] == [
        ("workflow publish", "tp", "not_permitted")
    ]


def test_a_wrong_file_is_refused_with_its_faults(running: Terminal) -> None:
    running.write("moi.toml", without_assigned().replace("verifier", "verifer"), encoding="utf-8")

    answer = publish(running)

    assert answer.code == 78
    assert "có phải ý là 'verifier'?" in answer.err
