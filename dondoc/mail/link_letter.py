"""The message to somebody for whom a link was made; the link itself is never in it."""

from collections.abc import Iterator
from html import escape
from zoneinfo import ZoneInfo

from dondoc.mail import words
from dondoc.mail.compose import Draft, Sender, compose, one_line
from engine.linking import LinkLetter
from scheduler.courier import Rendered

_SUBJECT = "Có người vừa tạo liên kết đặt mật khẩu cho đồng chí"


class LinkRenderer:
    """Words such messages of one office."""

    def __init__(self, sender: Sender, *, zone: ZoneInfo, office: str) -> None:
        """Remember whom the mail comes from, where its hours lie, and the agency's name."""
        self._sender, self._zone, self._office = sender, zone, one_line(office)

    def render(self, letter: LinkLetter) -> Rendered:
        """Return the subject and the bytes of a message.

        Raises:
            ValueError: an address is not plain.
            Forged: what was built is not what was meant; it must not be sent.
        """
        lines = [*self._lines(letter)]
        body = "\n".join(f"<p>{escape(line)}</p>" for line in lines if line)
        draft = Draft(
            reference=letter.reference,
            thread=None,
            recipient=letter.name,
            address=letter.address,
            subject=_SUBJECT,
            at=letter.at.astimezone(self._zone),
            text="\n".join(lines) + "\n",
            html=(
                '<!DOCTYPE html>\n<html lang="vi"><head><meta charset="utf-8">'
                f"<title>{escape(_SUBJECT)}</title></head>\n<body>\n{body}\n</body></html>\n"
            ),
        )
        return Rendered(subject=_SUBJECT, content=compose(draft, self._sender))

    def _lines(self, letter: LinkLetter) -> Iterator[str]:
        made = letter.made_at.astimezone(self._zone)
        until = letter.good_until.astimezone(self._zone)
        at = letter.at.astimezone(self._zone)
        yield f"Kính gửi đồng chí {one_line(letter.name)},"
        yield ""
        yield (
            f"Lúc {made:%H:%M} ngày {words.short_date(made.date())}, {one_line(letter.maker)} tạo "
            "một liên kết để đồng chí đặt mật khẩu. Liên kết dùng được một lần, đến "
            f"{until:%H:%M} ngày {words.short_date(until.date())}; liên kết được trao riêng và "
            "không có trong thư này."
        )
        yield ""
        yield (
            "Nếu đồng chí nhờ tạo, không phải làm gì thêm. Nếu không, hãy hỏi lại người đã tạo và "
            "báo lãnh đạo đơn vị: ai cầm liên kết đó đặt được mật khẩu thay đồng chí."
        )
        yield ""
        yield f"{self._office}, {at:%H:%M} ngày {words.short_date(at.date())}."
