"""The one builder of mail: headers that nobody can add to, a text part and an HTML part.

What it knows is MIME. Words come from `render`; addresses come from the directory, checked there
and once more here. Python before 3.11.10 lets an encoded word in a subject add headers
(CVE-2024-6923), so every message is cleaned first and read back after it was built: always line by
line, and by the library's parser as well where a word is not plainly harmless.

Encoded words are the work of the library's older classes as well: their folding keeps the spaces
between them, which the newer ones drop (seen in 3.11.7 with an en dash), and takes a third of the
time. Only the lines are put together here: its generator would take longer than all the rest.
"""

import hashlib
import re
import unicodedata
from base64 import encodebytes
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.header import Header, decode_header, make_header
from email.parser import BytesHeaderParser
from email.utils import format_datetime, getaddresses, quote
from functools import lru_cache

from engine.addresses import is_address
from engine.errors import Corrupt

#: Control, format (zero width, direction), private, surrogate and line separating characters.
_UNSAFE = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})

#: The two ends of an encoded word; taken apart so that no parser ever finds one in a name.
_ENCODED_WORD = re.compile(r"=\?|\?=")

#: RFC 5322, 2.1.1: longer lines may be cut by a server on the way.
_LONGEST_LINE = 998
#: The same, 2.1.1: lines are folded so that they show on any screen.
_FOLDED = 72

#: Words that no parser can read as anything else: letters, digits, and marks that mean nothing in a
#: header. What holds another character is read back by the library's own parser as well.
_HARMLESS = re.compile(r"(?:[^\W_]|[ .,;:/()\[\]+%–…-])*")

#: The headers of every message, in their order; References only where mail forms a thread,
#: List-Unsubscribe only on digests.
_NAMES = (
    "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "References", "List-Id",
    "List-Unsubscribe", "Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version",
    "Content-Type",
)  # fmt: skip

_NOT_ALWAYS = ("References", "List-Unsubscribe")

#: What those headers are, line by line; each may be folded.
_SHAPE = re.compile(
    "".join(
        rf"(?:{name}: (?P<{name.replace('-', '_')}>[^\r\n]*(?:\r\n [^\r\n]+)*)\r\n)"
        + "?" * (name in _NOT_ALWAYS)
        for name in _NAMES
    )
    + r"\r\n"
)

_REFERENCE = re.compile(r"<[A-Za-z0-9._-]+@[A-Za-z0-9.-]+>", re.ASCII)


class Forged(Corrupt):
    """The finished message says something else than it was told to; it must not be sent."""

    code = "mail_forged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Whom the mail comes from, and where answers go."""

    name: str
    address: str
    reply_to: str

    @property
    def domain(self) -> str:
        """The domain of the sender, on the right of every Message-ID."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message in words, before it is MIME.

    `thread` is the Message-ID that groups all mail about one task; None for several tasks.
    `is_digest` if its recipient asked for it and may end it; duty mail cannot be ended.
    """

    reference: str
    thread: str | None
    recipient: str
    address: str
    subject: str
    at: datetime
    text: str
    html: str
    is_digest: bool = False


def compose(draft: Draft, sender: Sender) -> bytes:
    """Return the message as it is handed over, lines ended by CRLF.

    Raises:
        ValueError: an address or a reference is not plain.
        Forged: the finished message, read back, has other headers than it was given.
    """
    _require_plain(draft, sender)
    head = "".join(f"{name}: {value}\r\n" for name, value in _headers(draft, sender))
    octets = head.encode("ascii") + b"\r\n"
    _require_unforged(octets, draft, sender)
    return octets + _body(draft)


@lru_cache(maxsize=4096)
def one_line(text: str) -> str:
    """Return text from a user on one line, NFC, without characters that are orders."""
    if text.isprintable() and unicodedata.is_normalized("NFC", text):
        # Nothing that is an order is printable.
        return " ".join(text.split())
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(" " if unicodedata.category(one) in _UNSAFE else one for one in composed)
    return " ".join(kept.split())


def header_text(text: str) -> str:
    """Return text fit for a header: one line, and never an encoded word."""
    return _ENCODED_WORD.sub(lambda found: " ".join(found[0]), one_line(text))


def _headers(draft: Draft, sender: Sender) -> list[tuple[str, str]]:
    return [
        ("From", _mailbox(sender.name, sender.address, after="From")),
        ("To", _mailbox(draft.recipient, draft.address, after="To")),
        ("Reply-To", sender.reply_to),
        ("Subject", _subject(header_text(draft.subject))),
        ("Date", format_datetime(draft.at)),
        ("Message-ID", draft.reference),
        *([("References", draft.thread)] if draft.thread else []),
        ("List-Id", f"<dondoc.{sender.domain}>"),
        *([("List-Unsubscribe", _unsubscribe(sender))] if draft.is_digest else []),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
        ("MIME-Version", "1.0"),
        ("Content-Type", f'multipart/alternative;\r\n boundary="{_boundary(draft)}"'),
    ]


def _unsubscribe(sender: Sender) -> str:
    return f"<mailto:{sender.reply_to}?subject=unsubscribe>"


@lru_cache(maxsize=1024)
def _mailbox(name: str, address: str, *, after: str) -> str:
    """Return an address with a display name before it, as RFC 5322 writes it."""
    phrase = header_text(name)
    if not phrase:
        return f"<{address}>"
    quoted = f'"{quote(phrase)}"'
    fits = phrase.isascii() and len(after) + len(quoted) < _FOLDED
    mailbox = f"{quoted if fits else _in_words(phrase, after=after)}\r\n <{address}>"
    # Read back here, once for every person, and not in every message.
    found = [one for _, one in getaddresses([mailbox])]
    if found != [address]:
        message = f"{name!r} <{address}> would be read as {found}"
        raise Forged(message)
    return mailbox


def _subject(text: str) -> str:
    fits = text.isascii() and len("Subject") + len(text) < _FOLDED
    return text if fits else _in_words(text, after="Subject")


def _in_words(text: str, *, after: str) -> str:
    return Header(text, "utf-8", header_name=after).encode(linesep="\r\n")


def _body(draft: Draft) -> bytes:
    """Return both parts between their boundaries (RFC 2046, 5.1.1)."""
    boundary = _boundary(draft).encode()
    parts = (_part(b"plain", draft.text), _part(b"html", draft.html))
    return b"".join(b"--%b\r\n%b\r\n" % (boundary, part) for part in parts) + (
        b"--%b--\r\n" % boundary
    )


def _part(kind: bytes, text: str) -> bytes:
    # Vietnamese as it is, not in base64: a kept message can be read with any tool, and encoding
    # was the dearest step of building one. The courier converts for a server without 8BITMIME.
    lines = text.encode().splitlines()
    octets = b"\r\n".join((*lines, b""))
    if max(map(len, lines), default=0) < _LONGEST_LINE:
        encoding = b"7bit" if text.isascii() else b"8bit"
    else:
        encoding, octets = b"base64", encodebytes(octets).replace(b"\n", b"\r\n")
    return (
        b'Content-Type: text/%b; charset="utf-8"\r\nContent-Transfer-Encoding: %b\r\n\r\n%b'
    ) % (kind, encoding, octets)


def _boundary(draft: Draft) -> str:
    # Derived, not random: the same message rendered twice is the same bytes. Taken over the words
    # themselves, so that no word can hold it.
    words = f"{draft.reference}\n{draft.text}\n{draft.html}"
    return f"=={hashlib.sha256(words.encode()).hexdigest()[:32]}=="


def _require_plain(draft: Draft, sender: Sender) -> None:
    for address in (draft.address, sender.address, sender.reply_to):
        if not is_address(address):
            message = f"{address!r} is not one plain mail address"
            raise ValueError(message)
    for reference in (draft.reference, draft.thread):
        if reference is not None and _REFERENCE.fullmatch(reference) is None:
            message = f"{reference!r} is not a Message-ID of ours"
            raise ValueError(message)


def _require_unforged(head: bytes, draft: Draft, sender: Sender) -> None:
    faults = _faults(head, draft, sender)
    words = (draft.subject, draft.recipient, sender.name)
    if not faults and not all(map(_HARMLESS.fullmatch, words)):
        faults = _faults_to_other_readers(head, draft, sender)
    if faults:
        message = f"message {draft.reference} would leave changed: {'; '.join(faults)}"
        raise Forged(message)


def _faults(head: bytes, draft: Draft, sender: Sender) -> list[str]:
    read = _SHAPE.fullmatch(head.decode("ascii"))
    if read is None or (read["References"] is None) != (draft.thread is None):
        return ["headers"]
    faults = []
    if read["From"] != _mailbox(sender.name, sender.address, after="From"):
        faults.append("From")
    if read["To"] != _mailbox(draft.recipient, draft.address, after="To"):
        faults.append("To")
    if str(make_header(decode_header(read["Subject"]))) != header_text(draft.subject):
        faults.append("Subject")
    return faults


def _faults_to_other_readers(head: bytes, draft: Draft, sender: Sender) -> list[str]:
    parsed = BytesHeaderParser(policy=policy.SMTP).parsebytes(head)
    faults = [] if parsed.keys() == _expected(draft) else [f"headers {parsed.keys()}"]
    for name, address in (("From", sender.address), ("To", draft.address)):
        found = [one.addr_spec for one in parsed[name].addresses] if parsed[name] else []
        if found != [address]:
            faults.append(f"{name} {found}")
    if str(parsed["Subject"]) != header_text(draft.subject):
        faults.append("subject")
    return faults


def _expected(draft: Draft) -> list[str]:
    left_out = {
        *(() if draft.thread else ("References",)),
        *(() if draft.is_digest else ("List-Unsubscribe",)),
    }
    return [name for name in _NAMES if name not in left_out]
