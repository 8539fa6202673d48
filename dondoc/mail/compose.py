"""The one builder of mail: headers that nobody can add to, a text part and an HTML part.

What it knows is MIME. Words come from `render`; addresses come from the directory, checked there
and once more here. Python before 3.11.10 lets an encoded word in a subject add headers
(CVE-2024-6923), so every message is cleaned first and parsed again after it was built.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.utils import format_datetime, quote
from typing import Any

from engine.addresses import is_address
from engine.errors import Corrupt

#: Control, format (zero width, direction), private, surrogate and line separating characters.
_UNSAFE = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})

#: The two ends of an encoded word; taken apart so that no parser ever finds one in a name.
_ENCODED_WORD = re.compile(r"=\?|\?=")

#: RFC 5322, 2.1.1: longer lines may be cut by a server on the way.
_LONGEST_LINE = 998

_REFERENCE = re.compile(r"<[A-Za-z0-9._-]+@[A-Za-z0-9.-]+>", re.ASCII)


class _OurPolicy(policy.EmailPolicy):
    """Folds the headers that hold words of people; the rest is the library's.

    The library's own folding drops spaces between encoded words (seen in 3.11.7 with an en dash),
    and is what CVE-2024-6923 is about.
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Return a header as it is sent."""
        match name.lower():
            case "subject":
                folded = _encoded(str(value), after=name)
            case "from" | "to":
                (mailbox,) = value.addresses
                folded = f"{_phrase(mailbox.display_name, after=name)}<{mailbox.addr_spec}>"
            case _:
                return super().fold_binary(name, value)
        return f"{name}: {folded}\r\n".encode("ascii")


_POLICY = _OurPolicy(linesep="\r\n", raise_on_defect=False)


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
        Forged: the finished message, parsed again, has other headers than it was given.
    """
    _require_plain(draft, sender)
    message = EmailMessage(policy=_POLICY)
    for name, value in _headers(draft, sender):
        message[name] = value
    _fill(message, draft)
    content = message.as_bytes()
    _require_unforged(content, draft, sender)
    return content


def one_line(text: str) -> str:
    """Return text from a user on one line, NFC, without characters that are orders."""
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(" " if unicodedata.category(one) in _UNSAFE else one for one in composed)
    return " ".join(kept.split())


def header_text(text: str) -> str:
    """Return text fit for a header: one line, and never an encoded word."""
    return _ENCODED_WORD.sub(lambda found: " ".join(found[0]), one_line(text))


def _headers(draft: Draft, sender: Sender) -> list[tuple[str, object]]:
    threading = [("References", draft.thread)] if draft.thread else []
    return [
        ("From", _mailbox(sender.name, sender.address)),
        ("To", _mailbox(draft.recipient, draft.address)),
        ("Reply-To", sender.reply_to),
        ("Subject", header_text(draft.subject)),
        ("Date", format_datetime(draft.at)),
        ("Message-ID", draft.reference),
        *threading,
        ("List-Id", f"<dondoc.{sender.domain}>"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
    ]


def _mailbox(name: str, address: str) -> Address:
    return Address(display_name=header_text(name), addr_spec=address)


def _phrase(name: str, *, after: str) -> str:
    """Return a display name ready to stand before an address."""
    if not name:
        return ""
    return f'"{quote(name)}" ' if name.isascii() else f"{_encoded(name, after=after)}\r\n "


def _encoded(text: str, *, after: str) -> str:
    charset = "us-ascii" if text.isascii() else "utf-8"
    return Header(text, charset, header_name=after).encode(linesep="\r\n")


def _fill(message: EmailMessage, draft: Draft) -> None:
    # Vietnamese as it is, not in base64: a kept message can be read with any tool, and encoding
    # was the dearest step of building one. The courier converts for a server without 8BITMIME.
    message.set_content(draft.text, cte=_encoding(draft.text))
    message.add_alternative(draft.html, subtype="html", cte=_encoding(draft.html))
    message.set_boundary(_boundary(draft))


def _encoding(text: str) -> str:
    longest = max((len(line.encode()) for line in text.splitlines()), default=0)
    return "8bit" if longest < _LONGEST_LINE else "base64"


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


def _require_unforged(content: bytes, draft: Draft, sender: Sender) -> None:
    parsed = BytesHeaderParser(policy=policy.SMTP).parsebytes(content)
    expected = [name for name, _ in _headers(draft, sender)]
    expected += ["MIME-Version", "Content-Type"]
    faults = []
    if sorted(parsed.keys()) != sorted(expected):
        faults.append(f"headers {parsed.keys()}")
    for name, address in (("From", sender.address), ("To", draft.address)):
        found = [one.addr_spec for one in parsed[name].addresses] if parsed[name] else []
        if found != [address]:
            faults.append(f"{name} {found}")
    if str(parsed["Subject"]) != header_text(draft.subject):
        faults.append("subject")
    if faults:
        message = f"message {draft.reference} would leave changed: {'; '.join(faults)}"
        raise Forged(message)
