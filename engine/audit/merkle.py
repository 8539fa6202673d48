"""The Merkle tree hash: one digest for a list, changed by any change of the list.

Source:
    RFC 6962, section 2.1.
"""

import hashlib
from collections.abc import Sequence

# The two prefixes keep a leaf from ever passing for an inner node, and the other way round.
LEAF = b"\x00"
_NODE = b"\x01"
_SIZE = hashlib.sha256().digest_size


def root(leaves: Sequence[str]) -> str:
    """Return the tree hash over leaf hashes, in their order; all in hex.

    A leaf hash is SHA-256 over `LEAF` and the data of the leaf.
    """
    if not leaves:
        return hashlib.sha256().hexdigest()
    sha256, node = hashlib.sha256, _NODE
    # A level of the tree is one run of bytes: cutting it up is cheaper than joining its nodes.
    level = bytes.fromhex("".join(leaves))
    while len(level) > _SIZE:
        # A node left over moves up as it is: the same tree as RFC 6962's split at the largest
        # power of two.
        pairs = range(0, len(level) - _SIZE, 2 * _SIZE)
        odd = level[-_SIZE:] if len(level) % (2 * _SIZE) else b""
        nodes = [sha256(node + level[at : at + 2 * _SIZE]).digest() for at in pairs]
        level = b"".join(nodes) + odd
    return level.hex()
