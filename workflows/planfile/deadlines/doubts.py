"""Why a reading waits for a person: every reason in words, with a stable code."""

import re
from collections.abc import Iterator

from engine.draft import Deadline, DeadlineKind, Remark
from workflows.planfile.deadlines.moments import find_moments, year_named
from workflows.planfile.deadlines.wording import titles_of, uniform, verbatim
from workflows.planfile.rules import IntakeRules

_WORD = re.compile(r"[^\W_]+")
_WORDS_SHOWN = 6
_LONGEST = 500
_BY_KIND: dict[DeadlineKind, Remark] = {
    "unresolved": Remark(
        code="deadline_unresolved", message="chưa hiểu là ngày nào; không tự đặt ngày thay"
    ),
    "milestones": Remark(
        code="several_milestones", message="có nhiều mốc: xác nhận từng mốc, hoặc chọn một"
    ),
    "event_relative": Remark(
        code="waits_for_event", message="tính từ một sự kiện: có ngày khi biết ngày của sự kiện"
    ),
    "reference": Remark(
        code="date_elsewhere", message="thời hạn nằm trong văn bản khác: xem văn bản đó"
    ),
    "ditto": Remark(code="same_as_above", message="lấy theo dòng trên"),
}


def doubts(
    deadline: Deadline, *, context: str = "", year: int, rules: IntakeRules
) -> tuple[Remark, ...]:
    """Return why a deadline must be confirmed; nothing where it need not."""
    if deadline.confidence == "auto":
        return ()
    found = (*_general(deadline), *_unsure_year(deadline, context, year=year, rules=rules))
    if not found:
        found = tuple(_unknown(deadline, rules=rules))
    return found or (
        Remark(code="unsure_reading", message="cách viết chưa chắc, hoặc một ô nói hai việc"),
    )


def _general(deadline: Deadline) -> Iterator[Remark]:
    if deadline.tentative:
        yield Remark(code="tentative", message="mới là dự kiến")
    if (remark := _BY_KIND.get(deadline.kind)) is not None:
        yield remark
    if deadline.kind == "range" and not deadline.due:
        yield Remark(code="open_range", message="không rõ ngày kết thúc")
    if deadline.kind == "recurring" and "," in (deadline.period or ""):
        yield Remark(code="several_cadences", message="có nhiều chu kỳ trong một ô")
    elif deadline.kind == "recurring" and not deadline.due:
        yield Remark(code="recurring_without_day", message="lặp lại nhưng không rõ vào ngày nào")


def _unsure_year(
    deadline: Deadline, context: str, *, year: int, rules: IntakeRules
) -> Iterator[Remark]:
    spelling = uniform(deadline.phrase[:_LONGEST], words=rules.deadlines)
    moments = find_moments(spelling, year=year)
    lacks_year = moments and all(moment.inherited_year for moment in moments)
    titles = titles_of(context, words=rules.deadlines)
    if deadline.due and lacks_year and not year_named(titles, plan_year=year)[1]:
        yield Remark(
            code="year_unsure",
            message=f"không ghi năm, mà tiêu đề nói tới năm khác; đang hiểu là năm {year}",
        )


def _unknown(deadline: Deadline, *, rules: IntakeRules) -> Iterator[Remark]:
    spelling = uniform(deadline.phrase[:_LONGEST], words=rules.deadlines)
    known = {*rules.deadlines.noise, *rules.deadlines.noise_recurring}
    words = [
        word for word in _WORD.findall(spelling) if word not in known and not word[0].isdigit()
    ]
    named = [verbatim(deadline.phrase, word) for word in dict.fromkeys(words) if len(word) > 1]
    if named:
        shown = ", ".join(f"“{word}”" for word in named[:_WORDS_SHOWN])
        yield Remark(code="unknown_words", message=f"có từ ngoài cách viết thời hạn: {shown}")
