"""What went wrong, in the words of the person who reads it: Vietnamese, or English when asked.

Errors of the engine carry codes and facts; the Vietnamese sentences for them are here, and only
here. The English ones are the errors' own.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dondoc.terms import TERMS, term
from engine.errors import (
    AlreadyRunning,
    BadInput,
    ChildrenOpen,
    Conflict,
    Corrupt,
    DondocError,
    EvidenceRequired,
    FourEyes,
    Invalid,
    NoteRequired,
    NotPermitted,
    StatesInUse,
    TransitionRefused,
    Undecided,
    Unknown,
)

__all__ = ["explain", "explain_usage", "term"]

#: What the engine finds wrong with a field, and the same for people. `{0}`, `{1}` are its words.
_PROBLEMS: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (re.compile(english), vietnamese)
    for english, vietnamese in (
        (r"(\w+) needs a date", "muốn {0} phải nêu ngày (--due)"),
        (r"(\w+) needs a decision number", "muốn {0} phải nêu số quyết định (--decision)"),
        (r"(\w+) needs the new assignee", "muốn {0} phải nêu người mới (--to)"),
        (r"(\S+) is no member of the lead unit", "{0} không thuộc đơn vị chủ trì"),
        (r"(\S+) has the task already", "{0} đang thực hiện việc này rồi"),
        (r"(\w+) takes no date", "{0} không kèm ngày"),
        (r"a standing task has no due date", "nhiệm vụ thường xuyên không có hạn"),
        (r"(\S+) kept no content", "bản {0} không giữ nội dung; từ lúc kích hoạt mới giữ"),
        (r"is longer than (\d+) characters", "dài quá {0} ký tự"),
        (r"(\d+) are open already", "đã có {0} tệp đang nhập dở; làm xong, hoặc bỏ bớt"),
        (r"(\S+) is still to come", "{0} còn ở tương lai"),
        (r"(\w+) needs the day promised", "muốn {0} phải nêu ngày hẹn (--promise)"),
        (r"say what the unit is to deliver", "phải nêu nội dung"),
        (r"(\S+) ended (\S+)", "{0} đã kết thúc ngày {1}"),
        (r"(\S+) leads the task itself", "{0} chính là đơn vị chủ trì"),
        (r"(\S+) has been asked already", "đã đề nghị {0} rồi, và còn đang chờ"),
        (r"(.+) is there already", "đã có {0}"),
        (r"(.+) was replaced already", "{0} đã được thay bằng bản khác"),
        (r"(\S+) is past", "{0} đã qua; hẹn từ hôm nay trở đi"),
        (
            r"(\S+) is later than one may promise for oneself, (\S+)",
            "{0} quá xa; người mới chỉ được nhắc tự hẹn được đến {1}",
        ),
        (r"(\S+) is no believable date", "{0} không phải một ngày hợp lý"),
        (
            r"(\S+) is (\w+) already; only a decision changes it",
            "kế hoạch {0} {1}: chỉ thay đổi bằng quyết định điều chỉnh",
        ),
        (
            r"the draft (\S+) is of (\d+); use that, or another code",
            "dự thảo {0} là của năm {1}; dùng năm đó, hoặc mã khác",
        ),
        (r"(\S+) is (\w+), not a draft", "{0} {1}, không còn là dự thảo"),
        (r"(\S+) is (\w+), not active", "{0} là {1}, chưa kích hoạt"),
        (r"(\S+) is (\w+); adjust it instead", "{0} {1}; phải điều chỉnh kế hoạch"),
        (
            r"(.+): write key=value, joined by &, for example (.+)",
            "{0}: viết khóa=giá trị, nối bằng &, ví dụ {1}",
        ),
        (
            r"no such file: (.+)",
            "không có tệp {0} ở đây; sửa đường dẫn, hoặc ghi số văn bản thay cho tệp",
        ),
        (r"(.+): each key once", "{0}: mỗi khóa chỉ viết một lần"),
        (r"(\w+) is both mapped and kept", "{0} vừa được chuyển (--map) vừa được giữ (--keep)"),
        (
            r"tasks cannot be closed by moving (\w+) to (\w+)",
            "không kết thúc được nhiệm vụ bằng cách chuyển “{0}” sang “{1}”; dùng verify, cancel",
        ),
        (
            r"tasks cannot be reopened by moving (\w+) to (\w+)",
            "không mở lại được nhiệm vụ bằng cách chuyển “{0}” sang “{1}”; dùng task reopen",
        ),
        (r"several are open: (.+)", "đang có nhiều, nêu mã một trong: {0}"),
        (r"(\S+) is still open", "{0} còn chờ quyết định"),
        (r"(\S+) is no later than (\S+)", "{0} không sau hạn hiện nay {1}"),
        (r"(\S+) is earlier than (\S+)", "{0} sớm hơn hạn hiện nay {1}"),
        (r"(\S+) is no leader of the agency", "{0} không phải lãnh đạo cơ quan"),
        (r"a task without a due date has no clock", "nhiệm vụ không có hạn thì không tạm dừng"),
        (r"(\S+) to (\S+) ends before it begins", "từ {0} đến {1} kết thúc trước khi bắt đầu"),
        (r"is longer than (\d+) days", "dài quá {0} ngày"),
        (r"(.+) was urged by (.+) at (\d\d:\d\d) today", "{0} đã được {1} nhắc lúc {2} hôm nay"),
        (r"whoever is told would be (.+)", "người được nhắc lại chính là {0}"),
        (
            r"nobody who answers for it can be reached",
            "chưa báo được cho ai; cần người thực hiện hoặc trưởng đơn vị có địa chỉ thư",
        ),
        (r"(\S+) lies before the obstacle was raised", "{0} trước ngày nêu vướng mắc"),
        (r"(\S+) is a heading; decide its items", "{0} là mục gộp; quyết định từng mục bên trong"),
        (r"is no place of (?:a|this) list", "không phải một chỗ của danh sách này; mở lại từ đầu"),
        (
            r"nobody reads: name a person instead of me",
            "không biết ai đang xem; nêu mã một người thay cho me",
        ),
        (r"holds characters that are no text", "có ký tự không đọc được, hãy gõ lại"),
        (r"nothing is none of: (.+)", "chưa nêu; dùng một trong: {0}"),
        (r"(.+) is none of: (.+)", "{0} không dùng được; dùng một trong: {1}"),
    )
)


#: Ways out that only a terminal has: names of options and of commands, in brackets.
_FOR_TERMINALS = re.compile(
    r" \((?:--[\w-]+(?:, --[\w-]+)*|(?:contribution|person|task|plan|calendar) [a-z-]+)\)"
)


def explain(error: DondocError, *, language: str, door: str = "terminal") -> str:
    """Return what went wrong, for people; a file's faults one a line.

    Args:
        error: What a command raised.
        language: `vi` or `en`.
        door: `web` leaves out what is typed on a command line.
    """
    words = _explained(error, language=language)
    return _FOR_TERMINALS.sub("", words) if door == "web" else words


def _explained(error: DondocError, *, language: str) -> str:
    if language == "en":
        return _in_english(error)
    for kind, sentence in _SENTENCES.items():
        if isinstance(error, kind):
            return sentence(error)
    return str(error)


def _in_english(error: DondocError) -> str:
    if isinstance(error, Invalid) and error.field in _NO_FIELDS:
        return f"{error.problem[:1].upper()}{error.problem[1:]}."
    return str(error)


def _listed(codes: tuple[str, ...]) -> str:
    return ", ".join(_role(code) for code in codes)


def _role(code: str) -> str:
    kind, _, person = code.partition(":")
    if kind == "substitute" and person:
        return f"người được {person} ủy quyền cho ngày này (person delegate)"
    return term(code)


def _unknown(error: Any) -> str:
    hint = f" Có phải là {error.hint!r}?" if error.hint else ""
    return f"Không có {term(error.what)} nào là {error.name!r}.{hint}"


def _of(error: Any, code: str) -> str:
    """Return the word for a trigger or a state, as it is used of what the request was about."""
    return TERMS.get(f"{error.about}.{code}") or term(code)


def _transition(error: Any) -> str:
    if error.state in _NOTHING_OPEN:
        return f"Không thể {term(error.trigger)}: {term(error.state)}."
    allowed = ", ".join(_of(error, one) for one in error.allowed) or "không việc gì"
    return (
        f"Không thể {_of(error, error.trigger)} khi đang ở trạng thái “{_of(error, error.state)}”; "
        f"lúc này được: {allowed}."
    )


_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def _problem(problem: str) -> str:
    for english, vietnamese in _PROBLEMS:
        found = english.fullmatch(problem)
        if found is not None:
            return vietnamese.format(*map(_said, found.groups()))
    return problem


def _said(word: str) -> str:
    """Return a word of the engine for people: a date as they write it."""
    if _DATE.fullmatch(word):
        return f"{word[8:]}/{word[5:7]}/{word[:4]}"
    return term(word)


def _invalid(error: Any) -> str:
    problem = _problem(error.problem)
    if error.field in _NO_FIELDS:
        return f"{problem[:1].upper()}{problem[1:]}."
    return f"{_field(error.field)}: {problem}."


def _evidence(error: Any) -> str:
    product = f" của sản phẩm “{error.missing}”" if error.missing else ""
    return f"Thiếu minh chứng{product}: ghi số văn bản hoặc nêu tệp (--evidence)."


def _faults(error: Any) -> str:
    return "\n".join(f"  {fault}" for fault in error.faults)


def _undecided(error: Any) -> str:
    does = "điều chỉnh" if error.what == "adjusted" else "kích hoạt"
    head = f"Chưa {does} được {error.plan}: còn {len(error.faults)} chỗ phải quyết định:"
    return f"{head}\n{_faults(error)}"


def _named(what: str) -> str:
    kind, _, name = what.partition(" ")
    return f"{term(kind)} {name}" if name else what


def _field(field: str) -> str:
    kind, _, key = field.partition(" ")
    return f"{term(kind)} {key}".rstrip()


def _states_in_use(error: Any) -> str:
    named = "\n".join(
        f"  {state} ({term(state)}): {count} nhiệm vụ; --map {state}=... để chuyển, "
        f"hoặc --keep {state} để làm xong theo phiên bản đang chạy"
        for state, count in error.states
    )
    return (
        f"{error.workflow} phiên bản {error.version} không có trạng thái mà nhiệm vụ đang ở:"
        f"\n{named}"
    )


def _bad_input(error: Any) -> str:
    return f"{error.source}: {len(error.faults)} chỗ phải sửa:\n{_faults(error)}"


def _children_open(error: Any) -> str:
    units = [code.split(":", 1)[1] for code in error.open_children if ":" in code]
    if units:
        return (
            f"{error.heading} còn chờ phần phối hợp của {', '.join(units)}: nhận (contribution "
            "accept), hoặc ghi nhận không giao (contribution waive), rồi báo cáo."
        )
    left = ", ".join(error.open_children)
    return f"{error.heading} là mục gộp, còn nhiệm vụ con chưa xong: {left}."


#: What a request asks for as a whole: nothing of it was typed wrongly, and there is none to name.
_NO_FIELDS = ("urge",)
#: States that say what a task lacks.
_NOTHING_OPEN = ("without_obstacle", "without_extension")
#: What brings news; everything else is asked for its reason.
_SAYS = ("report", "acknowledge", "raise", "answer")

_SENTENCES: Mapping[type[DondocError], Callable[[Any], str]] = {
    Unknown: _unknown,
    TransitionRefused: _transition,
    NotPermitted: lambda e: f"{e.actor} không được {_of(e, e.what)}; được phép: {_listed(e.who)}.",
    FourEyes: lambda e: (
        f"{e.actor} không được xác nhận hay trả lại kết quả do {e.reporter} báo cáo; "
        "phải là người khác."
    ),
    Invalid: _invalid,
    NoteRequired: lambda e: (
        f"Muốn {_of(e, e.trigger)} phải ghi "
        f"{'nội dung' if e.trigger in _SAYS else 'lý do'} (--note)."
    ),
    EvidenceRequired: _evidence,
    ChildrenOpen: _children_open,
    Undecided: _undecided,
    StatesInUse: _states_in_use,
    BadInput: _bad_input,
    AlreadyRunning: lambda e: (
        f"{e.database} đang do một tiến trình dondoc run khác phục vụ"
        f"{f' (số {e.process})' if e.process else ''}; mỗi tệp SQLite chỉ một tiến trình. "
        "Dừng tiến trình kia trước, hoặc dùng PostgreSQL."
    ),
    Conflict: lambda e: (
        f"{_named(e.what)} vừa được người khác thay đổi (cần {term(e.expected)}, nay là "
        f"{term(e.found)}); hãy xem lại rồi thử lại."
    ),
    Corrupt: lambda e: f"Dữ liệu lưu trữ mâu thuẫn, hãy dừng lại và gọi quản trị: {e}",
}


def explain_usage(error: Exception, *, language: str) -> str:
    """Return what is wrong with a command line; the options' own messages are kept as they are."""
    message: str = error.format_message() if hasattr(error, "format_message") else str(error)
    if language == "en":
        return f"Usage error: {message}"
    return f"Gọi sai: {_USAGE.get(type(error).__name__, lambda _: _misused(message))(error)}"


def _misused(message: str) -> str:
    for english, vietnamese in _MISUSES:
        found = english.match(message)
        if found is not None:
            return vietnamese.format(*found.groups())
    return message


def _argument(error: Any) -> str:
    named = getattr(error, "param_hint", None)
    if named:
        return str(named)
    param = getattr(error, "param", None)
    return param.get_error_hint() if param is not None else ""


#: What the library that reads command lines says, by how it starts.
_MISUSES: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (re.compile(english), vietnamese)
    for english, vietnamese in (
        (
            r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)",
            "thừa {0}; bỏ đi, hoặc đặt cả giá trị có dấu cách trong ngoặc kép",
        ),
        (r"Option '?([^' ]+)'? requires (?:an|\d+) arguments?", "tuỳ chọn {0} phải kèm giá trị"),
        (r"Input should be a valid integer", "phải là số nguyên"),
        (r"Input should be less than or equal to (\S+)", "nhiều nhất là {0}"),
        (r"Input should be greater than or equal to (\S+)", "ít nhất là {0}"),
        (r"'(.*)' is not one of (.*?)\.?$", "{0!r} không dùng được; dùng một trong: {1}"),
        (r"Missing command", "thiếu lệnh"),
    )
)


def _bare(message: str) -> str:
    return message.removeprefix("Value error, ")


_USAGE: Mapping[str, Callable[[Any], str]] = {
    "NoSuchOption": lambda e: f"không có tuỳ chọn {e.option_name}.",
    "MissingParameter": lambda e: f"thiếu {_argument(e)}.",
    "BadParameter": lambda e: (
        f"giá trị của {_argument(e)} không hợp lệ: {_problem(_misused(_bare(e.message)))}"
    ),
}
