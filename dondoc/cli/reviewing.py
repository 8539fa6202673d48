"""A review as text and as JSON: what would become of each row, what is asked, where it stands."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from dondoc.cli.output import line
from dondoc.papers import place_in_words
from dondoc.words import term
from engine.draft import Source
from engine.errors import Fault
from engine.plaintext import clean
from engine.review import FieldChange, Proposal, Review

#: Letters of a title, and of a text that changes, that a line shows.
_TITLE, _VALUE = 60, 60
#: Rows of a group that are shown before the rest is only counted; what is asked is never cut.
_SHOWN = 40
_SIGNS = {"create": "+", "update": "~", "unchanged": "=", "absent": "-"}
_GROUPS = (
    ("update", "Thay đổi"),
    ("absent", "Có trong kế hoạch, không có trong tệp (giữ nguyên)"),
    ("create", "Tạo mới"),
    ("unchanged", "Không đổi"),
)
#: Remarks on what was done otherwise than the file says.
_ALWAYS_TOLD = frozenset({"decided_otherwise", "joined_by_title"})
#: Remarks that are a question as well, or one of the warnings at the end.
_TOLD_ELSEWHERE = frozenset({"date_not_followed", "near_duplicate", "no_basis", "no_output"})
#: Groups printed only where everything is asked for.
_QUIET = frozenset({"unchanged"})
#: Questions about a lead unit whose name is none of ours.
_STRANGE = frozenset({"lead_unknown", "lead_outside"})


def print_review(review: Review, *, is_whole: bool) -> None:
    """Print the rows that matter, grouped; all rows where they are asked for."""
    for remark in review.remarks:
        line(f"! {clean(remark.message)}")
    asked = [row for row in review.rows if row.questions]
    _print_group("Cần quyết định", asked, shown=len(asked))
    _print_strangers(asked)
    for action, title in _GROUPS:
        rows = [row for row in review.rows if row.action == action and not row.questions]
        if action in _QUIET and not is_whole:
            rows = [row for row in rows if any(one.code in _ALWAYS_TOLD for one in row.warnings)]
        if rows:
            _print_group(title, rows, shown=len(rows) if is_whole else _SHOWN)


def rows_as_json(rows: Iterable[Proposal]) -> list[dict[str, Any]]:
    """Return the rows of a review as plain data, each with what becomes of it."""
    return [{"code": row.code, **decisions_as_json(row), "source": place_as_json(row.source),
             "warnings": [asdict(one) for one in row.warnings]}
            for row in rows]  # fmt: skip


def decisions_as_json(row: Proposal) -> dict[str, Any]:
    """Return what becomes of a row and what is asked of it."""
    return {
        "action": row.action,
        "changes": [asdict(one) for one in row.changes],
        "questions": [{**asdict(one), "options": list(one.options)} for one in row.questions],
    }


def place_as_json(source: Source) -> dict[str, Any]:
    """Return where something stands; what the format does not count is left out."""
    return {name: value for name, value in asdict(source).items() if value not in (None, "")}


def warnings_in_short(warnings: Iterable[Fault], *, most: int | None = None) -> list[str]:
    """Return each warning once, with the items it is about; of many only the first ones."""
    places: dict[str, list[str]] = {}
    for fault in warnings:
        what = f"{fault.problem}; {fault.cure}" if fault.cure else fault.problem
        places.setdefault(what, []).append(fault.place)
    return [clean(f"{_listed(ones, most=most)}: {what}") for what, ones in places.items()]


def _listed(places: list[str], *, most: int | None) -> str:
    if most is None or len(places) <= most:
        return ", ".join(places)
    more = f"và {len(places) - most} mục nữa (xem đủ bằng --json)"
    return f"{', '.join(places[:most])} {more}"


def _print_group(title: str, rows: list[Proposal], *, shown: int) -> None:
    if not rows:
        return
    line(f"{title} ({len(rows)}):")
    for row in rows[:shown]:
        for said in _said(row):
            line(f"  {clean(said)}")
    if len(rows) > shown:
        line(f"  và {len(rows) - shown} dòng nữa (xem đủ bằng --all)")


def _print_strangers(rows: list[Proposal]) -> None:
    """Name each unknown lead unit once: a row in the table of units settles all its items."""
    counted = Counter(
        row.lead for row in rows if row.lead and any(one.code in _STRANGE for one in row.questions)
    )
    often = [(name, items) for name, items in counted.most_common() if items > 1]
    if not often:
        return
    line("Đơn vị chủ trì chưa biết, ghi ở nhiều mục:")
    for name, items in often:
        line(clean(f"  {_cut(name, _TITLE)} ({items} mục)"))
    line("  đơn vị của cơ quan: ghi vào bảng đơn vị (hoặc thêm vào cột Tên khác của đơn vị đã có),")
    line(
        "  dondoc unit import, rồi nhập lại tệp này; đơn vị ngoài: plan decide ... lead MÃ từng mục"
    )


def _said(row: Proposal) -> Iterator[str]:
    """Yield what is told of a row: in one line, or a line each where there is more than one."""
    sign = "?" if row.questions else _SIGNS[row.action]
    place = place_in_words(row.source)
    where = f" [{place}]" if place else ""
    head = f"{sign} {row.code}  {_cut(row.title, _TITLE)}"
    # A date that is sure now is said by the date itself.
    changes = [one for one in row.changes if (one.field, one.new) != ("confidence", "auto")]
    told = (*_asked(row), *map(_changed, changes), *_noted(row))
    if row.action == "create" and not row.questions:
        told = ("; ".join(_understood(row)), *told)
    if len(told) > 1:
        yield head + where
        yield from (f"    {one}" for one in told)
    else:
        yield f"{head}: {''.join(told)}".rstrip(": ") + where


def _asked(row: Proposal) -> Iterator[str]:
    for one in row.questions:
        yield f"{one.problem}; {one.cure}" if one.cure else one.problem


def _understood(row: Proposal) -> Iterator[str]:
    """Yield who leads a row that comes in, with whom, and until when."""
    yield term(row.kind)
    if row.lead:
        yield row.lead
    if row.coordinating:
        named = (f"{one} (nhóm)" if one in row.groups else one for one in row.coordinating)
        yield f"phối hợp {', '.join(named)}"
    if row.due and row.kind != "standing":
        yield _days(", ".join(day.isoformat() for day in row.due))


def _noted(row: Proposal) -> Iterator[str]:
    """Yield what the reader remarked, unless a question or the list at the end says it."""
    asked = " ".join(one.problem for one in row.questions)
    for remark in row.warnings:
        if remark.code not in _TOLD_ELSEWHERE and remark.message not in asked:
            yield f"lưu ý: {remark.message}"


def _changed(change: FieldChange) -> str:
    old, new = (_value(change.field, value) for value in (change.old, change.new))
    return f"{term(change.field)}: {old} → {new}"


def _value(field: str, value: str | None) -> str:
    if value is None:
        return "(trống)"
    if field == "due":
        return _cut(_days(value), _VALUE)
    if field in ("is_urgent", "evidence_optional"):
        return "có"
    return _cut(term(value) if field in ("kind", "confidence") else value, _VALUE)


def _days(iso: str) -> str:
    return ", ".join("/".join(reversed(day.split("-"))) for day in iso.split(", "))


def _cut(text: str, letters: int) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= letters else plain[: letters - 1].rstrip() + "…"
