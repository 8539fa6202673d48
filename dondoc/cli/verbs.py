"""The words after `dondoc`: what each is for and where it lives; nothing of it is loaded here."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from gettext import gettext
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from engine.spelling import did_you_mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One word after `dondoc`.

    Attributes:
        name: The word.
        target: `module:attribute`, a `typer.Typer` with several verbs or a plain function.
        purpose: What it is for, one Vietnamese line.
    """

    name: str
    target: str
    purpose: str


VERBS = (
    Verb(name="demo", target="dondoc.cli.play:demo",
         purpose="Diễn kế hoạch mẫu qua một năm trên đồng hồ ảo"),
    Verb(name="simulate", target="dondoc.cli.play:simulate",
         purpose="Diễn một kịch bản và so với điều mong đợi"),
    Verb(name="init", target="dondoc.cli.setup:init",
         purpose="Tạo dondoc.toml và cơ sở dữ liệu tại thư mục này"),
    Verb(name="config", target="dondoc.cli.setup:config", purpose="Kiểm tra và xem cấu hình"),
    Verb(name="db", target="dondoc.cli.setup:db", purpose="Nâng cấp, kiểm tra cơ sở dữ liệu"),
    Verb(name="unit", target="dondoc.cli.units:unit",
         purpose="Đơn vị: nhập, liệt kê, sáp nhập, tách, đổi tên, giải thể, chuyển việc"),
    Verb(name="person", target="dondoc.cli.people:person",
         purpose="Người: nhập, mời đăng nhập, ủy quyền, phụ trách, thôi làm việc, chọn thư"),
    Verb(name="token", target="dondoc.cli.token:app", purpose="Khóa API: tạo, thu hồi, liệt kê"),
    Verb(name="calendar", target="dondoc.cli.calendar:calendar",
         purpose="Lịch làm việc: ngày nghỉ, ngày làm bù"),
    Verb(name="policy", target="dondoc.cli.policy:app",
         purpose="Thang nhắc việc: xem, xem trước, đổi"),
    Verb(name="plan", target="dondoc.cli.plan:app",
         purpose="Nhập, quyết định, kích hoạt kế hoạch"),
    Verb(name="task", target="dondoc.cli.task:app",
         purpose="Nhiệm vụ: xem, bắt đầu, báo cáo, xác nhận, trả lại..."),
    Verb(name="contribution", target="dondoc.cli.contribution:app",
         purpose="Phần phối hợp: đề nghị, gửi, nhận, trả lại, ghi nhận không giao"),
    Verb(name="evidence", target="dondoc.cli.evidence:app",
         purpose="Minh chứng: liệt kê, thêm, thay, lấy ra, kiểm tra"),
    Verb(name="obstacle", target="dondoc.cli.obstacle:app",
         purpose="Vướng mắc của nhiệm vụ: nêu, cho ý kiến, rút, xem"),
    Verb(name="extension", target="dondoc.cli.extension:app",
         purpose="Gia hạn nhiệm vụ: xin, đồng ý, không đồng ý, rút, xem"),
    Verb(name="series", target="dondoc.cli.series:app",
         purpose="Việc định kỳ: xem, thêm, sửa từ một ngày, bỏ một kỳ"),
    Verb(name="report", target="dondoc.cli.report:app",
         purpose="Báo cáo định kỳ: hạn gửi, ghi nhận đã gửi"),
    Verb(name="forecast", target="dondoc.cli.engine:forecast",
         purpose="Ai sẽ được báo gì, lúc nào, nếu không có gì thay đổi"),
    Verb(name="run", target="dondoc.cli.serving:run",
         purpose="Chạy thường trực: trang web, nhắc việc, gửi thư"),
    Verb(name="serve", target="dondoc.cli.serving:serve", purpose="Chỉ phục vụ trang web"),
    Verb(name="worker", target="dondoc.cli.serving:worker",
         purpose="Chỉ nhắc việc và gửi thư, không có trang web"),
    Verb(name="sweep", target="dondoc.cli.engine:sweep",
         purpose="Quét một lượt những gì đến hạn nhắc"),
    Verb(name="relay", target="dondoc.cli.engine:relay", purpose="Gửi một lượt thư đang chờ"),
    Verb(name="mail", target="dondoc.cli.mail:app",
         purpose="Thử, xem, gửi lại, tạm dừng, nhận thư"),
    Verb(name="notice", target="dondoc.cli.notice:app",
         purpose="Thông báo của từng người: xem, đánh dấu đã đọc"),
    Verb(name="workflow", target="dondoc.cli.workflow:app",
         purpose="Quy trình: liệt kê, kiểm tra, vẽ, ban hành"),
    Verb(name="audit", target="dondoc.cli.audit:app",
         purpose="Nhật ký kiểm toán: xác minh, xuất, neo"),
    Verb(name="doctor", target="dondoc.cli.doctor:doctor",
         purpose="Khám: điều gì kẹt hoặc im lặng, cách chữa"),
    Verb(name="bench", target="dondoc.cli.bench:bench", purpose="Đo tốc độ ngay tại đây"),
)  # fmt: skip

_BY_NAME = {verb.name: verb for verb in VERBS}


class Nouns(TyperGroup):
    """A group that answers a slip of the pen in Vietnamese."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command of the first argument, or fail naming the one that was meant."""
        name = args[0]
        if not name.startswith("-") and name not in self.list_commands(ctx):
            ctx.fail(f"không có lệnh {name!r}; {did_you_mean(name, self.list_commands(ctx))}")
        return super().resolve_command(ctx, args)


class Root(Nouns):
    """The group of all verbs, each loaded only when it is called."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the signature is typer's
        """Return every word, in the order of the help."""
        return [verb.name for verb in VERBS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - the signature is typer's
        """Load and return one command, None where there is no such word."""
        verb = _BY_NAME.get(cmd_name)
        return load(verb) if verb is not None else None

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - the same
        """Write the list of words from the table, without loading any of them."""
        with formatter.section(gettext("Commands")):
            formatter.write_dl([(verb.name, verb.purpose) for verb in VERBS])


@cache
def load(verb: Verb) -> Any:
    """Return the command a verb stands for; its module is imported now, and once."""
    module, _, attribute = verb.target.partition(":")
    found = getattr(import_module(module), attribute)
    if not isinstance(found, typer.Typer):
        alone = typer.Typer(rich_markup_mode=None, add_completion=False)
        alone.command(verb.name)(found)
        found = alone
    command = get_command(found)
    command.name = verb.name
    return command


def noun(purpose: str) -> typer.Typer:
    """Return an empty group of verbs under one noun, for a module of commands to fill."""
    return typer.Typer(
        cls=Nouns, help=purpose, no_args_is_help=True, add_completion=False, rich_markup_mode=None
    )


def names(verbs: Iterable[Verb] = VERBS) -> frozenset[str]:
    """Return the words after `dondoc`."""
    return frozenset(verb.name for verb in verbs)
