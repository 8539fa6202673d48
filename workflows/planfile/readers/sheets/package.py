"""The parts of a workbook that no cell holds: which sheets there are, what is written around them.

Only asked of an archive that has been looked through; nothing a part points to is opened.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

_OFFICE_DOCUMENT = "/officeDocument"
_WORKSHEET = "/worksheet"
_SHEET_ID = re.compile(r"\{[^}]*relationships\}id")
#: Parts whose text stands beside the cells, by the beginning of their names.
_BESIDE = {"xl/drawings/drawing": "box", "xl/comments": "comment", "xl/threadedcomments": "comment"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet of cells; `part` is its entry in the archive."""

    title: str
    part: str
    is_hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Texts that lie on the cells without being in them."""

    boxes: tuple[str, ...]
    comments: tuple[str, ...]


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def sheets_of(archive: zipfile.ZipFile) -> tuple[Sheet, ...]:
    """Return the sheets of cells in their order; sheets of charts and macros are left out.

    Raises:
        KeyError, ValueError, ParseError: the parts do not lead to each other as they should.
    """
    workbook = next(
        target for kind, target in _targets(archive, "").values() if kind.endswith(_OFFICE_DOCUMENT)
    )
    targets = _targets(archive, workbook)
    found = []
    for element in ElementTree.fromstring(archive.read(workbook)).iter():
        if local_name(element) != "sheet":
            continue
        kind, part = targets[next(v for k, v in element.items() if _SHEET_ID.fullmatch(k))]
        if kind.endswith(_WORKSHEET):
            is_hidden = element.get("state", "visible") != "visible"
            found.append(Sheet(title=element.get("name", ""), part=part, is_hidden=is_hidden))
    return tuple(found)


def beside(archive: zipfile.ZipFile) -> Beside:
    """Return what is written in text boxes and comments, each text once."""
    texts: dict[str, dict[str, None]] = {"box": {}, "comment": {}}
    for name in archive.namelist():
        for opening, kind in _BESIDE.items():
            if name.lower().startswith(opening) and name.lower().endswith(".xml"):
                texts[kind] |= dict.fromkeys(_paragraphs(archive.read(name)))
    return Beside(boxes=tuple(texts["box"]), comments=tuple(texts["comment"]))


def _paragraphs(data: bytes) -> Iterator[str]:
    for element in ElementTree.fromstring(data).iter():
        if local_name(element) in ("p", "comment", "threadedComment"):
            runs = [one.text or "" for one in element.iter() if local_name(one) in ("t", "text")]
            if text := "".join(runs).strip():
                yield text


def _targets(archive: zipfile.ZipFile, part: str) -> Mapping[str, tuple[str, str]]:
    """Return kind and target of each relationship of a part, by its identity."""
    folder, name = posixpath.split(part)
    relations = ElementTree.fromstring(archive.read(f"{folder}/_rels/{name}.rels".lstrip("/")))
    return {
        one.get("Id", ""): (
            one.get("Type", ""),
            posixpath.normpath(posixpath.join("/", folder, one.get("Target", ""))).lstrip("/"),
        )
        for one in relations
        if one.get("TargetMode") != "External"
    }
