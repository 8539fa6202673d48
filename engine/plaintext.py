"""Text that came from outside and goes to a place where some characters are orders, not letters."""

import re

# C0 and C1 controls, line and paragraph separators, and the direction marks by which a name can
# make a line read backwards.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def clean(text: str) -> str:
    """Return the text on one line, with control and direction characters spelled out."""
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def is_plain(text: str) -> bool:
    """Return whether the text holds no control or direction character, line breaks included."""
    return _UNSAFE.search(text) is None


def shortened(text: str, *, most: int) -> str:
    """Return the text, or its first characters with a mark that there are more."""
    return text if len(text) <= most else f"{text[:most].rstrip()}…"
