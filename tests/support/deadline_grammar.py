"""Deadline phrases made from a grammar, each with what it means."""

import calendar
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from hypothesis import strategies as st

PLAN_YEAR = 2026
_WEEKDAYS = ("thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy", "chủ nhật")
_MONTHS = ("một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một",
           "mười hai")  # fmt: skip
_ROMAN = ("I", "II", "III", "IV")
_EVENTS = (
    "nhận được văn bản", "ban hành kế hoạch", "kết thúc hội nghị", "được phê duyệt",
    "có kết luận của lãnh đạo",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A phrase and its meaning; `bare` where it may be written without accents."""

    phrase: str
    kind: str
    due: tuple[date, ...] = ()
    start: date | None = None
    inclusive: bool = True
    period: str | None = None
    n: int | None = None
    unit: str | None = None
    confidence: str = "auto"
    bare: bool = True

    def written(self, phrase: str) -> "Said":
        return replace(self, phrase=phrase)


def _last(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


_years = st.sampled_from([PLAN_YEAR - 1, PLAN_YEAR, PLAN_YEAR + 1])
_months = st.integers(1, 12)
_days = st.dates(date(PLAN_YEAR - 1, 1, 1), date(PLAN_YEAR + 1, 12, 31))
_padded: st.SearchStrategy[Callable[[int], str]] = st.sampled_from([str, lambda n: f"{n:02d}"])


@st.composite
def _day(draw: st.DrawFn, day: date, *, with_year: bool) -> str:
    pad = draw(_padded)
    d, m = pad(day.day), pad(day.month)
    if not with_year:
        return draw(st.sampled_from([f"{d}/{m}", f"ngày {d}/{m}", f"ngày {d} tháng {m}"]))
    return draw(
        st.sampled_from(
            [
                f"{d}/{m}/{day.year}", f"{d}.{m}.{day.year}", f"{d}-{m}-{day.year}",
                f"{d} / {m} / {day.year}", f"ngày {d}/{m}/{day.year}",
                f"ngày {d} tháng {m} năm {day.year}", f"ngày {d}/{m} năm {day.year}",
                f"{_WEEKDAYS[day.weekday()]}, ngày {d}/{m}/{day.year}",
                f"{d}/{m}/{day.year} ({_WEEKDAYS[day.weekday()]})",
            ]
        )
    )  # fmt: skip


_INCLUSIVE = st.sampled_from(
    ["", "chậm nhất ", "chậm nhất là ", "muộn nhất ", "đến hết ", "không quá ", "không muộn hơn ",
     "hạn ", "xong ", "hoàn thành ", "đến "]
)  # fmt: skip
_EXCLUSIVE = st.sampled_from(
    ["trước ", "xong trước ", "hoàn thành trước ", "chậm nhất là trước ", "báo cáo trước "]
)


def _inside_the_plan(day: date) -> date:
    """The same day in the year of the plan; a leap day moves back by one."""
    return day.replace(year=PLAN_YEAR, day=min(day.day, _last(PLAN_YEAR, day.month).day))


@st.composite
def fixed_dates(draw: st.DrawFn) -> Said:
    with_year = draw(st.booleans())
    day = draw(_days)
    day = day if with_year else _inside_the_plan(day)
    spelled = draw(_day(day, with_year=with_year))
    if draw(st.booleans()):
        return Said(phrase=draw(_INCLUSIVE) + spelled, kind="fixed_date", due=(day,))
    return Said(
        phrase=draw(_EXCLUSIVE) + spelled, kind="fixed_date", due=(day - timedelta(days=1),),
        inclusive=False,
    )  # fmt: skip


@st.composite
def _year_behind(draw: st.DrawFn, *, year: int) -> str:
    return draw(st.sampled_from([f"/{year}", f" năm {year}", f", năm {year}", f"-{year}"]))


@st.composite
def periods(draw: st.DrawFn) -> Said:
    """A month, quarter, half or whole year, with or without its year, before or within it."""
    grain = draw(st.sampled_from(["month", "quarter", "half_year", "year"]))
    with_year = draw(st.booleans()) or grain == "year"
    year = draw(_years) if with_year else PLAN_YEAR
    months = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}[grain]
    value = draw(st.integers(1, 12 // months))
    pad = draw(_padded)
    names = {
        "month": [f"tháng {pad(value)}", f"T{value}", f"tháng {_MONTHS[value - 1]}"],
        "quarter": [f"quý {_ROMAN[value % 4 - 1]}", f"quý {value}", f"Q{value}"],
        "half_year": [
            f"{w} tháng {('đầu', 'cuối')[value % 2 - 1]} năm" for w in ("6", "06", "sáu")
        ],
        "year": [f"năm {year}"],
    }
    spelled = draw(st.sampled_from(names[grain]))
    if with_year and grain == "half_year":
        spelled += f" {year}"
    elif with_year and grain != "year":
        spelled += draw(_year_behind(year=year))
    first, last = date(year, value * months - months + 1, 1), _last(year, value * months)
    # Spelled out and without accents "nam" is five as well as year.
    bare = not spelled.startswith("tháng") or spelled[6].isdigit()
    if draw(st.booleans()):
        before = draw(st.sampled_from(["", "trong ", "hết ", "đến hết ", "hoàn thành trong "]))
        return Said(phrase=before + spelled, kind=grain, due=(last,), bare=bare)
    return Said(
        phrase=f"trước {spelled}", kind=grain, due=(first - timedelta(days=1),), inclusive=False,
        bare=bare,
    )  # fmt: skip


@st.composite
def ranges(draw: st.DrawFn) -> Said:
    joint = draw(st.sampled_from([" - ", " – ", " đến ", " đến hết ", "-", " tới "]))
    opening = draw(st.sampled_from(["", "từ "])) if "đ" not in joint else "từ "
    grain = draw(st.sampled_from(["day", "month", "quarter", "year"]))
    first, last = sorted(draw(st.tuples(_days, _days)))
    year = first.year
    if grain == "day":
        spelled = (first.strftime("%d/%m/%Y"), last.strftime("%d/%m/%Y"))
        start, due = first, last
    elif grain == "month":
        a, b = sorted(draw(st.lists(_months, min_size=2, max_size=2, unique=True)))
        spelled, start, due = (f"tháng {a}", f"tháng {b}/{year}"), date(year, a, 1), _last(year, b)
    elif grain == "quarter":
        a, b = sorted(draw(st.lists(st.integers(1, 4), min_size=2, max_size=2, unique=True)))
        spelled = (f"quý {_ROMAN[a - 1]}", f"quý {_ROMAN[b - 1]}/{year}")
        start, due = date(year, a * 3 - 2, 1), _last(year, b * 3)
    else:
        later = year + draw(st.integers(1, 5))
        spelled, start, due = (f"{year}", f"{later}"), date(year, 1, 1), date(later, 12, 31)
    if first == last and grain == "day":
        return Said(phrase=spelled[0], kind="fixed_date", due=(first,))
    return Said(
        phrase=f"{opening}{spelled[0]}{joint}{spelled[1]}", kind="range", due=(due,), start=start
    )


@st.composite
def milestones(draw: st.DrawFn) -> Said:
    days = sorted(draw(st.lists(_days, min_size=2, max_size=4, unique=True)))
    joint = draw(st.sampled_from(["; ", " và ", ", ", "\n", ";\n", " ; "]))
    return Said(
        phrase=joint.join(draw(_day(day, with_year=True)) for day in days), kind="milestones",
        due=tuple(days), confidence="confirm", bare=False,
    )  # fmt: skip


_CADENCES = {"month": ("tháng", 1), "quarter": ("quý", 3), "year": ("năm", 12)}


@st.composite
def recurring(draw: st.DrawFn) -> Said:
    each = draw(st.sampled_from(["hằng", "hàng", "mỗi", "định kỳ hằng", "định kỳ hàng"]))
    period = draw(st.sampled_from(sorted(_CADENCES)))
    noun, step = _CADENCES[period]
    ends = [_last(PLAN_YEAR, month) for month in range(1, 13) if month % step == 0]
    exclusive = draw(st.booleans())
    shape = draw(st.sampled_from(["plain", "day"]))
    if shape == "plain":
        return Said(phrase=f"{each} {noun}", kind="recurring", due=tuple(ends), period=period)
    before = "trước ngày" if exclusive else "chậm nhất ngày"
    n = draw(st.integers(1, 28))
    phrases = {
        "month": (f"{before} {n} hằng tháng", f"hằng tháng ({before} {n})"),
        "quarter": (f"{before} {n} tháng cuối quý", f"hằng quý ({before} {n} của tháng cuối quý)"),
        "year": (f"{before} {n}/12 hằng năm", f"hằng năm, {before} {n} tháng 12"),
    }
    less = timedelta(days=1 if exclusive else 0)
    return Said(
        phrase=draw(st.sampled_from(phrases[period])), kind="recurring",
        due=tuple(end.replace(day=n) - less for end in ends), period=period,
        inclusive=not exclusive,
    )  # fmt: skip


@st.composite
def events(draw: st.DrawFn) -> Said:
    n = draw(st.integers(1, 60))
    unit, noun = draw(st.sampled_from([("d", "ngày"), ("wd", "ngày làm việc"), ("mo", "tháng")]))
    opening = draw(st.sampled_from(["", "trong thời hạn ", "chậm nhất ", "trong vòng "]))
    side, sign = draw(
        st.sampled_from([("kể từ ngày", 1), ("kể từ khi", 1), ("sau khi", 1), ("trước ngày", -1)])
    )
    spelled = draw(_padded)(n)
    event = draw(st.sampled_from(_EVENTS))
    return Said(
        phrase=f"{opening}{spelled} {noun} {side} {event}", kind="event_relative", n=sign * n,
        unit=unit, confidence="confirm",
    )  # fmt: skip


def _fixed(kind: str, *phrases: str, confidence: str = "auto") -> list[Said]:
    return [Said(phrase=phrase, kind=kind, confidence=confidence) for phrase in phrases]


words: st.SearchStrategy[Said] = st.sampled_from(
    [
        *_fixed("standing", "thường xuyên", "liên tục", "cả năm", "quanh năm"),
        *_fixed("on_demand", "đột xuất", "khi có yêu cầu", "theo yêu cầu"),
        *_fixed(
            "reference", "theo quy định", "theo lộ trình", "theo kế hoạch", confidence="confirm"
        ),
        *_fixed("ditto", "nt", "như trên", confidence="confirm"),
        *_fixed("unresolved", "cuối năm", "đầu quý II", "giữa năm", confidence="confirm"),
    ]
)

phrases = st.one_of(fixed_dates(), periods(), ranges(), milestones(), recurring(), events(), words)


def _without_accents(text: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return bare.replace("đ", "d").replace("Đ", "D")


_TYPED: tuple[Callable[[str], str], ...] = (str.lower, str.upper, str.capitalize, str)


@st.composite
def as_typed(draw: st.DrawFn, said: Said) -> Said:
    """The same said by somebody else: capitals, spaces, accents and dots as they come."""
    phrase = draw(st.sampled_from(_TYPED))(said.phrase)
    if said.bare and draw(st.booleans()):
        phrase = _without_accents(phrase)
    space = draw(
        st.sampled_from([" ", "  ", "\u00a0", " \n" if said.kind != "milestones" else " "])
    )
    phrase = phrase.replace(" ", space)
    phrase = unicodedata.normalize(draw(st.sampled_from(["NFC", "NFD"])), phrase)
    around = draw(
        st.sampled_from([("", ""), (" ", ""), ("", "."), ("", " "), ("", "..."), ("\t", ";")])
    )
    return said.written(around[0] + phrase + around[1])
