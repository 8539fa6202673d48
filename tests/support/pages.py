"""Markdown pages as the tests of the documentation look at them: headings, rows, links."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.source import ROOT, files

DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
_HEADING = re.compile(r"^(#{1,6}) +(.+?)\s*$", re.MULTILINE)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)


def pages() -> list[Path]:
    """Return every Markdown page of the project."""
    return [path for path in files() if path.suffix == ".md"]


def text(page: Path) -> str:
    """Return a page without its code blocks."""
    return _FENCE.sub("", page.read_text("utf-8"))


def headings(page: Path) -> list[str]:
    """Return the headings of a page, of every level, in order."""
    return [found[2] for found in _HEADING.finditer(text(page))]


def sections(page: Path) -> dict[str, str]:
    """Return what stands under each heading, up to the next one of any level."""
    body = text(page)
    found = list(_HEADING.finditer(body))
    ends = [one.start() for one in found[1:]] + [len(body)]
    return {
        one[2].replace("`", ""): body[one.end() : end] for one, end in zip(found, ends, strict=True)
    }


def rows(body: str) -> list[list[str]]:
    """Return the rows of the tables in a text, without headings, cell by cell."""
    found: list[list[str]] = []
    for line in body.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if not line.startswith("|"):
            continue
        if all(set(cell) <= set("-|: ") for cell in cells):
            found = found[:-1]
        else:
            found.append(cells)
    return found


def named(body: str) -> set[str]:
    """Return what the first cells of the tables in a text set in code letters."""
    return {name for row in rows(body) for name in re.findall(r"`([^`]+)`", row[0])}


def links(page: Path) -> Iterator[str]:
    """Yield the targets of a page's links and pictures, those to other machines left out."""
    for found in _LINK.finditer(text(page)):
        target = found[1] or found[2]
        if not re.match(r"[a-z]+:", target):
            yield target


def anchors(page: Path) -> set[str]:
    """Return the names by which a page's headings can be linked to."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        for heading in headings(page)
    }
