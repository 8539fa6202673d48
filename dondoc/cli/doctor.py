"""`dondoc doctor`: what is stuck or silent in this office, and what to type about it."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from dondoc.cli.door import AsJson, opened, say, settings_file
from dondoc.cli.failure import FINDINGS, NO_TABLES
from dondoc.cli.output import emit, line
from engine.errors import BadInput
from engine.plaintext import clean

if TYPE_CHECKING:
    from sqlalchemy.exc import DBAPIError

    from dondoc.bootstrap import App
    from engine.commands.evidence import Kept
    from engine.diagnosis import Finding, Findings

_SEVERITIES = {"error": "LỖI", "warning": "CẢNH BÁO", "info": "LƯU Ý"}
_MEGABYTE = 1024 * 1024


def doctor(
    ctx: typer.Context,
    *,
    as_json: AsJson = False,
    clear: Annotated[
        str | None,
        typer.Option("--clear", metavar="MÃ", help="Cảnh báo đã xử lý xong: mã loại, hoặc mã số."),
    ] = None,
    note: Annotated[str, typer.Option("--note", help="Đã xử lý thế nào.")] = "",
    wake: Annotated[
        bool, typer.Option("--wake", help="Xét lại mọi nhiệm vụ đang mở trong phiên tới.")
    ] = False,
) -> int:
    """Khám: điều gì đang kẹt hoặc im lặng, và cách chữa; mã thoát 1 khi có lỗi."""
    with opened(ctx, any_revision=clear is None and not wake) as app:
        if clear is not None:
            return _clear(ctx, app, clear, note=note)
        if wake:
            return _wake(ctx, app)
        found, facts = _examined(ctx, app, as_json=as_json)
        zone = app.office.zone
    if as_json:
        emit(_report(found, facts, zone=zone))
    else:
        _print(found, facts)
    return 0 if found.is_healthy else FINDINGS


def _examined(
    ctx: typer.Context, app: "App", *, as_json: bool
) -> tuple["Findings", dict[str, Any]]:
    from sqlalchemy.exc import OperationalError, ProgrammingError

    from dondoc.premises import Premises
    from engine import diagnosis

    found = diagnosis.Findings()
    premises = Premises(settings=app.settings, config=settings_file(ctx))
    try:
        is_live = diagnosis.examine(
            app.database,
            rules=app.rules,
            at=app.clock.now(),
            is_paused=app.settings.mail.mode == "paused",
            found=found,
        )
        _add_lost(app, found)
        facts = diagnosis.facts(app.database)
        kept = _kept(app)
    except (OperationalError, ProgrammingError) as problem:
        # What the exit code says to people, a program reads in the answer.
        if as_json:
            _add_trouble(found, problem)
            emit(_report(found, premises.facts(), zone=app.office.zone))
        raise
    premises.examine(found, is_live=is_live, kept=kept)
    return found, {"at": app.clock.now().isoformat(), **facts, **premises.facts()}


def _kept(app: "App") -> "list[Kept]":
    from engine.commands import evidence

    with app.database.read() as tx:
        return evidence.all_kept(tx)


def _add_lost(app: "App", found: "Findings") -> None:
    """Add that the database is older than it once was, where nothing has noticed it yet."""
    from dondoc.service import mark

    if any(one.code == "database_restored" for one in found.listed):
        return
    try:
        lost = mark(app).lost(app.database, at=app.clock.now(), is_start=False)
    except BadInput as unreadable:
        (fault, *_) = unreadable.faults
        found.add("database_restored", fault.place, fault.problem, cure=fault.cure)
        return
    if lost is not None:
        found.add(
            "database_restored",
            "database",
            f"cơ sở dữ liệu cũ hơn bản đã từng dùng: {lost.words}; lần chạy tới sẽ giữ thư lại",
            cure="dondoc run, xem thư chờ: dondoc mail list, rồi: dondoc mail resume --as MÃ "
            "--from LÚC",
            since=lost.since,
        )


def _add_trouble(found: "Findings", problem: "DBAPIError") -> None:
    first = str(problem.orig or problem).strip().partition("\n")[0]
    if any(words in str(problem) for words in NO_TABLES):
        found.add("database_outdated", "database", first, cure="dondoc db upgrade")
    else:
        found.add("database_unreachable", "database", first,
                  cure="kiểm tra database.url và máy chủ cơ sở dữ liệu")  # fmt: skip


def _clear(ctx: typer.Context, app: "App", name: str, *, note: str) -> int:
    from engine.commands import alerts

    with app.database.begin() as tx:
        cleared = alerts.clear(tx, name, actor=app.operator, note=note, at=app.clock.now())
    for message in cleared:
        say(ctx, f"Đã xử lý: {clean(message)}")
    return 0


def _wake(ctx: typer.Context, app: "App") -> int:
    from engine.commands import timers

    with app.database.begin() as tx:
        woken = timers.wake(tx, actor=app.operator, rules=app.rules, at=app.clock.now())
    say(ctx, f"Sẽ xét lại {woken} nhiệm vụ trong phiên tới; điều đã báo không báo lại.")
    return 0


def _report(found: "Findings", facts: dict[str, Any], *, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "healthy": found.is_healthy,
        "findings": [_shown(one, zone=zone) for one in found.listed],
        "more": found.more,
        "facts": facts,
    }


def _shown(one: "Finding", *, zone: ZoneInfo) -> dict[str, Any]:
    since: datetime | None = one.since
    return {**asdict(one), "since": since.astimezone(zone).isoformat() if since else None}


def _print(found: "Findings", facts: dict[str, Any]) -> None:
    for one in found.listed:
        line(f"{_SEVERITIES[one.severity]}  {one.code}  {clean(one.subject)}")
        line(f"    {clean(one.message)}")
        line(f"    Cách chữa: {clean(one.cure)}")
    for code, number in found.more.items():
        line(f"...và {number} {code} nữa.")
    if found.listed:
        line("")
    if facts.get("database"):
        line(_database(facts["database"]))
    line("Ổn." if found.is_healthy else "KHÔNG ỔN: có lỗi phải xử lý.")


def _database(known: dict[str, Any]) -> str:
    size = f"{known['size_bytes'] / _MEGABYTE:.0f} MB, bản {known['revision']}"
    if known["kind"] != "sqlite":
        return f"PostgreSQL {known['version']}, {size}"
    why = " (bản này không an toàn với WAL nên dùng nhật ký cuộn lùi)"
    aside = why if known["has_wal_reset_bug"] else ""
    return f"SQLite {known['version']}, nhật ký {known['journal']}{aside}, {size}"
