"""The project's own source, as the architecture tests look at it."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("config", "dondoc", "engine", "scheduler", "workflows")
#: Made by tools and people beside the project; never part of it.
_NOT_OURS = (".git", "build", "dist", "var", "__pycache__")


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One Python file: where it is, its text and its tree."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def place(self) -> str:
        return self.path.relative_to(ROOT).as_posix()


def files() -> list[Path]:
    """Return the files of the project: what git keeps, or would keep if it were asked."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = [name.decode() for name in listed.stdout.split(b"\0") if name]
        return sorted(ROOT / name for name in names if (ROOT / name).is_file())
    return sorted(path for path in ROOT.rglob("*") if path.is_file() and not _is_left_over(path))


def modules(*folders: str) -> list[Module]:
    """Return the parsed Python files of some top-level folders."""
    found = []
    for path in files():
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in folders:
            text = path.read_text(encoding="utf-8")
            found.append(Module(path=path, text=text, tree=ast.parse(text)))
    return found


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a module, methods and inner functions too."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _is_left_over(path: Path) -> bool:
    first = path.relative_to(ROOT).parts
    return any(part in _NOT_OURS or (part.startswith(".") and part != ".ci") for part in first)
