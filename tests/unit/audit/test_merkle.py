"""The tree hash, against vectors published with Certificate Transparency."""

import hashlib

import pytest

from engine.audit.entries import DOMAIN
from engine.audit.merkle import LEAF, root

_DATA = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
         "606162636465666768696a6b6c6d6e6f")  # fmt: skip
_ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def _leaves(number: int) -> list[str]:
    return [hashlib.sha256(LEAF + bytes.fromhex(data)).hexdigest() for data in _DATA[:number]]


@pytest.mark.parametrize("number", range(9))
def test_the_root_is_that_of_the_published_vectors(number: int) -> None:
    found = root(_leaves(number))

    assert found == _ROOTS[number]


def test_the_hash_of_an_entry_is_a_leaf_of_the_tree() -> None:
    assert DOMAIN.startswith(LEAF)


def test_an_inner_node_never_passes_for_a_leaf() -> None:
    left, right = _leaves(2)

    forged = hashlib.sha256(LEAF + bytes.fromhex(left + right)).hexdigest()

    assert root([left, right]) != root([forged])


def test_leaves_in_another_order_have_another_root() -> None:
    leaves = _leaves(5)

    swapped = [leaves[1], leaves[0], *leaves[2:]]

    assert root(swapped) != root(leaves)
