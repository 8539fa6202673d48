"""What the project is made of: its files, its wheel, and what it never names."""

import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.support.network import OutsideNetworkError
from tests.support.source import PACKAGES, ROOT, files

_CONVENTIONAL = (
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "constraints.txt",
    "docs/glossary.md",
    "pyproject.toml",
)
_PROGRAMS = (".ci/run", "scripts/check", "scripts/demo", "scripts/lock", "scripts/test")
#: Written in two pieces, so that this file does not name what it forbids.
_REGISTRY_HOSTS = ("pypi" + ".org", "python" + "hosted.org", "npmjs" + ".org", "npmjs" + ".com")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names in a wheel built as a release would be, without network or isolation."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return zipfile.ZipFile(next(folder.glob("*.whl"))).namelist()


def test_the_wheel_holds_the_five_packages_and_nothing_else(wheel: list[str]) -> None:
    """Without an explicit list the backend silently packs one package of five."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]

    top_level = {name.partition("/")[0] for name in wheel}

    assert top_level == {*PACKAGES, f"dondoc-{version}.dist-info"}


def test_the_wheel_holds_every_file_of_the_five_packages(wheel: list[str]) -> None:
    """Law, policy and templates are data: a wheel without them starts and knows nothing."""
    ours = {path.relative_to(ROOT).as_posix() for path in files()}
    ours = {name for name in ours if name.partition("/")[0] in PACKAGES}

    missing = ours - set(wheel)

    assert ours
    assert missing == set()


def test_no_other_distribution_claims_our_packages() -> None:
    """Names as plain as `config` and `engine` could be taken; two owners overwrite each other."""
    claims = importlib.metadata.packages_distributions()

    rivals = {name: set(claims.get(name, ())) - {"dondoc"} for name in PACKAGES}

    assert rivals == {name: set() for name in PACKAGES}


@pytest.mark.parametrize("name", _CONVENTIONAL)
def test_a_newcomer_finds_the_usual_file(name: str) -> None:
    assert (ROOT / name).is_file()
    assert (ROOT / name).stat().st_size > 0


@pytest.mark.parametrize("name", _PROGRAMS)
def test_a_script_runs_without_being_told_how(name: str) -> None:
    assert os.access(ROOT / name, os.X_OK)
    assert (ROOT / name).read_text("utf-8").startswith("#!/usr/bin/env bash\n")


def test_no_file_names_a_registry() -> None:
    """Where packages come from is decided by the machine that installs them."""
    naming = [path for path in files() if any(host in _text(path) for host in _REGISTRY_HOSTS)]

    assert naming == []


def test_dependencies_are_locked_by_hash_and_by_nothing_else() -> None:
    """Another lock file would record registry hosts, and would one day disagree."""
    pinned = (ROOT / "constraints.txt").read_text("utf-8")
    names = {path.name for path in files()}

    pins = re.findall(r"(?m)^[a-z0-9][a-z0-9._-]*==\S+.*\\$", pinned)

    assert len(pins) == len(re.findall(r"(?m)^\S", pinned))
    assert names.isdisjoint({"uv.lock", "poetry.lock", "Pipfile.lock", "pdm.lock", "pylock.toml"})


def test_every_declared_dependency_is_pinned() -> None:
    """A dependency that was added without `scripts/lock` installs on the author's machine only."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = declared["dependency-groups"]
    wanted = [*declared["project"]["dependencies"], *groups["build"]]
    wanted += [entry for entry in groups["dev"] if isinstance(entry, str)]
    pinned = re.findall(r"(?m)^([a-z0-9._-]+)==", (ROOT / "constraints.txt").read_text("utf-8"))

    missing = {_name(requirement) for requirement in wanted} - set(pinned)

    assert missing == set()


def test_a_test_cannot_reach_another_machine() -> None:
    """A test that needs the network fails on the day it matters."""
    import socket

    with socket.socket() as channel, pytest.raises(OutsideNetworkError):
        channel.connect(("192.0.2.1", 25))


def _name(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=~! ;]", requirement)[0]).lower()


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")
