"""The Merkle tree hash: one digest for a list, changed by any change of the list.

Source:
    RFC 6962, section 2.1.
"""

import hashlib
from collections.abc import Sequence

# The two prefixes keep a leaf from ever passing for an inner node, and the other way round.
LEAF = b"\x00"
_NODE = b"\x01"


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the 32 bytes of the tree hash over leaf hashes, in their order.

    A leaf hash is SHA-256 over `LEAF` and the data of the leaf.
    """
    if not leaves:
        return hashlib.sha256().digest()
    level = list(leaves)
    while len(level) > 1:
        # A node left over moves up as it is: the same tree as RFC 6962's split at the largest
        # power of two.
        odd = level[-1:] if len(level) % 2 else []
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [hashlib.sha256(_NODE + left + right).digest() for left, right in pairs] + odd
    return level[0]
