"""What the parts of an office document say they are: its [Content_Types].xml."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from defusedxml import ElementTree

CONTENT_TYPES = "[Content_Types].xml"

_MACRO_TYPES = ("vbaproject", "vbadata", "macroenabled", "macrosheet", "attachedtoolbars")
# Drawings and pasted web pages have document types of their own, and no reader looks at them.
_NEVER_PARSED = ("image/svg+xml", "text/html", "application/xhtml+xml")
_MACRO_NAMES = ("vbaproject.bin", "vbadata.xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentTypes:
    """Content types by the ending of a part's name and by its whole name, all lower case."""

    by_ending: Mapping[str, str]
    by_part: Mapping[str, str]

    def of(self, name: str) -> str:
        """Return the type of a part, empty where nothing is said of it."""
        key = name.lower().lstrip("/")
        return self.by_part.get(key) or self.by_ending.get(key.rpartition(".")[2], "")

    def is_xml(self, name: str, opening: bytes) -> bool:
        """Whether a part may be parsed as XML by whoever reads the document.

        Args:
            name: Name of the part.
            opening: Its first bytes; a relationship may lead to a part of any name and type.
        """
        said = self.of(name)
        if said in _NEVER_PARSED:
            return False
        is_said = name.lower().endswith((".xml", ".rels", ".vml")) or said.endswith(
            ("+xml", "/xml")
        )
        return is_said or opening.lstrip(b"\xff\xfe\xef\xbb\xbf\x00 \t\r\n").startswith(b"<")

    def has_macros(self, names: Iterable[str]) -> bool:
        """Whether the document holds a program, or is of a kind that may."""
        types = [*self.by_ending.values(), *self.by_part.values()]
        said = any(mark in one for one in types for mark in _MACRO_TYPES)
        return said or any(name.lower().endswith(_MACRO_NAMES) for name in names)


def content_types(data: bytes) -> ContentTypes:
    """Return the content types of a list that has been found to be harmless XML."""
    by_ending, by_part = {}, {}
    for entry in ElementTree.fromstring(data):
        said = entry.get("ContentType", "").lower()
        if entry.tag.endswith("}Default"):
            by_ending[entry.get("Extension", "").lower()] = said
        elif entry.tag.endswith("}Override"):
            by_part[entry.get("PartName", "").lower().lstrip("/")] = said
    return ContentTypes(by_ending=by_ending, by_part=by_part)
