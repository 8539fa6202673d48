"""The same durable change by us and by our peers: one server, one run, round after round in turn.

A task goes from one state to the next with a row of history, and is committed. Each side runs in
processes of its own: ours in this environment, the peers in one that this program makes.

    python bench/peers.py --database postgresql://... [--install] [--quick] [--json]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Final
from uuid import uuid4

import psycopg
from sqlalchemy.engine import make_url

from dondoc.bench import stage

_HERE: Final = Path(__file__).resolve().parent
_VENV: Final = _HERE.parent / ".venv-peers"
#: Side to the table its history is in.
_PEERS: Final = {
    "with_django": "django_fsm_log_statelog",
    "with_statemachine": "history",
    "with_spiff": "history",
    "with_dbos": "history",
}
_NAMES: Final = {
    "ours": "dondoc",
    "with_django": "django-fsm-2 + django-fsm-log",
    "with_statemachine": "python-statemachine + SQLAlchemy",
    "with_spiff": "SpiffWorkflow",
    "with_dbos": "DBOS",
}
_FINDINGS, _UNAVAILABLE = 1, 69


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """Rounds, changes of each client in a round, and changes before anything is measured."""

    rounds: int
    each: int
    warm_up: int

    def of_one(self) -> int:
        """Return how many subjects one client uses up."""
        return self.warm_up + self.rounds * self.each


_QUICK: Final = Effort(rounds=7, each=25, warm_up=10)
_FULL: Final = Effort(rounds=15, each=80, warm_up=40)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One side with so many clients; `ratio` is its rate as a share of ours."""

    side: str
    clients: int
    rate: float
    ratio: float
    unit: str = "changes/s"


class Client:
    """One process of one side."""

    def __init__(self, python: str, side: str, url: str, *, first: int) -> None:
        """Start it and wait until it is connected."""
        self._next = first
        self._process = subprocess.Popen(
            [python, str(_HERE / "client.py"), side, url, "serve"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=_environment(),
        )  # fmt: skip
        self.wait("ready")

    def begin(self, count: int) -> None:
        """Have so many changes made; returns at once."""
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        self._process.stdin.write(f"{self._next} {count}\n")
        self._process.stdin.flush()
        self._next += count

    def wait(self, word: str = "done") -> None:
        """Wait for the answer.

        Raises:
            RuntimeError: the process ended, or said something else.
        """
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        said = self._process.stdout.readline().strip()
        if said != word:
            message = f"{self._process.args}: {said!r}, not {word!r}"
            raise RuntimeError(message)

    def close(self) -> None:
        """End it."""
        self._process.communicate(timeout=30)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every side and print the table; 1 if a peer is ahead of us."""
    told = _parser().parse_args(arguments)
    python = Path(told.venv) / "bin" / "python"
    if told.install:
        _install(Path(told.venv))
    if not python.exists():
        sys.stderr.write(f"{told.venv}: the peers are not installed; add --install\n")
        return _UNAVAILABLE
    effort = _QUICK if told.quick else _FULL
    lines: list[Line] = []
    for clients in told.clients:
        lines += _measured(told.database, str(python), effort, clients=clients)
    if told.json:
        print(json.dumps({"rows": [asdict(line) for line in lines]}))  # noqa: T201 - the answer
    else:
        _table(lines)
    ahead = [line for line in lines if line.side != "dondoc" and line.ratio >= 1]
    return _FINDINGS if ahead else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="peers.py", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--database",
        required=True,
        metavar="URL",
        help="PostgreSQL on which databases may be made; they are dropped again",
    )
    parser.add_argument("--venv", default=str(_VENV), help="where the peers are (%(default)s)")
    parser.add_argument("--install", action="store_true", help="make that environment first")
    parser.add_argument(
        "--clients", type=int, nargs="+", default=[1, 4], help="how many at once (%(default)s)"
    )
    parser.add_argument("--quick", action="store_true", help="a few rounds only")
    parser.add_argument("--json", action="store_true", help="rows instead of a table")
    return parser  # fmt: skip


def _install(where: Path) -> None:
    venv.create(where, with_pip=True)
    pip = [str(where / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    requirements = str(_HERE / "requirements.txt")
    subprocess.run(
        [*pip, "install", "--quiet", "--require-hashes", "-r", requirements],
        check=True, stdout=sys.stderr,
    )  # fmt: skip


def _measured(server: str, python: str, effort: Effort, *, clients: int) -> list[Line]:
    subjects = clients * effort.of_one()
    rates: dict[str, list[float]] = {side: [] for side in _NAMES}
    with ExitStack() as open_:
        teams: dict[str, list[Client]] = {}
        ready = open_.enter_context(stage.postgresql(server, subjects))
        urls = {"ours": ready.url}
        for side in _PEERS:
            urls[side] = open_.enter_context(_database(server))
            _run(python, side, urls[side], "prepare", str(subjects))
        for side, url in urls.items():
            runs_in = sys.executable if side == "ours" else python
            teams[side] = []
            for number in range(clients):
                client = Client(runs_in, side, url, first=number * effort.of_one())
                open_.callback(client.close)
                teams[side].append(client)
        for team in teams.values():
            _turn(team, effort.warm_up)
        for _ in range(effort.rounds):
            for side, team in teams.items():
                rates[side].append(clients * effort.each / _turn(team, effort.each))
        for side, table in _PEERS.items():
            _require_history(urls[side], table, subjects)
    return _lines(rates, clients=clients)


def _turn(team: Sequence[Client], count: int) -> float:
    """Have a side work and return how long its slowest client took, in seconds."""
    began = perf_counter()
    for client in team:
        client.begin(count)
    for client in team:
        client.wait()
    return perf_counter() - began


def _lines(rates: dict[str, list[float]], *, clients: int) -> list[Line]:
    found = {side: statistics.median(each) for side, each in rates.items()}
    return [
        Line(
            side=_NAMES[side],
            clients=clients,
            rate=round(rate, 1),
            ratio=round(rate / found["ours"], 3),
        )
        for side, rate in found.items()
    ]


def _require_history(url: str, table: str, expected: int) -> None:
    """Raise where a side was fast because it did not do the work."""
    with psycopg.connect(url) as tx:
        row = tx.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
    if row != (expected,):
        message = f"{table}: {row} rows of history, not {expected}"
        raise RuntimeError(message)


@contextmanager
def _database(server: str) -> Iterator[str]:
    name = f"peers_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE template0'.encode())
    try:
        url = make_url(server).set(database=name)
        yield url.render_as_string(hide_password=False)
    finally:
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def _run(python: str, side: str, *arguments: str) -> None:
    client = str(_HERE / "client.py")
    subprocess.run([python, client, side, *arguments], check=True, env=_environment())


def _environment() -> dict[str, str]:
    """Return what a side is started with: nothing of ours but where this checkout is."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(_HERE.parent), "PYTHONDONTWRITEBYTECODE": "1"}


def _table(lines: Sequence[Line]) -> None:
    for line in lines:
        print(  # noqa: T201 - the answer
            f"{line.clients} client{'s' if line.clients > 1 else ' '}  {line.side:34}"
            f"{line.rate:10.0f} {line.unit}{line.ratio:8.2f} of ours"
        )


if __name__ == "__main__":
    sys.exit(main())
