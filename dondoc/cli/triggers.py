"""`task start`, `task report` and all the other things a person can do to a task.

One table: what each is called, what it asks for. The commands are made from it, so that every
trigger has the same options for the same things.
"""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dondoc.cli.door import AsPerson, ForPerson, opened, read_date, say, warn
from dondoc.words import term
from engine.errors import Invalid
from engine.plaintext import clean

if TYPE_CHECKING:
    from dondoc.bootstrap import App
    from engine.commands.request import Evidence, Outcome

Code = Annotated[str, typer.Argument(metavar="MÃ", help="Mã nhiệm vụ, hoặc KẾ-HOẠCH/MÃ.")]
_Version = Annotated[
    int | None, typer.Option("--version", help="Chỉ làm nếu nhiệm vụ còn ở phiên bản này.")
]

#: A name like this was meant as a file; taken for a document number, a slip would count as proof.
_LIKE_A_FILE = re.compile(r".*\.(?=\d*[A-Za-z])[A-Za-z0-9]{2,5}", re.DOTALL)

Note = Annotated[str | None, typer.Option("--note", help="Lý do, nội dung.")]
Decision = Annotated[str | None, typer.Option("--decision", help="Số quyết định.")]
Due = Annotated[str | None, typer.Option("--due", metavar="NGÀY", help="Hạn mới.")]
Promise = Annotated[
    str | None, typer.Option("--promise", metavar="NGÀY", help="Ngày hẹn, chờ hết ngày đó.")
]
To = Annotated[str | None, typer.Option("--to", metavar="MÃ", help="Người thực hiện mới.")]
Proof = Annotated[
    list[str] | None,
    typer.Option("--evidence", help="Số văn bản, hoặc tệp (được cất giữ); có thể dùng nhiều lần."),
]
#: Options that only some triggers take, by the field of the request they fill.
_ASKED: Mapping[str, Any] = {
    "note": Note, "decision": Decision, "due": Due, "to": To, "evidence": Proof,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One command: the word typed, the trigger it pulls, what it asks for besides who and what."""

    name: str
    trigger: str
    purpose: str
    asks: tuple[str, ...] = ()


VERBS = (
    Verb(name="start", trigger="start", purpose="Nhận việc, bắt đầu thực hiện."),
    Verb(name="report", trigger="report", purpose="Báo cáo kết quả, kèm minh chứng.",
          asks=("note", "evidence")),
    Verb(name="withdraw", trigger="withdraw", purpose="Rút báo cáo để làm tiếp.",
          asks=("note",)),
    Verb(name="verify", trigger="verify", purpose="Xác nhận kết quả.", asks=("note",)),
    Verb(name="return", trigger="return", purpose="Trả lại để làm tiếp, kèm lý do.",
          asks=("note", "due")),
    Verb(name="cancel", trigger="cancel", purpose="Hủy theo quyết định.",
          asks=("note", "decision")),
    Verb(name="reopen", trigger="reopen", purpose="Mở lại theo quyết định.",
          asks=("note", "decision")),
    Verb(name="reassign", trigger="reassign", asks=("to", "note"),
          purpose="Giao lại cho người khác trong đơn vị chủ trì."),
    Verb(name="set-due", trigger="set_due", purpose="Đặt lại hạn, kèm lý do.",
          asks=("due", "note")),
)  # fmt: skip

#: Takes any number of tasks, and is a command of its own.
URGE = Verb(name="urge", trigger="urge", purpose="Nhắc người thực hiện.", asks=("note",))


def add_to(app: typer.Typer) -> None:
    """Add a command for every trigger, and the one that answers an escalation."""
    for verb in VERBS:
        app.command(verb.name, help=verb.purpose)(_command(verb))
    app.command()(acknowledge)


def acknowledge(
    ctx: typer.Context,
    code: Code,
    *,
    promise: Promise = None,
    note: Note = None,
    actor: AsPerson = None,
    on_behalf_of: ForPerson = None,
    expected_version: _Version = None,
) -> None:
    """Trả lời bậc đã báo: ghi ý kiến và hẹn ngày; các bậc trên chờ hết ngày hẹn."""
    from dondoc import desk
    from engine.commands.acknowledgements import Acknowledged

    promised = read_date(promise, field="--promise") if promise is not None else None
    asked = Acknowledged(task=code, note=note, promise=promised, expected_version=expected_version)
    with opened(ctx) as app:
        by = (actor or app.operator, on_behalf_of)
        done = desk.acknowledge(app.database, asked, by=by, rules=app.rules, at=app.clock.now())
    words = f"đã trả lời, các bậc trên chờ hết {done.hold.through:%d/%m/%Y}"
    say(ctx, f"{done.address}: {words} (phiên bản {done.version}).")


def _command(verb: Verb) -> Callable[..., None]:
    def pull(ctx: typer.Context, code: str, *, actor: str | None = None, **fields: Any) -> None:
        _pull(ctx, verb.trigger, code, actor=actor, **fields)

    # typer reads options off a signature: this one is the table's.
    options: dict[str, Any] = {
        "actor": AsPerson,
        "on_behalf_of": ForPerson,
        "expected_version": _Version,
        **{name: _ASKED[name] for name in verb.asks},
    }
    positional, keyword = inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY
    parameters = [
        inspect.Parameter("ctx", positional, annotation=typer.Context),
        inspect.Parameter("code", positional, annotation=Code),
        *(
            inspect.Parameter(name, keyword, default=None, annotation=annotation)
            for name, annotation in options.items()
        ),
    ]
    pull.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    pull.__annotations__ = {one.name: one.annotation for one in parameters}
    return pull


def _pull(ctx: typer.Context, trigger: str, code: str, *, actor: str | None, **fields: Any) -> None:
    from dondoc.desk import pull
    from engine.commands.request import Request

    if "due" in fields:
        fields["due"] = date_of(fields["due"])
    with opened(ctx) as app:
        if "evidence" in fields:
            fields["evidence"] = proof_of(app, fields["evidence"] or ())
        request = Request(actor=actor or app.operator, trigger=trigger, task=code, **fields)
        done = pull(app.database, request, rules=app.rules, at=app.clock.now())
    say_later(ctx, done)
    say(ctx, f"{done.address}: {moved(done)}")
    warn(ctx, done.warnings)


def say_later(ctx: typer.Context, done: "Outcome", *, at: str = "") -> None:
    """Say which contributions are now due after the task that waits for them; `at` names it."""
    if done.later_parts:
        units = ", ".join(done.later_parts)
        place = f"{at}: " if at else ""
        say(ctx, f"LƯU Ý: {place}phần phối hợp của {units} nay có hạn sau hạn của nhiệm vụ.")


def moved(done: "Outcome") -> str:
    """Return where a request brought its task, in words."""
    if done.told:
        return f"đã nhắc {', '.join(done.told)}."
    if done.from_state == done.to_state:
        due = f", hạn {done.due_on:%d/%m/%Y}" if done.due_on else ""
        return f"{term(done.trigger)}{due} (phiên bản {done.version})."
    return f"{term(done.from_state)} → {term(done.to_state)} (phiên bản {done.version})."


def proof_of(app: "App", texts: Iterable[str]) -> "tuple[Evidence, ...]":
    """Return the evidence that arguments name, each file kept; else a document number each.

    Raises:
        Invalid: one looks like the name of a file, and there is none; nothing is kept then.
        BadInput: a file cannot be read or kept.
    """
    from engine.commands.request import Evidence

    named = [(text, _file_of(text)) for text in texts]
    return tuple(
        app.cabinet.keep(path) if path is not None else Evidence(name=clean(text))
        for text, path in named
    )


def _file_of(text: str) -> Path | None:
    try:
        if Path(text).is_file():
            return Path(text)
    except OSError:
        # Too long for a name: the words of a document, not a file.
        return None
    if _LIKE_A_FILE.fullmatch(text.strip()):
        raise Invalid(field="evidence", problem=f"no such file: {clean(text)}")
    return None


def date_of(text: str | None) -> date | None:
    """Return the date that an option gives, None where it is not given."""
    return read_date(text, field="--due") if text is not None else None
