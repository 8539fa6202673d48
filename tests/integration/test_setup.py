"""`scripts/setup.sh` on machines that lack something; nothing is downloaded here."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.source import ROOT

#: What a fresh machine has, Python aside.
_ORDINARY = ("bash", "cat", "cksum", "dirname", "id", "rm", "sh")
_LACKS_VENV = '#!/bin/sh\ncase "$*" in *ensurepip*) exit 1;; esac\nexec {python} "$@"\n'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout without an environment."""
    for name in ("constraints.txt", "pyproject.toml"):
        (tmp_path / "checkout").mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / "checkout" / name)
    shutil.copytree(ROOT / "scripts", tmp_path / "checkout" / "scripts")
    return tmp_path / "checkout"


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """The only folder of programs of a machine with nothing on it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in _ORDINARY:
        found = shutil.which(name)
        assert found, name
        (folder / name).symlink_to(found)
    return folder


@pytest.mark.parametrize("script", ["demo", "test", "check"])
def test_a_machine_without_python_is_told_which_one_is_needed(
    checkout: Path, programs: Path, script: str
) -> None:
    answer = _run(checkout / "scripts" / script, programs)

    assert answer.returncode == 69
    assert "Cần Python 3.11 trở lên" in answer.stderr
    assert not (checkout / ".venv").exists()


def test_a_machine_without_venv_is_told_what_to_install(checkout: Path, programs: Path) -> None:
    python = shutil.which("python3", path=os.defpath) or shutil.which("python3")
    fake = programs / "python3"
    fake.write_text(_LACKS_VENV.format(python=python))
    fake.chmod(0o755)

    answer = _run(checkout / "scripts" / "test", programs)

    assert answer.returncode == 69
    assert "sudo apt-get install python3." in answer.stderr
    assert "-venv" in answer.stderr


def test_an_environment_that_is_ready_is_used_as_it_is(checkout: Path, programs: Path) -> None:
    ready = checkout / ".venv" / "bin"
    ready.mkdir(parents=True)
    (ready / "python").write_text('#!/bin/sh\necho "ran $*"\n')
    (ready / "python").chmod(0o755)
    # Looked for and not started.
    (programs / "chromium").symlink_to("/bin/true")
    whole = f'source "{checkout}/scripts/setup.sh"; stamp >"$ROOT/.venv/stamp"'
    subprocess.run(["bash", "-c", whole], check=True, env={"PATH": str(programs)})  # noqa: S607

    answer = _run(checkout / "scripts" / "test", programs, "-k", "one thing")

    assert answer.returncode == 0, answer.stderr
    assert answer.stdout == "ran -m pytest -k one thing\n"
    assert answer.stderr == ""


def _run(script: Path, programs: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", script, *arguments],  # noqa: S607
        env={"PATH": str(programs)},
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
