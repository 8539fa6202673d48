"""Headers that nobody can add to, and words that arrive as they were written."""

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy

import hypothesis
import pytest
from hypothesis import strategies

from dondoc.mail import compose as composing
from dondoc.mail.compose import Draft, Forged, Sender, compose, header_text, one_line

SENDER = Sender(
    name="Theo dõi nhiệm vụ – Sở Ví dụ", address="dondoc@coquan.test", reply_to="vp@coquan.test"
)
DRAFT = Draft(
    reference="<ii-1.remind-3.0123456789abcdef@coquan.test>",
    thread="<kh-2026.ii-1@coquan.test>",
    recipient="Trần Văn Bình",
    address="binh@coquan.test",
    subject="[II.1] Còn 2 ngày làm việc – đề nghị đôn đốc: Sửa đổi Quy chế",
    at=datetime(2026, 5, 20, 0, 30, tzinfo=UTC),
    text="Kính gửi đồng chí\n.\nFrom here on\n",
    html="<p>Kính gửi đồng chí</p>\n",
)
EXPECTED = [
    "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "References", "List-Id",
    "Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version", "Content-Type",
]  # fmt: skip

INJECTIONS = [
    "Báo cáo =?UTF-8?Q?=0A?=Bcc: x@evil.test",
    "Bao cao =?UTF-8?Q?=0A?=Bcc: x@evil.test",
    "=?utf-8?b?CkJjYzogeEBldmlsLnRlc3Q=?=",
    "=?utf-8?q?=0D=0ABcc:_x@evil.test?= ăn",
    "a\r\nBcc: x@evil.test",
    "a\nBcc: x@evil.test\n\n<script>",
    "a\rBcc: x@evil.test",
    "a\x0bBcc: x\x0cBcc: y\x85Bcc: z",
    "a\u2028Bcc: x\u2029Bcc: y",
    "ngược \u202egnor\u202c hết \u2066x\u2069",
    "không\u200brộng\ufeff\u00ad",
    "thay \udcff thế",
    "nul \x00 và xoá \x7f",
    '"Giám đốc" <gd@evil.test>, other@evil.test',
    "x>, y@evil.test",
    "a;b,c:d",
    "x" * 400,
    "ế" * 400,
    "e" + "\u0301" * 400,
    "",
    "   ",
]


@pytest.mark.parametrize("payload", INJECTIONS)
def test_fault_32_no_text_adds_a_header_or_a_recipient(payload: str) -> None:
    draft = replace(DRAFT, subject=f"[II.1] {payload}", recipient=payload, text=f"{payload}\n")
    draft = replace(draft, text=one_line(draft.text) + "\n")
    sender = replace(SENDER, name=payload)

    parsed = message_from_bytes(compose(draft, sender), policy=policy.SMTP)

    assert parsed.keys() == EXPECTED
    assert [one.addr_spec for one in parsed["To"].addresses] == ["binh@coquan.test"]
    assert [one.addr_spec for one in parsed["From"].addresses] == ["dondoc@coquan.test"]
    assert str(parsed["Subject"]) == header_text(draft.subject)


@hypothesis.given(payload=strategies.text(max_size=120))
def test_fault_32_no_text_at_all_adds_a_header(payload: str) -> None:
    draft = replace(DRAFT, subject=f"[II.1] {payload}", recipient=payload)

    parsed = message_from_bytes(compose(draft, SENDER), policy=policy.SMTP)

    assert parsed.keys() == EXPECTED
    assert str(parsed["Subject"]) == header_text(draft.subject)


@hypothesis.given(
    payload=strategies.text(strategies.sampled_from('aế =?"\\<>@,;:()\r\n\t'), max_size=90)
)
def test_fault_32_whatever_stands_in_a_name_the_one_recipient_stays(payload: str) -> None:
    content = compose(
        replace(DRAFT, subject=payload, recipient=payload), replace(SENDER, name=payload)
    )

    parsed = message_from_bytes(content, policy=policy.SMTP)
    assert parsed.keys() == EXPECTED
    assert [one.addr_spec for one in parsed["To"].addresses] == [DRAFT.address]
    assert [one.addr_spec for one in parsed["From"].addresses] == [SENDER.address]
    assert str(parsed["Subject"]) == header_text(payload)


@pytest.mark.parametrize("name", ["Bcc", "Subject", "From", "To"])
def test_a_header_that_slipped_in_is_found_before_the_message_leaves(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    real = composing._headers
    more = (name, "<x@evil.test>")
    monkeypatch.setattr(composing, "_headers", lambda *given: [*real(*given), more])

    with pytest.raises(Forged):
        compose(DRAFT, SENDER)


@pytest.mark.parametrize(
    "changed", [replace(DRAFT, address="evil@coquan.test"), replace(DRAFT, subject="khác")]
)
def test_a_subject_or_recipient_that_changed_is_found_before_the_message_leaves(
    monkeypatch: pytest.MonkeyPatch, changed: Draft
) -> None:
    other = composing._headers(changed, SENDER)
    monkeypatch.setattr(composing, "_headers", lambda *_: other)

    with pytest.raises(Forged):
        compose(DRAFT, SENDER)


def test_a_vietnamese_subject_and_name_arrive_letter_by_letter() -> None:
    subject = "[II.5.2] Quá hạn 3 ngày làm việc – đề nghị chỉ đạo: Triển khai Trung tâm (SOC)…"

    content = compose(replace(DRAFT, subject=subject), SENDER)
    parsed = message_from_bytes(content, policy=policy.SMTP)

    assert str(parsed["Subject"]) == subject
    assert parsed["From"].addresses[0].display_name == SENDER.name
    assert parsed["To"].addresses[0].display_name == "Trần Văn Bình"
    assert all(len(line) < 78 for line in content.split(b"\r\n\r\n")[0].split(b"\r\n"))


def test_the_headers_tell_machines_that_no_answer_is_wanted() -> None:
    parsed = message_from_bytes(compose(DRAFT, SENDER), policy=policy.SMTP)

    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed["X-Auto-Response-Suppress"] == "All"
    assert parsed["List-Id"] == "<dondoc.coquan.test>"
    assert parsed["Reply-To"] == "vp@coquan.test"
    assert parsed["References"] == DRAFT.thread
    assert parsed["Message-ID"] == DRAFT.reference
    assert parsed["Date"].datetime == DRAFT.at


def test_both_parts_say_the_same_letters_in_clear_text() -> None:
    content = compose(DRAFT, SENDER)

    parsed = message_from_bytes(content, policy=policy.SMTP)

    assert "Kính gửi đồng chí".encode() in content
    plain, html = parsed.get_body(("plain",)), parsed.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n") == DRAFT.text
    assert html.get_content().replace("\r\n", "\n") == DRAFT.html


def test_a_line_too_long_for_servers_is_encoded_instead_of_cut() -> None:
    long = "ế" * 2_000 + "\n"

    content = compose(replace(DRAFT, text=long), SENDER)

    parsed = message_from_bytes(content, policy=policy.SMTP).get_body(("plain",))
    assert parsed is not None
    assert parsed.get_content().strip() == long.strip()
    assert max(map(len, content.split(b"\r\n"))) <= 998


def test_the_same_draft_is_the_same_bytes() -> None:
    assert compose(DRAFT, SENDER) == compose(DRAFT, SENDER)


@pytest.mark.parametrize(
    "address", ["a@b.test, c@d.test", "a@b.test\r\nBcc: x@y.test", "<a@b.test>", "a b@c.test", ""]
)
def test_what_is_not_one_plain_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not one plain mail address"):
        compose(replace(DRAFT, address=address), SENDER)


@pytest.mark.parametrize("reference", ["<a b@c>", "x@y", "<x@y>\r\nBcc: z", "<x\u202e@y>"])
def test_what_is_not_a_reference_of_ours_is_refused(reference: str) -> None:
    with pytest.raises(ValueError, match="not a Message-ID"):
        compose(replace(DRAFT, reference=reference), SENDER)


@hypothesis.given(text=strategies.text())
def test_text_on_one_line_holds_no_character_that_is_an_order(text: str) -> None:
    kept = one_line(text)

    assert not {unicodedata.category(one) for one in kept} & {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
    assert one_line(kept) == kept


def test_only_a_digest_says_how_to_be_left_out() -> None:
    digest = message_from_bytes(compose(replace(DRAFT, is_digest=True), SENDER), policy=policy.SMTP)
    duty = message_from_bytes(compose(DRAFT, SENDER), policy=policy.SMTP)

    assert digest["List-Unsubscribe"] == "<mailto:vp@coquan.test?subject=unsubscribe>"
    assert set(digest.keys()) - set(duty.keys()) == {"List-Unsubscribe"}
