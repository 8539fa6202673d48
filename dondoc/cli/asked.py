"""What was asked of leaders, as lines and tables: obstacles, extensions, what came of them."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import typer

from dondoc.cli.door import opened, say
from dondoc.cli.output import columns, emit, emit_list, line
from dondoc.words import term
from engine.plaintext import clean

_NONE = {
    "extension": "Không có đề nghị gia hạn nào.",
    "obstacle": "Không có vướng mắc nào.",
}


def list_asked(ctx: typer.Context, kind: str, *, every: bool, limit: int, as_json: bool) -> None:
    """List the requests of a kind that wait for an answer, or every one, oldest first."""
    from engine import requests

    with opened(ctx) as app, app.database.read() as tx:
        found = requests.list_requests(tx, kind, rules=app.rules, is_open=not every, limit=limit)
    if as_json:
        emit_list(f"{kind}s", found)
        return
    print_requests(found)
    if not found:
        say(ctx, _NONE[kind])


def show_asked(ctx: typer.Context, kind: str, address: str, *, as_json: bool) -> None:
    """Show the request that an address means, or all of that kind about the task it means."""
    from engine import requests

    with opened(ctx) as app, app.database.read() as tx:
        found = requests.show_request(tx, address, kind=kind, rules=app.rules)
    if as_json:
        emit({f"{kind}s": found})
        return
    for number, one in enumerate(found):
        if number:
            line("")
        _print_whole(one)
    if not found:
        say(ctx, _NONE[kind])


def print_requests(found: Sequence[dict[str, Any]]) -> None:
    """Print requests as a table; nothing where there are none."""
    if not found:
        return
    columns(
        ("MÃ", "NGÀY", "AI", "VIỆC", "TÌNH TRẠNG", "TRẢ LỜI"),
        [
            (one["code"], day(one["asked_on"]), _who(one), asks(one), term(one["state"]),
             answers(one))
            for one in found
        ],
    )  # fmt: skip


def _print_whole(one: dict[str, Any]) -> None:
    line(f"{one['plan']}/{one['code']}  {term(one['state'])}")
    line(clean(one["title"]))
    columns(("", ""), [row for row in _rows(one) if row[1]])


def asks(one: dict[str, Any]) -> str:
    """Return what is asked, in one line."""
    if one["kind"] == "extension":
        overdue = one["overdue_working_days"]
        late = f", khi đã quá hạn {overdue} ngày làm việc" if overdue else ""
        return f"xin đến {day(one['due_asked'])}{late}{_because(one['reason'])}"
    wanted = f"; đề nghị: {one['wanted']}" if one["wanted"] else ""
    return f"{term(one['category'])}: {one['reason']}{wanted}"


def answers(one: dict[str, Any]) -> str:
    """Return what came of it, in one line; empty while it is open."""
    parts = []
    if one["kind"] == "extension" and one["due_granted"]:
        parts.append(f"đến {day(one['due_granted'])}")
    if one["kind"] == "obstacle" and one["pause"]:
        first, last = one["pause"]["from"], one["pause"]["to"]
        parts.append(f"tạm dừng {day(first)} - {day(last)}")
    if one["answer"]:
        parts.append(one["answer"])
    said = "; ".join(parts)
    if one["answered_by"]:
        said += f" ({one['answered_by']}, {day(one['answered_on'])})"
    return said.strip()


def day(value: date | None) -> str:
    """Return a local date as people write it."""
    return value.strftime("%d/%m/%Y") if value else ""


def _rows(one: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "Nhiệm vụ", f"{one['plan']}/{one['task']}"
    yield "Người nêu", f"{_who(one)}, ngày {day(one['asked_on'])}"
    yield "Gửi tới", one["addressee"] or ""
    if one["kind"] == "obstacle":
        yield "Loại", term(one["category"])
        yield "Vướng mắc", one["reason"]
        yield "Đề nghị", one["wanted"] or ""
        yield "Minh chứng", "; ".join(one["evidence"])
    else:
        yield "Lần", str(one["number"])
        yield "Hạn khi xin", day(one["due_from"])
        yield "Xin đến", day(one["due_asked"])
        overdue = one["overdue_working_days"]
        yield "Khi xin", f"đã quá hạn {overdue} ngày làm việc" if overdue else ""
        yield "Lý do", one["reason"]
    yield "Trả lời", answers(one)


def _who(one: dict[str, Any]) -> str:
    behalf = one["on_behalf_of"]
    return f"{one['asked_by']} (thay {behalf})" if behalf else one["asked_by"]


def _because(reason: str) -> str:
    return f": {reason}" if reason else ""
