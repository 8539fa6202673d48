"""What people read: the words of each kind of mail, true, plain and without a command in them."""

import re
from dataclasses import replace
from datetime import date
from email import message_from_bytes, policy
from html.parser import HTMLParser
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from dondoc.mail.compose import Sender
from dondoc.mail.render import MailRenderer, reference_part
from engine.notices import Letter, LetterItem
from engine.review import FieldChange
from tests.support.letters import ESCALATION, REMINDER, WAITING, event, letter

SENDER = Sender(
    name="Theo dõi nhiệm vụ – SVD", address="dondoc@coquan.test", reply_to="vp@coquan.test"
)
RENDERER = MailRenderer(SENDER, zone=ZoneInfo("Asia/Ho_Chi_Minh"), office="Sở Ví dụ")


class Mail(NamedTuple):
    subject: str
    text: str
    html: str
    references: str | None


def render(sent: Letter) -> Mail:
    rendered = RENDERER.render(sent)
    parsed = message_from_bytes(rendered.content, policy=policy.SMTP)
    text, html = parsed.get_body(("plain",)), parsed.get_body(("html",))
    assert text is not None
    assert html is not None
    assert str(parsed["Subject"]) == rendered.subject
    return Mail(rendered.subject, text.get_content(), html.get_content(), parsed["References"])


class _Tags(HTMLParser):
    """What a reader's program would find in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def _flat(text: str) -> str:
    return " ".join(text.split())


def test_a_reminder_says_what_is_due_when_and_what_happens_next() -> None:
    mail = render(letter(REMINDER))

    assert mail.subject == (
        "[II.1.4.3] Còn 2 ngày làm việc: "
        "Sửa đổi Quy chế quản lý và sử dụng hệ thống thư điện tử của…"
    )
    text = _flat(mail.text)
    assert "Kính gửi đồng chí Trần Văn Bình," in text
    assert "Nhiệm vụ do đồng chí thực hiện còn 2 ngày làm việc đến hạn." in text
    assert "Thời hạn: thứ Sáu, ngày 22 tháng 5 năm 2026, trước 17:00" in text
    assert "Căn cứ: Kế hoạch số 12/KH-SVD ngày 05/01/2026, mục II.1" in text
    assert "Đề nghị gửi Văn phòng báo cáo kết quả kèm sản phẩm, minh chứng" in text
    assert (
        "Nếu quá hạn: hệ thống báo Trưởng đơn vị ngày 25/5/2026, Giám đốc ngày 29/5/2026." in text
    )
    assert "trả lời thư này sẽ đến Văn phòng" in text


def test_an_escalation_states_facts_names_who_was_told_and_asks_for_a_decision() -> None:
    mail = render(letter(ESCALATION, recipient="Lê Minh Đức"))

    assert mail.subject.startswith("[II.5.2] Quá hạn 3 ngày làm việc – đề nghị chỉ đạo: Triển")
    text = _flat(mail.text)
    assert "đã quá hạn 3 ngày làm việc, chưa có báo cáo kết quả." in text
    assert "Đã nhắc: 08/5, 13/5 (Trần Văn Bình) · 18/5 (Lê Thọ, Trưởng đơn vị)" in text
    assert (
        "Đã trả lời: 18/5 Lê Thọ: “Chờ kinh phí, văn bản 45/TTr”, hẹn 19/5/2026 (đã quá hẹn)"
        in text
    )
    assert "Đề nghị đồng chí cho ý kiến chỉ đạo" in text
    assert "Nếu chưa có kết quả: hệ thống báo Giám đốc ngày 22/5/2026." in text
    assert "đã quên" not in text


@pytest.mark.parametrize(
    ("item", "status"),
    [
        (replace(REMINDER, working_days_left=0, effective_due_on=date(2026, 5, 20)),
         "Đến hạn hôm nay"),
        (replace(REMINDER, working_days_left=-1, effective_due_on=date(2026, 5, 19)),
         "Quá hạn 1 ngày làm việc"),
        # Friday's task on the Saturday after: late, though no working day has passed.
        (replace(REMINDER, working_days_left=0, effective_due_on=date(2026, 5, 19)), "Quá hạn"),
        (replace(ESCALATION, position="unit_head"), "Quá hạn 3 ngày làm việc – đề nghị đôn đốc"),
        (WAITING, "Chờ xác nhận 2 ngày làm việc"),
        (event("assigned"), "Giao việc, hạn 22/5/2026"),
        (event("assigned", is_urgent=True), "Khẩn – Giao việc, hạn 22/5/2026"),
        (event("assigned", due_on=None, effective_due_on=None, working_days_left=None),
         "Giao việc"),
        (event("reassigned"), "Chuyển việc, hạn 22/5/2026"),
        (event("returned"), "Trả lại"),
        (event("cancelled"), "Hủy nhiệm vụ"),
        (event("reopened"), "Mở lại, hạn 22/5/2026"),
        (event("due_set"), "Thời hạn mới 22/5/2026"),
        (event("adjusted"), "Điều chỉnh, hạn 22/5/2026"),
        (event("adjusted", is_lost=True), "Thôi giao"),
        (event("acknowledged", promise=date(2026, 5, 27)), "Đã hẹn 27/5/2026"),
    ],
)  # fmt: skip
def test_the_subject_says_the_state_first(item: LetterItem, status: str) -> None:
    mail = render(letter(item))

    assert mail.subject.startswith(f"[{item.code}] {status}: ")


def test_a_return_gives_the_reason_in_the_words_of_who_returned_it() -> None:
    item = event("returned", note="Thiếu biên bản họp", actor="Nguyễn Thị Ánh")

    mail = render(letter(item))

    assert re.search(r"Lý do: +Thiếu biên bản họp", mail.text)
    assert re.search(r"Người trả lại: +Nguyễn Thị Ánh", mail.text)
    assert "Thiếu biên bản họp" in mail.html


def test_a_new_date_is_told_beside_the_old_one() -> None:
    mail = render(letter(event("due_set", due_from=date(2026, 5, 15))))

    assert re.search(r"Thời hạn: +thứ Sáu, ngày 22 tháng 5 năm 2026", mail.text)
    assert re.search(r"Hạn trước đây: +15/5/2026", mail.text)


ADJUSTED = event(
    "adjusted",
    decision="15/QĐ-SVD",
    decided_on=date(2026, 5, 18),
    due_from=date(2026, 5, 15),
    changes=(
        FieldChange(field="due", old="2026-05-15", new="2026-05-22"),
        FieldChange(field="lead", old="Phòng Tổng hợp", new="Phòng Công nghệ"),
        FieldChange(field="output", old=None, new="Tờ trình"),
        FieldChange(field="citations", old=None, new="12/NQ-HĐND"),
    ),
)


def test_s46_an_adjustment_tells_what_was_and_what_is_with_its_decision() -> None:
    mail = render(letter(ADJUSTED))

    assert "Nhiệm vụ do đồng chí thực hiện được điều chỉnh theo quyết định." in mail.text
    assert re.search(r"Đổi thời hạn: +15/5/2026 → 22/5/2026", mail.text)
    assert re.search(r"Đổi chủ trì: +Phòng Tổng hợp → Phòng Công nghệ", mail.text)
    assert re.search(r"Đổi sản phẩm: +không có → Tờ trình", mail.text)
    assert re.search(r"Quyết định: +15/QĐ-SVD ngày 18/5/2026", mail.text)
    assert "Hạn trước đây" not in mail.text
    assert "12/NQ-HĐND" not in mail.text


def test_s47_a_date_that_stays_is_told_beside_that_of_the_decision() -> None:
    kept = FieldChange(field="due", old="2026-05-15", new="2026-05-18")

    mail = render(letter(replace(ADJUSTED, due_from=None, changes=(kept,))))

    assert re.search(r"Đổi thời hạn: +15/5/2026 → 18/5/2026, giữ hạn đã cho 22/5/2026", mail.text)


def test_whoever_loses_a_task_is_asked_to_hand_it_over_apart_from_what_is_his() -> None:
    lost = replace(ADJUSTED, code="II.5.2", position="unit_head", is_lost=True)

    alone, together = render(letter(lost)), render(letter(lost, ADJUSTED))

    assert "không còn giao cho đơn vị đồng chí" in " ".join(alone.text.split())
    assert "Đề nghị bàn giao hồ sơ" in alone.text
    assert together.subject == "2 việc có thông báo: 1 thay đổi, 1 thôi giao"
    assert together.text.index("Thay đổi (1)") < together.text.index("Thôi giao (1)")


def test_a_change_is_data_whatever_is_in_it() -> None:
    sly = FieldChange(field="title", old="cũ", new="<b>mới</b>\r\nBcc: x@y.example")

    mail = render(letter(replace(ADJUSTED, changes=(sly,))))

    assert "<b>mới</b>" not in mail.html
    assert "cũ → <b>mới</b> Bcc: x@y.example" in " ".join(mail.text.split())
    assert "\nBcc:" not in mail.text


def test_a_date_rolled_off_a_day_off_is_told_with_the_one_in_the_plan() -> None:
    mail = render(letter(replace(REMINDER, due_on=date(2026, 5, 16))))

    assert "(theo kế hoạch: 16/5/2026)" in _flat(mail.text)


def test_several_items_are_one_message_grouped_by_urgency_with_a_count_in_the_subject() -> None:
    today = replace(
        REMINDER, code="II.2.1", working_days_left=0, effective_due_on=date(2026, 5, 20)
    )

    mail = render(letter(REMINDER, today, ESCALATION))

    assert mail.subject == ("3 việc cần làm hôm nay: 1 quá hạn, 1 đến hạn hôm nay, 1 sắp đến hạn")
    order = [mail.text.index(code) for code in ("II.5.2", "II.2.1", "II.1.4.3")]
    assert order == sorted(order)
    assert mail.references is None


def test_new_work_is_listed_by_section_of_the_plan() -> None:
    items = [
        event("assigned", code="II.1.1"),
        event("assigned", code="II.1.2"),
        event("assigned", code="II.2.1", section="II.2", field="Cải cách thủ tục"),
    ]

    mail = render(letter(*items))

    assert mail.subject == "Giao 3 việc: KH-2026"
    assert "Việc mới giao – mục II.1. Cải cách thể chế (2)" in mail.text
    assert "Việc mới giao – mục II.2. Cải cách thủ tục (1)" in mail.text


def test_mail_about_one_task_forms_a_thread() -> None:
    mail = render(letter(REMINDER))

    assert mail.references == "<kh-2026.ii-1-4-3@coquan.test>"


def test_the_html_says_everything_the_text_says_with_its_styles_inlined() -> None:
    mail = render(letter(REMINDER))

    seen = _flat(re.sub(r"<[^>]+>", " ", mail.html))
    for words in ("Sửa đổi Quy chế", "thứ Sáu, ngày 22 tháng 5 năm 2026", "Nếu quá hạn:"):
        assert words in seen
    assert 'style="' in mail.html
    # The rule for narrow screens cannot be inlined and has to survive (css-inline drops it).
    assert "@media (max-width: 620px)" in mail.html
    assert 'lang="vi"' in mail.html


def test_every_element_with_a_style_of_its_own_carries_it_however_many_items_there_are() -> None:
    several = (REMINDER, ESCALATION, event("assigned"))
    for mail in (render(letter(REMINDER)), render(letter(*several))):
        styled = re.findall(r"<(th|td|h1|h2|p|div)( [^>]*)?>", mail.html)

        bare = [tag for tag, attributes in styled if "style=" not in attributes]
        assert bare in ([], ["td"])  # the cell that only centres the page
        assert mail.html.count("<tbody>") == mail.html.count("</tbody>")


PAYLOADS = [
    "<script>alert(1)</script>",
    "{{ 7*7 }} {% for x in range(10**9) %}",
    '"><img src=https://evil.test/x onerror=alert(1)>',
    "<a href='https://evil.test'>bấm</a>",
    "<style>@import url(https://evil.test/x.css)</style>",
    '<link rel="stylesheet" href="https://evil.test/x.css">',
    "dòng\nmới\r\nBcc: x@evil.test",
    "&amp; &lt;",
    "\u202eđảo\u202c \u200bẩn",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_fault_33_what_users_write_is_inert_in_both_parts(payload: str) -> None:
    item = replace(
        ESCALATION, title=payload, output=payload, lead_unit=payload, assignee=payload,
        note=payload, decision=payload, actor=payload, field=payload, plan_title=payload,
        told=(replace(ESCALATION.told[0], name=payload),),
    )  # fmt: skip

    alone = render(letter(item, recipient=payload, monitor=payload))
    several = render(letter(item, event("assigned", title=payload, field=payload)))

    for mail in (alone, several):
        found = _Tags()
        found.feed(mail.html)
        assert not found.tags & {"script", "img", "a", "link", "iframe", "svg"}
        assert not found.attributes & {"href", "src", "onerror"}
        assert "49" not in re.sub("<[^>]+>", "", mail.html)
        assert not re.search("[\u200b\u202a-\u202e\u2066-\u2069]", mail.text + mail.html)
        assert "\nBcc" not in mail.text


def test_no_mail_holds_an_address_of_the_web_before_there_is_one() -> None:
    for item in (REMINDER, ESCALATION, WAITING, event("assigned"), event("cancelled")):
        mail = render(letter(item))

        assert "://" not in mail.text + mail.html


def test_no_mail_holds_a_command_since_its_readers_have_no_shell() -> None:
    for item in (REMINDER, ESCALATION, WAITING, event("assigned"), event("returned")):
        for state in ("assigned", "in_progress", "reported"):
            mail = render(letter(replace(item, state=state)))

            assert "dondoc task" not in mail.text + mail.html
            assert "--as" not in mail.text + mail.html


def test_answers_are_promised_only_where_they_have_an_address_of_their_own() -> None:
    own = replace(SENDER, reply_to=SENDER.address)
    renderer = MailRenderer(own, zone=ZoneInfo("Asia/Ho_Chi_Minh"), office="Sở Ví dụ")

    rendered = renderer.render(letter(REMINDER))

    parsed = message_from_bytes(rendered.content, policy=policy.SMTP)
    text = parsed.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "trả lời thư này" not in _flat(text)
    assert "Thư tự động gửi lúc 07:30 ngày 20/5/2026." in _flat(text)


@pytest.mark.parametrize("late", [REMINDER, replace(ESCALATION, position="unit_head")])
def test_a_unit_that_coordinates_is_asked_to_coordinate_and_not_to_report(late: LetterItem) -> None:
    mail = render(letter(replace(late, position="coordinating_units")))

    assert "Đề nghị đồng chí phối hợp với đơn vị chủ trì" in _flat(mail.text)
    assert "Đề nghị gửi" not in mail.text
    assert "đôn đốc" not in mail.subject


@pytest.mark.parametrize("item", [REMINDER, ESCALATION, replace(ESCALATION, position="unit_head")])
def test_nobody_is_asked_to_report_to_his_own_unit(item: LetterItem) -> None:
    mail = render(letter(item, is_of_monitor=True))

    asked = _flat(mail.text).partition("Đồng chí nhận thư này")[0]
    assert "Văn phòng" not in asked
    assert "Đề nghị" in asked


def test_an_empty_letter_is_refused() -> None:
    with pytest.raises(ValueError, match="says nothing"):
        RENDERER.render(letter())


@pytest.mark.parametrize(
    ("code", "part"), [("II.1.4.3", "ii-1-4-3"), ("KH-CCHC/2026", "kh-cchc-2026"), ("đ", "x")]
)
def test_codes_become_plain_parts_of_a_reference(code: str, part: str) -> None:
    assert reference_part(code) == part


def test_s4_a_list_shows_the_stored_date_and_the_day_it_counts_to() -> None:
    rolled = replace(
        REMINDER, due_on=date(2026, 5, 23), effective_due_on=date(2026, 5, 25), due_time=None
    )

    mail = render(letter(rolled, ESCALATION))

    assert "Hạn 23/5/2026 (ngày nghỉ, tính đến 25/5/2026)" in _flat(mail.text)


def test_s7_a_message_says_that_the_holidays_of_a_year_are_not_known() -> None:
    words = "Lịch nghỉ năm 2027 chưa có, nên ngày làm việc của năm đó chưa trừ ngày lễ."

    told = render(letter(REMINDER, unloaded_years=(2027,)))
    usual = render(letter(REMINDER))

    assert words in " ".join(told.text.split())
    assert words in told.html
    assert "Lịch nghỉ" not in usual.text + usual.html
