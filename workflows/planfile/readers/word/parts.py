"""The parts of a Word archive and how they lead to each other; it reads no text.

python-docx is not asked: it refuses a relationship to a part that is not there, which Word and web
converters leave behind, and loads every picture. Only asked of an archive that was looked through;
nothing a part points to outside of it is opened.
"""

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from workflows.planfile.readers import InputFile
from workflows.planfile.readers.archive import BROKEN, damaged

#: An element; lxml publishes no types.
Node = Any

_OFFICE = "http://schemas.openxmlformats.org/"
W = f"{{{_OFFICE}wordprocessingml/2006/main}}"
M = f"{{{_OFFICE}officeDocument/2006/math}}"
A = f"{{{_OFFICE}drawingml/2006/main}}"
MC = f"{{{_OFFICE}markup-compatibility/2006}}"
V = "{urn:schemas-microsoft-com:vml}"

# "Strict Open XML", another choice when saving, only names its elements otherwise.
_STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": W[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/math": M[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/drawingml/main": A[1:-1].encode(),
}
_OFF = ("0", "false", "off")
_DIGITS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What of a Word document is read.

    Attributes:
        body, styles, numbering: Of the document.
        margins: Its running heads and feet.
        remarks: Its footnotes and comments.
    """

    body: Node
    styles: Node | None
    numbering: Node | None
    margins: tuple[Node, ...]
    remarks: tuple[Node, ...]


def open_parts(file: InputFile) -> Parts:
    """Return the parts of a document.

    Raises:
        BadInput: damaged, or no Word document at all.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            return _parts(_Shelf(archive))
    except (*BROKEN, KeyError, etree.XMLSyntaxError) as error:
        raise damaged(file) from error


def attribute(node: Node | None, name: str = "val") -> str | None:
    """Return a Word attribute of an element, None where either is missing."""
    found = None if node is None else node.get(W + name)
    return None if found is None else str(found)


def child(node: Node | None, *path: str) -> Node | None:
    """Return the first element down a path of Word names, None where a step is missing."""
    for name in path:
        node = None if node is None else next(node.iterchildren(W + name), None)
    return node


def is_on(node: Node | None) -> bool | None:
    """Return what a switch says; None where it stands nowhere."""
    return None if node is None else attribute(node) not in _OFF


def whole(text: str | None) -> int | None:
    """Return a number of reasonable size, None for anything else."""
    digits = (text or "").removeprefix("-")
    is_number = digits.isascii() and digits.isdecimal() and len(digits) <= _DIGITS
    return int(text or "") if is_number else None


def chosen(alternate: Node) -> Node:
    """Return the one of several renderings that Word of today shows; empty if there is none."""
    choice = alternate.find(MC + "Choice")
    if choice is None or len(choice) == 0:
        choice = alternate.find(MC + "Fallback")
    return () if choice is None else choice


class _Shelf:
    """An archive by the names of its parts, however a program spelled them."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {_plain(name): name for name in archive.namelist()}

    def has(self, name: str) -> bool:
        return _plain(name) in self._names

    def parse(self, name: str) -> Node:
        data = self._archive.read(self._names[_plain(name)])
        for strict, transitional in _STRICT.items():
            data = data.replace(strict, transitional)
        # Its own bounds on depth and on the length of a text hold; comments would be elements.
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
        )
        return etree.fromstring(data, parser)

    def related(self, name: str) -> Mapping[str, tuple[str, ...]]:
        """Return the parts that one leads to, by the last word of their kind."""
        folder, base = posixpath.split(name)
        rels = posixpath.join(folder, "_rels", f"{base}.rels")
        found: dict[str, tuple[str, ...]] = {}
        for one in self.parse(rels) if self.has(rels) else ():
            kind = str(one.get("Type")).rpartition("/")[2]
            target = posixpath.join("/", folder, str(one.get("Target")).replace("\\", "/"))
            target = posixpath.normpath(target)
            if one.get("TargetMode") != "External" and self.has(target):
                found[kind] = (*found.get(kind, ()), target.lstrip("/"))
        return found


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def _parts(shelf: _Shelf) -> Parts:
    (main, *_) = shelf.related("")["officeDocument"]
    related = shelf.related(main)
    body = child(shelf.parse(main), "body")
    if body is None:
        raise KeyError(main)
    return Parts(
        body=body,
        styles=next(_parsed(shelf, related, "styles"), None),
        numbering=next(_parsed(shelf, related, "numbering"), None),
        margins=tuple(_parsed(shelf, related, "header", "footer")),
        remarks=tuple(_parsed(shelf, related, "footnotes", "endnotes", "comments")),
    )


def _parsed(shelf: _Shelf, related: Mapping[str, tuple[str, ...]], *kinds: str) -> Iterator[Node]:
    for kind in kinds:
        for name in related.get(kind, ()):
            yield shelf.parse(name)
