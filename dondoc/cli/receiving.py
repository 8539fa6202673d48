"""`mail receive`: what came back to our sender, from a file, a mailbox folder or a pipe."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dondoc.cli.door import AsJson, opened, read_file, say
from dondoc.cli.failure import FINDINGS
from dondoc.cli.output import emit_list
from engine.errors import BadInput, Fault
from engine.plaintext import clean

if TYPE_CHECKING:
    from engine.commands.inbound import Taken

#: So many files that could not be read are named.
_NAMED = 10

_KINDS = {
    "bounce": "bị trả lại",
    "delay": "bị hoãn",
    "auto_reply": "trả lời tự động",
    "reply": "thư trả lời",
}


def receive(
    ctx: typer.Context,
    source: Annotated[
        str,
        typer.Argument(
            metavar="TỆP",
            help="Tệp thư (.eml, mbox), thư mục Maildir, hoặc - để đọc từ ống dẫn.",
        ),
    ],
    as_json: AsJson = False,
) -> int:
    """Nhận thư gửi về địa chỉ người gửi: thư bị trả lại, trả lời tự động, thư trả lời."""
    from dondoc.mail import inbound as reader
    from engine.commands import inbound

    done: list[Taken] = []
    unread: list[Fault] = []
    with opened(ctx) as app:
        most = app.settings.mail.bounces_before_failing
        for octets in _mails(source, unread):
            for mail in reader.split(octets):
                with app.database.begin() as tx:
                    taken = inbound.take_in(
                        tx, reader.read(mail), most=most, rules=app.rules, at=app.clock.now(),
                        actor=app.operator,
                    )  # fmt: skip
                done.append(taken)
    if as_json:
        emit_list("received", [_shown(one) for one in done])
    else:
        _tell(ctx, done)
    for one in unread[:_NAMED]:
        say(ctx, f"bỏ qua: {clean(str(one))}")
    if len(unread) > _NAMED:
        say(ctx, f"bỏ qua: và {len(unread) - _NAMED} tệp nữa")
    return FINDINGS if unread else 0


def _tell(ctx: typer.Context, done: "Sequence[Taken]") -> None:
    """Say what became of each mail; a folder holds what was taken in before, told in one line."""
    known = sum(not one.is_new for one in done)
    for one in done:
        if one.is_new or len(done) == 1:
            say(ctx, _sentence(one))
    if known and len(done) > 1:
        say(ctx, f"{known} thư đã nhận trước đó, không tính lại.")
    if not done:
        say(ctx, "Không có thư nào.")


def _mails(source: str, unread: list[Fault]) -> Iterator[bytes]:
    """Yield the bytes of each file that is meant.

    What cannot be read in a folder is added to `unread`: one file keeps nobody's bounce back, and
    a server may move a mail while it is looked at.

    Raises:
        BadInput: there is no such file, or it cannot be read.
    """
    from dondoc.mail.inbound import LARGEST_BYTES

    if source == "-":
        yield sys.stdin.buffer.read(LARGEST_BYTES)
        return
    path = Path(source)
    if not path.is_dir():
        yield read_file(path)
        return
    # Of a Maildir only what was delivered; of any other folder what is in it.
    places = [path / name for name in ("new", "cur") if (path / name).is_dir()] or [path]
    files = sorted(one for place in places for one in place.iterdir() if one.is_file())
    for one in files:
        try:
            octets = read_file(one)
        except BadInput as error:
            unread += error.faults
        else:
            yield octets


def _sentence(one: "Taken") -> str:
    what = _KINDS.get(one.kind, one.kind)
    about = clean(one.reference or "không rõ về thư nào")
    if not one.is_new:
        return f"{what}: {about}; đã nhận trước đó, không tính lại."
    whose = f", gửi cho {clean(one.person)}" if one.person else ""
    failing = "; không gửi tới địa chỉ này nữa" if one.is_failing else ""
    instead = f"; báo thay: {', '.join(one.told_instead)}" if one.told_instead else ""
    return f"{what}: {about}{whose}{failing}{instead}."


def _shown(one: "Taken") -> dict[str, Any]:
    return {**asdict(one), "told_instead": list(one.told_instead)}
