"""The digest for somebody who only watches: how things stand, in a text part and an HTML part."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from dondoc.mail import words
from dondoc.mail.compose import Draft, Sender, compose, one_line
from engine.digests import Digest, Moved, Part
from engine.views import TaskView
from scheduler.courier import Rendered

#: Lines of a group that are written out; the rest is counted.
_MOST = 30

_DONE = {
    "verify": "đã xác nhận",
    "return": "bị trả lại",
    "report": "đã báo cáo",
    "start": "bắt đầu",
    "cancel": "hủy",
    "reopen": "mở lại",
    "reassign": "đổi người thực hiện",
    "set_due": "thời hạn mới",
    "adjust": "điều chỉnh",
    "withdraw": "rút báo cáo",
    "assign": "giao việc",
}


class DigestRenderer:
    """Words digests of one office."""

    def __init__(self, sender: Sender, *, zone: ZoneInfo, office: str) -> None:
        """Remember whom the mail comes from, where its dates lie, and the agency's name."""
        self._sender, self._zone, self._office = sender, zone, one_line(office)

    def render(self, digest: Digest) -> Rendered:
        """Return the subject and the bytes of a digest.

        Raises:
            ValueError: an address is not plain.
            Forged: what was built is not what was meant; it must not be sent.
        """
        at = digest.at.astimezone(self._zone)
        late = sum(len(part.overdue) for part in digest.parts)
        soon = sum(len(part.soon) for part in digest.parts)
        subject = f"Theo dõi {words.short_date(at.date())}: {late} việc quá hạn, {soon} sắp đến hạn"
        lines = [*self._lines(digest, at)]
        draft = Draft(
            reference=digest.reference,
            thread=None,
            recipient=digest.name,
            address=digest.address,
            subject=subject,
            at=at,
            text="\n".join(lines) + "\n",
            html=_html(subject, lines),
            is_digest=True,
        )
        return Rendered(subject=subject, content=compose(draft, self._sender))

    def _lines(self, digest: Digest, at: datetime) -> Iterator[str]:
        yield f"Kính gửi đồng chí {one_line(digest.name)},"
        yield ""
        yield "Đây là bản tổng hợp những gì đồng chí theo dõi; thư này không giao việc."
        for part in digest.parts:
            yield ""
            yield from _part(part)
        yield ""
        yield "Thôi nhận: trả lời thư này, hoặc dondoc person watch MÃ --unit MÃ --every off."
        yield f"{self._office}, {at:%H:%M} ngày {words.short_date(at.date())}."


def _part(part: Part) -> Iterator[str]:
    yield f"{'Đơn vị' if part.watch.of == 'unit' else 'Kế hoạch'}: {one_line(part.name)}"
    yield from _group("Quá hạn", [_late(one) for one in part.overdue])
    yield from _group("Sắp đến hạn", [_soon(one) for one in part.soon])
    yield from _group("Vừa thay đổi", [_moved(one) for one in part.moved])


def _group(heading: str, lines: Sequence[str]) -> Iterator[str]:
    if not lines:
        return
    yield f"  {heading} ({len(lines)}):"
    for line in lines[:_MOST]:
        yield f"  - {line}"
    if len(lines) > _MOST:
        yield f"  - và {len(lines) - _MOST} việc khác"


def _late(one: TaskView) -> str:
    return f"{_named(one)}: quá hạn {one.overdue_working_days} ngày làm việc{_whose(one)}"


def _soon(one: TaskView) -> str:
    left = one.working_days_left
    when = "đến hạn hôm nay" if not left else f"còn {left} ngày làm việc"
    return f"{_named(one)}: {when}{_whose(one)}"


def _moved(one: Moved) -> str:
    what = _DONE.get(one.trigger, "có thay đổi")
    return f"[{one_line(one.plan)}/{one_line(one.code)}] {one_line(one.title)}: {what}"


def _named(one: TaskView) -> str:
    return f"[{one_line(one.address)}] {one_line(one.title)}"


def _whose(one: TaskView) -> str:
    return f", {one_line(one.lead)}" if one.lead else ""


def _html(subject: str, lines: Sequence[str]) -> str:
    body = "\n".join(f"<p>{escape(line.strip())}</p>" for line in lines if line.strip())
    return (
        '<!DOCTYPE html>\n<html lang="vi"><head><meta charset="utf-8">'
        f"<title>{escape(subject)}</title></head>\n<body>\n{body}\n</body></html>\n"
    )
