"""One spelling for a deadline phrase: case, dashes, numbers in words; it understands no dates."""

import re
import unicodedata

from workflows.planfile.citations import composed, spans
from workflows.planfile.deadlines.restoring import folded, restored
from workflows.planfile.rules import DeadlineWords

MAX_CONTEXT = 1_000
_DIGITS = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_TENS = (("mười", 10), ("hai mươi", 20), ("hăm", 20), ("ba mươi", 30))
_LATE_DIGITS = {"mốt": 1, "tư": 4, "lăm": 5, "nhăm": 5, "bẩy": 7}
_ORDINALS = {"nhất": 1, "nhì": 2, "tư": 4, "bẩy": 7, "giêng": 1, "chạp": 12}


def _counted() -> dict[str, int]:
    """Return the numbers 1 to 31 in the words people write, longest first."""
    digits = {word: n for n, word in enumerate(_DIGITS, start=1)}
    words = digits | {
        f"{tens} {word}": ten + n
        for tens, ten in _TENS
        for word, n in (digits | _LATE_DIGITS).items()
        # Behind a ten the digit is "lăm": "tháng mười năm 2025" is October.
        if word != "năm"
    }
    words |= {tens: ten for tens, ten in _TENS if tens != "hăm"}
    return dict(sorted(words.items(), key=lambda item: -len(item[0])))


_COUNTED = _counted()
_ORDERED = _ORDINALS | _COUNTED
_COUNT = re.compile(
    # "năm" alone is left out: before "tháng" or "ngày" it is nearly always the word for year.
    rf"(?<!\w)({'|'.join(word for word in _COUNTED if word != 'năm')})"
    r"(?= (?:tháng|tuần|ngày|năm một lần|lần)\b)"
)
_ORDER = re.compile(
    rf"(?<!hằng )\b(ngày|mùng|mồng|tháng|quý) ({'|'.join(_COUNTED)}|{'|'.join(_ORDINALS)})(?!\w)"
)
_CHARACTERS = str.maketrans(
    {
        "\u00d0": "Đ",
        "\u00f0": "đ",
        "\\": "/",
        **dict.fromkeys("‐‑‒–—―−÷→~", "-"),
        **dict.fromkeys("’‘`´′", "'"),
        **dict.fromkeys("“”„″〃", '"'),
        **dict(zip("ⅠⅡⅢⅣⅰⅱⅲⅳ", ("I", "II", "III", "IV", "i", "ii", "iii", "iv"), strict=True)),
    }
)
_EARLY = (
    (re.compile(r"\bquí\b|\bq\.?\s?(?=(?:[1-4]|i{1,3}|iv)\b)"), "quý "),
    # "T6" is a Friday beside "hằng tuần", else June.
    (re.compile(r"\bt\.?(?=[2-7](?: h[ằà]ng tuần|,? ngày))"), "thứ "),
    (re.compile(r"\bcn(?=,? (?:ngày|\d|h[ằà]ng tuần))"), "chủ nhật"),
    (re.compile(r"\(t(?=[2-7]\))"), "(thứ "),
    (re.compile(r"\(cn\)"), "(chủ nhật)"),
    (re.compile(r"\bt(?:hg?)?\.?\s?(?=\d{1,2}\b)"), "tháng "),
    (re.compile(r"\b(tháng|quý)\s?[:.-]\s*(?=\d|i|v)"), r"\1 "),
    (re.compile(r"\b(\d{1,3})\s?h(?=\s+(?:kể|tính|sau|làm việc)\b)"), r"\1 giờ"),
    # A sheet shows a day as the beginning of it.
    (re.compile(r"(?<=\d)(?:t| )00:00(?::00(?:\.0+)?)?(?!\d)"), ""),
    (re.compile(r"\b(?:hàng|mỗi|từng) (?=(?:ngày|tuần|tháng|quý|năm|nửa)\b)"), "hằng "),
    (re.compile(r"\bcác (?=(?:tuần|tháng|quý) trong năm\b)"), "hằng "),
)
_LATE = (
    (re.compile(r"\b(?:mùng|mồng) (?=\d)"), "ngày "),
    (re.compile(r"\bngày ngày\b"), "ngày"),
    (re.compile(r"\b0+(?=\d(?!\d))"), ""),
    (re.compile(r"(?<![\d/.-])(\d{1,2})-(?=\d{1,2}/\d{4}\b)|(/\d{4})-(?=\d)"), r"\1\2 - "),
    # "tháng 6-8/2026": the dash stands between two months, not inside a date.
    (re.compile(r"((?:tháng|quý) (?:\d{1,2}|i{1,3}|iv))-(?=[\dit]|quý)"), r"\1 - "),
)
_GLUED = re.compile(
    r"\b(tháng|thang|ngày|ngay|năm|nam|quý|quy|quí|qui)(?=\d|(?:i{1,3}|iv|[il|]{2,3})(?![\w|]))"
)
_LUNAR_GLOSS = re.compile(r"\(?\bnhằm ngày [^()]*(?:\)|$)")
_QUARTERS = re.compile(
    r"\bquý ([1-4]|i{1,3}|iv)\s*([,+&-]|và)\s*(?=(?:[1-4]|i{1,3}|iv)(?!\w|/\d{1,2}\b|[ ]tháng))"
)
_MONTHS = re.compile(r"\btháng \d{1,2}(?:,\d{1,2})+(?![\d,])")
# "ngày 20 các tháng 3, 6, 9": one day, several months.
_DAY_OF_MONTHS = re.compile(
    r"\bngày (\d{1,2}) (?:của )?(?:các )?tháng "
    r"(\d{1,2}(?:\s*(?:,|và)\s*(?:tháng )?\d{1,2})+)(?!\d|\s*/\s*\d|\s+tháng)"
)
# A scanned "Quý II" comes as two small letters L or two bars.
_SCANNED_QUARTER = re.compile(r"\bquý ([il|]{1,3}|[il|]v)(?![\w|])")


def plain(phrase: str, *, words: DeadlineWords) -> str:
    """Return the phrase in NFC and lower case, with single spaces and the accents it lacks."""
    composed = unicodedata.normalize("NFC", phrase).translate(_CHARACTERS)
    text = _LUNAR_GLOSS.sub("", " ".join(composed.lower().split()))
    return restored(_GLUED.sub(r"\1 ", text.strip()), spelled=words.unaccented)


def uniform(phrase: str, *, words: DeadlineWords) -> str:
    """Return the phrase in one spelling: "hằng", digits, "-", months by number.

    Document numbers and their dates are gone: "Theo Kế hoạch số 1/KH-UBND ngày 2/3/2023" names
    no day on which anything is due.
    """
    if not phrase.strip():
        return ""
    text = plain(_without_citations(phrase), words=words)
    for pattern, written in _EARLY:
        text = pattern.sub(written, text)
    text = _SCANNED_QUARTER.sub(_quarter, text)
    for name, month in words.named_months.items():
        text = text.replace(name, f"tháng {month}")
    text = _COUNT.sub(lambda found: str(_COUNTED[found[1]]), text)
    text = _ORDER.sub(_ordinal, text)
    for pattern, written in _LATE:
        text = pattern.sub(written, text)
    return " ".join(_listed(text).split())


def _listed(text: str) -> str:
    """Give every member of a list its noun: "quý 3, 4/2026" is "quý 3, quý 4/2026"."""
    text = _MONTHS.sub(lambda found: found[0].replace(",", ", "), text)
    for _ in range(3):
        text = _QUARTERS.sub(r"quý \1 \2 quý ", text)
    return _DAY_OF_MONTHS.sub(_day_of_each, text)


def _day_of_each(found: re.Match[str]) -> str:
    months = re.findall(r"\d+", found[2])
    return ", ".join(f"ngày {found[1]} tháng {month}" for month in months)


def titles_of(context: str, *, words: DeadlineWords) -> list[str]:
    """Return the titles of a context, one for each line, in one spelling."""
    return [uniform(line, words=words) for line in context[:MAX_CONTEXT].splitlines()]


def verbatim(phrase: str, piece: str) -> str:
    """Return a piece of the uniform text in the letters of the phrase, where it stands there.

    Where the spelling was changed within it the piece itself is returned.
    """
    flat = " ".join(unicodedata.normalize("NFC", phrase).split())
    parts = re.findall(r"\d+|\s+|[^\d\s]+", folded(piece))
    pattern = "".join(_as_written(part) for part in parts)
    found = re.search(pattern, folded(flat.lower()))
    return flat[found.start() : found.end()] if found else piece


def _as_written(part: str) -> str:
    if part.isdecimal():
        return rf"0{{0,3}}{part}"
    return r"\s+" if part.isspace() else re.escape(part)


def _quarter(found: re.Match[str]) -> str:
    return "quý " + found[1].replace("l", "i").replace("|", "i")


def _ordinal(found: re.Match[str]) -> str:
    noun, word = found[1], found[2]
    if word == "năm" and _means_year(found):
        return found[0]
    return f"{noun} {_ORDERED[word]}"


def _means_year(found: re.Match[str]) -> bool:
    """Tell whether "năm" is a year here: "6 tháng năm 2023" is half of one, not May."""
    if found[1] in {"mùng", "mồng"}:
        return False
    if found[1] == "tháng":
        # "ngày    tháng    năm 2026" is a date nobody has filled in.
        before = found.string[: found.start()].rstrip(" ,.…_-")
        return before[-1:].isdigit() or before.endswith("ngày")
    return not found.string[found.end() :].startswith(" tháng")


def _without_citations(phrase: str) -> str:
    flat = composed(phrase)
    kept, at = "", 0
    for start, end in spans(flat):
        kept += flat[at:start] + " "
        at = end
    return kept + flat[at:]
