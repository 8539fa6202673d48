"""What may stand as a mail address here: one plain ASCII address that no header can misread."""

import re

# Narrower than RFC 5322 on purpose: quoted local parts, comments and lists are how a second
# recipient gets in.
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?",
    re.ASCII,
)
_LONGEST = 254


def is_address(text: str) -> bool:
    """Return whether the whole text is one mail address.

    Source:
        RFC 5321, 4.1.2 (dot-string form) and 4.5.3.1 (64 and 254 octets).
    """
    return len(text) <= _LONGEST and _ADDRESS.fullmatch(text) is not None
