"""The plan of a scenario: tasks written in it, or the files that hold them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from yaml.nodes import Node

from dondoc.simulate.names import Known, check_circles, check_named, check_once
from dondoc.simulate.nodes import Page, line
from dondoc.simulate.scenario import Files, PlanSpec, TaskSpec


def read_plan(page: Page, node: Node | None, folder: Path) -> PlanSpec:
    """Return the plan; the files it names are sought in `folder` and not opened."""
    if node is None:
        return PlanSpec(line=1, code="", year=1970)
    fields = page.mapping(node, required=("code", "year"), optional=("tasks", "files"))
    tasks = [task for one in page.listed(fields.get("tasks")) if (task := _task(page, one))]
    check_once(page, "nhiệm vụ", [(task.line, task.code) for task in tasks])
    if ("tasks" in fields) == ("files" in fields):
        page.wrong(node, "kế hoạch cần 'tasks' hoặc 'files', không phải cả hai")
    return PlanSpec(
        line=line(node),
        code=page.name(fields["code"]) if "code" in fields else "",
        year=page.integer(fields["year"], least=1970, most=2199) if "year" in fields else 1970,
        tasks=tuple(tasks),
        files=_files(page, fields["files"], folder) if "files" in fields else None,
    )


def _files(page: Page, node: Node, folder: Path) -> Files | None:
    names = page.each(node, page.text)
    if len(names) != 2:  # noqa: PLR2004 - the plan and its worksheet
        page.wrong(node, "'files' cần đúng hai tệp", "viết [kế hoạch, bảng phân công]")
        return None
    for entry, name in zip(page.listed(node), names, strict=True):
        if not (folder / name).is_file():
            page.wrong(entry, f"không có tệp {name!r}", "đường dẫn tính từ tệp kịch bản")
    return Files(line=line(node), plan=folder / names[0], worksheet=folder / names[1])


@dataclass(frozen=True, slots=True)
class _TaskFields:
    page: Page
    fields: Mapping[str, Node]

    def name(self, key: str) -> str | None:
        return self.page.name(self.fields[key]) if key in self.fields else None


def _task(page: Page, node: Node) -> TaskSpec | None:
    optional = (
        "lead", "assignee", "verifier", "coordinating", "parent", "due", "standing", "evidence",
        "urgent",
    )  # fmt: skip
    fields = page.mapping(node, required=("code", "title"), optional=optional)
    if not {"code", "title"} <= fields.keys():
        return None
    named = _TaskFields(page, fields)
    evidence = fields.get("evidence")
    if evidence is not None:
        page.one_of(evidence, ("optional", "required"), "cách đòi minh chứng")
    return TaskSpec(
        line=line(node),
        code=page.name(fields["code"]),
        title=page.text(fields["title"]),
        lead=named.name("lead"),
        assignee=named.name("assignee"),
        verifier=named.name("verifier"),
        coordinating=page.each(fields.get("coordinating"), page.name),
        parent=named.name("parent"),
        due=page.day(fields["due"]) if "due" in fields else None,
        standing=page.flag(fields.get("standing")),
        urgent=page.flag(fields.get("urgent")),
        evidence_optional=evidence is not None and page.text(evidence) == "optional",
    )


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
        elif (task.due is None) != task.standing:
            page.wrong(task.line, f"{task.code} cần 'due' hoặc 'standing: true', chỉ một")
        elif task.lead is None:
            page.wrong(task.line, f"{task.code} thiếu 'lead'")
    check_circles(page, [(task.line, task.code, task.parent) for task in tasks])
