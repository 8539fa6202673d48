"""What people of an office really read: the relay, the words and the finished mail."""

from email import message_from_bytes, policy
from zoneinfo import ZoneInfo

from dondoc.mail.compose import Sender
from dondoc.mail.render import MailRenderer
from scheduler.relay import Desk, Relay
from tests.support.office import World
from tests.support.post import FakeCourier

_SENDER = Sender(name="Theo dõi", address="dondoc@example.test", reply_to="vp@example.test")


def mailed(world: World, courier: FakeCourier) -> dict[str, tuple[str, str]]:
    """Let everything leave that may now; return subject and text of the last mail to each."""
    desk = Desk(
        rules=world.rules,
        renderer=MailRenderer(_SENDER, zone=ZoneInfo("Asia/Ho_Chi_Minh"), office="Sở"),
        sender=_SENDER.address,
        lease_now=lambda _: world.clock.now(),
    )
    Relay(database=world.database, clock=world.clock, courier=courier, desk=desk).turn()
    found = {}
    for envelope, content in courier.taken:
        mail = message_from_bytes(content, policy=policy.default)
        plain = mail.get_body(("plain",))
        assert plain is not None
        text = " ".join(plain.get_content().split())
        found[envelope.recipient.partition("@")[0]] = (str(mail["Subject"]), text)
    return found
