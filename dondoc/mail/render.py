"""From a letter, which holds facts, to the words of one mail and then its bytes.

Templates hold the layout; `phrases` holds what is said of one item; `compose` makes MIME of it.
User text is data throughout: it is cleaned here, escaped by the template, and never evaluated.
"""

import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, Template, select_autoescape
from jinja2.ext import Extension

from dondoc.mail import asking, chain, meanwhile, parts, urging, words
from dondoc.mail.cleaning import cleaned
from dondoc.mail.compose import Draft, Sender, compose, one_line
from dondoc.mail.events import note_label
from dondoc.mail.phrases import (
    GROUPS,
    TO_DO,
    Phrases,
    capital,
    changes,
    count,
    decision,
    lead,
    phrases,
    previous_due,
)
from engine.notices import Letter, LetterItem
from scheduler.courier import Rendered

#: Returns the address that stands with an item of a letter.
Links = Callable[[Letter, LetterItem], str]
_TITLE_IN_SUBJECT = 60
_COLUMNS = 76
#: Who follows the plan, where no unit is marked as such.
_NO_OFFICE = "đơn vị theo dõi"
#: RFC 3676, 4.3: what follows is left out of answers; the space belongs to it.
_SIGNATURE = "-- "
#: Groups of a list in which it is said what happens next; elsewhere it would drown the list.
_PRESSING = frozenset({"overdue", "waiting", "answer"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One item as the templates show it; `link` is where it is to be seen, "" without pages."""

    item: LetterItem
    said: Phrases
    link: str = ""

    @property
    def summary(self) -> str:
        """Deadline, days, lead and state on one line, for a message with several items."""
        item = self.item
        parts = (
            self._due or "Thường xuyên",
            self._days,
            lead(item),
            item.state_label or item.state or "",
        )
        return " · ".join(part for part in parts if part)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a list adds under an item: the reason, the decision, who was reminded, what next."""
        item = self.item
        previous = previous_due(item) if item.effective_due_on else ""
        asked = asking.facts(item.request) if item.request else ()
        remarks = (
            *(f"{label}: {value}" for label, value in (*asked, *asking.quoted(item)) if value),
            f"Hạn trước đây: {previous}" if previous else "",
            *(f"{label}: {value}" for label, value in changes(item)),
            f"Người nhắc: {urging.who(item)}" if urging.who(item) else "",
            f"{note_label(item)}: {item.note}" if item.note else "",
            f"Quyết định: {decision(item)}" if item.decision else "",
            *(f"{label}: {value}" for label, value in chain.facts(item) if value),
            *(f"{label}: {value}" for label, value in meanwhile.facts(item) if value),
            (self.said.outlook or "") if self.said.group in _PRESSING else "",
        )
        return tuple(remark for remark in remarks if remark)

    @property
    def _due(self) -> str:
        """The stored date, and the day to which a day off moves it: neither replaces the other."""
        item = self.item
        if item.due_on is None:
            return ""
        due = f"Hạn {words.short_date(item.due_on)}"
        if item.due_time:
            due += f", trước {item.due_time}"
        if item.effective_due_on is not None and item.effective_due_on != item.due_on:
            why = "đã tạm dừng" if item.is_paused else "ngày nghỉ"
            due += f" ({why}, tính đến {words.short_date(item.effective_due_on)})"
        return due

    @property
    def _days(self) -> str:
        waiting = self.item.working_days_waiting
        if self.said.group == "waiting" and waiting:
            return f"chờ xác nhận {waiting} ngày làm việc"
        is_counted = self.item.ladder == "unit" or self.said.group == "urged"
        return count(self.item) if is_counted else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Items of one group and, for work newly given, of one section of the plan."""

    heading: str
    lines: tuple[Line, ...]


class MailRenderer:
    """Renders letters of one office; templates are compiled once."""

    def __init__(
        self, sender: Sender, *, zone: ZoneInfo, office: str, links: Links | None = None
    ) -> None:
        """Prepare the templates.

        Args:
            sender: Whom the mail comes from.
            zone: Of dates and times in the mail.
            office: Name of the agency, in the last line.
            links: Returns the address that stands with an item; None where there are no pages.
        """
        self._links = links
        self._sender = sender
        self._zone = zone
        self._office = one_line(office)

    def render(self, letter: Letter) -> Rendered:
        """Return the subject and the bytes of a letter with at least one item.

        Raises:
            ValueError: the letter is empty, or an address is not plain.
            Forged: what was built is not what was meant; it must not be sent.
        """
        if not letter.items:
            message = f"letter {letter.reference} says nothing"
            raise ValueError(message)
        at = letter.sent_at.astimezone(self._zone)
        lines = self._lines(letter, today=at.date())
        subject = _subject(lines)
        alone = len(lines) == 1
        values = {
            "letter": replace(letter, recipient=one_line(letter.recipient)),
            "lines": lines,
            "only": lines[0] if alone else None,
            "sections": _sections(lines),
            "opening": lines[0].said.opening if alone else _opening(lines, at.date()),
            "subject": subject,
            "holder": _holder(lines),
            "sent": f"{at:%H:%M} ngày {words.short_date(at.date())}",
            "reply": self._reply_to(letter),
            "office": self._office,
            "aside": words.aside(letter.unloaded_years),
        }
        draft = Draft(
            reference=letter.reference,
            thread=self._thread(lines),
            recipient=letter.recipient,
            address=letter.address,
            subject=subject,
            at=at,
            text=_wrapped(_template("letter.txt.j2").render(values)),
            html=_template("letter.html.j2").render(values),
        )
        return Rendered(subject=subject, content=compose(draft, self._sender))

    def _reply_to(self, letter: Letter) -> str:
        """Return who reads an answer, "" where it would come back to the sending address."""
        if self._sender.reply_to == self._sender.address:
            return ""
        return one_line(letter.monitor) or self._sender.reply_to

    def _lines(self, letter: Letter, *, today: date) -> tuple[Line, ...]:
        office = "" if letter.is_of_monitor else one_line(letter.monitor) or _NO_OFFICE
        lines = []
        for plain in letter.items:
            item = parts.titled(cleaned(plain))
            said = phrases(item, today=today, office=office)
            link = self._links(letter, plain) if self._links is not None else ""
            lines.append(Line(item=item, said=said, link=link))
        rank = list(GROUPS)
        return tuple(sorted(lines, key=lambda line: rank.index(line.said.group)))

    def _thread(self, lines: Sequence[Line]) -> str | None:
        tasks = {(line.item.plan_code, line.item.code) for line in lines}
        if len(tasks) > 1:
            return None
        plan, code = tasks.pop()
        return f"<{reference_part(plan)}.{reference_part(code)}@{self._sender.domain}>"


def reference_part(name: str) -> str:
    """Return a code as it stands in a Message-ID: `II.1.4.3` becomes `ii-1-4-3`."""
    plain = (one if one.isascii() and one.isalnum() else "-" for one in name.lower())
    return "".join(plain).strip("-") or "x"


class _Inlined(Extension):
    """Moves the styles of a page into its elements, once, when its template is loaded.

    Done to every mail it would be the dearest step of wording one, and a second parser would read
    what users wrote.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 - the signature is Jinja's
        """Return the source with inlined styles; what is Jinja's is kept to the letter."""
        if name is None or not name.endswith("html.j2"):
            return source
        tags: list[str] = []
        inliner = css_inline.CSSInliner(
            # Without keep_at_rules the rule for narrow screens is lost; without the last one a
            # style sheet named in a template would be fetched.
            keep_style_tags=False,
            keep_at_rules=True,
            load_remote_stylesheets=False,
        )
        page = inliner.inline(_TAG.sub(lambda found: _hidden(found[0], tags), source))
        return _HIDDEN.sub(lambda found: tags[int(found[1])], page)


_TAG: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_HIDDEN: Final = re.compile(r"(?:<!--)?\ue000(\d+)\ue000(?:-->)?")


def _hidden(tag: str, tags: list[str]) -> str:
    """Return what stands for a tag of Jinja while the page is read as HTML.

    A comment may stand where text may not: between the rows of a table.
    """
    tags.append(tag)
    mark = f"\ue000{len(tags) - 1}\ue000"
    return f"<!--{mark}-->" if tag.startswith("{%") else mark


@cache
def _template(name: str) -> Template:
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("dondoc.mail"),
        extensions=[_Inlined],
        # Everything is escaped but the text part, where &amp; would be read as such.
        autoescape=select_autoescape(
            enabled_extensions=("html.j2",),
            disabled_extensions=("txt.j2",),
            default=True,
            default_for_string=True,
        ),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _subject(lines: Sequence[Line]) -> str:
    if len(lines) == 1:
        line = lines[0]
        return f"[{line.item.code}] {line.said.status}: {_cut(line.item.title)}"
    tasks = _things(lines)
    groups = [line.said.group for line in lines]
    counted = ", ".join(
        f"{groups.count(group)} {heading.lower()}"
        for group, heading in GROUPS.items()
        if group in groups
    )
    kinds = set(groups)
    if kinds in ({"assigned"}, {"urged"}):
        plans = sorted({line.item.plan_code for line in lines})
        given = "Đề nghị phối hợp" if _is_asked(lines) else "Giao"
        verb = given if kinds == {"assigned"} else "Nhắc"
        return f"{verb} {tasks} việc: {', '.join(plans)}"
    if kinds <= TO_DO:
        return f"{tasks} việc cần làm hôm nay: {counted}"
    if away := meanwhile.spell([line.item for line in lines]):
        return f"{tasks} việc trong thời gian đồng chí vắng ({away})"
    return f"{tasks} việc có thông báo: {counted}"


def _things(lines: Sequence[Line]) -> int:
    """Return how many tasks, contributions, and requests to be answered are told of."""
    told = ((line.item, line.said.group == "answer") for line in lines)
    return len(
        {(one.plan_code, one.code, one.title, one.request if waits else None)
         for one, waits in told}
    )  # fmt: skip


def _is_asked(lines: Sequence[Line]) -> bool:
    return all(line.item.part is not None for line in lines)


def _opening(lines: Sequence[Line], today: date) -> str:
    tasks = _things(lines)
    kinds = {line.said.group for line in lines}
    if kinds == {"assigned"} and _is_asked(lines):
        return f"Đơn vị đồng chí được đề nghị phối hợp {tasks} việc sau."
    if kinds == {"assigned"}:
        return f"{tasks} nhiệm vụ sau được giao chính thức, xếp theo mục của kế hoạch."
    if kinds == {"urged"}:
        return urging.together([line.item for line in lines], tasks=tasks)
    if kinds <= TO_DO:
        return f"Đồng chí có {tasks} việc cần làm hôm nay, {words.long_date(today)}."
    if away := meanwhile.spell([line.item for line in lines]):
        return f"{tasks} nhiệm vụ sau có việc phát sinh trong thời gian đồng chí vắng ({away})."
    return f"Có {tasks} nhiệm vụ cần đồng chí biết hoặc làm, {words.long_date(today)}."


def _sections(lines: Sequence[Line]) -> tuple[Section, ...]:
    sections: dict[str, list[Line]] = {}
    for line in lines:
        heading = GROUPS[line.said.group]
        if line.said.group == "assigned" and line.item.section:
            title = f". {line.item.field}" if line.item.field else ""
            heading = f"{heading} – mục {line.item.section}{title}"
        sections.setdefault(heading, []).append(line)
    return tuple(Section(heading=heading, lines=tuple(held)) for heading, held in sections.items())


def _holder(lines: Sequence[Line]) -> str:
    return ", ".join(dict.fromkeys(_why(line.item) for line in lines))


def _why(item: LetterItem) -> str:
    if item.request is not None and item.position == "leader_in_charge":
        # Whoever is asked by name is in charge of this answer, if of nothing else.
        return "lãnh đạo được đề nghị cho ý kiến"
    return parts.holder(item) if item.part is not None else words.holder(item.position)


def _cut(title: str) -> str:
    title = title.rstrip(" ,;:.")
    if len(title) <= _TITLE_IN_SUBJECT:
        return title
    cut = title[:_TITLE_IN_SUBJECT]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,;:.-–") + "…"


def _wrapped(text: str) -> str:
    wrapped: list[str] = []
    for line in text.splitlines():
        if line == _SIGNATURE or _ADDRESS.fullmatch(line):
            wrapped.append(line)
            continue
        if len(line) <= _COLUMNS:
            wrapped.append(line.rstrip())
            continue
        indent = len(line) - len(line.lstrip())
        label = _label_width(line[indent:]) if indent else 2 * line.startswith("- ")
        hanging = " " * (indent + label)
        wrapped += _broken(line, hanging)
    return "\n".join(wrapped) + "\n"


def _broken(line: str, hanging: str) -> list[str]:
    """Return a line in pieces that fit, the further ones after `hanging`."""
    pieces = [""]
    for word in _WORD.findall(line):
        if len(pieces[-1]) + len(word) <= _COLUMNS:
            pieces[-1] += word
        else:
            pieces.append(hanging + word.lstrip())
    if max(map(len, pieces)) > _COLUMNS:
        # A word that fits on no line is cut.
        return textwrap.wrap(line, _COLUMNS, subsequent_indent=hanging, break_on_hyphens=False)
    return pieces


#: An address stands on a line of its own, and is of no use in pieces.
_ADDRESS: Final = re.compile(r" *https?://[!-~]+")
_WORD: Final = re.compile(r" *[^ ]+")


def _label_width(line: str) -> int:
    """Return where the value starts after a label, so that its further lines stand below it."""
    label, gap, _ = line.partition("  ")
    return len(line) - len(line[len(label) + len(gap) :].lstrip()) if gap else 0


__all__ = ["MailRenderer", "capital", "reference_part"]
