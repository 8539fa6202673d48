"""The mail of one office put together from its settings: who carries it, who words it."""

from datetime import timedelta

from dondoc.bootstrap import App
from dondoc.mail.compose import Sender
from dondoc.mail.link_letter import LinkRenderer
from dondoc.mail.links import links_of
from dondoc.mail.render import MailRenderer
from dondoc.mail.smtp import Server, SmtpCourier
from dondoc.mail.trial import TrialCourier
from dondoc.mail.watching import DigestRenderer
from engine.breaker import Limits
from scheduler.courier import Courier
from scheduler.relay import Desk

#: Stands in the mail of an office that has not said yet whom its mail comes from.
_NO_SENDER = "dondoc@localhost"
_SHORTEST_LEASE = timedelta(minutes=2)
#: A message is ours from the claim to the last answer: some eight phases, of which the one after
#: the message may take two time-outs. Renewed before the message is handed over.
_PHASES = 8


def courier(app: App) -> Courier:
    """Return who carries the mail in the mode that is set; paused, nobody is ever asked to."""
    if app.settings.mail.mode == "live":
        return SmtpCourier(server(app))
    return TrialCourier(app.settings.trial_dir, clock=app.clock, zone=app.office.zone)


def server(app: App) -> Server:
    """Return the mail server of the settings."""
    mail = app.settings.mail
    return Server(
        host=mail.host,
        port=mail.port,
        security=mail.security,
        username=mail.username,
        password=mail.password.get_secret_value(),
        timeout=timedelta(seconds=mail.timeout_seconds),
        session_messages=mail.session_messages,
    )


def sender(app: App) -> Sender:
    """Return whom the mail comes from."""
    mail, org = app.settings.mail, app.settings.org
    address = mail.sender or _NO_SENDER
    whose = org.short or org.name
    return Sender(
        name=f"Theo dõi nhiệm vụ – {whose}" if whose else "Theo dõi nhiệm vụ",
        address=address,
        reply_to=mail.reply_to or address,
    )


def limits(app: App) -> Limits:
    """Return how much mail may leave."""
    sending = app.settings.sending
    return Limits(
        per_person_hour=sending.per_person_hour,
        per_minute=sending.per_minute,
        hard_hour=sending.hard_limit_hour,
    )


def desk(app: App) -> Desk:
    """Return what every step of the relay works with."""
    whom = sender(app)
    timeout = timedelta(seconds=app.settings.mail.timeout_seconds)
    return Desk(
        rules=app.rules,
        renderer=MailRenderer(
            whom, zone=app.office.zone, office=app.office.name, links=links_of(app)
        ),
        sender=whom.address,
        lease=max(_SHORTEST_LEASE, _PHASES * timeout),
        is_paused=app.settings.mail.mode == "paused",
        limits=limits(app),
        digester=DigestRenderer(whom, zone=app.office.zone, office=app.office.name).render,
        link_teller=LinkRenderer(whom, zone=app.office.zone, office=app.office.name).render,
    )
