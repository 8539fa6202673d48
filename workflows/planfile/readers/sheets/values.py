"""What a person sees in a cell of a sheet, as text; nothing is computed, no locale is asked.

Dates are written day/month/year whatever order the format has them in, and only as far as the
format shows them: a cell that shows a month is a month. Decimals have a point, so that the code
1.10 of a task stays the code that it is.
"""

import math
import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from workflows.planfile.text import cleaned

_LARGEST = 10**15
_LONGEST = 12
_SECTION = re.compile(r'((?:"[^"]*"|\\.|[^;"\\])*)(?:;|$)')
_NUMBER_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|[_*].|\[[^\]]*\]|(?P<general>General)'
    r"|(?P<digits>[0#?][0#?.,]*|\.[0#?]+)|(?P<percent>%)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_DATE_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\.|[_*].|\[(?P<elapsed>h+|m+|s+)\]|\[[^\]]*\]|(?P<ampm>am/pm|a/p)'
    r"|(?P<part>d+|m+|y+|h+|s+)",
    re.IGNORECASE,
)
# Office programs write a control character of a text as its number.
_ESCAPE = re.compile(r"_x00([01][0-9A-Fa-f])_")


def shown(value: object, number_format: str) -> str:
    """Return the text of a cell.

    Args:
        value: As openpyxl gives it; dates and times already made of numbers.
        number_format: The format of the cell, in the notation of spreadsheets.
    """
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return _number(value, number_format)
        case datetime() | date() | time() | timedelta():
            return _moment(value, number_format)
    return tidy(_ESCAPE.sub(_unescaped, str(value)))


def tidy(text: str) -> str:
    """Return the text of a cell cleaned, its lines without white space at their ends."""
    return "\n".join(line.strip() for line in cleaned(text).split("\n")).strip()


def hides_the_year(value: object, number_format: str) -> bool:
    """Whether a cell holds a whole date and shows day and month of it only."""
    if not isinstance(value, date):
        return False
    return _parts(number_format) >= {"d", "m"} and "y" not in _parts(number_format)


def _unescaped(found: re.Match[str]) -> str:
    return {"0A": "\n", "0D": "\r"}.get(found[1].upper(), "")


def _number(value: float, number_format: str) -> str:
    if not math.isfinite(value) or abs(value) >= _LARGEST:
        return _plain(value)
    sections = [found[1] for found in _SECTION.finditer(number_format)]
    has_own = value < 0 and len(sections) > 1 and bool(sections[1])
    section = sections[1] if has_own else sections[0]
    tokens = list(_NUMBER_TOKEN.finditer(section))
    patterns = [token["digits"] or token["general"] for token in tokens]
    patterns = [pattern for pattern in patterns if pattern]
    others = "".join(token["other"] or "" for token in tokens)
    # Fractions, exponents, digits in groups: the number says more than its dress.
    if len(patterns) != 1 or len(patterns[0]) > _LONGEST or re.search(r"[/eE@]", others):
        return _plain(value)
    if patterns[0].count(".") > 1:
        return _plain(value)
    amount = abs(value) if has_own else value
    if any(token["percent"] for token in tokens):
        amount = float(Decimal(repr(amount)) * 100)
    return "".join(_piece(token, amount) for token in tokens).strip()


def _piece(token: re.Match[str], amount: float) -> str:
    if token["general"]:
        return _plain(amount)
    if pattern := token["digits"]:
        return _patterned(amount, pattern)
    return token["quoted"] or token["escaped"] or token["percent"] or token["other"] or ""


def _patterned(amount: float, pattern: str) -> str:
    whole, _, fraction = pattern.partition(".")
    decimals = sum(mark in "0#?" for mark in fraction)
    rounded = Decimal(repr(amount)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    written = f"{rounded:f}"
    if optional := len(fraction) - len(fraction.rstrip("#?")):
        kept = len(written) - optional
        written = (written[:kept] + written[kept:].rstrip("0")).removesuffix(".")
    digits = whole.count("0")
    sign = "-" if written.startswith("-") else ""
    before, point, after = written.removeprefix("-").partition(".")
    return sign + before.zfill(digits) + point + after


def _plain(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    is_whole = value.is_integer() and abs(value) < _LARGEST
    return str(int(value)) if is_whole else f"{value:.10g}"


def _moment(value: date | time | timedelta, number_format: str) -> str:
    tokens = list(_DATE_TOKEN.finditer(_first_section(number_format)))
    places = [place for place, token in enumerate(tokens) if token["part"]]
    before = tokens[: places[0]] if places else ()
    after = tokens[places[-1] :] if places else ()
    text = _moment_text(value, parts=_parts(number_format))
    quoted = ("".join(token["quoted"] or "" for token in side) for side in (before, after))
    opening, ending = quoted
    return tidy(opening + text + ending)


def _moment_text(value: date | time | timedelta, *, parts: set[str]) -> str:
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02}"
    if isinstance(value, time):
        # Nothing of a day is left of it: a nought in a column of dates.
        return f"{value:%H:%M}" if "h" in parts or value != time() else "0"
    text = _day_text(value, parts=parts)
    has_time = isinstance(value, datetime) and value.time() != time()
    return f"{text} {value:%H:%M}" if has_time and "h" in parts else text


def _day_text(day: date, *, parts: set[str]) -> str:
    match "d" in parts, "m" in parts, "y" in parts:
        case False, True, True:
            return f"{day.month}/{day.year}"
        case True, True, False:
            return f"{day.day}/{day.month}"
        case False, True, False:
            return f"tháng {day.month}"
        case False, False, True:
            return f"{day.year}"
    return f"{day:%d/%m}/{day.year}"


def _parts(number_format: str) -> set[str]:
    """Return which of d, m, y, h, s a format shows; minutes are no m."""
    letters = [
        (token["part"] or token["elapsed"])[0].lower()
        for token in _DATE_TOKEN.finditer(_first_section(number_format))
        if token["part"] or token["elapsed"]
    ]
    around = zip(["", *letters], letters, [*letters[1:], ""], strict=False)
    return {
        letter
        for before, letter, after in around
        if not (letter == "m" and (before == "h" or after == "s"))
    }


def _first_section(number_format: str) -> str:
    return number_format.partition(";")[0]
