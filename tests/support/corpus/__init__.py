"""Odd and malicious files, made on the fly: the same ones every time, small on the disk."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from tests.support.corpus import (
    archives,
    disguises,
    pdfs,
    references,
    sheets,
    texts,
)
from tests.support.corpus.specimen import EITHER, Odd, Specimen

__all__ = ["EITHER", "KINDS", "Specimen", "make_corpus"]


#: Every kind of them, by name; those that would call somebody call the port given.
KINDS: Mapping[str, Callable[[int], Iterator[Odd]]] = {
    "archives": lambda _: archives.made(),
    "disguises": lambda _: disguises.made(),
    "pdfs": pdfs.made,
    "references": references.made,
    "sheets": lambda _: sheets.made(),
    "texts": lambda _: texts.made(),
}


def make_corpus(folder: Path, *, port: int = 9, kinds: Iterable[str] = KINDS) -> list[Specimen]:
    """Write odd files into a folder, each into one of its own, and say what must become of them."""
    specimens = []
    for kind in kinds:
        for number, odd in enumerate(KINDS[kind](port)):
            place = folder / f"{kind}-{number:03}"
            place.mkdir()
            path = place / odd.name
            path.write_bytes(odd.data)
            specimens.append(Specimen(path=path, refused=odd.refused, reads=odd.reads))
    return specimens
