"""`dondoc workflow`: what can be done to a task, as data: listed, checked, drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dondoc.cli.door import AsJson, Limit, opened, read_file, say, settings_file
from dondoc.cli.failure import BAD_CONFIGURATION
from dondoc.cli.output import columns, emit, emit_list
from dondoc.cli.publication import publish
from dondoc.cli.verbs import noun
from engine.errors import BadInput, Fault, Unknown
from engine.spelling import nearest

if TYPE_CHECKING:
    from engine.workflow import Workflow

app = noun("Quy trình: liệt kê, kiểm tra, vẽ, ban hành.")


app.command()(publish)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A version that this office runs, or could."""

    workflow: "Workflow"
    is_published: bool


@app.command("list")
def list_workflows(ctx: typer.Context, as_json: AsJson = False, limit: Limit = 100) -> None:
    """Liệt kê các quy trình: đã ban hành tại đây, và đi kèm chương trình."""
    found = _known(ctx)[:limit]
    if as_json:
        emit_list("workflows", [_summary(each) for each in found])
        return
    columns(
        ("TÊN", "PHIÊN BẢN", "TRẠNG THÁI", "THAO TÁC", "BAN HÀNH"),
        [
            (
                each.workflow.name,
                each.workflow.version,
                ", ".join(state.name for state in each.workflow.states),
                len(each.workflow.triggers),
                "rồi" if each.is_published else "chưa",
            )
            for each in found
        ],
    )


@app.command()
def check(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp quy trình, TOML.")],
    as_json: AsJson = False,
) -> int:
    """Kiểm tra một tệp quy trình; mọi lỗi được nêu một lần, kèm chỗ và cách sửa."""
    content = read_file(file)
    try:
        workflow = _whole(content, source=str(file))
    except BadInput as refused:
        if not as_json:
            raise
        emit({"workflow": None, "version": None, "faults": _plain(refused.faults)})
        return BAD_CONFIGURATION
    if as_json:
        emit({"workflow": workflow.name, "version": workflow.version, "faults": []})
    states, triggers = len(workflow.states), len(workflow.triggers)
    say(
        ctx,
        f"{file}: đúng. Quy trình {workflow.name} phiên bản {workflow.version}, "
        f"{states} trạng thái, {triggers} thao tác.",
    )
    return 0


@app.command()
def draw(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="TÊN", help="Tên quy trình, ví dụ plan_task.")],
    version: Annotated[
        int | None, typer.Option("--version", min=1, help="Phiên bản; mặc định là mới nhất.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Vẽ một quy trình bằng mermaid (stateDiagram-v2)."""
    from workflows.diagram import mermaid

    workflow = _named(_known(ctx), name, version=version)
    drawn = mermaid(workflow)
    if as_json:
        emit({"workflow": workflow.name, "version": workflow.version, "mermaid": drawn})
    else:
        typer.echo(drawn, nl=False)


def _known(ctx: typer.Context) -> list[Known]:
    """Return every version there is, newest first within a name.

    Before `dondoc init` there is no database to ask, and only what is shipped is known.
    """
    from engine.commands.workflows import published
    from workflows.registry import shipped

    found: list[Known] = []
    if settings_file(ctx) is not None:
        with opened(ctx) as application, application.database.read() as tx:
            found = [Known(workflow=each, is_published=True) for each in published(tx)]
    versions = {(each.workflow.name, each.workflow.version) for each in found}
    found += [
        Known(workflow=each, is_published=False)
        for each in shipped()
        if (each.name, each.version) not in versions
    ]
    return sorted(found, key=lambda each: (each.workflow.name, -each.workflow.version))


def _named(known: Sequence[Known], name: str, *, version: int | None) -> "Workflow":
    """Return a version, by default the newest published one, else the newest.

    Raises:
        Unknown: there is none of that name, or not in that version.
    """
    same = [each for each in known if each.workflow.name == name]
    if not same:
        hint = nearest(name, {each.workflow.name for each in known})
        raise Unknown(what="workflow", name=name, hint=hint)
    if version is None:
        return next((each for each in same if each.is_published), same[0]).workflow
    for each in same:
        if each.workflow.version == version:
            return each.workflow
    raise Unknown(what="workflow", name=f"{name} {version}", hint=None)


def _whole(content: bytes, *, source: str) -> "Workflow":
    """Return the workflow of a file that could be published as it is.

    Raises:
        BadInput: it could not.
    """
    from engine.commands.workflows import unstorable
    from workflows.registry import parse

    workflow = parse(content, source=source)
    faults = unstorable(workflow)
    if faults:
        raise BadInput(source=source, faults=faults)
    return workflow


def _summary(known: Known) -> dict[str, object]:
    from engine.workflow import digest

    workflow = known.workflow
    return {
        "name": workflow.name,
        "version": workflow.version,
        "subject": workflow.subject,
        "states": [state.name for state in workflow.states],
        "triggers": [trigger.name for trigger in workflow.triggers],
        "published": known.is_published,
        "digest": digest(workflow),
    }


def _plain(faults: Sequence[Fault]) -> list[dict[str, str]]:
    return [{"place": each.place, "problem": each.problem, "cure": each.cure} for each in faults]
