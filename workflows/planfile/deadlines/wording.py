"""One spelling for a deadline phrase: case, dashes, numbers in words; it understands no dates."""

import re
import unicodedata

from workflows.planfile.citations import spans
from workflows.planfile.rules import DeadlineWords

_DIGITS = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_TENS = (("mười", 10), ("hai mươi", 20), ("hăm", 20), ("ba mươi", 30))
_LATE_DIGITS = {"mốt": 1, "tư": 4, "lăm": 5, "bẩy": 7}
_ORDINALS = {"nhất": 1, "nhì": 2, "tư": 4, "bẩy": 7, "giêng": 1, "chạp": 12}


def _counted() -> dict[str, int]:
    """Return the numbers 1 to 31 in the words people write, longest first."""
    digits = {word: n for n, word in enumerate(_DIGITS, start=1)}
    words = digits | {
        f"{tens} {word}": ten + n
        for tens, ten in _TENS
        for word, n in (digits | _LATE_DIGITS).items()
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
_EARLY = (
    (re.compile("[‐-―−]"), "-"),
    (re.compile("[’‘`´]"), "'"),
    (re.compile(r"\bquí\b|\bq(?=[1-4]\b)"), "quý "),
    (re.compile(r"\bt(?=\d{1,2}\s*/)"), "tháng "),
    (re.compile(r"\b(?:hàng|mỗi|từng) (?=(?:ngày|tuần|tháng|quý|năm|nửa)\b)"), "hằng "),
    (re.compile(r"\(?\bnhằm ngày [^()]*(?:\)|$)"), ""),
)
_LATE = (
    (re.compile(r"\b(?:mùng|mồng) (?=\d)"), "ngày "),
    (re.compile(r"\bngày ngày\b"), "ngày"),
    (re.compile(r"\b0+(?=\d(?!\d))"), ""),
)


def plain(phrase: str) -> str:
    """Return the phrase in NFC and lower case, with single spaces."""
    composed = unicodedata.normalize("NFC", phrase).replace("\u00d0", "Đ")
    return " ".join(composed.lower().split())


def uniform(phrase: str, *, words: DeadlineWords) -> str:
    """Return the phrase in one spelling: "hằng", digits, "-", months by number.

    Document numbers and their dates are gone: "Theo Kế hoạch số 1/KH-UBND ngày 2/3/2023" names
    no day on which anything is due.
    """
    text = plain(_without_citations(phrase))
    for pattern, written in _EARLY:
        text = pattern.sub(written, text)
    for name, month in words.named_months.items():
        text = text.replace(name, f"tháng {month}")
    text = _COUNT.sub(lambda found: str(_COUNTED[found[1]]), text)
    text = _ORDER.sub(_ordinal, text)
    for pattern, written in _LATE:
        text = pattern.sub(written, text)
    return " ".join(text.split())


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
        return found.string[: found.start()].rstrip()[-1:].isdigit()
    return not found.string[found.end() :].startswith(" tháng")


def _without_citations(phrase: str) -> str:
    flat = " ".join(phrase.split())
    kept, at = "", 0
    for start, end in spans(flat):
        kept += flat[at:start] + " "
        at = end
    return kept + flat[at:]
