"""The plan of a scenario: tasks written in it, or the files that hold them."""

from pathlib import Path
from typing import cast

from yaml.nodes import Node

from dondoc.simulate.names import Known, check_circles, check_named, check_once
from dondoc.simulate.nodes import Page, line, shown
from dondoc.simulate.scenario import Files, PlanSpec, TaskSpec
from engine.recurrence import PERIODS, Period


def read_plan(page: Page, node: Node | None, folder: Path) -> PlanSpec:
    """Return the plan; the files it names are sought in `folder` and not opened."""
    if node is None:
        return PlanSpec(line=1, code="", year=1970)
    fields = page.mapping(node, required=("code", "year"), optional=("tasks", "files", "reports"))
    tasks = [task for one in page.listed(fields.get("tasks")) if (task := _task(page, one))]
    check_once(page, "nhiệm vụ", [(task.line, task.code) for task in tasks])
    if ("tasks" in fields) == ("files" in fields):
        page.wrong(node, "kế hoạch cần đúng một trong 'tasks' và 'files'", "thêm hoặc bỏ một khoá")
    return PlanSpec(
        line=line(node),
        code=page.given(fields, "code", lambda one: _plan_code(page, one), ""),
        year=page.integer(fields["year"], least=1970, most=2199) if "year" in fields else 1970,
        tasks=tuple(tasks),
        files=_files(page, fields["files"], folder) if "files" in fields else None,
        reports=_periods(page, fields.get("reports")),
    )


def _periods(page: Page, node: Node | None) -> tuple[Period, ...]:
    """Return the periods whose reports are played, each once."""
    names = page.each(node, lambda one: page.one_of(one, PERIODS, "kỳ báo cáo"))
    return tuple(dict.fromkeys(cast("Period", name) for name in names if name in PERIODS))


def _plan_code(page: Page, node: Node) -> str:
    code = page.code(node)
    if "/" in code:
        page.wrong(node, f"{code!r} không dùng được làm mã kế hoạch", "bỏ dấu gạch chéo")
    return code


def _files(page: Page, node: Node, folder: Path) -> Files | None:
    names = page.each(node, page.text)
    if len(names) != 2:  # noqa: PLR2004 - the plan and its worksheet
        page.wrong(node, "'files' cần đúng hai tệp", "viết [kế hoạch, bảng phân công]")
        return None
    for entry, name in zip(page.listed(node), names, strict=True):
        if name and not _is_file(folder / name):
            page.wrong(entry, f"không có tệp {shown(entry)}", "đường dẫn tính từ tệp kịch bản")
    return Files(line=line(node), plan=folder / names[0], worksheet=folder / names[1])


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        # Too long to be a name, or in a folder that is closed to us.
        return False


def read_change(page: Page, node: Node, known: Known, *, is_new: bool) -> TaskSpec | None:
    """Return what an adjustment says of a task: a code with what changes, or a whole new task."""
    task = _task(page, node, required=("code", "title") if is_new else ("code",))
    if task is None:
        return None
    check_named(page, task.line, "đơn vị", (task.lead, *task.coordinating), known.units)
    check_named(page, task.line, "người", (task.assignee, task.verifier), known.people)
    check_named(page, task.line, "nhiệm vụ", (task.parent,), known.tasks)
    if is_new:
        _check_whole(page, task)
    elif task.parent or task.standing or task.urgent or task.evidence_optional:
        problem = f"{task.code} có sẵn trong kế hoạch"
        cure = "chỉ đổi title, lead, coordinating, assignee, verifier, due"
        page.wrong(task.line, problem, cure)
    return task


def _task(page: Page, node: Node, required: tuple[str, ...] = ("code", "title")) -> TaskSpec | None:
    """Return a task, with blanks for what it lacks; None where not even its code is known."""
    optional = (
        "lead", "assignee", "verifier", "coordinating", "parent", "due", "standing", "evidence",
        "urgent", "title",
    )  # fmt: skip
    fields = page.mapping(
        node, required=required, optional=[key for key in optional if key not in required]
    )
    asked = ("optional", "required")
    task = TaskSpec(
        line=line(node),
        code=page.given(fields, "code", page.code, ""),
        title=page.given(fields, "title", page.text, ""),
        lead=page.given(fields, "lead", page.code, None),
        assignee=page.given(fields, "assignee", page.code, None),
        verifier=page.given(fields, "verifier", page.code, None),
        coordinating=page.each(fields.get("coordinating"), page.code),
        parent=page.given(fields, "parent", page.code, None),
        due=page.given(fields, "due", page.day, None),
        standing=page.flag(fields.get("standing")),
        urgent=page.flag(fields.get("urgent")),
        evidence_optional=page.given(
            fields, "evidence", lambda one: page.one_of(one, asked, "cách đòi minh chứng"), ""
        )
        == "optional",
    )
    return task if task.code else None


def check_tasks(page: Page, tasks: tuple[TaskSpec, ...], known: Known) -> None:
    """Note names that are not defined, and tasks with too few or too many dates."""
    headings = {task.parent for task in tasks}
    for task in tasks:
        units = (task.lead, *task.coordinating)
        check_named(page, task.line, "đơn vị", units, known.units)
        check_named(page, task.line, "người", (task.assignee, task.verifier), known.people)
        check_named(page, task.line, "nhiệm vụ", (task.parent,), known.tasks)
        if task.code in headings:
            if task.due is not None or task.standing:
                page.wrong(task.line, f"{task.code} là đầu mục, không có hạn", "bỏ due và standing")
        else:
            _check_whole(page, task)
    check_circles(page, [(task.line, task.code, task.parent) for task in tasks])


def _check_whole(page: Page, task: TaskSpec) -> None:
    if (task.due is None) != task.standing:
        problem = f"{task.code} cần 'due' hoặc 'standing: true', chỉ một"
        page.wrong(task.line, problem, "việc có hạn thì due, việc thường xuyên thì standing")
    elif task.lead is None:
        page.wrong(task.line, f"{task.code} thiếu 'lead'", "nêu đơn vị chủ trì")
