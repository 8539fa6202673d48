"""Names of units and people in one cell; they stay as they are written, nothing is looked up."""

import re
from collections.abc import Iterator

from workflows.planfile.rules import IntakeRules, UnitWords

_LIST_MARK = re.compile(r"^\s*(?:[-–—•●▪*+]|\(?\d{1,2}[.)])\s+")
_SURE = re.compile(r"\s*;\s*|\s+/\s+")
_AND = re.compile(r"\s+(?:và|&)\s+(?=\S)", re.IGNORECASE)
# Stands for the blanks and commas of a name that is to stay whole.
_KEPT = {" ": "\x00", ",": "\x01"}
_EDGES = " \t.,;"
_JOINING = ",)&-–"
# "VH,TT&DL" is one abbreviation.
_COMMA = re.compile(r",(?!\w+&)\s*")
_TAIL = re.compile(r"\s+(?:có )?(?:liên quan|trực thuộc|khác)\b.*$", re.IGNORECASE)
_WORDS_OF_A_LINE_BROKEN = 2
#: A longer text is no list of names.
_LONGEST_CELL = 2_000


def split_names(cell: str, *, rules: IntakeRules) -> tuple[str, ...]:
    """Split a cell that names several units or people.

    A semicolon always separates, and so does a line that begins anew. A comma or "và" separates
    where a name follows: "Sở Văn hóa, Thể thao và Du lịch" and "Các sở, ban, ngành" are one name
    each, "VTV, VOV, các địa phương" are three.
    """
    if len(cell) > _LONGEST_CELL:
        return (" ".join(cell.split()),)
    words = rules.units
    names = [
        name
        for line in _lines(cell, words=words)
        for half in _SURE.split(_kept(line, words=words))
        for part in _by_stroke(half, words=words)
        for listed in _by_comma(part, words=words)
        for name in _by_and(listed, words=words)
    ]
    plain = (_released(name).strip(_EDGES) for name in names)
    return tuple(dict.fromkeys(name for name in plain if name))


def begins_a_name(text: str, *, words: UnitWords) -> bool:
    """Tell whether a text begins like the name of a unit, or is an abbreviation in capitals."""
    first = text.split(" ", 1)[0].strip(",;.()")
    is_abbreviation = len(first) > 1 and first.isupper()
    return is_abbreviation or any(
        f"{text} ".startswith((f"{word} ", f"{word},"))
        or (word.endswith(".") and text.startswith(word))
        for word in words.first_words
    )


def is_collective(text: str, *, words: UnitWords) -> bool:
    """Tell whether a name stands for many: "các đơn vị liên quan", "bộ, ngành, địa phương"."""
    lowered = text.lower()
    if lowered.startswith("các "):
        return True
    parts = [part for part in re.split(r"\s*,\s*|\s+và\s+", lowered) if part]
    return len(parts) > 1 and all(_is_kind(part, words=words) for part in parts)


def _lines(cell: str, *, words: UnitWords) -> list[str]:
    """Return the lines of a cell; one that was only broken at the width of the cell is mended."""
    mended: list[str] = []
    for written in cell.split("\n"):
        line = " ".join(written.split())
        if not line:
            continue
        before = mended[-1] if mended else ""
        if before and not _LIST_MARK.match(line) and _goes_on(before, line, words=words):
            mended[-1] = f"{before} {line}"
        else:
            mended.append(_LIST_MARK.sub("", line))
    return mended


def _goes_on(before: str, line: str, *, words: UnitWords) -> bool:
    if before.endswith(";"):
        return False
    if before.lower().endswith((",", " và", " -", "-", "&")):
        return True
    if line.lower().startswith("các "):
        return False
    if line[0].islower() or line[0] in _JOINING:
        return True
    # "Sở Công / Thương": a short rest of a name that a narrow column broke.
    is_rest = len(line.split()) <= _WORDS_OF_A_LINE_BROKEN and not begins_a_name(line, words=words)
    return is_rest and begins_a_name(before, words=words)


def _by_stroke(text: str, *, words: UnitWords) -> list[str]:
    """Split at a stroke without blanks where two names meet; "UBND xã/phường" is one."""
    parts = text.split("/")
    are_names = all(" " in part and begins_a_name(part, words=words) for part in parts)
    return parts if are_names else [text]


def _by_comma(text: str, *, words: UnitWords) -> Iterator[str]:
    pieces = [piece for piece in _COMMA.split(text) if piece.strip()]
    current = ""
    for at, piece in enumerate(pieces):
        if current and _belongs(current, piece, rest=pieces[at + 1 :], words=words):
            current += f", {piece}"
            continue
        if current:
            yield current
        current = piece
    yield current


def _belongs(current: str, piece: str, *, rest: list[str], words: UnitWords) -> bool:
    if piece.lower().startswith("các "):
        return False
    if is_collective(current, words=words) or _is_kind(current, words=words):
        # "Các sở, Ban, ngành" goes on; "Các sở, Công an tỉnh" does not.
        return _is_kind(_AND.split(piece)[0], words=words) or piece[0].islower()
    if begins_a_name(piece, words=words):
        return False
    if piece.startswith(words.continuing) and begins_a_name(current, words=words):
        return True
    return piece[0].islower() or _is_compound(current, [piece, *rest], words=words)


def _is_compound(current: str, following: list[str], *, words: UnitWords) -> bool:
    """Tell whether a name goes on to an "X, Y và Z": "Sở Văn hóa, Thể thao và Du lịch"."""
    if not begins_a_name(current, words=words) or " " not in current or current.isupper():
        return False
    for piece in following:
        if begins_a_name(piece, words=words):
            return False
        if _AND.search(piece):
            return True
    return False


def _by_and(text: str, *, words: UnitWords) -> Iterator[str]:
    begin = 0
    for found in _AND.finditer(text):
        following = text[found.end() :]
        if _starts_another(text[begin : found.start()], following, words=words):
            yield text[begin : found.start()]
            begin = found.end()
    yield text[begin:]


def _starts_another(before: str, following: str, *, words: UnitWords) -> bool:
    if following.lower().startswith("các "):
        return _is_kind(following[4:].split(",", maxsplit=1)[0], words=words)
    if is_collective(before, words=words) and _is_kind(following, words=words):
        return False
    return begins_a_name(following, words=words) and " " in before


def _is_kind(text: str, *, words: UnitWords) -> bool:
    """Tell whether a text only names a kind of body, "ban" or "Đoàn thể cấp tỉnh"."""
    bare = _TAIL.sub("", _released(text).removeprefix("Các ").removeprefix("các ")).strip(_EDGES)
    lowered = bare.lower()
    for kind in words.collective:
        if lowered == kind:
            return True
        if lowered.startswith(f"{kind} ") and bare[len(kind) :].islower():
            return True
    return False


def _kept(text: str, *, words: UnitWords) -> str:
    for name in words.whole:
        if name in text:
            bound = name
            for mark, stand_in in _KEPT.items():
                bound = bound.replace(mark, stand_in)
            text = text.replace(name, bound)
    return text


def _released(text: str) -> str:
    for mark, stand_in in _KEPT.items():
        text = text.replace(stand_in, mark)
    return text
