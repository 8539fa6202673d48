"""What every command needs of the line it was called by: settings, the application, files, time."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from engine.errors import BadInput, Conflict, Fault, NotPermitted, Refused
from engine.oserrors import os_words
from engine.plaintext import clean

if TYPE_CHECKING:
    from config.settings import Settings
    from dondoc.bootstrap import App

#: No file a command reads is larger; whatever is, is no plan and no list of people.
LARGEST_FILE_BYTES = 64_000_000

#: A day outside of them is a slip of the pen: there is no calendar for it, and no plan.
_YEARS = range(1900, 2200)

AsPerson = Annotated[
    str | None,
    typer.Option("--as", envvar="DONDOC_AS", metavar="MÃ", help="Người thao tác (hoặc DONDOC_AS)."),
]
ForPerson = Annotated[
    str | None, typer.Option("--for", metavar="MÃ", help="Người được làm thay, khi có ủy quyền.")
]
AsJson = Annotated[bool, typer.Option("--json", help="In JSON ra stdout.")]
Limit = Annotated[
    int, typer.Option("--limit", min=1, max=100_000, help="Nhiều nhất bấy nhiêu dòng.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """The options before the command, and the environment."""

    config: Path | None
    is_quiet: bool
    environ: Mapping[str, str]


def invocation(ctx: typer.Context) -> Invocation:
    """Return the options given before the command."""
    found: Invocation = ctx.find_root().obj
    return found


def settings_file(ctx: typer.Context) -> Path | None:
    """Return the configuration file in force, None where there is none."""
    from config.sources import find_file

    called = invocation(ctx)
    return called.config or find_file(called.environ, directory=Path.cwd())


def settings(ctx: typer.Context) -> "Settings":
    """Return the settings in force.

    Raises:
        BadInput: something of them is wrong; every fault is named.
    """
    from config.sources import load_settings

    return load_settings(settings_file(ctx), invocation(ctx).environ)


@contextmanager
def opened(
    ctx: typer.Context, *, ticking: bool = False, any_revision: bool = False
) -> Iterator["App"]:
    """Open the application for one command and close it afterwards.

    Args:
        ctx: The context of the command.
        ticking: A pinned clock goes on from where it is pinned (`run`).
        any_revision: The command looks at the tables itself and says what is wrong with them.

    Raises:
        BadInput: the settings are wrong, the clock is pinned outside trial mode, there is no
            database yet, or its tables are those of another version.
    """
    from config import logs
    from dondoc.bootstrap import build
    from engine.audit.entries import say_clock_is_pinned
    from engine.database import require_current

    chosen = settings(ctx)
    # Whoever types a command is answered in sentences; a warning is for whoever watches a service.
    is_read_by_machines = ticking or chosen.logging.level == "debug"
    level = chosen.logging.level if is_read_by_machines else "error"
    logs.configure(level=level, form=chosen.logging.format)
    _refuse_missing(chosen.database_url)
    app = build(chosen, invocation(ctx).environ, ticking=ticking)
    if app.is_pinned:
        say_clock_is_pinned()
    try:
        if not any_revision:
            require_current(app.database)
        if "actor" in ctx.params:
            _settle(app)
        yield app
    except (Refused, Conflict) as refusal:
        _remember(ctx, app, refusal)
        raise
    finally:
        app.close()


def _settle(app: "App") -> None:
    """Carry out what was decided for a day that has come: nobody acts in a unit of yesterday."""
    from scheduler.settling import settle

    settle(app.database, app.rules, at=app.clock.now())


def _remember(ctx: typer.Context, app: "App", refusal: Refused | Conflict) -> None:
    """Keep a record of what a person was refused; a task's own refusals are kept at its desk."""
    from engine.commands import refusals

    noun = ctx.parent.info_name if ctx.parent else None
    asks_for_a_person = "actor" in ctx.params and not ctx.params.get("dry_run")
    # A wrong file was not refused to anybody: nobody could have it read.
    is_at_desk = (noun == "task" and ctx.info_name != "extend") or (
        noun == "contribution" and ctx.info_name != "ask"
    )
    is_at_desk = is_at_desk or (noun == "report" and ctx.info_name != "line")
    if is_at_desk or not asks_for_a_person or isinstance(refusal, BadInput):
        return
    given = {
        name: str(value)
        for name, value in ctx.params.items()
        if value is not None and name not in ("actor", "principal", "as_json", "dry_run")
    }
    by = (ctx.params["actor"] or app.operator, ctx.params.get("principal"))
    with app.database.begin() as tx:
        refusals.record_command(
            tx, f"{noun} {ctx.info_name}", arguments=given, by=by, refusal=refusal,
            at=app.clock.now(),
        )  # fmt: skip


def _refuse_missing(url: str) -> None:
    # SQLite would make an empty file where the name is misspelt.
    if not url.startswith("sqlite:///") or Path(url.removeprefix("sqlite:///")).exists():
        return
    fault = Fault(place="database.url", problem=f"chưa có cơ sở dữ liệu {url}",
                  cure='chạy "dondoc init", hoặc "dondoc db upgrade"')  # fmt: skip
    raise BadInput(source="database", faults=[fault])


def acting(person: str | None, *, what: str) -> str:
    """Return the code of the person who acts.

    Raises:
        NotPermitted: nobody was named; a machine's user may do nothing that belongs to a person.
    """
    if not person:
        raise NotPermitted(actor="operator", what=what, who=("a person, by --as",))
    return person


def say(ctx: typer.Context, words: str) -> None:
    """Write words for people on standard error, unless they asked for quiet."""
    if not invocation(ctx).is_quiet:
        # Where both streams go into one file, what was printed before stands before.
        sys.stdout.flush()
        sys.stderr.write(words + "\n")


def warn(ctx: typer.Context, warnings: Iterable[Fault]) -> None:
    """Say what should be looked at, but held nothing up."""
    for one in warnings:
        say(ctx, f"LƯU Ý: {clean(one.place)}: {clean(one.problem)}")


def warn_of_years(ctx: typer.Context, years: Iterable[int]) -> None:
    """Say that dates in some years are counted without their holidays."""
    for year in years:
        say(ctx, f"LƯU Ý: lịch năm {year} chưa nạp, ngày làm việc chưa trừ ngày lễ; chạy: dondoc "
                 f"calendar load {year}")  # fmt: skip


def read_file(path: Path, *, most: int = LARGEST_FILE_BYTES) -> bytes:
    """Return the bytes of an input file.

    Args:
        path: Where it is.
        most: How many bytes it may have.

    Raises:
        BadInput: it cannot be read, is no file but a pipe or a device, or is larger than that.
    """
    try:
        # Whoever opens a pipe that nobody writes into waits for ever.
        if not path.is_file() and path.exists() and not path.is_dir():
            fault = Fault(place=str(path), problem="không phải là tệp (ống dẫn hoặc thiết bị)",
                          cure="ghi nội dung ra một tệp, rồi dùng tệp đó")  # fmt: skip
            raise BadInput(source=str(path), faults=[fault])
        with path.open("rb") as stream:
            # A file may grow while it is read.
            data = stream.read(most + 1)
    except OSError as error:
        fault = Fault(place=str(path), problem=f"không đọc được: {os_words(error)}",
                      cure="kiểm tra đường dẫn và quyền đọc")  # fmt: skip
        raise BadInput(source=str(path), faults=[fault]) from error
    if len(data) > most:
        fault = Fault(place="tệp", problem=f"tệp quá lớn, tối đa {most / 1_000_000:.0f} MB",
                      cure="chọn đúng tệp; nếu đã đúng, tách nhỏ tệp đó")  # fmt: skip
        raise BadInput(source=str(path), faults=[fault])
    return data


def read_date(text: str, *, field: str) -> date:
    """Return a local date written `YYYY-MM-DD` or `DD/MM/YYYY`.

    Raises:
        BadParameter: it is neither, no such day exists, or it is one that nobody can mean.
    """
    day, _, rest = text.partition("/")
    month, _, year = rest.partition("/")
    iso = f"{year}-{month:>02}-{day:>02}" if rest else text
    try:
        found = date.fromisoformat(iso)
    except ValueError as error:
        problem = f"{text!r} không phải ngày; viết 30/6/2023 hoặc 2023-06-30"
        raise typer.BadParameter(problem, param_hint=field) from error
    if found.year not in _YEARS:
        problem = f"{text!r} quá xa; từ năm {_YEARS[0]} đến năm {_YEARS[-1]}"
        raise typer.BadParameter(problem, param_hint=field)
    return found


def read_instant(text: str, *, zone: ZoneInfo, now: datetime, field: str) -> datetime | None:
    """Return an instant written as a local day (its beginning), a local time, or `now`.

    Args:
        text: What was written; empty is None.
        zone: The office's.
        now: The present instant.
        field: The option, for the refusal.

    Raises:
        BadParameter: it is none of them.
    """
    if not text or text == "now":
        return now if text else None
    if "T" not in text:
        return datetime.combine(read_date(text, field=field), time(), tzinfo=zone)
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        problem = f"{text!r} không phải thời điểm; viết 2026-05-20T07:30"
        raise typer.BadParameter(problem, param_hint=field) from error
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)
