"""A mail server that does what a test tells it: answers, refuses, hangs or drops, by phase.

It listens on loopback in a thread, keeps every message it took with the time of the test's clock,
and knows nothing of the relay.
"""

import contextlib
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Literal

#: Instead of a reply: close the line; say nothing until the client gives up; keep the message as
#: if all were well and close the line without a word.
DROP, HANG, KEEP_AND_DROP = "<drop>", "<hang>", "<keep and drop>"

Phase = Literal["banner", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "dot"]

_USUAL = {
    "banner": "220 lab ready",
    "starttls": "220 go ahead",
    "auth": "235 2.7.0 welcome",
    "mail": "250 2.1.0 ok",
    "rcpt": "250 2.1.5 ok",
    "data": "354 go ahead",
    "dot": "250 2.0.0 kept",
}
_ADDRESS = re.compile(r"<([^>]*)>")
_HANGS_AT_MOST = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One message that the server took."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    session: int

    @property
    def message(self) -> EmailMessage:
        """The message, parsed."""
        return message_from_bytes(self.content, policy=policy.SMTP)

    @property
    def reference(self) -> str:
        """Its Message-ID."""
        return str(self.message["Message-ID"])

    @property
    def text(self) -> str:
        """Its text part, decoded."""
        part = self.message.get_body(("plain",))
        assert part is not None
        return str(part.get_content())


@dataclass(slots=True)
class _Rule:
    phase: Phase
    reply: str
    recipient: str | None
    times: int | None


@dataclass(slots=True)
class SmtpLab:
    """The server.

    Attributes:
        extensions: What EHLO offers.
        session_limit: After that many messages a session answers MAIL with 452 4.5.3.
        tls: Enables STARTTLS.
    """

    extensions: list[str] = field(default_factory=lambda: ["8BITMIME", "PIPELINING"])
    session_limit: int | None = None
    tls: ssl.SSLContext | None = None
    mailbox: list[Kept] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    sessions: int = 0
    _rules: list[_Rule] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _closing: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    _lines: list[socket.socket] = field(default_factory=list)
    _listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    def __post_init__(self) -> None:
        self._start(self._accept)

    @property
    def port(self) -> int:
        """Where it listens, on 127.0.0.1."""
        return int(self._listener.getsockname()[1])

    def on(
        self,
        phase: Phase,
        reply: str,
        *,
        recipient: str | None = None,
        times: int | None = 1,
    ) -> None:
        """Answer a phase otherwise, for one recipient or all, once, n times or always (None)."""
        with self._lock:
            self._rules.append(_Rule(phase=phase, reply=reply, recipient=recipient, times=times))

    def heal(self) -> None:
        """Forget everything it was told to do."""
        with self._lock:
            self._rules.clear()

    def received(self, address: str) -> list[Kept]:
        """Return what it took for an address, oldest first."""
        with self._lock:
            return [one for one in self.mailbox if address in one.recipients]

    def close(self) -> None:
        """Stop listening, drop every line and wait for the threads."""
        self._closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            lines = list(self._lines)
        for line in lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(timeout=5)

    def _start(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.sessions += 1
                self._lines.append(line)
                number = self.sessions
            self._start(_Conversation(self, line, number).hold)

    def decide(self, phase: Phase, recipient: str | None, usual: str) -> str:
        """Return what a phase answers, using up a rule if one fits."""
        with self._lock:
            for rule in self._rules:
                fits = rule.phase == phase and rule.recipient in (None, recipient)
                if fits and rule.times != 0:
                    if rule.times is not None:
                        rule.times -= 1
                    return rule.reply
        return usual

    def keep(self, kept: Kept) -> None:
        """Put a message into the mailbox."""
        with self._lock:
            self.mailbox.append(kept)

    def heard(self, command: str) -> None:
        """Remember a command."""
        with self._lock:
            self.commands.append(command)

    def wait_hanging(self) -> None:
        """Say nothing until the test ends or a long time has passed."""
        self._closing.wait(_HANGS_AT_MOST)


class _Over(Exception):
    """The line is closed, by whomever."""


@dataclass(slots=True)
class _Conversation:
    lab: SmtpLab
    line: socket.socket
    session: int
    sender: str = ""
    recipients: list[str] = field(default_factory=list)
    messages: int = 0
    buffer: bytes = b""

    def hold(self) -> None:
        try:
            self._answer("banner")
            for command in self._commands():
                self._obey(command)
        except (_Over, OSError):
            pass
        finally:
            with contextlib.suppress(OSError):
                self.line.close()

    def _commands(self) -> Iterator[str]:
        while True:
            yield self._read_until(b"\r\n").decode("utf-8", "replace").strip()

    def _obey(self, command: str) -> None:
        self.lab.heard(command)
        verb = command.split(" ", 1)[0].upper()
        obeys = {
            "EHLO": self._greet,
            "HELO": self._greet,
            "STARTTLS": self._encrypt,
            "AUTH": self._log_in,
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._data,
            "RSET": self._forget,
            "NOOP": self._forget,
            "QUIT": self._leave,
        }
        obeys.get(verb, self._wonder)(command)

    def _log_in(self, _command: str) -> None:
        self._answer("auth")

    def _forget(self, _command: str) -> None:
        self.sender, self.recipients = "", []
        self._say("250 2.0.0 ok")

    def _leave(self, _command: str) -> None:
        self._say("221 2.0.0 bye")
        raise _Over

    def _wonder(self, _command: str) -> None:
        self._say("500 5.5.2 what?")

    def _greet(self, command: str) -> None:
        verb = command.split(" ", 1)[0].upper()
        offered = list(self.lab.extensions)
        if self.lab.tls is not None and not isinstance(self.line, ssl.SSLSocket):
            offered.append("STARTTLS")
        lines = ["lab", *offered] if verb == "EHLO" else ["lab"]
        usual = "\r\n".join(
            f"250{'-' if index < len(lines) - 1 else ' '}{line}" for index, line in enumerate(lines)
        )
        self._perform(self.lab.decide("ehlo", None, usual))

    def _encrypt(self, _command: str) -> None:
        self._answer("starttls")
        if self.lab.tls is None:
            raise _Over
        self.line = self.lab.tls.wrap_socket(self.line, server_side=True)
        self.buffer = b""

    def _mail(self, command: str) -> None:
        if self.lab.session_limit is not None and self.messages >= self.lab.session_limit:
            self._say("452 4.5.3 too many messages in this session")
            return
        if self._answer("mail"):
            self.sender, self.recipients = _address(command), []

    def _rcpt(self, command: str) -> None:
        address = _address(command)
        if self._answer("rcpt", address):
            self.recipients.append(address)

    def _data(self, _command: str) -> None:
        recipient = self.recipients[0] if self.recipients else None
        if not self._answer("data", recipient):
            return
        body = self._read_until(b"\r\n.\r\n") + b"\r\n"
        kept = Kept(
            sender=self.sender,
            recipients=tuple(self.recipients),
            content=re.sub(rb"(?m)^\.\.", b".", body),
            session=self.session,
        )
        reply = self.lab.decide("dot", recipient, _USUAL["dot"])
        if reply == KEEP_AND_DROP or reply.startswith("2"):
            self.lab.keep(kept)
            self.messages += 1
        self._perform(reply)

    def _answer(self, phase: Phase, recipient: str | None = None) -> bool:
        """Answer a phase; return whether the client may go on."""
        reply = self.lab.decide(phase, recipient, _USUAL[phase])
        self._perform(reply)
        return reply[0] in "23"

    def _perform(self, reply: str) -> None:
        if reply == HANG:
            self.lab.wait_hanging()
            raise _Over
        if reply in (DROP, KEEP_AND_DROP):
            raise _Over
        self._say(reply)
        if reply.startswith("421"):
            raise _Over

    def _say(self, reply: str) -> None:
        self.line.sendall(reply.encode() + b"\r\n")

    def _read_until(self, end: bytes) -> bytes:
        while end not in self.buffer:
            got = self.line.recv(65536)
            if not got:
                raise _Over
            self.buffer += got
        found, _, self.buffer = self.buffer.partition(end)
        return found


def _address(command: str) -> str:
    found = _ADDRESS.search(command)
    return found[1] if found else ""
