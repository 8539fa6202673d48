"""`dondoc`: finds the command, runs it, and turns whatever happens into words and an exit code."""

import os
import sys
from collections.abc import Sequence
from contextvars import copy_context
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.main import get_command

from dondoc.cli.door import Invocation
from dondoc.cli.verbs import Root

app = typer.Typer(cls=Root, no_args_is_help=True, rich_markup_mode=None)

#: Options of every command; they may stand anywhere on the line.
_EVERYWHERE = ("--quiet", "-q", "--config")


def main() -> NoReturn:
    """Run the command of this process and leave with its exit code."""
    if isinstance(sys.stdout, TextIOWrapper):
        # Nobody who set "C" meant a terminal without letters; a real one of that kind gets codes
        # for those it lacks, never half an answer.
        is_unset = sys.stdout.encoding.lower() in ("ascii", "us-ascii", "ansi_x3.4-1968")
        encoding = "utf-8" if is_unset else sys.stdout.encoding
        sys.stdout.reconfigure(encoding=encoding, errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; every error has become words on stderr.

    What a command settles for its own context (a pinned clock) ends with it.
    """
    return copy_context().run(_run, arguments)


def _run(arguments: Sequence[str]) -> int:
    try:
        result: Any = get_command(app).main(
            args=hoist(arguments), prog_name="dondoc", standalone_mode=False
        )
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python would complain again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # noqa: BLE001 - the edge of the process: nobody else will tell
        from dondoc.cli.failure import report

        return report(error, environ=os.environ)
    return result if isinstance(result, int) else 0


def hoist(arguments: Sequence[str]) -> list[str]:
    """Return the command line with the options of every command moved to its front."""
    front: list[str] = []
    rest: list[str] = []
    pending = list(arguments)
    while pending:
        word = pending.pop(0)
        if word == "--":
            rest += [word, *pending]
            break
        if word.split("=", 1)[0] not in _EVERYWHERE:
            rest.append(word)
            continue
        front.append(word)
        if word == "--config" and pending:
            front.append(pending.pop(0))
    return front + rest


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        sys.stdout.write(f"dondoc {version('dondoc')}\n")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    config: Annotated[
        Path | None, typer.Option("--config", help="Tệp cấu hình, thay cho ./dondoc.toml.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Chỉ in dữ liệu và lỗi.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="In phiên bản.")
    ] = False,
) -> None:
    """Đôn đốc việc thực hiện kế hoạch năm: giao, nhắc, báo cáo vượt cấp, xác nhận, lưu vết.

    Mã thoát: 0 xong, 1 xong nhưng có điều cần xem, 2 gọi sai, 69 không tới được cơ sở dữ liệu
    hoặc máy chủ thư, 75 thử lại, 77 không được phép, 78 cấu hình hoặc tệp vào sai.
    """
    del version
    ctx.obj = Invocation(config=config, is_quiet=quiet, environ=os.environ)


if __name__ == "__main__":
    main()
