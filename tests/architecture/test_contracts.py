"""Which package may import which; the contracts themselves are in pyproject.toml."""

import logging
from collections.abc import Iterator

import pytest
from importlinter.cli import lint_imports

from tests.support.source import ROOT


@pytest.fixture(autouse=True)
def _loggers_as_they_were() -> Iterator[None]:
    """The linter configures logging, which silences every logger that is there already."""
    known = logging.Logger.manager.loggerDict.values()
    heard = [one for one in known if isinstance(one, logging.Logger) and not one.disabled]
    yield
    for one in heard:
        one.disabled = False


def test_imports_point_inwards(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One arrow the wrong way is how cycles of thirty modules begin."""
    monkeypatch.chdir(ROOT)

    broken = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)

    said = capsys.readouterr().out
    assert broken == 0, said
    assert "0 broken" in said
