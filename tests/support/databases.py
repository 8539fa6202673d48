"""Fresh databases of both kinds, as fast as a copy; it knows nothing of what is in one."""

import itertools
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.support.postgres import APP, OWNER, Server

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Urls:
    """How the application gets into a database, and how its owner does where that is another."""

    url: str
    owner_url: str | None = None


#: Brings an empty database to where many tests begin.
Fill = Callable[[Urls], None]


class Source(Protocol):
    """Gives one test after the other a database of its own."""

    def empty(self, folder: Path) -> Urls: ...

    def migrated(self, folder: Path) -> Urls: ...

    def copied(self, folder: Path, *, fill: Fill) -> Urls: ...

    def clear(self) -> None: ...


class SqliteSource:
    """Files in the folder of the test, copied from one that was filled once."""

    def __init__(self, folder: Path, *, migrate: Fill) -> None:
        self._folder = folder
        self._migrate = migrate
        self._templates: dict[Fill, Path] = {}

    def empty(self, folder: Path) -> Urls:
        return Urls(url=f"sqlite:///{folder / 'dondoc.sqlite'}")

    def migrated(self, folder: Path) -> Urls:
        return self.copied(folder, fill=self._migrate)

    def copied(self, folder: Path, *, fill: Fill) -> Urls:
        if fill not in self._templates:
            template = self._folder / f"template{len(self._templates)}.sqlite"
            fill(Urls(url=f"sqlite:///{template}"))
            self._templates[fill] = template
        shutil.copyfile(self._templates[fill], folder / "dondoc.sqlite")
        return self.empty(folder)

    def clear(self) -> None:
        """Leave the files to the folder of the test."""


class PostgresSource:
    """Databases of one server, made from templates; dropped after the test."""

    def __init__(self, server: Server, *, migrate: Fill, label: str) -> None:
        """Begin with nothing made.

        Args:
            server: Where the databases are made.
            migrate: Makes the tables, for whoever wants no more than those.
            label: Keeps apart several runs that share a server.
        """
        self._server = server
        self._migrate = migrate
        self._label = label
        self._templates: dict[Fill, str] = {}
        self._made: list[str] = []

    def empty(self, _folder: Path) -> Urls:
        return self._create(template=None)

    def migrated(self, _folder: Path) -> Urls:
        return self.copied(_folder, fill=self._migrate)

    def copied(self, _folder: Path, *, fill: Fill) -> Urls:
        if fill not in self._templates:
            template = f"{self._label}_template{len(self._templates)}"
            self._server.create(template)
            self._templates[fill] = template
            fill(self._urls(template))
        return self._create(template=self._templates[fill])

    def clear(self) -> None:
        """Drop what was made since the last time."""
        while self._made:
            self._server.drop(self._made.pop())

    def close(self) -> None:
        """Drop everything, the templates too."""
        self.clear()
        for template in self._templates.values():
            self._server.drop(template)

    def _create(self, *, template: str | None) -> Urls:
        name = f"{self._label}_{next(_numbers)}"
        self._server.create(name, template=template)
        self._made.append(name)
        return self._urls(name)

    def _urls(self, name: str) -> Urls:
        return Urls(
            url=self._server.url(name, role=APP), owner_url=self._server.url(name, role=OWNER)
        )
