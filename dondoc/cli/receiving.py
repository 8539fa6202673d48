"""`mail receive`: what came back to our sender, from a file, a mailbox folder or a pipe."""

import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dondoc.cli.door import AsJson, opened, read_file, say
from dondoc.cli.output import emit_list
from engine.errors import BadInput, Fault
from engine.plaintext import clean

if TYPE_CHECKING:
    from engine.commands.inbound import Taken

#: More mails in one folder are taken in by calling again.
_MOST_FILES = 10_000

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
) -> None:
    """Nhận thư gửi về địa chỉ người gửi: thư bị trả lại, trả lời tự động, thư trả lời."""
    from dondoc.mail import inbound as reader
    from engine.commands import inbound

    done: list[Taken] = []
    with opened(ctx) as app:
        most = app.settings.mail.bounces_before_failing
        for octets in _mails(source):
            for mail in reader.split(octets):
                with app.database.begin() as tx:
                    taken = inbound.take_in(
                        tx, reader.read(mail), most=most, rules=app.rules, at=app.clock.now(),
                        actor=app.operator,
                    )  # fmt: skip
                done.append(taken)
    if as_json:
        emit_list("received", [_shown(one) for one in done])
        return
    for one in done:
        say(ctx, _sentence(one))
    if not done:
        say(ctx, "Không có thư nào.")


def _mails(source: str) -> Iterator[bytes]:
    """Yield the bytes of each file that is meant.

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
    if len(files) > _MOST_FILES:
        fault = Fault(place=source, problem=f"có {len(files)} tệp, tối đa {_MOST_FILES}",
                      cure="chia ra nhiều thư mục")  # fmt: skip
        raise BadInput(source=source, faults=[fault])
    for one in files:
        yield read_file(one)


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
