"""`dondoc simulate` and `dondoc demo`: a year of reminders, played on a virtual clock."""

import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dondoc.cli.door import AsJson, invocation, say
from dondoc.cli.failure import FINDINGS
from dondoc.cli.output import columns, emit

if TYPE_CHECKING:
    from dondoc.simulate.expectations import Failure
    from dondoc.simulate.output import Line
    from dondoc.simulate.player import Explain, Watch
    from dondoc.simulate.scenario import Scenario
    from dondoc.simulate.showcase import Shown

_COLOURS = {
    "heading": "bold cyan", "plain": "", "good": "green", "warn": "yellow", "bad": "red",
    "quiet": "dim",
}  # fmt: skip


def simulate(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp kịch bản, YAML.")],
    as_json: AsJson = False,
    database: Annotated[
        str | None,
        typer.Option("--database", metavar="ĐỊA-CHỈ", help="Diễn trên cơ sở dữ liệu trống này."),
    ] = None,
) -> int:
    """Diễn một kịch bản trên đồng hồ ảo và so với điều mong đợi.

    Mã thoát: 0 đúng như mong đợi, 1 có chỗ không đúng, 78 tệp sai.
    """
    from dondoc.simulate.expectations import compare
    from dondoc.simulate.output import as_json as as_object
    from dondoc.simulate.player import play
    from dondoc.simulate.reading import read_scenario

    scenario = read_scenario(file)
    _be_quiet()
    with _progress(ctx, scenario) as watch:
        story = play(scenario, database_url=database, watch=watch, explain=_words(ctx))
    zone = scenario.office.zone
    failures = compare(story, scenario.expect, zone=zone) if scenario.expect else ()
    if as_json:
        emit(as_object(story, zone=zone))
    else:
        from dondoc.simulate.output import TASK_HEADINGS, day_lines, task_rows

        _print([*day_lines(story, zone=zone)])
        sys.stdout.write("\n")
        columns(TASK_HEADINGS, task_rows(story))
        sys.stdout.write("\n")
    _tell_failures(failures, to_stderr=as_json)
    if scenario.expect and not failures:
        say(ctx, "Mọi điều mong đợi đều đúng.")
    return FINDINGS if failures else 0


def demo(
    ctx: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Diễn, in, rồi thoát.")] = False,
    port: Annotated[
        int | None,
        typer.Option("--port", min=0, max=65535, help="Cổng của trang web (mặc định 8000)."),
    ] = None,
) -> int:
    """Diễn kế hoạch mẫu qua một năm trên đồng hồ ảo, rồi mở trang web của cơ quan mẫu.

    Thư giữ lại thành tệp .eml. Không có màn hình thì diễn, in, rồi thoát, như --once.
    """
    from platformdirs import user_state_path

    from dondoc.simulate.expectations import compare
    from dondoc.simulate.months import TALLY_HEADINGS, month_lines, tally_rows
    from dondoc.simulate.output import Line
    from dondoc.simulate.showcase import choose_folder, sample_year, show

    scenario = sample_year()
    folder = choose_folder(user_state_path())
    _be_quiet()
    with _progress(ctx, scenario) as watch:
        shown = show(scenario, folder, watch=watch, explain=_words(ctx))
    story = shown.story
    _print([Line("heading", scenario.name), *month_lines(story, scenario)])
    sys.stdout.write("\n")
    columns(TALLY_HEADINGS, tally_rows(story, scenario))
    sys.stdout.write("\n")
    _print(shown.closing_lines(program=_program()))
    failures = compare(story, scenario.expect, zone=scenario.office.zone) if scenario.expect else ()
    _tell_failures(failures)
    code = FINDINGS if failures or not story.audit.is_verified else 0
    if once or (port is None and not sys.stdout.isatty()):
        return code
    _show_pages(ctx, shown, port=port)
    return code


def _show_pages(ctx: typer.Context, shown: "Shown", *, port: int | None) -> None:
    """Serve the pages of the office that was played, until somebody has seen enough."""
    from dondoc.cli.serving import stop_by_signals
    from dondoc.service import service
    from dondoc.simulate.showcase import opened
    from dondoc.web.app import create
    from dondoc.web.serving import listen, listen_near, served, with_address

    stop = stop_by_signals()
    app = opened(shown)
    web = app.settings.web
    listener = listen_near(web.host, web.port) if port is None else listen(web.host, port)
    app = with_address(app, listener)
    try:
        with served(create(app, sweeps=True), listener, stop):
            say(ctx, f"Mở trong trình duyệt: {app.settings.web.base_url} (vào vai ai cũng được). "
                     "Dừng: Ctrl+C.")  # fmt: skip
            service(app).live(stop)
    finally:
        app.close()


def _program() -> str:
    """Return what starts this program again, as it is typed: its whole path if it must be."""
    beside = Path(sys.executable).with_name("dondoc")
    if shutil.which("dondoc") or not beside.exists():
        return "dondoc"
    return shlex.quote(str(beside))


def _words(ctx: typer.Context) -> "Explain":
    """Return what puts a refusal into the words of whoever is reading."""
    from dondoc.cli.failure import language
    from dondoc.words import explain

    spoken = language(invocation(ctx).environ)
    return lambda error: explain(error, language=spoken)


def _be_quiet() -> None:
    """Keep the engine's own log out of the story."""
    from config import logs

    logs.configure(level="error", form="auto")


@contextmanager
def _progress(ctx: typer.Context, scenario: "Scenario") -> Iterator["Watch"]:
    """Show how far the play has got, where somebody is looking."""
    if invocation(ctx).is_quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    whole = (scenario.until - scenario.start).total_seconds() or 1.0
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Đang diễn", total=whole)
        yield lambda at: bar.update(task, completed=(at - scenario.start).total_seconds())


def _print(lines: "list[Line]") -> None:
    """Write lines, coloured on a terminal."""
    if not sys.stdout.isatty():
        sys.stdout.write("".join(f"{one.text}\n" for one in lines))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    for one in lines:
        console.print(Text(one.text, style=_COLOURS[one.style]), soft_wrap=True)


def _tell_failures(failures: "tuple[Failure, ...]", *, to_stderr: bool = False) -> None:
    if not failures:
        return
    from dondoc.simulate.output import failure_lines

    stream = sys.stderr if to_stderr else sys.stdout
    sys.stdout.flush()
    stream.write(f"{len(failures)} điều mong đợi không đúng:\n")
    stream.write("".join(f"{line}\n" for line in failure_lines(failures)))
