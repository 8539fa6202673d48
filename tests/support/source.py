"""The project's own source, as the architecture tests look at it."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from weakref import WeakValueDictionary

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("config", "dondoc", "engine", "scheduler", "workflows")
#: Made by tools and people beside the project; never part of it.
_NOT_OURS = (".git", "build", "dist", "var", "__pycache__")


@dataclass(frozen=True, kw_only=True)
class Module:
    """One Python file: where it is, its text and its tree."""

    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def place(self) -> str:
        return self.path.relative_to(ROOT).as_posix()


#: What somebody still looks at, so that the next one need not parse it again.
_seen: WeakValueDictionary[Path, Module] = WeakValueDictionary()


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
    """Return the Python files of some top-level folders; whoever keeps them spares the others."""
    return [
        _module(path)
        for path in files()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in folders
    ]


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a module, methods and inner functions too."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _module(path: Path) -> Module:
    module = _seen.get(path)
    if module is None:
        module = _seen[path] = Module(path=path, text=path.read_text(encoding="utf-8"))
    return module


def _is_left_over(path: Path) -> bool:
    first = path.relative_to(ROOT).parts
    return any(part in _NOT_OURS or (part.startswith(".") and part != ".ci") for part in first)
