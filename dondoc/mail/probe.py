"""One message that says nothing but that mail works, for who sets an office up."""

from uuid import uuid4

from dondoc.bootstrap import App
from dondoc.mail.compose import Draft, compose
from dondoc.mail.post import sender, server
from dondoc.mail.smtp import SmtpCourier
from dondoc.mail.trial import TrialCourier
from engine.addresses import is_address
from engine.errors import Invalid
from scheduler.courier import Courier, Delivery, Envelope

_WORDS = (
    "Đây là thư thử của phần mềm đôn đốc.",
    "Đọc được các chữ ăâđêôơư ế ộ ữ ỷ ẵ là thư tiếng Việt đi đúng.",
    "Không phải trả lời thư này.",
)


def probe(app: App, address: str) -> Delivery:
    """Send a test message, through the mail server if one is set, else into the trial folder.

    Raises:
        Invalid: the address is not one plain mail address.
    """
    if not is_address(address):
        raise Invalid(field="to", problem=f"{address!r} không phải địa chỉ thư điện tử")
    whom = sender(app)
    at = app.clock.now().astimezone(app.office.zone)
    draft = Draft(
        reference=f"<thu.{uuid4().hex}@{whom.domain}>",
        thread=None,
        recipient="",
        address=address,
        subject="Thư thử: phần mềm đôn đốc gửi được thư",
        at=at,
        text="\n".join(_WORDS) + "\n",
        html="".join(f"<p>{words}</p>\n" for words in _WORDS),
    )
    envelope = Envelope(
        reference=draft.reference, sender=whom.address, address=address, recipient="thu", kind="thu"
    )
    carrier: Courier
    if app.settings.mail.host:
        carrier = SmtpCourier(server(app))
    else:
        carrier = TrialCourier(app.settings.trial_dir, clock=app.clock, zone=app.office.zone)
    try:
        return carrier.deliver(envelope, lambda: compose(draft, whom))
    finally:
        carrier.close()
