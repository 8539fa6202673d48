"""`run`, `serve`, `worker`: the service as a whole, its pages alone, what time sets going alone."""

import signal
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from dondoc.cli.door import opened, say
from dondoc.cli.failure import TRY_AGAIN
from engine.errors import BadInput

if TYPE_CHECKING:
    import socket

    from dondoc.bootstrap import App

#: What happens to mail in each mode.
_MODES = {
    "trial": "thư giữ thành tệp (chế độ thử), không gửi đi (mail.mode = trial)",
    "live": "thư gửi thật (mail.mode = live)",
    "paused": "thư tạm dừng (mail.mode = paused)",
}

Host = Annotated[str | None, typer.Option("--host", metavar="ĐỊA-CHỈ", help="Thay cho web.host.")]
Port = Annotated[
    int | None,
    typer.Option("--port", min=0, max=65535, help="Thay cho web.port; 0 là cổng trống bất kỳ."),
]


def run(ctx: typer.Context, host: Host = None, port: Port = None) -> int:
    """Chạy thường trực: trang web, quét, gửi thư, niêm nhật ký; dừng bằng Ctrl+C hoặc SIGTERM."""
    from dondoc.running import alone
    from dondoc.service import service
    from dondoc.web.app import create
    from dondoc.web.serving import served, with_address

    stop = stop_by_signals()
    with opened(ctx, ticking=True) as opened_app, alone(opened_app.database):
        _require_durable(opened_app)
        listener = _listen(opened_app, host=host, port=port)
        app = with_address(opened_app, listener)
        parts = service(app)
        with served(create(app, sweeps=True), listener, stop) as pages:
            say(ctx, f"Đang chạy tại {app.settings.web.base_url}; {_MODES[app.settings.mail.mode]}."
                     " Dừng: Ctrl+C.")  # fmt: skip
            _offer_set_up(ctx, app)
            parts.live(stop)
    return _farewell(ctx, has_failed=pages.has_failed)


def serve(ctx: typer.Context, host: Host = None, port: Port = None) -> int:
    """Chỉ phục vụ trang web; nhắc việc và gửi thư do tiến trình khác làm (worker hoặc run)."""
    from dondoc.web.app import create
    from dondoc.web.serving import served, with_address

    stop = stop_by_signals()
    with opened(ctx, ticking=True) as opened_app:
        _require_durable(opened_app)
        listener = _listen(opened_app, host=host, port=port)
        app = with_address(opened_app, listener)
        with served(create(app), listener, stop) as pages:
            say(ctx, f"Trang web tại {app.settings.web.base_url}. Dừng: Ctrl+C.")
            _offer_set_up(ctx, app)
            stop.wait()
    return _farewell(ctx, has_failed=pages.has_failed)


def worker(ctx: typer.Context) -> None:
    """Chỉ quét, gửi thư, niêm nhật ký; không có trang web."""
    from dondoc.running import alone
    from dondoc.service import service

    stop = stop_by_signals()
    with opened(ctx, ticking=True) as app, alone(app.database):
        _require_durable(app)
        parts = service(app)
        say(ctx, f"Đang chạy, không có trang web; {_MODES[app.settings.mail.mode]}. Dừng: Ctrl+C.")
        parts.live(stop)
    _farewell(ctx, has_failed=False)


def stop_by_signals() -> threading.Event:
    """Return what is set when the process is asked to end."""
    stop = threading.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: stop.set())
    return stop


def _require_durable(app: "App") -> None:
    from engine.database import durability_faults

    faults = durability_faults(app.database)
    if faults:
        raise BadInput(source=app.database.dialect, faults=faults)


def _listen(app: "App", *, host: str | None, port: int | None) -> "socket.socket":
    from dondoc.web.serving import listen

    web = app.settings.web
    return listen(host or web.host, web.port if port is None else port)


def _offer_set_up(ctx: typer.Context, app: "App") -> None:
    """Show the way in where nobody runs the machine yet."""
    from dondoc.invitation import offer_setup

    link = offer_setup(app)
    if link is not None:
        say(ctx, f"Chưa có quản trị. Mở liên kết này trong 24 giờ để thiết lập:\n  {link}")


def _farewell(ctx: typer.Context, *, has_failed: bool) -> int:
    if has_failed:
        say(ctx, "Trang web đã dừng ngoài ý muốn; xem nhật ký chương trình, rồi chạy lại.")
        return TRY_AGAIN
    say(ctx, "Đã dừng; lần chạy sau sẽ làm tiếp.")
    return 0
