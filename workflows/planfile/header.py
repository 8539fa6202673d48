"""What stands before the first section of a plan: title, number, date, issuer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from workflows.planfile.flow import Line
from workflows.planfile.lines import join
from workflows.planfile.rules import SectionWords

_NUMBER = re.compile(r"Số\s*:\s*(?P<number>\d+\s*/\s*[^\s|,;]+)")
_DATE = re.compile(r"ngày\s+(?P<d>\d{1,2})\s+tháng\s+(?P<m>\d{1,2})\s+năm\s+(?P<y>\d{4})")
_NUMBER_WORD = ("Số:", "Số :")
# The name of the state and its motto stand beside the agency, not above it.
_STATE = ("CỘNG HÒA", "CỘNG HOÀ", "ĐẢNG CỘNG SẢN", "ĐỘC LẬP")
_PLACE_AND_DATE = re.compile(rf"[^\W\d_][\w\s.-]{{1,40}},\s*{_DATE.pattern}")
_ISSUES = re.compile(
    r"(?:^|[,;.]\s+)(?P<issuer>[^\W\d_a-z][^,;.]*?)\s+(?:ban hành|xây dựng)"
    r"\s+(?:[Kk]ế hoạch|[Cc]hương trình)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The head of a document; None where it does not say.

    `bases` are the paragraphs that say what the plan rests on, word for word.
    """

    title: str
    issuer: str | None = None
    number: str | None = None
    signed: date | None = None
    bases: tuple[str, ...] = ()


def read_header(lines: Sequence[Line], *, words: SectionWords) -> Header:
    """Read the lines before the first section."""
    titled, rest = _split_title(lines, words=words)
    whole = join([line.text for line in rest])
    return Header(
        title=join(titled),
        issuer=_issuer(whole) or _letterhead(lines),
        bases=tuple(text for text in _paragraphs(rest, words) if _is_basis(text, words)),
        number=next(filter(None, (_number(line.text) for line in lines)), None),
        signed=next(filter(None, (_date(line.text) for line in lines)), None),
    )


def _split_title(lines: Sequence[Line], *, words: SectionWords) -> tuple[list[str], Sequence[Line]]:
    """Return the lines of the title, from "KẾ HOẠCH" on, and the lines after it."""
    starts = (place for place, line in enumerate(lines) if _names_document(line.text, words=words))
    start = next(starts, None)
    if start is None:
        return [], lines
    # The line below the word is the subject, even where it begins like a preamble: "Thực hiện ...".
    end = start + 2 if lines[start].text.lower() in words.document else start + 1
    while end < len(lines) and not _opens_preamble(lines[end].text, words=words):
        end += 1
    return [line.text for line in lines[start:end]], lines[end:]


def _names_document(text: str, *, words: SectionWords) -> bool:
    return text.lower().startswith(words.document) and text.split(maxsplit=1)[0].isupper()


def _opens_preamble(text: str, *, words: SectionWords) -> bool:
    return text.startswith("(") or text.lower().startswith(words.opening)


def _issuer(text: str) -> str | None:
    # The preamble ends with who issues; before it other plans are named with their issuers.
    found = list(_ISSUES.finditer(text))
    return found[-1]["issuer"].strip() if found else None


def _letterhead(lines: Sequence[Line]) -> str | None:
    """Return the agency above the number, as written: "SỞ CÔNG THƯƠNG" below "UBND TỈNH ..."."""
    numbered = next(
        (place for place, line in enumerate(lines) if line.text.startswith(_NUMBER_WORD)), None
    )
    for line in reversed(lines[:numbered] if numbered else []):
        if line.text.isupper() and not line.text.startswith(_STATE):
            return line.text
    return None


def _paragraphs(lines: Sequence[Line], words: SectionWords) -> list[str]:
    found: list[list[str]] = []
    for line in lines:
        if line.is_laid_out:
            continue
        if found and line.broken_before and not _is_basis(line.text, words):
            found[-1].append(line.text)
        else:
            found.append([line.text])
    return [join(texts) for texts in found]


def _is_basis(text: str, words: SectionWords) -> bool:
    return text[:1].isupper() and text.lower().startswith(words.bases)


def _number(text: str) -> str | None:
    found = _NUMBER.search(text)
    return "".join(found["number"].split()) if found else None


def _date(text: str) -> date | None:
    found = _PLACE_AND_DATE.search(text)
    if not found:
        return None
    try:
        return date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        return None
