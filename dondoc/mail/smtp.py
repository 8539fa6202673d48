"""SMTP, driven phase by phase, so that "not sent", "sent" and "who knows" are told apart.

`smtplib.sendmail` raises the same error for a server that hangs before its greeting and for one
that drops the line after the message; here each phase has its own time-out and its own meaning.
Knows servers and sessions, not the ledger.
"""

import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Literal

from scheduler.courier import SESSION, Delivery, Envelope, Phase

_READY, _DONE, _GO_ON = 220, 250, 354
_CLOSING, _PERMANENT = 421, 500
_WILL_FORWARD, _TOO_MUCH = 251, 452

#: 452 with this asks for another session, not for another address (OpenSMTPD; RFC 3463, X.5.3).
_FULL_SESSION = re.compile(r"\b4\.5\.3\b")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_UNKNOWN_COMMAND = (500, 502)
_FAMILY = 100
_ACCEPTED, _REFUSED = 2, (4, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A mail server and how to speak to it.

    Attributes:
        security: `starttls` refuses a server that does not offer it.
        timeout: For every answer; twice that for the one to the message itself, during which a
            server may scan it.
        session_messages: A new session after that many messages.
        idle: A kept session unused for that long is not trusted.
        ca_file: Certificates to trust instead of the system's.
        hello: How we call ourselves; None asks the machine.
    """

    host: str
    port: int
    security: Literal["none", "starttls", "tls"] = "starttls"
    username: str = ""
    password: str = field(default="", repr=False)
    timeout: timedelta = timedelta(seconds=30)
    session_messages: int = 50
    idle: timedelta = timedelta(seconds=30)
    ca_file: Path | None = None
    hello: str | None = None


class _Ended(Exception):
    """A conversation about one message ended; `is_over` says that the session did as well."""

    def __init__(self, delivery: Delivery, *, is_over: bool) -> None:
        self.delivery, self.is_over = delivery, is_over
        super().__init__(delivery.reply)


@dataclass(slots=True)
class _Session:
    """A session with the server, and what has been done in it."""

    smtp: smtplib.SMTP
    used_at: float
    messages: int = 0


class SmtpCourier:
    """Carries messages to one server, several in one session."""

    def __init__(self, server: Server, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Remember the server; nothing is opened yet.

        Args:
            server: Where to.
            monotonic: Measures how long a session lay idle, in seconds.
        """
        self._server = server
        self._monotonic = monotonic
        self._session: _Session | None = None

    def deliver(self, envelope: Envelope, content: Callable[[], bytes | None]) -> Delivery:
        """Carry one message, in the session that is open or in a new one.

        A kept session that turns out to be dead, and one that has had its fill of messages, are
        replaced and the message is tried once more at once: nothing of it was handed over.
        """
        was_kept = self._drop_stale()
        try:
            return self._converse(envelope, content)
        except _Ended as ended:
            if not (was_kept and _is_stale(ended.delivery)) and not _wants_new_session(
                ended.delivery
            ):
                return ended.delivery
        self._abandon()
        try:
            return self._converse(envelope, content)
        except _Ended as again:
            return again.delivery

    def check(self) -> None:
        """Open a session and close it again.

        Raises:
            ConnectionError: the server cannot be used; says at which phase and why.
        """
        try:
            self._open()
        except _Ended as ended:
            delivery = ended.delivery
            message = f"{delivery.phase}: {delivery.code or ''} {delivery.reply}"
            raise ConnectionError(message) from ended
        finally:
            self.close()

    def close(self) -> None:
        """Say good-bye and close the session."""
        session, self._session = self._session, None
        if session is None:
            return
        try:
            session.smtp.quit()
        except (OSError, smtplib.SMTPException):
            session.smtp.close()

    def _converse(self, envelope: Envelope, content: Callable[[], bytes | None]) -> Delivery:
        try:
            session = self._session or self._open()
            delivery = self._hand_over(session, envelope, content)
        except _Ended as ended:
            if ended.is_over:
                self._abandon()
            elif self._session is not None:
                self._reset(self._session.smtp)
            raise
        except Exception:
            self._abandon()
            raise
        session.messages += 1
        session.used_at = self._monotonic()
        return delivery

    def _hand_over(
        self, session: _Session, envelope: Envelope, content: Callable[[], bytes | None]
    ) -> Delivery:
        smtp = session.smtp
        takes_8bit = smtp.has_extn("8bitmime")
        options = ["BODY=8BITMIME"] if takes_8bit else []
        self._ask("mail", lambda: smtp.mail(envelope.sender, options))
        self._ask("rcpt", lambda: smtp.rcpt(envelope.address))
        held = content()
        if held is None:
            self._reset(smtp)
            return Delivery(outcome="withdrawn", phase="data")
        self._ask("data", lambda: smtp.docmd("DATA"), expected=_GO_ON)
        code, reply = self._send(smtp, held if takes_8bit else _in_7bit(held))
        return Delivery(outcome="accepted", phase="dot", code=code, reply=reply)

    def _send(self, smtp: smtplib.SMTP, held: bytes) -> tuple[int, str]:
        """Send the message and then, apart, the dot: only after the dot can it be in doubt."""
        sock = smtp.sock
        assert sock is not None  # noqa: S101  # smtplib closes it only with an error
        try:
            sock.sendall(_quoted(held))
        except OSError as problem:
            raise _ended(
                outcome="temporary", phase="data", reply=_words(problem), is_over=True
            ) from problem
        sock.settimeout(2 * self._server.timeout.total_seconds())
        try:
            sock.sendall(b".\r\n")
            code, reply = smtp.getreply()
        except (OSError, smtplib.SMTPException) as problem:
            raise _ended(
                outcome="in_doubt", phase="dot", reply=_words(problem), is_over=True
            ) from problem
        sock.settimeout(self._server.timeout.total_seconds())
        if code // _FAMILY in _REFUSED:
            raise _refused(phase="dot", code=code, reply=reply)
        if code // _FAMILY != _ACCEPTED:
            # An answer that is none: the message was handed over whole, and may have been kept.
            raise _ended(
                outcome="in_doubt", phase="dot", code=code, reply=_text(reply), is_over=True
            )
        return code, _text(reply)

    def _open(self) -> _Session:
        smtp = self._connect()
        self._session = _Session(smtp=smtp, used_at=self._monotonic())
        self._ask("ehlo", lambda: _hello(smtp))
        if self._server.security == "starttls":
            self._encrypt(smtp)
            self._ask("ehlo", lambda: _hello(smtp))
        if self._server.username:
            self._log_in(smtp)
        return self._session

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        seconds = server.timeout.total_seconds()
        smtp: smtplib.SMTP
        # A name of our own keeps smtplib from asking the name service for one.
        hello = server.hello or _own_name()
        if server.security == "tls":
            smtp = smtplib.SMTP_SSL(local_hostname=hello, timeout=seconds, context=self._context())
        else:
            smtp = smtplib.SMTP(local_hostname=hello, timeout=seconds)
        # smtplib sets it only where the constructor connects; TLS checks names against it.
        smtp._host = server.host  # type: ignore[attr-defined] # noqa: SLF001
        try:
            code, reply = smtp.connect(server.host, server.port)
        except (OSError, smtplib.SMTPException) as problem:
            smtp.close()
            raise _ended(
                outcome="temporary", phase=_met(problem), reply=_words(problem), is_over=True
            ) from problem
        if code != _READY:
            smtp.close()
            raise _ended(
                outcome="temporary", phase="banner", code=code, reply=_text(reply), is_over=True
            )
        if smtp.sock is not None:
            # The dot goes apart from the message: a system that waits for the answer to the one
            # before it sends the other costs 40 ms a message.
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return smtp

    def _encrypt(self, smtp: smtplib.SMTP) -> None:
        if not smtp.has_extn("starttls"):
            reply = "the server does not offer STARTTLS, which the settings require"
            raise _ended(outcome="temporary", phase="starttls", reply=reply, is_over=True)
        self._ask("starttls", lambda: smtp.starttls(context=self._context()), expected=_READY)

    def _log_in(self, smtp: smtplib.SMTP) -> None:
        try:
            smtp.login(self._server.username, self._server.password)
        except smtplib.SMTPAuthenticationError as refused:
            code, reply = refused.smtp_code, _text(refused.smtp_error)
            raise _ended(
                outcome="temporary", phase="login", code=code, reply=reply, is_over=True
            ) from refused
        except (OSError, smtplib.SMTPException) as problem:
            raise _ended(
                outcome="temporary", phase="login", reply=_words(problem), is_over=True
            ) from problem

    def _ask(
        self, phase: Phase, command: Callable[[], tuple[int, bytes]], *, expected: int = _DONE
    ) -> None:
        """Do one step of the conversation, or end it."""
        try:
            code, reply = command()
        except smtplib.SMTPResponseException as refused:
            said = _bytes(refused.smtp_error)
            raise _refused(phase=phase, code=refused.smtp_code, reply=said) from refused
        except (OSError, smtplib.SMTPException) as problem:
            raise _ended(
                outcome="temporary", phase=phase, reply=_words(problem), is_over=True
            ) from problem
        forwarded = phase == "rcpt" and code == _WILL_FORWARD
        if code != expected and not forwarded:
            raise _refused(phase=phase, code=code, reply=reply)

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self._server.ca_file)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def _drop_stale(self) -> bool:
        """Close a session that has had enough messages or lay idle; return whether one is left."""
        session, server = self._session, self._server
        if session is None:
            return False
        idle = self._monotonic() - session.used_at
        if session.messages >= server.session_messages or idle > server.idle.total_seconds():
            self.close()
            return False
        return True

    def _reset(self, smtp: smtplib.SMTP) -> None:
        try:
            code, _ = smtp.rset()
        except (OSError, smtplib.SMTPException):
            code = 0
        if code != _DONE:
            self._abandon()

    def _abandon(self) -> None:
        """Drop the line without a word: nothing can be said on it any more."""
        session, self._session = self._session, None
        if session is not None:
            session.smtp.close()


def _hello(smtp: smtplib.SMTP) -> tuple[int, bytes]:
    code, reply = smtp.ehlo()
    # HELO is for servers that do not know EHLO, not for those that are busy.
    return smtp.helo() if code in _UNKNOWN_COMMAND else (code, reply)


def _own_name() -> str:
    """Return the name of this machine, or the address literal that stands for having none."""
    name = socket.gethostname()
    return name if "." in name else "[127.0.0.1]"


def _met(problem: Exception) -> Phase:
    """Return the phase in which opening a connection failed."""
    if isinstance(problem, ssl.SSLError):
        return "starttls"
    return "banner" if isinstance(problem, smtplib.SMTPException) else "connect"


def _wants_new_session(delivery: Delivery) -> bool:
    return delivery.code == _TOO_MUCH and _FULL_SESSION.search(delivery.reply) is not None


def _is_stale(delivery: Delivery) -> bool:
    """Return whether a kept session had died, or was being closed, before our message."""
    gone = delivery.code is None or delivery.code == _CLOSING
    return gone and delivery.outcome == "temporary" and delivery.phase == "mail"


def _refused(*, phase: Phase, code: int, reply: bytes) -> _Ended:
    """Return how a reply other than the one hoped for ends the conversation.

    A 5yz says "never" about a recipient or a message. Before there is either it says that we are
    set up wrongly, and waiting for an administrator is better than telling somebody else.
    """
    is_ours = phase in SESSION or phase == "mail"
    outcome: Literal["permanent", "temporary"] = (
        "permanent" if code >= _PERMANENT and not is_ours else "temporary"
    )
    is_over = code == _CLOSING or phase in SESSION or code // _FAMILY not in _REFUSED
    return _ended(outcome=outcome, phase=phase, code=code, reply=_text(reply), is_over=is_over)


def _ended(
    *,
    outcome: Literal["temporary", "permanent", "in_doubt"],
    phase: Phase,
    is_over: bool,
    code: int | None = None,
    reply: str = "",
) -> _Ended:
    delivery = Delivery(outcome=outcome, phase=phase, code=code, reply=reply)
    return _Ended(delivery, is_over=is_over)


def _quoted(held: bytes) -> bytes:
    """Return a message as it goes over the line: CRLF, leading dots doubled, a line end last."""
    whole = held.count(b"\r\n")
    if whole == held.count(b"\r") == held.count(b"\n") and held.endswith(b"\r\n"):
        dotted = held.replace(b"\r\n.", b"\r\n..")
        return b"." + dotted if dotted.startswith(b".") else dotted
    lines = _LINE_END.split(held)
    if lines and not lines[-1]:
        lines.pop()
    return b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines)


def _in_7bit(held: bytes) -> bytes:
    """Return a message with its texts encoded, for a server that takes ASCII only (RFC 6152)."""
    return message_from_bytes(held, policy=policy.SMTP.clone(cte_type="7bit")).as_bytes()


def _text(reply: bytes | str) -> str:
    return _bytes(reply).decode("utf-8", errors="replace")


def _bytes(reply: bytes | str) -> bytes:
    return reply.encode() if isinstance(reply, str) else reply


def _words(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}"
