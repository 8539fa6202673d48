"""Signs that are drawn by a font of symbols, as the plain character a reader takes them for."""

import re

#: Fonts of symbols put their signs here, so that no text is searched for them in vain.
_PRIVATE = re.compile("[\uf000-\uf0ff]")
_PRIVATE_CODES = range(0xF000, 0xF100)
#: Codes of characters, without controls and surrogates.
_PLAIN = range(0x20, 0xD800)
_HIGH = range(0xE000, 0xFFFE)

#: The font Symbol, by the byte of the sign.
_SYMBOL = {
    0x2D: "-", 0xA3: "≤", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB7: "-", 0xAE: "→",
    0xB8: "÷", 0xBB: "≈", 0xB9: "≠", 0xDE: "⇒",
}  # fmt: skip
#: The fonts Wingdings: ticks and crosses as people write them in a column of yes and no.
_WINGDINGS = {
    0xFB: "x", 0xFC: "x", 0xFD: "x", 0xFE: "x", 0x78: "x", 0xF0: "→", 0xE0: "→", 0xE8: "→",
    0x6F: "", 0x71: "", 0x72: "", 0xA8: "",
}  # fmt: skip
#: Bullets that mean something to whoever reads an outline; all others are only a dot.
_KEPT_BULLETS = ("-", "+", "*")


def plain(text: str, *, font: str) -> str:
    """Return a text with the signs of fonts of symbols replaced; unknown ones become "-"."""
    return _PRIVATE.sub(lambda found: sign(ord(found[0]), font=font), text)


def sign(code: int, *, font: str) -> str:
    """Return the character for the code of a sign in a font; "-" where we do not know it."""
    if not font.startswith(("symbol", "wingdings", "webdings")) and not _is_private(code):
        return chr(code) if code in _PLAIN or code in _HIGH else ""
    known = _SYMBOL if font.startswith("symbol") else _WINGDINGS
    return known.get(code & 0xFF, "-")


def bullet(text: str) -> str:
    """Return the mark of a bulleted list: "-", "+" and "*" as they are, any other sign "-"."""
    text = text.strip()
    return text if text in _KEPT_BULLETS else "-"


def _is_private(code: int) -> bool:
    return code in _PRIVATE_CODES
