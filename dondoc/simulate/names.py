"""Which names a scenario defines, and whether what it mentions is among them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from yaml.nodes import Node

from dondoc.simulate.nodes import Page
from engine.spelling import did_you_mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Codes defined by a scenario; None where that is not known, and nothing can be said.

    `tasks` is None until the files of a plan are read, the others where their section is missing.
    `added` are those of the tasks that only an adjustment brings.
    """

    units: frozenset[str] | None
    people: frozenset[str] | None
    tasks: frozenset[str] | None
    added: frozenset[str] = frozenset()


def check_named(
    page: Page,
    at: Node | int,
    what: str,
    names: Iterable[str | None],
    known: Collection[str] | None,
) -> None:
    """Note the names that nothing in the file defines; None is no name."""
    for name in names:
        if name and known is not None and name not in known:
            page.wrong(at, f"không có {what} {name!r} trong tệp này", did_you_mean(name, known))


def check_once(page: Page, what: str, named: Iterable[tuple[int, str]]) -> None:
    """Note every name that is defined a second time."""
    seen: set[str] = set()
    for at, name in named:
        if name in seen:
            page.wrong(at, f"{what} {name!r} khai hai lần", "đổi một mã")
        seen.add(name)


def check_circles(page: Page, parents: list[tuple[int, str, str | None]]) -> None:
    """Note everything that lies inside itself; each entry is (line, name, parent)."""
    above = {name: parent for _, name, parent in parents}
    for at, name, _ in parents:
        seen, up = {name}, above.get(name)
        while up is not None and up not in seen:
            seen.add(up)
            up = above.get(up)
        if up == name:
            page.wrong(at, f"{name!r} nằm trong chính nó", "sửa parent của một trong các mục ấy")
