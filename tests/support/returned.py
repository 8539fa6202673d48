"""Mail that comes back to the sender, as servers and people write it."""

HEAD = (
    "Return-Path: <{path}>\r\nReceived: from mx.example.test by office.test; {received}\r\n"
    "From: {sender}\r\nTo: dondoc@office.test\r\nSubject: {subject}\r\n"
    "Message-ID: <{own}@mx.example.test>\r\n"
)


def bounce(
    reference: str,
    *,
    address: str = "cv@example.test",
    status: str = "5.1.1",
    action: str = "failed",
    own: str = "bounce-1",
    received: str = "Sat, 25 Jan 2014 07:31:00 +0700",
) -> bytes:
    """Return a delivery status notification about a message of ours (RFC 3464)."""
    head = HEAD.format(
        path="", received=received, sender="MAILER-DAEMON@mx.example.test", own=own,
        subject="Undelivered Mail Returned to Sender",
    )  # fmt: skip
    return (
        head + "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=-1"\r\n\r\n'
        "--=-1\r\nContent-Type: text/plain\r\n\r\nI'm sorry to have to inform you.\r\n"
        "--=-1\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.test\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; 550 {status} no such user\r\n\r\n"
        "--=-1\r\nContent-Type: message/rfc822\r\n\r\n"
        f"From: dondoc@office.test\r\nTo: {address}\r\nMessage-ID: {reference}\r\n"
        "Subject: [T1]\r\n\r\n...\r\n--=-1--\r\n"
    ).encode()


def vacation(reference: str, *, address: str = "cv@example.test", own: str = "away-1") -> bytes:
    """Return an automatic answer (RFC 3834)."""
    head = HEAD.format(
        path="", received="now", sender=f"Chuyen vien <{address}>", own=own,
        subject="=?utf-8?Q?T=E1=BB=B1_=C4=91=E1=BB=99ng_tr=E1=BA=A3_l=E1=BB=9Di?=",
    )  # fmt: skip
    return (
        head + f"Auto-Submitted: auto-replied (vacation)\r\nIn-Reply-To: {reference}\r\n\r\n"
        "Away until Monday.\r\n"
    ).encode()


def reply(reference: str, *, address: str = "cv@example.test", own: str = "reply-1") -> bytes:
    """Return what a person writes back."""
    head = HEAD.format(
        path=address, received="now", sender=address, own=own, subject="Re: [T1] verify"
    )
    return (head + f"In-Reply-To: {reference}\r\n\r\nĐã xong.\r\n").encode()
