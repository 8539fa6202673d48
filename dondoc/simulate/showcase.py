"""The sample plan played into a folder that is kept: its messages, its database, its settings.

It tells nothing; what happened is in the story it returns.
"""

import os
import shutil
from dataclasses import dataclass, replace
from importlib.resources import as_file, files
from pathlib import Path

from config.sources import load_settings
from dondoc.bootstrap import App, build
from dondoc.simulate.output import Line
from dondoc.simulate.player import Explain, Watch, play
from dondoc.simulate.reading import read_scenario
from dondoc.simulate.scenario import Scenario
from dondoc.simulate.story import Sent, Story
from engine.audit.entries import say_clock_is_pinned
from engine.errors import BadInput, Fault
from engine.oserrors import os_words

#: By this file a folder is known to be ours, to be emptied and filled again.
_MARK = ".dondoc-demo"
_MAIL, _DATABASE, _SETTINGS = "thu", "dondoc.db", "dondoc.toml"
#: What SQLite and a service that runs lay beside the database.
_BESIDE = ("-journal", "-wal", "-shm", ".run-lock")
_STATE = "var"
_OWN_SETTINGS = """\
# Cấu hình của phần diễn thử, do `dondoc demo` viết; cứ diễn lại là viết lại.
state_dir = "{state}"

[org]
name = "{name}"

[database]
url = "sqlite:///{database}"

[mail]
mode = "trial"
trial_dir = "{mail}"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The play and where it is kept; `mail` holds one file per message."""

    scenario: Scenario
    story: Story
    folder: Path
    mail: Path
    files: int

    def closing_lines(self, *, program: str = "dondoc") -> list[Line]:
        """Return what is said when it is over: the audit record, and where everything lies.

        Args:
            program: What starts this program, as it is typed.
        """
        audit = self.story.audit
        zone = self.scenario.office.zone
        counted = f"Nhật ký kiểm toán: {audit.entries} mục trong {audit.blocks} khối, "
        good = Line("good", counted + "đã xác minh, không sai lệch.")
        bad = Line("bad", counted + f"KHÔNG khớp: {audit.problem}")
        pinned = f"DONDOC_NOW={self.scenario.until.astimezone(zone):%Y-%m-%dT%H:%M}"
        settings = self.folder / _SETTINGS
        return [
            good if audit.is_verified else bad,
            Line("plain", f"Thư nằm tại: {self.mail} ({self.files} tệp .eml)"),
            Line("quiet", f"Xem tiếp: {pinned} {program} --config {settings} task list"),
        ]


def opened(shown: Shown) -> App:
    """Return the office of the play where it ended: its clock goes on from there.

    Whoever opens its page may be anybody in it.
    """
    settings = load_settings(shown.folder / _SETTINGS, {})
    until = {"DONDOC_NOW": shown.scenario.until.isoformat()}
    say_clock_is_pinned()
    return replace(build(settings, until, ticking=True), is_demo=True)


def sample_year() -> Scenario:
    """Return the scenario of the sample plan."""
    sample = files("dondoc.demo").joinpath("year.yaml")
    with as_file(sample) as path:
        return read_scenario(path)


def show(
    scenario: Scenario,
    folder: Path,
    *,
    watch: Watch = lambda _: None,
    explain: Explain = str,
) -> Shown:
    """Play a scenario into a folder and return what came of it.

    Raises:
        BadInput: the folder holds something that is not ours, or cannot be written.
    """
    _clear(folder)
    story = play(scenario, watch=watch, explain=explain, keep=folder / _DATABASE)
    mail = folder / _MAIL
    mail.mkdir(mode=0o700)
    zone = scenario.office.zone
    written = 0
    for message in story.messages:
        for at in message.taken_at:
            written += 1
            name = f"{at.astimezone(zone):%Y%m%d-%H%M}-{message.to}-{message.kind}-{written}.eml"
            _write(mail / name, message)
    settings = _OWN_SETTINGS.format(
        name=scenario.units[0].name, database=_DATABASE, mail=_MAIL, state=_STATE
    )
    (folder / _SETTINGS).write_text(settings, encoding="utf-8")
    return Shown(scenario=scenario, story=story, folder=folder, mail=mail, files=written)


def choose_folder(state_home: Path) -> Path:
    """Return ./dondoc-demo, or a folder among the user's state where this one cannot be written."""
    here = Path.cwd()
    if os.access(here, os.W_OK):
        return here / "dondoc-demo"
    return state_home / "dondoc" / "demo"


def _clear(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        strange = [one for one in folder.iterdir() if one.name not in _OURS]
        if strange or (any(folder.iterdir()) and not (folder / _MARK).exists()):
            problem = f"đã có {(strange or [folder])[0].name!r}, không phải do phần diễn thử tạo"
            fault = Fault(
                place=str(folder), problem=problem, cure="dời đi, hoặc chạy ở thư mục khác"
            )
            raise BadInput(source="demo", faults=[fault])
        (folder / _MARK).touch()
        for name in (_MAIL, _STATE):
            shutil.rmtree(folder / name, ignore_errors=True)
        for name in _OURS - {_MARK, _MAIL, _STATE}:
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        problem = f"không ghi được ({os_words(error)})"
        fault = Fault(place=str(folder), problem=problem, cure="chạy ở một thư mục ghi được")
        raise BadInput(source="demo", faults=[fault]) from error


_OURS = {_MARK, _MAIL, _STATE, _SETTINGS, _DATABASE, *(_DATABASE + each for each in _BESIDE)}


def _write(path: Path, message: Sent) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(message.content)
