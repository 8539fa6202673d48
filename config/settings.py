"""What an administrator owns: one frozen model of every setting, with its bounds and its words.

It knows nothing of files and environments (`config.sources` reads them) and holds no policy an
office changes: calendars, ladders and report lines live in the database (`config.defaults` seeds
them). The docstring under each field is shown to the administrator, hence Vietnamese.
"""

from collections.abc import Sequence
from datetime import time
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BeforeValidator, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from config.doors import Auth, Web, Webhooks
from config.fields import (
    WEEKDAYS,
    Address,
    DatabaseUrl,
    Line,
    LocalTime,
    OfficeHours,
    Section,
    Span,
    Weekday,
    absent,
    contradictions,
    wrong,
)
from config.urls import is_loopback, without_password

__all__ = ["WEEKDAYS", "Settings", "Span", "contradictions", "wrong"]


class Org(Section):
    """Cơ quan dùng phần mềm này."""

    name: Line = ""
    """Tên đầy đủ của cơ quan, in trong thư và báo cáo."""

    parent: Line = ""
    """Cơ quan cấp trên trực tiếp, in phía trên tên cơ quan."""

    short: Annotated[Line, Field(max_length=40)] = ""
    """Tên viết tắt, dùng trong tiêu đề thư; nhiều nhất 40 ký tự."""

    timezone: Line = "Asia/Ho_Chi_Minh"
    """Múi giờ của cơ quan (tên IANA); hạn và giờ gửi tính theo múi giờ này."""

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise wrong(problem=f"không có múi giờ {value!r}", cure='viết dạng "Asia/Ho_Chi_Minh"')
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the office's days begin and end."""
        return ZoneInfo(self.timezone)


class Database(Section):
    """Cơ sở dữ liệu. Địa chỉ có mật khẩu phải để ở biến môi trường hoặc tệp bí mật."""

    url: DatabaseUrl = SecretStr("")
    """Địa chỉ SQLAlchemy; để trống là tệp dondoc.db trong state_dir."""

    owner_url: DatabaseUrl = SecretStr("")
    """Địa chỉ của vai trò sở hữu bảng, chỉ "db upgrade" dùng (PostgreSQL); để trống là dùng url."""


class Mail(Section):
    """Thư điện tử."""

    mode: Literal["trial", "live", "paused"] = "trial"
    """trial: giữ thư thành tệp .eml; live: gửi thật; paused: chưa gửi gì."""

    host: Line = ""
    """Tên máy chủ SMTP; bắt buộc khi mode = "live"."""

    port: int = Field(default=587, ge=1, le=65535)
    """Cổng của máy chủ SMTP, từ 1 đến 65535."""

    security: Literal["none", "starttls", "tls"] = "starttls"
    """Mã hoá đường truyền: starttls, tls hoặc none; none cấm kèm mật khẩu, trừ máy này."""

    username: Line = ""
    """Tên đăng nhập SMTP; để trống là không đăng nhập."""

    password: SecretStr = SecretStr("")
    """Mật khẩu SMTP; không bao giờ viết trong tệp này."""

    sender: Address = Field(default="", alias="from")
    """Địa chỉ người gửi; bắt buộc khi mode = "live"."""

    reply_to: Address = ""
    """Địa chỉ nhận thư trả lời; để trống là người gửi."""

    timeout_seconds: int = Field(default=30, ge=1, le=600)
    """Chờ máy chủ nhiều nhất bấy nhiêu giây ở mỗi bước, từ 1 đến 600."""

    session_messages: int = Field(default=50, ge=1, le=1000)
    """Nối lại máy chủ sau bấy nhiêu thư, từ 1 đến 1000."""

    bounces_before_failing: int = Field(default=3, ge=1, le=100)
    """Bấy nhiêu thư liền nhau bị trả lại thì thôi gửi tới địa chỉ đó, từ 1 đến 100."""

    trial_dir: Annotated[Path | None, BeforeValidator(absent)] = None
    """Thư mục giữ tệp .eml khi mode = "trial"; để trống là state_dir/mail."""

    @model_validator(mode="after")
    def _agree(self) -> "Mail":
        faults = tuple(self._contradictions())
        if faults:
            raise contradictions(faults)
        return self

    def _contradictions(self) -> Sequence[tuple[str, str, str]]:
        found = []
        if self.mode == "live" and not self.host:
            found.append(("host", 'còn trống mà mode = "live"', "điền tên máy chủ SMTP"))
        if self.mode == "live" and not self.sender:
            found.append(("from", 'còn trống mà mode = "live"', "điền địa chỉ người gửi"))
        if self.username and not self.password.get_secret_value():
            found.append(("password", "có username mà thiếu mật khẩu",
                          "đặt DONDOC_MAIL__PASSWORD hoặc tệp bí mật mail__password"))  # fmt: skip
        exposed = self.security == "none" and not is_loopback(self.host)
        if exposed and self.password.get_secret_value():
            found.append(("security", "mật khẩu sẽ đi không mã hoá", 'dùng "starttls" hoặc "tls"'))
        return found


class Sending(Section):
    """Giờ gửi."""

    send_at: LocalTime = time(7, 30)
    """Giờ gửi nhắc việc và báo cáo vượt cấp trong ngày làm việc, giờ địa phương."""

    batch_minutes: int = Field(default=10, ge=0, le=240)
    """Gom các thông báo khác cho một người trong bấy nhiêu phút, từ 0 đến 240."""

    per_person_hour: int = Field(default=20, ge=1, le=10_000)
    """Nhiều nhất bấy nhiêu thư cho một người trong một giờ; phần còn lại gộp vào giờ sau."""

    per_minute: int = Field(default=120, ge=1, le=100_000)
    """Nhiều nhất bấy nhiêu thư trong một phút; phần còn lại gộp vào phút sau."""

    hard_limit_hour: int = Field(default=3000, ge=1, le=1_000_000)
    """Quá bấy nhiêu thư trong một giờ thì giữ mọi thư lại cho đến khi có người mở."""

    watermark_file: Annotated[Path | None, BeforeValidator(absent)] = None
    """Tệp để nhận ra cơ sở dữ liệu cũ được khôi phục; để trống là state_dir/watermark.json."""

    hold_after_days: int = Field(default=45, ge=1, le=3650)
    """Không chạy lâu hơn bấy nhiêu ngày thì giữ thư lại cho đến khi có người mở."""


class Extensions(Section):
    """Gia hạn nhiệm vụ."""

    director_from: int = Field(default=3, ge=1, le=1000)
    """Từ lần gia hạn thứ mấy của một nhiệm vụ thì chỉ Giám đốc quyết định, từ 1 đến 1000."""


class Answers(Section):
    """Trả lời việc chậm, hẹn ngày."""

    own_days: int = Field(default=5, ge=0, le=250)
    """Người mới chỉ được nhắc tự hẹn được đến mấy ngày làm việc sau hạn, từ 0 đến 250."""


class Evidence(Section):
    """Tệp minh chứng; giữ ngoài cơ sở dữ liệu, mỗi tệp theo mã băm của nó."""

    folder: Annotated[Path | None, BeforeValidator(absent)] = Field(default=None, alias="dir")
    """Thư mục giữ tệp; để trống là state_dir/evidence. Sao lưu cùng cơ sở dữ liệu."""

    max_mb: int = Field(default=100, ge=1, le=10_000)
    """Tệp lớn nhất được nhận, MB, từ 1 đến 10000."""


class Calendar(Section):
    """Tuần làm việc; ngày lễ nằm trong cơ sở dữ liệu (lệnh "calendar")."""

    weekend: tuple[Weekday, ...] = Field(default=("sat", "sun"), max_length=6)
    """Các ngày nghỉ trong tuần: mon, tue, wed, thu, fri, sat, sun."""

    hours: tuple[OfficeHours, ...] = Field(
        default=(Span(time(7, 30), time(11, 30)), Span(time(13, 30), time(17, 0))), min_length=1
    )
    """Giờ làm việc, theo thứ tự, giờ địa phương."""

    due_on_day_off: Literal["next", "previous"] = "next"
    """Hạn rơi vào ngày nghỉ thì tính sang ngày làm việc sau (next) hay trước (previous)."""

    @field_validator("hours")
    @classmethod
    def _in_order(cls, value: tuple[Span, ...]) -> tuple[Span, ...]:
        if any(later.start < earlier.end for earlier, later in pairwise(value)):
            raise wrong(
                problem="các khoảng giờ chồng nhau hoặc sai thứ tự", cure="xếp từ sớm đến muộn"
            )
        return value


class Logging(Section):
    """Nhật ký kỹ thuật, ghi ra stderr."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    """Mức thấp nhất được ghi."""

    format: Literal["auto", "json", "console"] = "auto"
    """auto: json khi không phải màn hình, console khi là màn hình."""


class Settings(BaseSettings):
    """Every setting. Built by `config.sources.load_settings`; by itself it holds the defaults."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, hide_input_in_errors=True
    )

    state_dir: Path = Path("var")
    """Thư mục dữ liệu phát sinh (thư thử, cơ sở dữ liệu mặc định); tính từ chỗ đặt tệp này."""

    org: Org = Org()
    database: Database = Database()
    mail: Mail = Mail()
    sending: Sending = Sending()
    extensions: Extensions = Extensions()
    answers: Answers = Answers()
    evidence: Evidence = Evidence()
    calendar: Calendar = Calendar()
    web: Web = Web()
    auth: Auth = Auth()
    webhooks: Webhooks = Webhooks()
    logging: Logging = Logging()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read nothing but the arguments: a fault must name the place its value came from."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    @property
    def database_url(self) -> str:
        """The address the application uses, in full, password included."""
        given = self.database.url.get_secret_value()
        return given or f"sqlite:///{self.state_dir / 'dondoc.db'}"

    @property
    def owner_url(self) -> str | None:
        """The address that may change tables; None where the application may do so itself."""
        return self.database.owner_url.get_secret_value() or None

    @property
    def trial_dir(self) -> Path:
        """Where trial mode keeps messages."""
        return self.mail.trial_dir or self.state_dir / "mail"

    @property
    def watermark_file(self) -> Path:
        """Where it is kept how far this database had come."""
        return self.sending.watermark_file or self.state_dir / "watermark.json"

    @property
    def evidence_dir(self) -> Path:
        """Where files of evidence are kept."""
        return self.evidence.folder or self.state_dir / "evidence"

    @property
    def secret_key_file(self) -> Path:
        """Where the key is kept that signs and seals, unless it is given as a setting."""
        return self.state_dir / "secret-key"

    def shown(self) -> dict[str, Any]:
        """Return every setting in force as plain JSON values, secrets masked."""
        shown: dict[str, Any] = self.model_dump(mode="json", by_alias=True)
        shown["database"]["url"] = without_password(self.database_url)
        shown["database"]["owner_url"] = without_password(self.owner_url or "")
        shown["mail"]["trial_dir"] = str(self.trial_dir)
        shown["evidence"]["dir"] = str(self.evidence_dir)
        shown["sending"]["watermark_file"] = str(self.watermark_file)
        return shown
