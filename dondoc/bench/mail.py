"""Mail: a letter worded and handed to a local server, beside a finished body sent by smtplib."""

import smtplib
import statistics
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from time import perf_counter
from typing import Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

from dondoc.bench.row import Row, row_of
from dondoc.bench.sink import HOST, sink
from dondoc.bench.stage import Place
from dondoc.mail.compose import Sender
from dondoc.mail.render import MailRenderer
from dondoc.mail.smtp import Server, SmtpCourier
from engine.notices import Letter, LetterItem
from scheduler.courier import Envelope

MUST_REACH: Final = 0.4
#: Messages before anything is measured.
WARM_UP: Final = 50

_Side: TypeAlias = Literal["limit", "ours"]
_SENDER: Final = Sender(
    name="Theo dõi nhiệm vụ – Sở Đo lường", address="dondoc@do.test", reply_to="vp@do.test"
)
_ADDRESS: Final = "can-bo@do.test"
_REMINDER: Final = LetterItem(
    kind="reminder",
    ladder="unit",
    rung="remind-3",
    position="assignee",
    plan_code="KH-DO",
    plan_title="Kế hoạch công tác năm 2025",
    plan_number="12/KH-SĐL",
    plan_issued_on=date(2025, 1, 6),
    section="II.1",
    field="Cải cách thể chế",
    code="II.1.4.3",
    title="Rà soát, sửa đổi Quy chế quản lý và sử dụng hệ thống thư điện tử của cơ quan",
    output="Tờ trình và dự thảo Quyết định",
    state="in_progress",
    state_label="Đang thực hiện",
    state_since=date(2025, 2, 24),
    due_on=date(2025, 3, 6),
    effective_due_on=date(2025, 3, 6),
    due_time=None,
    working_days_left=3,
    lead_unit="Phòng Công nghệ thông tin",
    assignee="Trần Văn Lường",
    next_steps=(("unit_head", date(2025, 3, 7)), ("leader_in_charge", date(2025, 3, 11))),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """Rounds of each side in turn, and messages in a round."""

    rounds: int
    each: int


QUICK: Final = Effort(rounds=9, each=100)
FULL: Final = Effort(rounds=21, each=200)


def measure(place: Place, quick: bool) -> Row:  # noqa: FBT001 - the signature of a measurement
    """Measure both sides in turn against one server; no database has a part in it."""
    del place
    effort = QUICK if quick else FULL
    with sink() as port:
        ours, limit = _Ours(port), _Limit(port)
        turns: tuple[tuple[_Side, Callable[[], None]], ...] = (("limit", limit), ("ours", ours))
        for _, send in turns:
            _timed(send, WARM_UP)
        spans: dict[_Side, list[float]] = {"limit": [], "ours": []}
        for _ in range(effort.rounds):
            for side, send in turns:
                spans[side].append(_timed(send, effort.each))
        ours.close()
        limit.close()
    rates = {side: effort.each / statistics.median(each) for side, each in spans.items()}
    return row_of("mail", "none", rates=(rates["ours"], rates["limit"]), unit="messages/s",
                  must_reach=MUST_REACH)  # fmt: skip


class _Ours:
    """Words a letter of its own each time and hands it over, as the relay does."""

    def __init__(self, port: int) -> None:
        self._renderer = MailRenderer(_SENDER, zone=ZoneInfo("Asia/Ho_Chi_Minh"), office="Sở")
        self._courier = SmtpCourier(Server(host=HOST, port=port, security="none"))
        self._number = 0

    def __call__(self) -> None:
        self._number += 1
        sent = letter(self._number)
        envelope = Envelope(reference=sent.reference, sender=_SENDER.address, address=sent.address)
        delivery = self._courier.deliver(envelope, lambda: self._renderer.render(sent).content)
        if delivery.outcome != "accepted":
            raise ConnectionError(delivery.reply)

    def close(self) -> None:
        self._courier.close()


class _Limit:
    """Sends one finished body again and again over a connection that is kept."""

    def __init__(self, port: int) -> None:
        renderer = MailRenderer(_SENDER, zone=ZoneInfo("Asia/Ho_Chi_Minh"), office="Sở")
        self._body = renderer.render(letter(0)).content
        self._smtp = smtplib.SMTP(HOST, port, local_hostname="do.test")

    def __call__(self) -> None:
        self._smtp.sendmail(_SENDER.address, _ADDRESS, self._body, ["BODY=8BITMIME"])

    def close(self) -> None:
        self._smtp.quit()


def letter(number: int) -> Letter:
    """Return a reminder of one task, different for every number."""
    code = f"II.{1 + number // 50}.{1 + number % 50}"
    item = replace(_REMINDER, code=code, title=f"{_REMINDER.title}, lần {number}")
    return Letter(
        reference=f"<ii.remind-3.{number:016x}@do.test>",
        recipient="Trần Văn Lường",
        address=_ADDRESS,
        sent_at=datetime(2025, 3, 3, 0, 30, tzinfo=UTC),
        items=(item,),
        monitor="Văn phòng Sở",
    )


def _timed(send: Callable[[], None], count: int) -> float:
    began = perf_counter()
    for _ in range(count):
        send()
    return perf_counter() - began
