"""`dondoc run` with little patience, for tests that cannot wait four minutes.

Started as `python -m tests.support.impatient_run FOLDER URL SECONDS [mute]`; `mute` has the thread
that wakes the parts die after a while.
"""

import signal
import sys
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest import mock

from apscheduler.schedulers.background import BackgroundScheduler

from config.settings import Settings
from dondoc.bootstrap import build
from dondoc.service import service

_WAKES = 3


def main(folder: str, url: str, seconds: str, how: str = "") -> None:
    """Live until told to stop, or until a part is stuck."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    if how == "mute":
        _mute()
    settings = Settings.model_validate(
        {"state_dir": folder, "database": {"url": url}, "org": {"name": "Sở Thử"}}
    )
    app = build(settings, {})
    replace(service(app), patience=timedelta(seconds=float(seconds))).live(stop)
    app.close()


def _mute() -> None:
    process, calls = BackgroundScheduler._process_jobs, iter(range(_WAKES))

    def dying(scheduler: Any) -> Any:
        if next(calls, None) is None:
            raise SystemExit
        return process(scheduler)

    mock.patch.object(BackgroundScheduler, "_process_jobs", dying).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
