"""Where settings come from, and everything that is wrong with them, said at once.

In rising order of strength: defaults, dondoc.toml, secret files, environment. Each value remembers
its source, so that a fault names the file, variable or secret that must be changed.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from config.settings import Settings
from engine.errors import BadInput, Fault
from engine.oserrors import os_words
from engine.spelling import nearest

FILE_NAME = "dondoc.toml"

_PREFIX = "DONDOC_"
_SECRETS_DIRECTORIES = ("CREDENTIALS_DIRECTORY", "DONDOC_SECRETS_DIR")
_SECRET_LIMIT_BYTES = 65_536

_Key = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """Values as found, where each was found, and what could not be read at all."""

    values: dict[_Key, object] = field(default_factory=dict)
    places: dict[_Key, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def put(self, key: _Key, value: object, *, place: str) -> None:
        self.values[key] = value
        self.places[key] = place


def find_file(environ: Mapping[str, str], *, directory: Path) -> Path | None:
    """Return the configuration file in force without `--config`, or None where there is none.

    Returns:
        The first that exists of DONDOC_CONFIG (returned even if it does not exist, so that a
        slip of the pen is not read as "no configuration"), ./dondoc.toml, the XDG place, /etc.
    """
    if environ.get("DONDOC_CONFIG"):
        return Path(environ["DONDOC_CONFIG"])
    home = Path(environ.get("HOME") or "/nonexistent")
    xdg = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    places = (directory / FILE_NAME, xdg / "dondoc" / FILE_NAME, Path("/etc/dondoc") / FILE_NAME)
    return next((place for place in places if place.is_file()), None)


def load_settings(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """Return the settings of a file (none: defaults), the secret files and the environment.

    Relative paths in the result, an SQLite file's included, are resolved against the directory
    of the file; without a file, the state directory is systemd's or the user's own.

    Raises:
        BadInput: something is wrong; every fault is named, with its place.
    """
    reading = _Reading()
    if path is not None:
        _read_toml(path, into=reading)
    _read_secrets(environ, into=reading)
    _read_environment(environ, into=reading)
    reading.values.setdefault(("state_dir",), _state_dir(path, environ))
    settings: Settings | None = None
    try:
        settings = Settings.model_validate(_nest(reading.values))
    except ValidationError as error:
        for details in _primary(error.errors(include_url=False)):
            reading.faults.extend(_faults_of(details, places=reading.places))
    if settings is None or reading.faults:
        raise BadInput(source=_name_of(path), faults=reading.faults)
    return _resolved(settings, base=path.resolve().parent if path is not None else Path.cwd())


def _name_of(path: Path | None) -> str:
    return str(path) if path is not None else "cấu hình"


def _state_dir(path: Path | None, environ: Mapping[str, str]) -> str:
    if environ.get("STATE_DIRECTORY"):
        return environ["STATE_DIRECTORY"].split(":")[0]
    if path is not None:
        return "var"
    home = Path(environ.get("HOME") or Path.cwd())
    return str(Path(environ.get("XDG_STATE_HOME") or home / ".local" / "state") / "dondoc")


# --- the three places -------------------------------------------------------------------------


def _read_toml(path: Path, *, into: _Reading) -> None:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = f"tệp không phải UTF-8, từ byte {error.start}"
        into.faults.append(Fault(place=path.name, problem=problem, cure="lưu lại bằng mã UTF-8"))
        return
    except OSError as error:
        into.faults.append(Fault(place=str(path), problem=f"không mở được: {os_words(error)}",
                                 cure='kiểm tra đường dẫn, hoặc chạy "dondoc init"'))  # fmt: skip
        return
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        into.faults.append(_syntax_fault(path, str(error)))
        return
    for key, value in _flatten(document):
        place = f"{path.name}: {'.'.join(key)}"
        if _is_secret(key, value):
            into.faults.append(_secret_fault(key, place=place))
        else:
            into.put(key, value, place=place)


def _syntax_fault(path: Path, message: str) -> Fault:
    found = re.search(r"line (\d+)", message)
    place = f"{path.name}: dòng {found[1]}" if found else f"{path.name}: cuối tệp"
    return Fault(place=place, problem=f"không đúng cú pháp TOML ({message})",
                 cure='chữ để trong dấu nháy kép, mỗi dòng một giá trị: host = "…"')  # fmt: skip


def _flatten(document: Mapping[str, object]) -> Iterator[tuple[_Key, object]]:
    for name, value in document.items():
        if isinstance(value, dict) and (_model_at((name,)) is not None or value == {}):
            for inner, item in value.items():
                yield (name, inner), item
        else:
            yield (name,), value


def _is_secret(key: _Key, value: object) -> bool:
    model = _model_at(key[:-1])
    found = next((f for f in (model.model_fields.items() if model else ())
                  if key[-1] in {f[0], f[1].alias}), None)  # fmt: skip
    if found is None or found[1].annotation is not SecretStr or not value:
        return False
    return not found[0].endswith("url") or _password_in(value)


def _password_in(url: object) -> bool:
    try:
        return isinstance(url, str) and urlsplit(url).password is not None
    except ValueError:
        return False


def _secret_fault(key: _Key, *, place: str) -> Fault:
    variable = _PREFIX + "__".join(key).upper()
    return Fault(
        place=place,
        problem="bí mật không được viết trong tệp cấu hình",
        cure=f'xoá dòng này; đặt biến {variable} hoặc tệp bí mật "{"__".join(key)}"',
    )


def _read_secrets(environ: Mapping[str, str], *, into: _Reading) -> None:
    for variable in _SECRETS_DIRECTORIES:
        directory = environ.get(variable)
        if not directory:
            continue
        if not Path(directory).is_dir():
            into.faults.append(Fault(place=variable, problem=f"không có thư mục {directory}"))
            continue
        for entry in sorted(Path(directory).iterdir()):
            # A credentials directory is shared with other software: only our names are ours.
            key = tuple(entry.name.split("__"))
            if entry.is_file() and len(key) > 1 and _model_at(key[:-1]) is not None:
                _read_secret(entry, key, into=into)


def _read_secret(entry: Path, key: _Key, *, into: _Reading) -> None:
    place = f"tệp bí mật {entry}"
    try:
        raw = entry.read_bytes()
        if len(raw) > _SECRET_LIMIT_BYTES:
            into.faults.append(Fault(place=place, problem="tệp quá lớn để là một bí mật"))
            return
        into.put(key, raw.decode("utf-8-sig").rstrip("\r\n"), place=place)
    except (OSError, UnicodeDecodeError):
        into.faults.append(Fault(place=place, problem="không đọc được",
                                 cure="kiểm tra quyền đọc và mã UTF-8"))  # fmt: skip


def _read_environment(environ: Mapping[str, str], *, into: _Reading) -> None:
    for variable, raw in sorted(environ.items()):
        if not variable.startswith(_PREFIX):
            continue
        key = tuple(variable.removeprefix(_PREFIX).lower().split("__"))
        # One-word variables (DONDOC_AS, DONDOC_NOW...) belong to the command line.
        if len(key) > 1 or key == ("state_dir",):
            into.put(key, _decoded(raw), place=variable)


def _decoded(raw: str) -> object:
    if not raw.startswith("["):
        return raw
    try:
        return json.loads(raw)
    except ValueError:
        return raw


def _nest(values: Mapping[_Key, object]) -> dict[str, object]:
    nested: dict[str, object] = {}
    for key, value in values.items():
        into: object = nested
        for part in key[:-1]:
            into = into.setdefault(part, {}) if isinstance(into, dict) else into
        # A single value where a section should be is a fault of its own; what others put into
        # that section cannot be judged before it is one.
        if isinstance(into, dict):
            into[key[-1]] = value
    return nested


# --- what is wrong ----------------------------------------------------------------------------

_PROBLEMS: Mapping[str, tuple[str, str]] = {
    "bool_parsing": ("không phải đúng/sai", "viết true hoặc false"),
    "int_parsing": ("không phải số nguyên", "viết một số, không có dấu nháy"),
    "int_type": ("không phải số nguyên", "viết một số, không có dấu nháy"),
    "int_from_float": ("không phải số nguyên", "bỏ phần lẻ"),
    "string_type": ("không phải chữ", "để giá trị trong dấu nháy kép"),
    "string_too_long": ("dài quá {max_length} ký tự", "rút ngắn lại"),
    "greater_than_equal": ("nhỏ hơn mức cho phép", "từ {ge} trở lên"),
    "less_than_equal": ("lớn hơn mức cho phép", "nhiều nhất {le}"),
    "literal_error": ("không phải giá trị cho phép", "chọn một trong {expected}"),
    "model_type": ("phải là một mục, không phải một giá trị", "viết thành bảng [{name}]"),
    "tuple_type": ("phải là danh sách", 'viết trong ngoặc vuông: ["…", "…"]'),
    "too_long": ("có quá nhiều mục", "nhiều nhất {max_length}"),
    "too_short": ("còn trống", "ít nhất {min_length}"),
    "path_type": ("không phải đường dẫn", "để đường dẫn trong dấu nháy kép"),
}


def _primary(errors: Sequence[ErrorDetails]) -> Iterator[ErrorDetails]:
    """Yield the errors but those of a list that only follow from errors of its items."""
    keys = {details["loc"] for details in errors}
    for details in errors:
        depth = len(details["loc"])
        if not any(len(key) > depth and key[:depth] == details["loc"] for key in keys):
            yield details


def _faults_of(details: ErrorDetails, *, places: Mapping[_Key, str]) -> Sequence[Fault]:
    key = tuple(str(part) for part in details["loc"])
    context = details.get("ctx", {})
    kind = details["type"]
    if kind == "contradictions":
        return [Fault(place=_place((*key, name), places), problem=problem, cure=cure)
                for name, problem, cure in context["faults"]]  # fmt: skip
    place = _place(key, places)
    if kind == "extra_forbidden":
        return [Fault(place=place, problem="không có thiết lập này", cure=_did_you_mean(key))]
    if kind == "wrong":
        return [Fault(place=place, problem=context["problem"], cure=context["cure"])]
    problem, cure = _PROBLEMS.get(kind, ("giá trị không hợp lệ", details["msg"]))
    words = {**context, "name": key[-1]}
    return [Fault(place=place, problem=problem.format(**words), cure=cure.format(**words))]


def _place(key: _Key, places: Mapping[_Key, str]) -> str:
    """Return where a key was written, or what to write where it was left out."""
    for length in range(len(key), 0, -1):
        if key[:length] in places:
            rest = "".join(f"[{part}]" for part in key[length:])
            return places[key[:length]] + rest
    inside = next((place for found, place in places.items() if found[: len(key)] == key), None)
    if inside is not None:
        return inside
    return ".".join(key)


def _did_you_mean(key: _Key) -> str:
    names = _names_at(key[:-1])
    close = nearest(key[-1], names)
    if close is not None:
        return f"có phải là {'.'.join((*key[:-1], close))}?"
    homes = [
        f"{section}.{key[-1]}" for section in _names_at(()) if key[-1] in _names_at((section,))
    ]
    if homes:
        return f"có phải là {homes[0]}?"
    return f"các tên dùng được: {', '.join(names)}"


def _names_at(section: _Key) -> list[str]:
    model = _model_at(section)
    return [info.alias or name for name, info in model.model_fields.items()] if model else []


def _model_at(section: _Key) -> type[BaseModel] | None:
    """Return the model of a section (the settings themselves for the empty key)."""
    if not section:
        return Settings
    info = Settings.model_fields.get(section[0])
    found = info.annotation if info is not None and len(section) == 1 else None
    return found if isinstance(found, type) and issubclass(found, BaseModel) else None


def _resolved(settings: Settings, *, base: Path) -> Settings:
    state_dir = base / settings.state_dir.expanduser()
    mail, database = settings.mail, settings.database
    if mail.trial_dir is not None:
        mail = mail.model_copy(update={"trial_dir": base / mail.trial_dir.expanduser()})
    evidence = settings.evidence
    if evidence.folder is not None:
        evidence = evidence.model_copy(update={"folder": base / evidence.folder.expanduser()})
    url = database.url.get_secret_value()
    if url.startswith("sqlite:///") and url != "sqlite:///":
        file = base / url.removeprefix("sqlite:///")
        database = database.model_copy(update={"url": SecretStr(f"sqlite:///{file}")})
    return settings.model_copy(
        update={"state_dir": state_dir, "mail": mail, "database": database, "evidence": evidence}
    )
