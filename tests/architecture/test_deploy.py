"""What an administrator copies: files that parse, name each other, and call commands that exist."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from config.settings import Settings
from dondoc.cli.verbs import VERBS

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


@pytest.mark.parametrize("unit", UNITS, ids=lambda one: one.name)
def test_a_unit_starts_a_command_that_exists_and_may_do_little(unit: Path) -> None:
    text = unit.read_text(encoding="utf-8")

    verb = re.search(r"^ExecStart=/opt/dondoc/.venv/bin/dondoc (\w+)$", text, re.MULTILINE)

    assert verb is not None
    assert verb[1] in {one.name for one in VERBS}
    for line in ("DynamicUser=yes", "ProtectSystem=strict", "NoNewPrivileges=yes"):
        assert line in text.splitlines()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
@pytest.mark.parametrize("unit", UNITS, ids=lambda one: one.name)
def test_systemd_understands_every_line_of_a_unit(unit: Path, tmp_path: Path) -> None:
    # The program it names is not installed where tests run.
    here = tmp_path / unit.name
    text = unit.read_text(encoding="utf-8")
    here.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", text, flags=re.MULTILINE))

    done = subprocess.run(
        [str(shutil.which("systemd-analyze")), "verify", "--man=no", str(here)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip

    assert unit.name not in done.stderr
    assert done.returncode == 0


def test_the_containers_name_only_what_is_there() -> None:
    made = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))

    verbs = {one.name for one in VERBS}
    for name in ("web", "worker"):
        service = made["services"][name]
        assert service["command"][1] in verbs
        assert set(service["secrets"]) <= set(made["secrets"])
        assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).exists()
    mounted = [
        volume.partition(":")[0]
        for service in made["services"].values()
        for volume in service.get("volumes", [])
    ]
    for volume in mounted:
        assert (DEPLOY / volume).exists() if volume.startswith("./") else volume in made["volumes"]
    assert set(made["services"]) == {"web", "worker", "database", "caddy"}


def test_the_settings_of_the_containers_are_settings() -> None:
    given = tomllib.loads((DEPLOY / "dondoc.toml").read_text(encoding="utf-8"))

    settings = Settings(**given)

    assert settings.web.base_url.startswith("https:")


def test_every_proxy_keeps_the_numbers_inside() -> None:
    texts = [(DEPLOY / name).read_text(encoding="utf-8") for name in ("Caddyfile", "nginx.conf")]

    assert all("metrics" in text and "404" in text for text in texts)
