"""Numbers of legal documents in running text, with type, issuer and date; it judges no validity.

Source: 30/2020/NĐ-CP, Phụ lục I and III, and the numbering of laws and of the Party's documents.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from engine.draft import Citation
from workflows.planfile.rules import CitationWords

_UPPER = "A-ZĐÀ-ÝĂƯƠ"
# A symbol: QĐ, CTr, QyĐ, UBND, TTg; one small letter inside at most, never a whole word.
_SYMBOL = rf"[{_UPPER}][{_UPPER}a-zđ]*(?:&[{_UPPER}]+)?\d{{0,2}}"
_SPACED = r"\s?/\s?"
_NUMBER = re.compile(
    # After a letter, digit or sign we stand inside a date, a product or a longer number.
    r"(?<![\w/.-])(?<!\d,)"
    r"(?P<n>\d{1,5}(?:\.\d{1,3})?[a-zđ]?)"
    r"(?:"
    rf"{_SPACED}(?P<law_year>\d{{4}})/(?P<law>(?:UBTV)?QH)(?P<term>\d{{1,2}})"
    rf"|(?:{_SPACED}(?P<year>\d{{4}}))?{_SPACED}(?P<kind>{_SYMBOL})(?:\s?-\s?|(?<=TTLT){_SPACED})"
    rf"(?P<body>{_SYMBOL}(?:-{_SYMBOL})*)"
    rf"|\s?-\s?(?P<party>{_SYMBOL}){_SPACED}(?P<organ>{_SYMBOL}(?:-{_SYMBOL})*)"
    r")"
    # An office's own sign that goes on ("SNV-XDCQ,CTTN&BĐG") is not a number we can name.
    rf"(?![\w/&]|,[{_UPPER}]|-\w)"
)
_DATE = re.compile(
    r"[\s,(]*(?:k[ýy]\s+)?ng[àa]y\s+(?P<d>\d{1,2})\s*(?:[/.-]|th[áa]ng)\s*(?P<m>\d{1,2})"
    r"\s*(?:[/.-]|,?\s*n[ăa]m)\s*(?P<y>\d{4})",
    re.IGNORECASE,
)
_OF = re.compile(r"[\s,)]*của\s+")
_PLACE = re.compile(rf"(?:\s+[{_UPPER}][^\W\d_]*){{1,3}}")


_CHARACTERS = str.maketrans({"\u00d0": "Đ", "\u0189": "Đ", **dict.fromkeys("‐‑‒–—―−", "-")})


def find_citations(text: str, *, words: CitationWords) -> tuple[Citation, ...]:
    """Return every mention of a document in order; a document named twice stands twice.

    A later mention without a date or an issuer takes them from the first one that has them.
    """
    flat = composed(text)
    mentions = [
        _citation(flat, found, words=words)
        for found in _NUMBER.finditer(flat)
        if _is_document(flat, found, words=words)
    ]
    return complete(mentions, known=first_mentions(mentions))


def _is_document(text: str, found: re.Match[str], *, words: CitationWords) -> bool:
    """Tell a document from a form to fill in and from the letters of enterprises."""
    if words.form_pattern.search(text[max(0, found.start() - 30) : found.start()]):
        return False
    return not found["year"] or found["kind"] in words.types


def composed(text: str) -> str:
    """Return the text on one line as numbers are looked for: NFC, one "Đ", one dash."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_CHARACTERS).split())


def spans(text: str) -> list[tuple[int, int]]:
    """Return where document numbers stand in a composed text, each with the date behind it."""
    found = []
    for number in _NUMBER.finditer(text):
        signed = _DATE.match(text, number.end())
        found.append((number.start(), signed.end() if signed else number.end()))
    return found


def first_mentions(mentions: Sequence[Citation]) -> dict[str, Citation]:
    """Return what a document says of each number it names, by number."""
    known: dict[str, Citation] = {}
    for mention in mentions:
        known[mention.number] = _filled(known.get(mention.number, mention), mention)
    return known


def complete(
    mentions: Sequence[Citation], *, known: Mapping[str, Citation]
) -> tuple[Citation, ...]:
    """Return the mentions with the type, issuer and date they lack taken from `known`."""
    return tuple(_filled(mention, known.get(mention.number, mention)) for mention in mentions)


def _filled(mention: Citation, other: Citation) -> Citation:
    if mention is other or (mention.type and mention.issuer and mention.date):
        return mention
    return replace(
        mention,
        type=mention.type or other.type,
        issuer=mention.issuer or other.issuer,
        date=mention.date or other.date,
    )


def _citation(text: str, found: re.Match[str], *, words: CitationWords) -> Citation:
    signed, issuer = _after(text[found.end() : found.end() + 200], words=words)
    return Citation(
        number="".join(found[0].split()),
        type=_type(text[max(0, found.start() - 60) : found.start()], found, words=words),
        issuer=issuer or _issuer_by_symbol(found, words=words),
        date=signed,
    )


def _type(before: str, found: re.Match[str], *, words: CitationWords) -> str | None:
    if named := words.word_pattern.search(before):
        return named[1][0].upper() + named[1][1:].lower()
    if found["law"]:
        return words.types.get("QH")
    symbol = found["kind"] or found["party"]
    # A letter of an office carries the office, not a type: 4039/STC-HCSN.
    return words.types.get(symbol, "Công văn" if found["kind"] and not found["year"] else None)


def _issuer_by_symbol(found: re.Match[str], *, words: CitationWords) -> str | None:
    if found["law"]:
        return words.symbols.get(found["law"])
    kind, body = found["kind"] or found["party"], found["body"] or found["organ"]
    if kind not in words.types and found["kind"]:
        return words.symbols.get(kind)
    return words.symbols.get(body) or words.symbols.get(body.rstrip("0123456789"))


def _after(tail: str, *, words: CitationWords) -> tuple[date | None, str | None]:
    """Read "ngày ... của ..." or "của ... ngày ..." right after a number."""
    signed, issuer, at = None, None, 0
    for _ in range(2):
        if signed is None and (found := _DATE.match(tail, at)):
            signed, at = _day(found), found.end()
        elif issuer is None and (opening := _OF.match(tail, at)):
            issuer, at = _issuer(tail, at=opening.end(), words=words)
    return signed, issuer


def _day(found: re.Match[str]) -> date | None:
    try:
        return date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        return None


def _issuer(tail: str, *, at: int, words: CitationWords) -> tuple[str | None, int]:
    named = words.issuer_pattern.match(tail, at)
    if named is None:
        return None, at
    canonical, end = words.issuer_names[named[0]], named.end()
    if canonical.lower().endswith(words.trailing) and (place := _PLACE.match(tail, end)):
        return canonical + place[0], place.end()
    return canonical, end
