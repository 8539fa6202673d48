"""dondoc.toml as a commented file, written from the settings themselves so that it cannot lie."""

import re
from collections.abc import Iterator, Mapping
from datetime import time
from types import MappingProxyType

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from config.settings import Settings, Span

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

_HEAD = """\
# Cấu hình của dondoc. Dòng bắt đầu bằng "# tên = ..." là giá trị mặc định; bỏ dấu # để thay đổi.
# Biến môi trường DONDOC_<MỤC>__<TÊN> thắng tệp này (ví dụ DONDOC_MAIL__HOST); mật khẩu chỉ đặt
# bằng biến môi trường hoặc tệp bí mật (tên như mail__password, trong thư mục mà biến
# CREDENTIALS_DIRECTORY hoặc DONDOC_SECRETS_DIR chỉ tới). Kiểm tra: dondoc config check
"""


def example_toml(chosen: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return a complete dondoc.toml: every setting with its meaning, defaults commented out.

    Args:
        chosen: Values to write uncommented, by dotted name (`database.url`).
    """
    lines = [_HEAD]
    sections = []
    for name, info in Settings.model_fields.items():
        if isinstance(info.default, BaseModel):
            sections.append((name, info.default))
        else:
            lines.extend(_entry(name, info, name=name, chosen=chosen))
    for name, section in sections:
        lines.extend(["", f"# {type(section).__doc__}", f"[{name}]"])
        for key, info in type(section).model_fields.items():
            dotted = f"{name}.{info.alias or key}"
            lines.extend(_entry(info.alias or key, info, name=dotted, chosen=chosen))
    return "\n".join(lines) + "\n"


def _entry(key: str, info: FieldInfo, *, name: str, chosen: Mapping[str, str]) -> Iterator[str]:
    yield f"# {info.description}"
    if name in chosen:
        yield f"{key} = {literal(chosen[name])}"
    elif info.annotation is SecretStr and not key.endswith("url"):
        yield f"# {key}: đặt DONDOC_{name.upper().replace('.', '__')}"
    else:
        yield f"# {key} = {literal(info.default)}"


def literal(value: object) -> str:
    """Return a value as TOML writes it."""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple) and not isinstance(value, Span):
        return f"[{', '.join(literal(item) for item in value)}]"
    return quoted(_text(value))


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case SecretStr():
            return value.get_secret_value()
        case Span():
            return f"{value.start:%H:%M}-{value.end:%H:%M}"
        case time():
            return f"{value:%H:%M}"
        case _:
            return str(value)


def quoted(text: str) -> str:
    """Return a TOML basic string; a name with quotes or backslashes stays one string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _CONTROL.sub(lambda sign: f"\\u{ord(sign[0]):04X}", escaped) + '"'
