"""What has gone before, in words: who was told of a task, who answered, what was promised."""

from dondoc.mail import words
from engine.notices import Answer, LetterItem, Told

#: Letters of an answer that a mail quotes; the whole of it is on the page of the task.
_QUOTED = 200


def facts(item: LetterItem) -> tuple[tuple[str, str], ...]:
    """Return labels and values; a value is empty where there is nothing to say."""
    return (
        ("Đã nhắc", reminded(item.told)),
        ("Đã trả lời", answered(item.answers)),
        ("Hẹn", words.long_date(item.promise) if item.promise else ""),
    )


def reminded(told: tuple[Told, ...]) -> str:
    """Return who was told on which days, and in which position where it was an escalation.

    `08/5, 13/5 (Trần Văn Bình) · 18/5 (Lê Minh, Trưởng đơn vị)`.
    """
    days: dict[str, dict[str, None]] = {}
    for one in told:
        days.setdefault(_named(one), {})[words.day_and_month(one.on)] = None
    return " · ".join(f"{', '.join(on)} ({name})" for name, on in days.items())


def answered(answers: tuple[Answer, ...]) -> str:
    """Return who answered what, which day was promised, and whether it is past.

    `10/02 Lê Minh: “chờ kinh phí”, hẹn 14/02/2014 (đã quá hẹn)`.
    """
    return " · ".join(_said(one) for one in answers)


def _named(one: Told) -> str:
    if one.kind != "escalation" or not one.position:
        return one.name
    return f"{one.name}, {words.told(one.position)}"


def _said(one: Answer) -> str:
    on = f"{words.day_and_month(one.on)} " if one.on else ""
    over = " (đã quá hẹn)" if one.is_over else ""
    return f"{on}{one.name}: “{_cut(one.note)}”, hẹn {words.short_date(one.promise)}{over}"


def _cut(note: str) -> str:
    if len(note) <= _QUOTED:
        return note
    return note[:_QUOTED].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
