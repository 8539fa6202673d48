"""What the styles of a document come to: headings, lists, hidden text, fonts of old code tables."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from workflows.planfile.readers.word.parts import Node, W, attribute, child, is_on, whole

T = TypeVar("T")

_HEADING = re.compile(r"(?P<words>\D+?) ?(?P<level>[1-9])")
_CONTENTS = re.compile(r"toc [1-9]|table of figures")
#: Fonts whose bytes are TCVN3 or VNI letters.
_LEGACY_FONT = re.compile(r"\.vn|vni[- ]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a paragraph gets from its style.

    Attributes:
        styles: The style and those it is based on, the nearest first.
        outline: Level in the outline from 0; 9 is body text; None where no style says.
        list_id: The list it is numbered by.
        list_level: Its level there, where the style says.
        is_hidden, is_centred: None where no style says.
        font: Of its letters, lower case; empty where no style says.
        is_contents: Whether it is a line of a table of contents.
    """

    styles: tuple[str, ...]
    outline: int | None
    list_id: str | None
    list_level: int | None
    is_hidden: bool | None
    is_centred: bool | None
    font: str
    is_contents: bool


_PLAIN = Look(
    styles=(),
    outline=None,
    list_id=None,
    list_level=None,
    is_hidden=None,
    is_centred=None,
    font="",
    is_contents=False,
)


class Styles:
    """The styles of a document; each chain is walked once."""

    def __init__(self, part: Node | None, *, heading_words: tuple[str, ...]) -> None:
        self._heading_words = heading_words
        found = () if part is None else part.findall(W + "style")
        self._nodes: dict[str, Node] = {
            name: one for one in found if (name := attribute(one, "styleId")) is not None
        }
        self._default = next(
            (
                name
                for name, one in self._nodes.items()
                if attribute(one, "type") == "paragraph"
                and attribute(one, "default") in ("1", "true")
            ),
            None,
        )
        self._font = font_of(child(part, "docDefaults", "rPrDefault", "rPr"))
        self._looks: dict[str | None, Look] = {}

    def look(self, style: str | None) -> Look:
        """Return what a style comes to; the default paragraph style where it is unknown."""
        if style not in self._looks:
            self._looks[style] = self._look(style)
        return self._looks[style]

    def character(self, style: str | None) -> Look:
        """Return what a style of letters comes to; nothing at all where there is none."""
        return _PLAIN if style is None or style not in self._nodes else self.look(style)

    def lists(self) -> Mapping[str, str]:
        """Return of each list style the number of its list."""
        found = {
            name: attribute(child(one, "pPr", "numPr", "numId"))
            for name, one in self._nodes.items()
            if attribute(one, "type") == "numbering"
        }
        return {name: list_id for name, list_id in found.items() if list_id is not None}

    def _look(self, style: str | None) -> Look:
        names = tuple(self._chain(style if style in self._nodes else self._default))
        nodes = [self._nodes[name] for name in names]
        properties = [one for node in nodes if (one := child(node, "pPr")) is not None]
        letters = [one for node in nodes if (one := child(node, "rPr")) is not None]
        lists = [one for node in properties if (one := child(node, "numPr")) is not None]
        return Look(
            styles=names,
            outline=_first(self._outline(node) for node in nodes),
            list_id=_first(attribute(child(one, "numId")) for one in lists),
            list_level=_first(whole(attribute(child(one, "ilvl"))) for one in lists),
            is_hidden=_first(is_on(child(one, "vanish")) for one in letters),
            is_centred=_first(is_centred(one) for one in properties),
            font=_first(font_of(one) or None for one in letters) or self._font,
            is_contents=any(_CONTENTS.fullmatch(_name(node)) for node in nodes),
        )

    def _chain(self, style: str | None) -> Iterator[str]:
        met = set()
        while style in self._nodes and style not in met:
            yield style
            met.add(style)
            style = attribute(child(self._nodes[style], "basedOn"))

    def _outline(self, node: Node) -> int | None:
        stated = whole(attribute(child(node, "pPr", "outlineLvl")))
        if stated is not None:
            return stated
        named = _HEADING.fullmatch(_name(node))
        is_heading = named is not None and named["words"] in self._heading_words
        return int(named["level"]) - 1 if named is not None and is_heading else None


def is_centred(properties: Node | None) -> bool | None:
    """Return whether a paragraph stands in the middle; None where nothing says."""
    side = attribute(child(properties, "jc"))
    return None if side is None else side == "center"


def font_of(properties: Node | None) -> str:
    """Return the font of some letters, lower case; empty where nothing says."""
    fonts = child(properties, "rFonts")
    return (attribute(fonts, "ascii") or attribute(fonts, "hAnsi") or "").casefold()


def is_legacy(font: str) -> bool:
    """Tell whether a font shows TCVN3 or VNI letters."""
    return _LEGACY_FONT.match(font) is not None


def _name(node: Node) -> str:
    name = unicodedata.normalize("NFC", attribute(child(node, "name")) or "")
    return " ".join(name.split()).casefold()


def _first(found: Iterator[T | None]) -> T | None:
    return next((one for one in found if one is not None), None)
