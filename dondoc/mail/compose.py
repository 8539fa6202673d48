"""The one builder of mail: headers that nobody can add to, a text part and an HTML part.

What it knows is MIME. Words come from `render`; addresses come from the directory, checked there
and once more here. Python before 3.11.10 lets an encoded word in a subject add headers
(CVE-2024-6923), so every message is cleaned first and read back after it was built: always by the
few lines here, and by the library's parser as well where a word is not plainly harmless.
"""

import hashlib
import re
import unicodedata
from binascii import a2b_base64, b2a_base64
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.parser import BytesHeaderParser
from email.utils import format_datetime, quote
from functools import lru_cache
from typing import Final

from engine.addresses import is_address
from engine.errors import Corrupt

#: Control, format (zero width, direction), private, surrogate and line separating characters.
_UNSAFE = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})

#: The two ends of an encoded word; taken apart so that no parser ever finds one in a name.
_ENCODED_WORD = re.compile(r"=\?|\?=")

#: RFC 5322, 2.1.1: longer lines may be cut by a server on the way.
_LONGEST_LINE = 998

#: RFC 2047, 2: neither an encoded word nor a line that holds one is longer.
_LONGEST_WORD, _LONGEST_FOLDED = 75, 76
_WORD_START, _WORD_END = "=?utf-8?b?", "?="

#: Words that no parser can read as anything else: letters, digits, and marks that mean nothing in a
#: header. What holds another character is read back by the library's own parser as well.
_HARMLESS = re.compile(r"(?:[^\W_]|[ .,;:/()\[\]+%–…-])*")

#: One header of a finished message, with the lines it is folded into.
_HEADER = re.compile(rb"([A-Za-z-]+): ([^\r\n]*(?:\r\n [^\r\n]+)*)\r\n")
_ENCODED = rb"=\?utf-8\?b\?[A-Za-z0-9+/=]+\?="
_IN_WORDS = re.compile(rb"%b(?:\r\n %b)*" % (_ENCODED, _ENCODED))
_MAILBOX = re.compile(
    rb'(?:(?:"(?:[^"\\\r\n]|\\["\\])*"|%b)\r\n )?<([^<>\r\n]+)>' % _IN_WORDS.pattern
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
    """

    reference: str
    thread: str | None
    recipient: str
    address: str
    subject: str
    at: datetime
    text: str
    html: str


def compose(draft: Draft, sender: Sender) -> bytes:
    """Return the message as it is handed over, lines ended by CRLF.

    Raises:
        ValueError: an address or a reference is not plain.
        Forged: the finished message, read back, has other headers than it was given.
    """
    _require_plain(draft, sender)
    subject = header_text(draft.subject)
    head = _head(draft, sender, subject=subject).encode("ascii")
    _require_unforged(head, draft, sender, subject=subject)
    return head + b"\r\n" + _body(draft)


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


def _head(draft: Draft, sender: Sender, *, subject: str) -> str:
    headers = [
        ("From", _mailbox(sender.name, sender.address, after="From")),
        ("To", _mailbox(draft.recipient, draft.address, after="To")),
        ("Reply-To", sender.reply_to),
        ("Subject", _encoded(subject, after="Subject")),
        ("Date", format_datetime(draft.at)),
        ("Message-ID", draft.reference),
        *([("References", draft.thread)] if draft.thread else []),
        ("List-Id", f"<dondoc.{sender.domain}>"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
        ("MIME-Version", "1.0"),
        ("Content-Type", f'multipart/alternative;\r\n boundary="{_boundary(draft)}"'),
    ]
    return "".join(f"{name}: {value}\r\n" for name, value in headers)


def _mailbox(name: str, address: str, *, after: str) -> str:
    """Return an address with a display name before it, as RFC 5322 writes it."""
    phrase = header_text(name)
    if not phrase:
        return f"<{address}>"
    quoted = f'"{quote(phrase)}"'
    if phrase.isascii() and len(after) + len(quoted) + len(": ") <= _LONGEST_FOLDED:
        return f"{quoted}\r\n <{address}>"
    return f"{_in_words(phrase, after=after)}\r\n <{address}>"


def _encoded(text: str, *, after: str) -> str:
    fits = len(after) + len(": ") + len(text) <= _LONGEST_FOLDED
    return text if text.isascii() and fits else _in_words(text, after=after)


@lru_cache(maxsize=1024)
def _in_words(text: str, *, after: str) -> str:
    """Return text as encoded words, one a line, none of which splits a character.

    Source:
        RFC 2047, sections 2 and 5.
    """
    words: list[str] = []
    held, room = b"", _room(len(after) + len(": "))
    for character in text:
        octets = character.encode()
        if len(held) + len(octets) > room:
            words.append(_word(held))
            held, room = b"", _room(1)
        held += octets
    return "\r\n ".join([*words, _word(held)])


def _room(taken: int) -> int:
    """Return how many octets fit into an encoded word on a line of which some is taken."""
    letters = min(_LONGEST_FOLDED - taken, _LONGEST_WORD) - len(_WORD_START) - len(_WORD_END)
    return letters // 4 * 3


def _word(octets: bytes) -> str:
    return f"{_WORD_START}{b2a_base64(octets, newline=False).decode()}{_WORD_END}"


def _body(draft: Draft) -> bytes:
    boundary = _boundary(draft).encode()
    parts = ((b"plain", draft.text), (b"html", draft.html))
    return b"".join(
        (*(b"--%b\r\n%b\r\n" % (boundary, _part(kind, text)) for kind, text in parts),
         b"--%b--\r\n" % boundary)
    )  # fmt: skip


def _part(kind: bytes, text: str) -> bytes:
    # Vietnamese as it is, not in base64: a kept message can be read with any tool, and encoding
    # was the dearest step of building one. The courier converts for a server without 8BITMIME.
    lines = text.encode().splitlines()
    if max(map(len, lines), default=0) < _LONGEST_LINE:
        encoding = b"7bit" if text.isascii() else b"8bit"
    else:
        encoding = b"base64"
        lines = _in_base64(b"\r\n".join((*lines, b"")))
    return _PART % (kind, encoding, b"\r\n".join((*lines, b"")))


def _in_base64(octets: bytes) -> list[bytes]:
    letters = b2a_base64(octets, newline=False)
    return [letters[at : at + _LONGEST_FOLDED] for at in range(0, len(letters), _LONGEST_FOLDED)]


_PART: Final = b'Content-Type: text/%b; charset="utf-8"\r\nContent-Transfer-Encoding: %b\r\n\r\n%b'


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


def _require_unforged(head: bytes, draft: Draft, sender: Sender, *, subject: str) -> None:
    faults = _faults(head, draft, sender, subject=subject)
    words = (subject, draft.recipient, sender.name)
    if not faults and not all(map(_HARMLESS.fullmatch, words)):
        faults = _faults_by_library(head, draft, sender, subject=subject)
    if faults:
        message = f"message {draft.reference} would leave changed: {'; '.join(faults)}"
        raise Forged(message)


def _faults(head: bytes, draft: Draft, sender: Sender, *, subject: str) -> list[str]:
    """Read the headers as bytes: which there are, who stands in them, what the subject says."""
    found = [(name.decode(), value) for name, value in _HEADER.findall(head)]
    read = dict(found)
    is_whole = sum(len(name) + len(value) + len(": \r\n") for name, value in found) == len(head)
    faults = [] if is_whole else ["lines that are no header"]
    names = [name for name, _ in found]
    if names != _expected(draft):
        faults.append(f"headers {names}")
    for name, address in (("From", sender.address), ("To", draft.address)):
        mailbox = _MAILBOX.fullmatch(read.get(name, b""))
        if mailbox is None or mailbox[1] != address.encode():
            faults.append(name)
    if _decoded(read.get("Subject", b"")) != subject:
        faults.append("subject")
    return faults


def _decoded(value: bytes) -> str:
    if _IN_WORDS.fullmatch(value) is None:
        return value.decode()
    start, end = len(_WORD_START), -len(_WORD_END)
    return b"".join(a2b_base64(word[start:end]) for word in value.split()).decode()


def _faults_by_library(head: bytes, draft: Draft, sender: Sender, *, subject: str) -> list[str]:
    parsed = BytesHeaderParser(policy=policy.SMTP).parsebytes(head + b"\r\n")
    faults = []
    if parsed.keys() != _expected(draft):
        faults.append(f"headers {parsed.keys()}")
    for name, address in (("From", sender.address), ("To", draft.address)):
        found = [one.addr_spec for one in parsed[name].addresses] if parsed[name] else []
        if found != [address]:
            faults.append(f"{name} {found}")
    if str(parsed["Subject"]) != subject:
        faults.append("subject")
    return faults


def _expected(draft: Draft) -> list[str]:
    return [
        "From", "To", "Reply-To", "Subject", "Date", "Message-ID",
        *(["References"] if draft.thread else []),
        "List-Id", "Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version", "Content-Type",
    ]  # fmt: skip
