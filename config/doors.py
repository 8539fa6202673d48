"""Settings of the doors: the web, signing in, and programs that are told what happens."""

from ipaddress import ip_network
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, field_validator, model_validator

from config.fields import Line, Section, contradictions, wrong
from config.urls import is_loopback


def _origin(value: object) -> object:
    if not isinstance(value, str) or not value:
        return value
    cure = 'viết dạng "https://dondoc.coquan.gov.vn", không có đường dẫn theo sau'
    try:
        parts = urlsplit(value)
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname)
        more = parts.path.strip("/") or parts.query or parts.fragment or parts.username
        _ = parts.port
    except ValueError as error:
        raise wrong(problem=f"{value!r} không phải địa chỉ trang web", cure=cure) from error
    if not is_whole or more:
        raise wrong(problem=f"{value!r} không phải địa chỉ trang web", cure=cure)
    return value.rstrip("/")


def _network(value: object) -> object:
    try:
        return str(ip_network(str(value), strict=False))
    except ValueError as error:
        problem = f"{value!r} không phải địa chỉ hay dải địa chỉ IP"
        raise wrong(problem=problem, cure='viết dạng "127.0.0.1" hoặc "10.0.0.0/8"') from error


Origin = Annotated[str, BeforeValidator(_origin), Field(max_length=300)]
Network = Annotated[str, BeforeValidator(_network)]


class Web(Section):
    """Trang web."""

    base_url: Origin = ""
    """Địa chỉ mà mọi người mở, in trong thư; để trống là http://host:port của máy này."""

    host: Line = "127.0.0.1"
    """Địa chỉ IP mà trang web nghe; 0.0.0.0 để máy khác (hoặc máy trung gian) gọi tới."""

    port: int = Field(default=8000, ge=1, le=65535)
    """Cổng của trang web, từ 1 đến 65535."""

    trusted_proxies: tuple[Network, ...] = ("127.0.0.1/32",)
    """Máy trung gian (nginx, caddy) được tin khi cho biết địa chỉ thật của người dùng."""

    max_upload_mb: int = Field(default=20, ge=1, le=1000)
    """Tệp tải lên lớn nhất, MB, từ 1 đến 1000."""

    secret_key: SecretStr = SecretStr("")
    """Khóa ký liên kết và niêm bí mật; để trống là tự tạo tệp secret-key trong state_dir."""

    metrics_token: SecretStr = SecretStr("")
    """Mã để đọc /metrics từ máy khác; để trống là chỉ máy này đọc được."""


class Auth(Section):
    """Đăng nhập."""

    methods: tuple[Literal["password", "oidc"], ...] = Field(default=("password",), min_length=1)
    """Cách đăng nhập: password, oidc."""

    profile: Literal["standard", "level2"] = "standard"
    """level2: thêm các ngưỡng của hệ thống thông tin cấp độ 2 (mật khẩu, khóa phiên, hai lớp)."""

    session_idle_minutes: int = Field(default=60, ge=1, le=1440)
    """Không dùng bấy nhiêu phút thì phải đăng nhập lại, từ 1 đến 1440."""

    session_hours: int = Field(default=12, ge=1, le=168)
    """Một lần đăng nhập dùng được nhiều nhất bấy nhiêu giờ, từ 1 đến 168."""

    failures_per_address: int = Field(default=60, ge=0, le=10_000)
    """Số lần sai mỗi giờ từ một địa chỉ, tính tài khoản chưa từng vào từ đó; 0 là không hạn."""

    oidc_issuer: Origin | str = ""
    """Địa chỉ nhà cung cấp định danh (issuer), đúng từng chữ; https."""

    oidc_client_id: Line = ""
    """Mã ứng dụng do nhà cung cấp định danh cấp."""

    oidc_client_secret: SecretStr = SecretStr("")
    """Bí mật của ứng dụng; không bao giờ viết trong tệp này."""

    oidc_name: Line = "Tài khoản công vụ"
    """Tên nút đăng nhập bằng nhà cung cấp định danh."""

    @model_validator(mode="after")
    def _agree(self) -> "Auth":
        faults = []
        if "oidc" in self.methods:
            if not self.oidc_issuer:
                faults.append(("oidc_issuer", 'còn trống mà methods có "oidc"',
                               "điền địa chỉ nhà cung cấp định danh"))  # fmt: skip
            elif not _is_safe(self.oidc_issuer):
                faults.append(("oidc_issuer", "không dùng https", "viết https://..."))
            if not self.oidc_client_id:
                faults.append(("oidc_client_id", 'còn trống mà methods có "oidc"',
                               "điền mã ứng dụng"))  # fmt: skip
        if faults:
            raise contradictions(tuple(faults))
        return self


class Webhooks(Section):
    """Báo cho phần mềm khác."""

    private_networks: tuple[Network, ...] = ()
    """Dải địa chỉ nội bộ được phép gọi tới; để trống là chỉ gọi ra địa chỉ công khai."""

    timeout_seconds: int = Field(default=10, ge=1, le=60)
    """Chờ phần mềm kia nhiều nhất bấy nhiêu giây, từ 1 đến 60."""

    @field_validator("private_networks")
    @classmethod
    def _no_whole_world(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(ip_network(one).prefixlen == 0 for one in value):
            raise wrong(problem="cho phép mọi địa chỉ", cure="chỉ nêu dải của máy cần gọi")
        return value


def _is_safe(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or is_loopback(parts.hostname or "")
