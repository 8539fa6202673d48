"""The comparison with peers: its command line, and where the peers are installed a short run."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.postgres import Server

ROOT = Path(__file__).resolve().parents[3]
PEERS = ROOT / "bench" / "peers.py"
VENV = ROOT / ".venv-peers"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(PEERS), *arguments],
        capture_output=True, text=True, check=False, cwd=ROOT, env={"PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def test_the_comparison_says_what_it_compares_and_what_it_needs() -> None:
    told = run("--help")

    assert told.returncode == 0
    assert "--database URL" in told.stdout
    assert "--install" in told.stdout


def test_peers_that_are_not_installed_are_named_and_nothing_is_measured(tmp_path: Path) -> None:
    told = run("--database", "postgresql:///nowhere", "--venv", str(tmp_path / "none"))

    assert told.returncode == 69
    assert "--install" in told.stderr
    assert told.stdout == ""


def test_a_short_run_measures_every_side(postgres_server: Server) -> None:
    if not VENV.exists():
        pytest.skip(f"{VENV.name} is not there: bench/peers.py --install makes it")

    told = run("--database", postgres_server.admin_url, "--quick", "--clients", "1", "--json")

    rows = json.loads(told.stdout)["rows"]
    assert len(rows) == 5
    assert all(row["rate"] > 0 for row in rows)
